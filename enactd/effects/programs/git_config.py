"""git config: reading settings, changing them, and which of them make git run a program."""

from __future__ import annotations

import re
from typing import Final, Literal

from enactd.effects import hosts
from enactd.effects.invocation import Effects, Line, Options, Output, Value, known, unknown
from enactd.effects.model import GitConfigure, ReadPath, RevealSecret, WritePath
from enactd.effects.programs.git_context import Git, verb
from enactd.effects.programs.git_environment import is_ordinary
from enactd.effects.values import SECRET

Scope = Literal["local", "global", "system", "command"]

_CONFIG: Final = Options(
    "--get", "--get-all", "--get-regexp", "--get-urlmatch", "--get-color", "--get-colorbool", "--add", "--append",
    "--unset", "--unset-all", "--replace-all --all", "--rename-section", "--remove-section", "-l --list",
    "-e --edit", "--global", "--system", "--local", "--worktree", "-f --file FILE", "--blob BLOB",
    "-t --type TYPE", "--no-type", "--bool", "--int", "--bool-or-int", "--bool-or-str", "--path", "--expiry-date",
    "-z --null", "--name-only", "--show-names", "--no-show-names", "--show-origin", "--show-scope", "--includes",
    "--no-includes", "--default V", "--fixed-value", "--value V", "--url URL", "--regexp", "--comment C",
)  # fmt: skip
_READING: Final = (
    "--get", "--get-all", "--get-regexp", "--get-urlmatch", "--get-color", "--get-colorbool", "--list", "--blob",
)  # fmt: skip

_COMMAND_KEYS: Final = re.compile(
    r"core\.(?:sshcommand|pager|editor|askpass|gitproxy|alternaterefscommand)|sequence\.editor|diff\.external"
    r"|diff\..+\.(?:command|textconv)|filter\..+\.(?:clean|smudge|process)|merge\..+\.driver|(?:merge|diff)tool\..+\.(?:cmd|path)"
    r"|gpg\.(?:.+\.)?program|gpg\.ssh\.defaultkeycommand|pager\..+|trailer\..+\.(?:command|cmd)|uploadpack\.packobjectshook"
    r"|sendemail\.(?:.*cmd|smtpserver)|interactive\.difffilter|(?:browser|man)\..+\.(?:cmd|path)|instaweb\.(?:httpd|browser)"
    r"|guitool\..+\.cmd|tar\..+\.command|imap\.tunnel|web\.browser|remote\..+\.(?:uploadpack|receivepack|vcs)|gui\..*cmd"
    r"|difftool\.cmd|blame\.external|lfs\..*\.path|lfs\.customtransfer\..*",
)
_PLACE_KEYS: Final = re.compile(r"core\.hookspath|init\.templatedir|include\.path|includeif\..+\.path|core\.fsmonitor")
_HELPERS: Final = re.compile(
    r"(?:store|cache|osxkeychain|manager(?:-core)?|libsecret|wincred|gnome-keyring|oauth)(?: .*)?"
    r"|!?(?:/\S*/)?(?:gh|glab) auth git-credential"
)
_SWITCHES: Final = frozenset(("true", "false", "yes", "no", "on", "off", "0", "1", ""))
_SECRET_KEYS: Final = re.compile(r".*(?:token|password|passwd|smtppass|extraheader|secret|api[-_]?key)$", re.I)


def runs_program(key: str, setting: Value | None) -> bool:
    """Whether a setting makes git run a program that it would not run anyway. An unknown value is taken to."""
    key = key.lower()
    text = None if setting is None else setting.text
    if key.startswith("alias."):
        return text is None or text.startswith("!")
    if _PLACE_KEYS.fullmatch(key):
        return text not in _SWITCHES and text not in ("/dev/null", "/var/empty")
    if _COMMAND_KEYS.fullmatch(key):
        return text is None or not (text.lower() in _SWITCHES or is_ordinary(text))
    if re.fullmatch(r"credential\.(?:.+\.)?helper", key):
        return text is None or (text != "" and not _HELPERS.fullmatch(text))
    if re.fullmatch(r"protocol\.(?:ext\.|fd\.)?allow", key):
        return text != "never" and (text is None or key != "protocol.fd.allow")
    if key.startswith("url.") and key.endswith(("insteadof", "pushinsteadof")):
        return _redirects(key[4:].rpartition(".")[0], text)
    if re.fullmatch(r"submodule\..+\.update", key):
        return text is None or text.startswith("!")
    if re.fullmatch(r"remote\..+\.(?:push)?url", key):
        return text is not None and text.startswith("ext::")
    return False


def _redirects(base: str, replaced: str | None) -> bool:
    """Whether `url.<base>.insteadOf` sends what goes to one host to another, or into a program."""
    if replaced is None or base.startswith("ext::"):
        return True
    return _host(base) != _host(replaced)


def _host(url: str) -> str | None:
    if "://" in url:
        return hosts.address(url).host
    host = url.partition(":")[0].rpartition("@")[2]
    return {"gh": "github.com", "github": "github.com", "gl": "gitlab.com"}.get(host, host)


@verb("config")
def config(git: Git) -> Effects:
    """Old spelling with options, new spelling with sub-commands."""
    line = _CONFIG.parse(git.args)
    words = list(line.operands)
    action = words[0].text if words and not line.has(*_READING, "--unset", "--edit", "--add") else None
    scope: Scope = "global" if line.has("--global") else "system" if line.has("--system") else "local"
    if action in ("list", "get", "get-color", "get-colorbool") and not (action != "list" and len(words) == 1):
        yield from _shown(git, words[1:])
        return
    if line.has(*_READING) or (
        len(words) == 1 and action != "edit" and not line.has("--unset", "--unset-all", "--edit")
    ):
        yield from _shown(git, words)
        return
    file = line.value("-f")
    if file is not None:
        yield WritePath(target=git.call.target(file), how="edit")
    yield from _change(line, words, action, scope)


def _change(line: Line, words: list[Value], action: str | None, scope: Scope) -> Effects:
    if action == "edit" or line.has("-e"):
        yield GitConfigure(key="(edited by hand)", value=None, scope=scope)
        return
    removes = line.has("--unset", "--unset-all", "--rename-section", "--remove-section")
    if action in ("unset", "remove-section", "rename-section"):
        removes, words = True, words[1:]
    elif action == "set":
        words = words[1:]
    if not words:
        return
    key = words[0].text or words[0].prefix
    if removes:
        yield GitConfigure(key=key, value="", scope=scope)
        return
    setting = words[1] if len(words) > 1 else known("true")
    yield GitConfigure(key=key, value=setting.text, scope=scope, runs=runs_program(key, setting))


def _shown(git: Git, words: list[Value]) -> Effects:
    """Settings are no secret, unless their name says so."""
    for word in words[:1]:
        key = word.text or ""
        if _SECRET_KEYS.match(key):
            yield RevealSecret(what=f"the git setting {key}", by="git config")
            yield Output(unknown(f"git setting {key}", SECRET))
            return
        value = git.config(key) if key and "." in key else None
        if value is not None:
            yield Output(known(value))
    for word in git.args:
        if word.startswith("--file="):
            yield ReadPath(target=git.call.target(word.cut(7)))
