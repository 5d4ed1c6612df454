"""perl: one-liners, loops over lines, editing in place, files and standard input."""

from __future__ import annotations

from typing import Final

from enactd.effects.invocation import Effects, Invocation, Options, Value, join, program
from enactd.effects.model import OpenShell, RunCode
from enactd.effects.programs.ruby import streamed, tainted_output

_PERL: Final = Options(
    "-e CODE", "-E CODE", "-I DIR", "-M MODULE", "-m MODULE", "-i [EXT]", "-0 [N]", "-l [N]", "-F [P]", "-C [N]", "-D [L]", "-x [DIR]",
    "-V [N]", "-n", "-p", "-a", "-c", "-s", "-S", "-t", "-T", "-u", "-U", "-v", "-w", "-W", "-X", "-d [M]", "-f", "-g", "-h", "-?",
    "--help", "--version",
    stop_at_operand=True, abbreviate=False,
)  # fmt: skip


@program("perl", "raku", "cperl")
def perl(call: Invocation) -> Effects:
    """`-ne` and `-pe` read the files that are named, `-i` rewrites them, `-M` may bring code along."""
    line = _PERL.parse(_spread(call.args))
    if line.has("-v", "-V", "-h", "-?", "--help", "--version", "-c"):
        return
    for module in [*line.values("-M"), *line.values("-m")]:
        yield from _imported(call, module)
    code = [*line.values("-e"), *line.values("-E")]
    if code:
        yield from call.code("perl", join(code, "\n"), via=call.name, args=line.operands)
        yield from streamed(
            call, "-n" if line.has("-n") else "-p" if line.has("-p") else "", line.has("-i"), line.operands
        )
    elif line.operands and line.operands[0].text not in ("-", "/dev/stdin"):
        yield from call.script(line.operands[0], line.operands[1:], language="perl")
    elif call.stdin is not None:
        yield from call.code("perl", call.stdin, origin="stdin", via=call.name, stdin=None)
    else:
        yield OpenShell(by=call.name, to="this machine")
    yield from tainted_output(call)


def _spread(args: tuple[Value, ...]) -> list[Value]:
    """`-i.bak`, `-0777` and `-l` take a value only in the same word, and other letters may follow digits."""
    found: list[Value] = []
    taken = False
    for word in args:
        text = word.text or ""
        if not taken and len(text) > 2 and text[0] == "-" and text[1] in "0lC" and not text.startswith("--"):
            digits = 2
            while (
                digits < len(text)
                and text[digits] in "0123456789xabcdefABCDEF"
                and not (text[1] == "l" and text[digits] not in "01234567")
            ):
                digits += 1
            while digits > 2 and text[digits - 1] in "ae" and text[1] != "C":
                digits -= 1
            rest = text[digits:]
            found += [Value((text[:digits],)), *([Value(("-" + rest,))] if rest else [])]
        elif (
            not taken
            and text[:1] == "-"
            and "i" in text[1:]
            and set(text[1 : text.index("i")]) <= set("npalwsW")
            and text[text.index("i") + 1 :] in ("e", "pe", "ne")
        ):
            cut = text.index("i")
            # `-pie` keeps a backup named with `e`; whoever writes it means `-pi -e`.
            found += [Value((text[: cut + 1],)), Value(("-" + text[cut + 1 :],))]
        else:
            found.append(word)
        taken = text[-1:] in ("e", "E") and text[:1] == "-"
    return found


def _imported(call: Invocation, module: Value) -> Effects:
    """`-Mbase;system(…)` smuggles code after the module's name."""
    text = module.text
    if text is None:
        yield RunCode(language="perl", origin="unknown", what=module.shown(60))
    elif ";" in text or "(" in text or "`" in text:
        yield from call.code("perl", Value((f"use {text}",)), via=call.name)
