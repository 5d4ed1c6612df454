"""Shells as programs: `bash -c`, scripts by file, commands from standard input."""

from __future__ import annotations

import re
from collections.abc import Sequence

from enactd.effects.invocation import Effects, Invocation, Options, program
from enactd.effects.model import Opaque, OpenShell, RunCode
from enactd.effects.values import DECODED, NETWORK, Value

_SHELL = Options(
    "-c", "-l --login", "-i", "-s", "-e", "-u", "-x", "-v", "-n", "-p", "-f", "-h", "-k", "-m", "-a", "-b", "-t", "-B", "-C",
    "-E", "-H", "-P", "-T", "-r --restricted", "-D", "-o OPTION", "-O SHOPT", "+O SHOPT", "+o OPTION", "--norc",
    "--noprofile", "--posix", "--rcfile FILE", "--init-file FILE", "--verbose", "--version", "--help", "--debugger",
    "--dump-strings", "--noediting", "--pretty-print", "-y", "-w", "--no-rcs", "--no-globalrcs",
    stop_at_operand=True, abbreviate=False,
)  # fmt: skip
_OFF = re.compile(r"\+[abefhkmnptuvxBCEHP]+")


@program("bash", "sh", "dash", "zsh", "ksh", "ash", "mksh", "rbash", "yash", "posh", "lksh", "bash.exe", "sh.exe")
def shell(call: Invocation) -> Effects:
    """A POSIX-like shell: `-c text`, a script file, or what flows in."""
    line = _SHELL.parse(_without_plus(call.args))
    if line.has("--version", "--help") or (line.has("-n") and not line.has("-i")):
        return
    for word in line.values("--rcfile", "--init-file"):
        yield from call.script(word, language="shell")
    if line.has("-c"):
        if not line.operands:
            return
        text, *args = line.operands
        yield from call.shell(text, args or [call.word])
        return
    if line.operands and not line.has("-s"):
        path, *args = line.operands
        if path.text in ("-", "/dev/stdin", "/dev/fd/0"):
            yield from _stdin(call, args)
        else:
            yield from call.script(path, args, language="shell")
        return
    yield from _stdin(call, line.operands)


def _without_plus(args: Sequence[Value]) -> list[Value]:
    """The arguments without `+x`, which switches an option off: it is an option itself, never a script."""
    kept: list[Value] = []
    for number, arg in enumerate(args):
        text = arg.text or ""
        if not text.startswith(("-", "+")) or text == "--":
            return [*kept, *args[number:]]
        if _OFF.fullmatch(text) is None:
            kept.append(arg)
        if text in ("-c", "-O", "+O", "-o", "+o", "--rcfile", "--init-file"):
            return [*kept, *(_without_plus(args[number + 1 :]) if text == "-c" else _after_value(args[number + 1 :]))]
    return kept


def _after_value(args: Sequence[Value]) -> list[Value]:
    return [*args[:1], *_without_plus(args[1:])]


def _stdin(call: Invocation, args: list[Value]) -> Effects:
    if call.stdin is None:
        yield OpenShell(by=call.name)
        return
    yield from call.shell(call.stdin, [call.word, *args], origin="stdin", stdin=None)


@program("fish", "nu", "elvish", "xonsh", "tcsh", "csh", "rc", "ion", "oil", "osh", "ysh")
def other_shell(call: Invocation) -> Effects:
    """Shells with a grammar of their own: simple text reads alike, the rest stays opaque."""
    texts = call.texts()
    if "--version" in texts or "--help" in texts or "-v" in texts:
        return
    for flag in ("-c", "--command", "-C", "--init-command"):
        if flag in texts and texts.index(flag) + 1 < len(call.args):
            yield from call.shell(call.args[texts.index(flag) + 1])
            return
    operands = [a for a in call.args if not (a.text or "").startswith("-")]
    if operands:
        yield RunCode(
            language=call.name, origin="workspace", what=operands[0].shown(80), target=call.target(operands[0])
        )
    elif call.stdin is None:
        yield OpenShell(by=call.name)
    elif call.stdin.known and not call.stdin.origins & {NETWORK, DECODED}:
        yield from call.shell(call.stdin, origin="stdin")
    else:
        origin = (
            "download" if NETWORK in call.stdin.origins else "decoded" if DECODED in call.stdin.origins else "stdin"
        )
        yield RunCode(language=call.name, origin=origin, what=call.stdin.shown(80))
        yield Opaque(reason=f"`{call.name}` has a grammar that is not read here")
