"""Programs that open this machine outward: ngrok, cloudflared, tailscale, shared terminals, editors' tunnels."""

from __future__ import annotations

import re
from typing import Final

from enactd.effects.invocation import Effects, Invocation, Output, program
from enactd.effects.model import ChangeService, Opaque, OpenTunnel
from enactd.effects.values import unknown

_HARMLESS: Final = re.compile(
    r"(?:version|--version|-v|-V|help|--help|-h|config|list|ls|info|status|update|service|login|authtoken|diagnose|credits|access"
    r"|completion|route|cleanup|delete|create|token|auth|invite|overview|logs|metrics|ready|tail)$"
)
_SHELLS: Final = frozenset("tmate ttyd gotty wetty upterm sshx sish-shell tty-share teleconsole".split())


@program(
    *"""
    ngrok lt localtunnel bore zrok pagekite frpc chisel inlets inletsctl loclx localxpose expose beeceptor pinggy
    telebit holesail outray srv.us playit packetriot untun devtunnel tmate ttyd gotty wetty upterm sshx tty-share
    teleconsole
    """.split()
)
def tunnel(call: Invocation) -> Effects:
    words = [word for word in call.args if not word.prefix.startswith("-")]
    flags = {word.text for word in call.args}
    if {"--help", "-h", "--version", "-V"} & flags or (words and _HARMLESS.match(words[0].text or "")):
        return
    if not words and call.name not in _SHELLS and not flags:
        return
    yield OpenTunnel(by=call.name, to=" ".join(word.shown(60) for word in words[:3]), shell=call.name in _SHELLS)
    yield Output(unknown(f"output of {call.name}"))


@program("cloudflared", "cloudflare-tunnel")
def cloudflared(call: Invocation) -> Effects:
    texts = [word.text or "?" for word in call.args]
    words = [text for text in texts if not text.startswith("-")]
    if (
        not words
        or {"--help", "-h", "--version"} & set(texts)
        or words[0] in ("version", "update", "help", "access", "tail", "login")
    ):
        return
    if words[0] == "service":
        yield ChangeService(tool="cloudflared", verb=" ".join(words[1:2]) or "install")
        return
    reads = words[0] == "tunnel" and words[1:2] and words[1] in ("list", "info", "login", "token", "diag", "ready")
    if reads:
        return
    if words[0] == "tunnel" and words[1:2] and words[1] in ("delete", "create", "route", "cleanup"):
        yield ChangeService(tool="cloudflared", verb=f"tunnel {words[1]}", what=" ".join(words[2:4]))
        return
    yield OpenTunnel(by="cloudflared", to=" ".join(words[:4]))


@program("tailscale", "netbird", "zerotier-cli")
def tailscale(call: Invocation) -> Effects:
    texts = [word.text or "?" for word in call.args]
    words = [text for text in texts if not text.startswith("-")]
    verb = words[0] if words else ""
    if "status" in words:
        return
    if verb in ("funnel", "serve") and not {"status", "off", "reset"} & set(words):
        yield OpenTunnel(by=f"{call.name} {verb}", to=" ".join(words[1:3]))
    elif verb in (
        "up",
        "down",
        "set",
        "logout",
        "login",
        "switch",
        "lock",
        "update",
        "cert",
        "join",
        "leave",
        "funnel",
        "serve",
        "file",
    ):
        yield ChangeService(tool=call.name, verb=verb, what=" ".join(words[1:3]))


@program(
    *"""
    code code-insiders codium cursor windsurf zed subl idea pycharm webstorm antigravity
    """.split()
)
def editor(call: Invocation) -> Effects:
    """Opening an editor is for the person; its tunnel and its extensions are not."""
    texts = [word.text or "?" for word in call.args]
    if texts[:1] in (["tunnel"], ["serve-web"]) and not {"status", "help", "user"} & set(texts):
        yield OpenTunnel(by=f"{call.name} {texts[0]}", shell=True)  # noqa: S604
    elif any(text.startswith(("--install-extension", "--uninstall-extension", "--add-mcp")) for text in texts):
        yield Opaque(reason=f"`{call.name}` changes its extensions")
