"""ruby: code by option, files, standard input, and editing files in place."""

from __future__ import annotations

from typing import Any, Final

from enactd.effects.invocation import Effects, Invocation, Options, Output, find_program, join, known, program, unknown
from enactd.effects.model import OpenShell, ReadPath, RunCode, WritePath
from enactd.effects.values import NONE

_RUBY: Final = Options(
    "-e CODE", "-r --require LIB", "-I DIR", "-C DIR", "-X DIR", "-x [DIR]", "-E --encoding E", "-F [P]", "-K [C]", "-T [L]",
    "-W [L]", "-0 [N]", "-i [EXT]", "-n", "-p", "-a", "-c", "-d --debug", "-h --help", "-l", "-s", "-S", "-U", "-v", "-w", "-y",
    "--version", "--verbose", "--copyright", "--disable F", "--enable F", "--dump K", "--jit", "--yjit", "--external-encoding E",
    "--internal-encoding E", "--backtrace-limit N", "--parser P",
    stop_at_operand=True, abbreviate=False,
)  # fmt: skip


@program("ruby", "jruby", "truffleruby", "mruby", "rbx")
def ruby(call: Invocation) -> Effects:
    """`-e` several times is one text; `-i` rewrites the files that are named."""
    line = _RUBY.parse(call.args)
    if line.has("--version", "--help", "--copyright", "-c") or (
        line.has("-v") and not line.has("-e") and not line.operands
    ):
        return
    folder = line.value("-C")
    changes: dict[str, Any] = {"cwd": folder} if folder is not None and folder.startswith("/") else {}
    for library in line.values("-r"):
        if library.startswith("/") or library.startswith("."):
            yield from call.script(library, language="ruby")
        elif not library.known:
            yield RunCode(language="ruby", origin="unknown", what=library.shown(60))
    code = line.values("-e")
    if code:
        yield from call.code("ruby", join(code, "\n"), via=call.name, args=line.operands, **changes)
        yield from streamed(
            call, "-n" if line.has("-n") else "-p" if line.has("-p") else "", line.has("-i"), line.operands
        )
    elif line.operands and line.operands[0].text not in ("-", "/dev/stdin"):
        yield from _file(call, line.operands, searched=line.has("-S"))
    elif call.stdin is not None:
        yield from call.code("ruby", call.stdin, origin="stdin", via=call.name, stdin=None)
    else:
        yield OpenShell(by=call.name, to="this machine")
    yield from tainted_output(call)


def _file(call: Invocation, operands: list, *, searched: bool) -> Effects:  # type: ignore[type-arg]
    """`bin/rails`, `-S rake` and the like are programs of their own."""
    name = (operands[0].text or "").rsplit("/", 1)[-1]
    folder = (operands[0].text or "").rpartition("/")[0]
    if find_program(name) is not None and (searched or folder in ("bin", "./bin", "script", "exe")):
        yield from call.run([known(name), *operands[1:]], via=call.name)
    else:
        yield from call.script(operands[0], operands[1:], language="ruby")


def streamed(call: Invocation, loop: str, in_place: bool, operands: list) -> Effects:  # type: ignore[type-arg]
    """Files that a loop over lines reads, and with `-i` rewrites."""
    for word in operands if loop or in_place else ():
        if in_place and loop:
            yield WritePath(target=call.target(word), how="edit")
        elif loop:
            yield ReadPath(target=call.target(word))


def tainted_output(call: Invocation) -> Effects:
    """What a script prints is unknown; what flowed in may flow out."""
    taints = call.stdin.origins if call.stdin is not None else NONE
    if taints:
        yield Output(unknown(f"output of `{call.name}`", *taints))


@program("irb", "pry", "ripl")
def console(call: Invocation) -> Effects:
    """An interactive console, or commands that flow into it."""
    if any((word.text or "") in ("-v", "--version", "-h", "--help") for word in call.args):
        return
    if call.stdin is not None:
        yield from call.code("ruby", call.stdin, origin="stdin", via=call.name, stdin=None)
    else:
        yield OpenShell(by=call.name, to="this machine")
