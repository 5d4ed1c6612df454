"""Text from an agent as HTML in which nothing hides: what cannot be seen, or passes for something else, is named.

Control characters, marks that turn the direction of writing, invisible and unusual spaces, letters of another
alphabet inside a word, long runs of blanks: each becomes a `<mark>` that says what stands there.
"""

from __future__ import annotations

import html
import re
import unicodedata
from functools import lru_cache
from typing import Final

_BLANKS: Final = re.compile(r" {41,}|\n(?:[ \t]*\n){4,}")
_FOREIGN: Final = re.compile(r"[^\n\t\x20-\x7e]")
_TOLD: Final = re.compile(r"⟨(?:U\+[0-9A-F]{4,6}|CR|ESC|NUL|DEL)⟩|\[\d+ (?:blanks|empty lines|characters more)\]")
"""How whoever wrote the request says that something stands there which does not show."""
_WORD: Final = re.compile(r"\w+")
_STACKED: Final = 2  # marks above one letter that some language may need
_TWINS: Final = frozenset("АВЕЅІЈКМНОРСТУХаеорсухѕіјһԁԛԝΑΒΕΖΗΙΚΜΝΟΡΤΥΧοѵ")
"""Letters of other alphabets that no eye tells from a Latin one."""


def visible(text: str) -> str:
    """`text` as HTML. Line breaks stay; everything else that is not plain print is escaped, named, or both."""
    out: list[str] = []
    end = 0
    for found in _BLANKS.finditer(text):
        out.append(_line(text[end : found.start()]))
        out.append(_blanks(found.group()))
        end = found.end()
    out.append(_line(text[end:]))
    return _TOLD.sub(r"<mark>\g<0></mark>", "".join(out))


def _line(text: str) -> str:
    if not _FOREIGN.search(text):
        return html.escape(text)
    doubtful = {
        found.start() + offset
        for found in _WORD.finditer(text)
        if not found.group().isascii()
        for offset in _doubtful(found.group())
    }
    out: list[str] = []
    stacked = 0
    for position, char in enumerate(text):
        stacked = stacked + 1 if unicodedata.combining(char) else 0
        hidden = position in doubtful or stacked > _STACKED or _is_hidden(char)
        out.append(_named(char) if hidden else html.escape(char))
    return "".join(out)


def _doubtful(word: str) -> list[int]:
    """Which letters of a word pass for others: in a mixed word the foreign ones, else those that have a Latin twin."""
    alphabets = {_alphabet(char) for char in word if char.isalpha()}
    mixed = "LATIN" in alphabets and len(alphabets) > 1
    twins = all(char in _TWINS for char in word if char.isalpha())
    return [
        offset
        for offset, char in enumerate(word)
        if (char.isalpha() and ((mixed and _alphabet(char) != "LATIN") or (twins and char in _TWINS)))
        or (not char.isascii() and unicodedata.normalize("NFKC", char).isascii())
    ]


@lru_cache(4096)
def _alphabet(char: str) -> str:
    """The first word of a letter's name: LATIN, CYRILLIC, ..."""
    return unicodedata.name(char, "NONE").split(" ", 1)[0].split("-", 1)[0]


@lru_cache(4096)
def _is_hidden(char: str) -> bool:
    """Whether an eye would miss it, or be led astray by it."""
    if char in "\n\t ":
        return False
    kind = unicodedata.category(char)
    return (
        kind[0] in "CZ"
        or 0xFE00 <= ord(char) <= 0xFE0F
        or 0xE0100 <= ord(char) <= 0xE01EF
        or char in "\u3164\uffa0\u115f\u1160\u2800"
    )


def _named(char: str) -> str:
    """What stands there, in a mark; a letter keeps its look beside its number."""
    name = unicodedata.name(char, "") or unicodedata.category(char)
    shown = {"\r": "carriage return", "\x1b": "escape", "\0": "null"}.get(char, f"U+{ord(char):04X}")
    look = html.escape(char) if char.isalpha() and not _is_hidden(char) else ""
    return f'<mark title="{html.escape(name.lower())}">{look}{"&#8201;" if look else ""}{shown}</mark>'


def _blanks(run: str) -> str:
    lines = run.count("\n") - 1
    if lines > 0:
        return f"\n<mark>{lines} empty lines</mark>\n"
    return f" <mark>{len(run)} blanks</mark> "
