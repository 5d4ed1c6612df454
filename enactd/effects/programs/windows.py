"""cmd.exe and its built-in file commands, given as Bash text or through Git Bash.

A deletion inside a quoted `cmd /c "…"` that holds quotes itself is not what it looks like: cmd ends the
path at the wrong quote and walks the drive. Such a text also yields the deletion of the drive root.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from enactd.effects.invocation import Effects, Invocation, Value, join, known, program, unknown
from enactd.effects.model import (
    CopyPath,
    DeletePath,
    MovePath,
    Opaque,
    ReadPath,
    SignalProcess,
    WriteDevice,
    WritePath,
)
from enactd.effects.programs.streams import without_output
from enactd.risk import Risk

_SWITCH: Final = re.compile(r"//?([a-zA-Z?][a-zA-Z]*)((?::|=).*)?")
_TOKEN: Final = re.compile(r'\s+|&&|\|\||[&|()]|\d?>>?|<|(?:"[^"]*"?|\^.|[^\s&|()<>"])+', re.DOTALL)
_VARIABLE: Final = re.compile(r"%[^%\s]+%|![A-Za-z_]\w*!")
_DELETES: Final = re.compile(r"\b(?:rd|rmdir|del|erase|deltree|format)\b", re.IGNORECASE)
_DRIVE: Final = re.compile(r"([A-Za-z]):")
_INTERNAL: Final = {"type": "cat", "chdir": "cd", "cls": "clear", "rem": "true", "call": "cmd"}


def switches(args: Sequence[Value]) -> tuple[dict[str, str], list[Value]]:
    """`/s /a:h` (also `//s`, as Git Bash needs it) with values, and the words that are no switch."""
    found: dict[str, str] = {}
    operands: list[Value] = []
    for word in args:
        match = _SWITCH.fullmatch(word.text or "")
        if match and len(match.group(1)) <= (3 if match.group(2) is None else 20):
            found[match.group(1).lower()] = (match.group(2) or "").lstrip(":=")
        else:
            operands.append(word)
    return found, operands


def windows_path(word: Value) -> Value:
    """A path with slashes that the rest of the reading understands; cmd's programs expand patterns themselves."""
    pieces = tuple(piece.replace("\\", "/") if isinstance(piece, str) else piece for piece in word.pieces)
    return Value(pieces, True, word.origins)


def has_switch(args: Sequence[Value], *names: str) -> bool:
    """Whether one of the words is a cmd.exe switch of these names."""
    return bool(switches(args)[0].keys() & set(names))


def remove_folder(call: Invocation) -> Effects:
    """`rd`: with `/s` the whole tree, else only an empty folder."""
    found, operands = switches(call.args)
    for word in operands:
        yield DeletePath(target=call.target(word), recursive="s" in found, only_empty="s" not in found)


@program("rd", "deltree")
def rd(call: Invocation) -> Effects:
    """cmd.exe removes a folder."""
    yield from remove_folder(call)


@program("del", "erase")
def delete(call: Invocation) -> Effects:
    """cmd's `del` expands patterns itself; `/s` takes in all folders below."""
    found, operands = switches(call.args)
    if "?" in found:
        return
    for word in operands:
        if not word.startswith("-"):
            yield DeletePath(target=call.target(windows_path(word)), recursive="s" in found)


@program("move", "ren", "rename-item")
def move(call: Invocation) -> Effects:
    """cmd's `move` and `ren`: several files moved to a name that is no folder end up as one."""
    _, operands = switches(call.args)
    if len(operands) < 2:
        return
    *sources, goal = operands
    for word in sources:
        yield MovePath(target=call.target(windows_path(word)), to=call.target(windows_path(goal)))


@program("copy", "xcopy")
def copy(call: Invocation) -> Effects:
    """cmd.exe copies; `a+b` joins files."""
    found, operands = switches(call.args)
    words = [w for word in operands for w in word.split("+")] if call.name == "copy" else operands
    if len(words) < 2 or "l" in found:
        return
    for word in words[:-1]:
        yield CopyPath(target=call.target(windows_path(word)), to=call.target(windows_path(words[-1])))


@program("robocopy", "robocopy.exe")
def robocopy(call: Invocation) -> Effects:
    """`/mir` and `/purge` delete what the source lacks, `/move` and `/mov` delete the source."""
    found, operands = switches(call.args)
    if "l" in found or len(operands) < 2:
        return
    source, goal = call.target(operands[0]), call.target(operands[1])
    if {"move", "mov"} & found.keys() or any(w.text and w.text.lower() in ("/move", "/mov") for w in call.args):
        yield MovePath(target=source, to=goal)
    else:
        yield CopyPath(target=source, to=goal)
    if any((word.text or "").lstrip("/").lower() in ("mir", "purge") for word in call.args):
        yield DeletePath(target=call.target(operands[1], everything=True), recursive=True, bulk=True)


@program("md")
def make_folder(call: Invocation) -> Effects:
    """cmd.exe makes a folder."""
    for word in switches(call.args)[1]:
        yield WritePath(target=call.target(word), how="create", content="")


@program("taskkill", "taskkill.exe", "tskill")
def taskkill(call: Invocation) -> Effects:
    """By image name all processes of that name, by id one."""
    words = [(word.text or "").lower().lstrip("/-") for word in call.args]
    values = {name: call.args[i + 1] for i, name in enumerate(words[:-1]) if name in ("im", "pid", "fi", "s", "u")}
    signal = "KILL" if "f" in words else "TERM"
    if "im" in values:
        image = values["im"].shown()
        yield SignalProcess(scope="all" if image == "*" else "named", what=image, signal=signal)
    elif "pid" in values or call.name == "tskill":
        yield SignalProcess(scope="one", what=values["pid"].shown() if "pid" in values else "", signal=signal)
    elif "fi" in values:
        yield SignalProcess(scope="named", what=values["fi"].shown(), signal=signal)


