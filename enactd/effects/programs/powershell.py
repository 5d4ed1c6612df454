"""pwsh and powershell as programs: `-Command`, `-File`, `-EncodedCommand`, standard input."""

from __future__ import annotations

import base64
import binascii
import re
from typing import Final

from enactd.effects.invocation import Effects, Invocation, Output, Value, join, known, program, unknown
from enactd.effects.model import OpenShell, RunCode
from enactd.effects.values import DECODED, NONE

_VALUED: Final = (
    "executionpolicy", "ep", "ex", "version", "windowstyle", "w", "inputformat", "outputformat", "if", "of", "configurationname",
    "custompipename", "settingsfile", "workingdirectory", "wd", "wo", "psconsolefile", "config", "configurationfile",
)  # fmt: skip


@program("pwsh", "powershell", "pwsh-preview", "powershell_ise")
def powershell(call: Invocation) -> Effects:
    """Every parameter may be shortened; what stands behind `-Command` is one text."""
    words = list(call.args)
    while words:
        word = words.pop(0)
        name = (word.text or "").lower()
        if not re.match(r"[-/]\w", name):
            yield from _first_word(call, word, words)
            return
        option = name.lstrip("-/")
        if option in ("?", "h", "help", "v") or ("version".startswith(option) and len(option) > 3 and not words):
            return
        if _means(option, "command", 1) or _means(option, "commandwithargs", 8) or option == "cwa":
            yield from _command(call, words)
            return
        if _means(option, "encodedcommand", 1) or option in ("ec",):
            yield from _encoded(call, words[0] if words else unknown("an encoded command"))
            return
        if _means(option, "file", 1):
            if words and words[0].text == "-":
                break
            yield from call.script(words[0] if words else unknown("a script"), words[1:], language="powershell")
            return
        if option in _VALUED or _means(option, "executionpolicy", 2) or _means(option, "windowstyle", 1):
            words = words[1:]
    yield from _standard_input(call)


def _means(option: str, name: str, least: int) -> bool:
    return len(option) >= least and name.startswith(option)


def _first_word(call: Invocation, word: Value, rest: list[Value]) -> Effects:
    """Without an option pwsh takes a file and Windows PowerShell a command."""
    if word.text == "-":
        yield from _standard_input(call)
    elif re.search(r"\.ps1$", word.text or "", re.IGNORECASE) or (
        call.name == "pwsh" and call.target(word).kind == "file"
    ):
        yield from call.script(word, rest, language="powershell")
    else:
        yield from _command(call, [word, *rest])


def _command(call: Invocation, words: list[Value]) -> Effects:
    if words and words[0].text == "-":
        yield from _standard_input(call)
        return
    text = join(words)
    taints = call.stdin.origins if call.stdin is not None else NONE
    yield from call.code("powershell", text, via=call.name)
    yield Output(unknown(f"output of `{call.name}`", *taints))


def _encoded(call: Invocation, word: Value) -> Effects:
    """UTF-16 in base64: read where it is known."""
    try:
        clear = base64.b64decode(word.text or "!", validate=True).decode("utf-16-le")
    except (binascii.Error, ValueError):
        yield RunCode(language="powershell", origin="decoded", what=word.shown(60))
        return
    yield from call.code("powershell", known(clear), via=call.name)
    yield Output(unknown(f"output of `{call.name}`", DECODED))


def _standard_input(call: Invocation) -> Effects:
    if call.stdin is not None:
        yield from call.code("powershell", call.stdin, origin="stdin", via=call.name, stdin=None)
    else:
        yield OpenShell(by=call.name, to="this machine")
