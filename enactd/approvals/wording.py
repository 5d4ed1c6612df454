"""Text for the eyes of whoever decides: redacted, bounded, and nothing in it that hides something else.

A command can be written so that it shows as another one: characters of no width, characters that turn the
direction, a carriage return, two hundred blanks before the part that counts. Here each of them is visible.
Line ends stay, because a person reads a script by its lines; whoever shows the text must not take it for
markup.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Any, Final

from enactd.receipts import canonical
from enactd.receipts.redact import Redactor, is_reference, is_sensitive_key
from enactd.toolcall import ToolCall

CALL_LIMIT: Final = 6_000
"""Characters shown of a call that has no stopped part in its middle."""
WHOLE: Final = 131_072
"""Characters of each end of a text that are looked at; what lies between is counted, not read."""
PARTS: Final = 20
"""Stopped parts that are shown of a call that is too long; the rest is counted."""
_AROUND: Final = 160
_ITEMS: Final = 200
_DEPTH: Final = 8
_SHELLS: Final = frozenset({"bash", "powershell", "monitor", "shell", "local_shell", "run_shell_command"})
_HIDDEN: Final = frozenset(("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))
# Letters, marks and blanks by their category that show as nothing.
_EMPTY: Final = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
_SELECTORS: Final = ((0xFE00, 0xFE0F), (0xE0100, 0xE01EF), (0x180B, 0x180F))
_BLANKS: Final = re.compile(r" {24,}")
_EMPTY_LINES: Final = re.compile(r"\n(?:[ \t]*\n){4,}")
_WRITTEN: Final = {"\t": "\t", "\n": "\n", "\r": "⟨CR⟩", "\x1b": "⟨ESC⟩", "\0": "⟨NUL⟩", "\x7f": "⟨DEL⟩"}


def visible(text: str, *, lines: bool = False) -> str:
    """`text` with every character that would not show as itself written as `⟨U+202E⟩`.

    Without `lines` it is one line. Long runs of blanks and empty lines are counted instead of shown.
    """
    shown = text if text.isascii() and text.isprintable() else "".join(map(_shown, text))
    shown = _BLANKS.sub(lambda run: f" [{len(run[0])} blanks] ", shown)
    if lines:
        return _EMPTY_LINES.sub(lambda run: f"\n[{run[0].count(chr(10)) - 1} empty lines]\n", shown)
    return " ".join(shown.replace("\n", " ⏎ ").split())


def _shown(char: str) -> str:
    if char.isascii() and char.isprintable():
        return char
    if char in _WRITTEN:
        return _WRITTEN[char]
    kind, code = unicodedata.category(char), ord(char)
    odd = char in _EMPTY or (kind == "Zs" and char != " ") or any(low <= code <= high for low, high in _SELECTORS)
    return f"⟨U+{code:04X}⟩" if odd or kind in _HIDDEN else char


def redacted(text: str, redactor: Redactor) -> str:
    """The text without secrets, whole where it is not enormous; else its two ends."""
    text = canonical.text(text)
    if len(text) <= 2 * WHOLE:
        return redactor.text(text, len(text) + 1)
    head, tail = redactor.text(text[:WHOLE], WHOLE), text[-WHOLE:]
    # The first word may be the second half of a secret.
    tail = tail[re.match(r"\S*", tail).end() :]  # type: ignore[union-attr]
    left = len(text) - WHOLE - len(tail)
    return f"{head}\n[{left} characters more]\n{redactor.text(tail, len(tail) + 1)}"


def call_text(call: ToolCall, stopped: Iterable[str], redactor: Redactor) -> str:
    """The exact call, both ends of it and the stopped parts of it, as they were written; the gravest come first.

    Of a long call so many are shown as `PARTS` says, and how many are not shown stands at its top.
    """
    text = redacted(_written(call, redactor), redactor)
    parts = [redacted(part, redactor) for part in dict.fromkeys(stopped) if part.strip()]
    shown = _with_parts(text, parts)
    return visible(shown, lines=True)


def _written(call: ToolCall, redactor: Redactor) -> str:
    """For a shell the command; for other tools name and arguments, a line or more for each."""
    command = call.input.get("command")
    if call.tool.lower() in _SHELLS and isinstance(command, str):
        # What a person reads is what runs: the agent's own description of it is not shown.
        rest = {key: value for key, value in call.input.items() if key not in ("command", "description")}
        return command if not rest else "\n".join((command, *_lines(rest, redactor)))
    return "\n".join((call.tool, *_lines(call.input, redactor)))


def _lines(value: dict[str, Any], redactor: Redactor, depth: int = 0) -> Iterable[str]:
    """`key: value` lines, nested ones indented; long texts keep both ends."""
    margin = "  " * depth
    for number, (key, given) in enumerate(value.items()):
        if number >= _ITEMS:
            yield f"{margin}[{len(value) - number} arguments more]"
            return
        name = visible(str(key))[:200]
        item = {f"[{place}]": inner for place, inner in enumerate(given)} if isinstance(given, list) else given
        if isinstance(item, dict) and item and depth < _DEPTH:
            yield f"{margin}{name}:"
            yield from _lines(item, redactor, depth + 1)
        elif isinstance(item, str) and is_sensitive_key(str(key)) and item and not is_reference(item):
            yield f"{margin}{name}: {redactor.take('named-secret')}"
        else:
            text = item if isinstance(item, str) else "" if item in ({}, None) else str(item)
            if "\n" in text:
                text = "".join(
                    f"\n{margin}  {line}" for line in _ends(redacted(text, redactor), CALL_LIMIT).split("\n")
                )
            else:
                text = _ends(redacted(text, redactor), CALL_LIMIT // 2)
            yield f"{margin}{name}: {text}"


def _ends(text: str, limit: int) -> str:
    """Two thirds from the beginning, a third from the end."""
    if len(text) <= limit:
        return text
    head, tail = limit * 2 // 3, limit // 3
    return f"{text[:head]}\n[{len(text) - head - tail} characters more]\n{text[-tail:]}"


def _with_parts(text: str, parts: list[str]) -> str:
    """A text that is too long, cut so that both ends and each of the `parts` stay."""
    if len(text) <= CALL_LIMIT:
        return "\n".join((text, *(f"[stopped] {part}" for part in parts if _missing(part, text))))
    head, tail = CALL_LIMIT // 3, CALL_LIMIT // 6
    kept = [(0, head), (len(text) - tail, len(text))]
    unseen: list[str] = []
    for part in parts[:PARTS]:
        place = text.find(part[: CALL_LIMIT // 6])
        if place < 0:
            unseen.append(part)
        else:
            end = place + min(len(part), CALL_LIMIT // 6)
            kept.append((max(0, place - _AROUND), min(len(text), end + _AROUND)))
    shown = _pieces(text, kept)
    hidden = sum(_missing(part, shown) for part in parts[PARTS:])
    if hidden:
        shown = f"[{hidden} stopped part{'s' if hidden > 1 else ''} not shown]\n{shown}"
    return "\n".join((shown, *(f"[stopped] {_ends(part, CALL_LIMIT // 6)}" for part in unseen)))


def _pieces(text: str, kept: list[tuple[int, int]]) -> str:
    """The kept ranges in order, with how much is left out between them."""
    shown: list[str] = []
    done = 0
    for start, end in sorted(kept):
        if start > done:
            shown.append(f"\n[{start - done} characters more]\n")
        if end > done:
            shown.append(text[max(start, done) : end])
            done = end
    return "".join(shown)


def _missing(part: str, text: str) -> bool:
    """Whether a part is not to be seen in the text, however it is spaced."""
    return "".join(part.split()) not in "".join(text.split())