@program("format", "format.com", "format.exe")
def format_drive(call: Invocation) -> Effects:
    """A drive made empty."""
    for word in switches(call.args)[1]:
        if re.fullmatch(r"[A-Za-z]:[\\/]?", word.text or "x:"):
            yield WriteDevice(device=word.shown(), how="format")


@program("diskpart", "diskpart.exe")
def diskpart(call: Invocation) -> Effects:
    """Commands come from a script or standard input; `clean`, `format` and `delete` destroy."""
    text = call.stdin.shown(10_000) if call.stdin is not None else ""
    if any((word.text or "").lower() == "/s" for word in call.args) and len(call.args) > 1:
        text = call.text_of(call.args[-1]).shown(10_000)
    if (call.stdin is None and not text) or re.search(r"\b(clean|format|delete|convert)\b|<", text, re.IGNORECASE):
        yield WriteDevice(device="a disk", how="diskpart")


@program("cipher", "cipher.exe")
def cipher(call: Invocation) -> Effects:
    """`/w` overwrites free space."""
    found, _ = switches(call.args)
    if "w" in found:
        yield WriteDevice(device=found["w"] or "a volume", how="cipher /w")


@program("cmd", "cmd.exe", "COMSPEC")
def cmd(call: Invocation) -> Effects:
    """`cmd /c TEXT`: the text is read as cmd.exe reads it, as far as that can be done."""
    index = next((i for i, w in enumerate(call.args) if (w.text or "").lower().lstrip("/") in ("c", "k", "r")), None)
    if index is None:
        if call.stdin is not None and call.stdin.text is not None:
            for text in call.stdin.text.splitlines():
                yield from read_line(call, text)
        elif call.stdin is not None:
            yield Opaque(reason="commands of cmd.exe come from standard input", level=Risk.COMMITMENT)
        return
    words = call.args[index + 1 :]
    line = join(words)
    if line.text is None:
        yield Opaque(reason=f"what cmd.exe runs is known only at run time: {line.shown(80)}", level=Risk.COMMITMENT)
        line = known(line.visible)
    # Separate words are quoted by Git Bash as cmd expects it; one word that holds quotes is not.
    nested = len(words) == 1 and '"' in words[0].visible
    yield from read_line(call, line.text or "" if nested or len(words) == 1 else _requoted(words), unreliable=nested)


def _requoted(words: Sequence[Value]) -> str:
    return " ".join(f'"{w.visible}"' if " " in w.visible else w.visible for w in words)


def read_line(call: Invocation, text: str, *, unreliable: bool = False) -> Effects:
    """One line of cmd.exe. `unreliable` for text whose quotes cmd will pair differently."""
    if unreliable and _DELETES.search(text):
        drives = sorted({drive.upper() for drive in _DRIVE.findall(text)}) or ["C"]
        for drive in drives:
            yield DeletePath(target=call.target(f"{drive}:\\"), recursive=True)
    for words in _commands(text):
        yield from _one(call, words)


def _one(call: Invocation, words: list[Value]) -> Effects:
    name = (words[0].text or "").lstrip("@").lower() if words else ""
    if not name:
        return
    if name == "if":
        start = next((i for i, w in enumerate(words) if i > 1 and (w.text or "").lower() == "exist"), 1)
        negated = len(words) > 1 and (words[1].text or "").lower() == "not"
        start = 2 if negated else 1
        exist = len(words) > start and (words[start].text or "").lower() == "exist"
        rest = words[start + (2 if exist else 1) :]
        yield from _one(call, rest)
    elif name == "for":
        index = next((i for i, w in enumerate(words) if (w.text or "").lower() == "do"), len(words))
        yield from _one(call, words[index + 1 :])
    elif name in ("echo", "set", "title", "color", "pause", "exit", "setlocal", "endlocal", "pushd", "popd", "cd"):
        return
    else:
        program_name = _INTERNAL.get(name, name)
        rest = [known("/c"), *words[1:]] if name == "call" else words[1:]
        yield from without_output(call.run([known(program_name), *rest], via="cmd"))


def _commands(text: str) -> list[list[Value]]:
    """The simple commands of a line, redirects left out."""
    commands: list[list[Value]] = [[]]
    skip = False
    for token in _TOKEN.findall(text):
        if not token.strip():
            continue
        if token in ("&", "&&", "|", "||", "(", ")"):
            commands.append([])
        elif re.fullmatch(r"\d?>>?|<", token):
            skip = True
        elif skip:
            skip = False
        else:
            commands[-1].append(_word(token))
    return [words for words in commands if words]


def _word(token: str) -> Value:
    text = re.sub(r"\^(.)", r"\1", token).replace('"', "")
    pieces: list[Value] = []
    end = 0
    for match in _VARIABLE.finditer(text):
        pieces += [known(text[end : match.start()]), unknown(f"variable {match.group()}")]
        end = match.end()
    return join([*pieces, known(text[end:])], "")


@program("dir", "vdir")
def list_folder(call: Invocation) -> Effects:
    """Both the GNU command and cmd's: names only."""
    operands = [word for word in switches(call.args)[1] if not word.startswith("-")]
    for word in operands or [known(".")]:
        yield ReadPath(target=call.target(word), how="list")
