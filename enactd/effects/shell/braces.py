"""Brace expansion: `a{b,c}`, `{1..3}`. Many plain alternatives become one hole, so that no word explodes."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from typing import Final

import msgspec

from enactd.effects.shell.syntax import Lit, Param, Part
from enactd.effects.values import Value, unknown

LIMIT: Final = 128
_BRACES: Final = 400
_SEQUENCE: Final = re.compile(r"(?:(-?\d+)\.\.(-?\d+)|([A-Za-z])\.\.([A-Za-z]))(?:\.\.(-?\d+))?")

Token = Part | str
Mark = Callable[[Value], str]


def braces(parts: list[Part], mark: Mark) -> list[list[Part]]:
    """The words that a word becomes; the word itself where there is nothing to expand.

    `mark` turns a hole into text that expansion takes for the hole again.
    """
    if not any(isinstance(part, Lit) and not part.quoted and "{" in part.text for part in parts):
        return [parts]
    tokens: list[Token] = []
    for part in parts:
        if isinstance(part, Lit) and not part.quoted:
            tokens.extend(piece for piece in re.split(r"([{},])", part.text) if piece)
        else:
            tokens.append(part)
    if sum(token == "{" for token in tokens) > _BRACES:
        return [[Lit(mark(unknown("a word with too many braces")), True)]]
    return [_rejoin(result, mark) for result in _expanded(tokens, 0, len(tokens), mark)]


def _closing(tokens: list[Token], start: int, end: int) -> tuple[int, list[int]] | None:
    """Where the brace whose inside begins at `start` ends, and its commas: bash lets `}` pass before a comma or `..`."""
    commas: list[int] = []
    level, separated = 0, False
    for index in range(start, end):
        token = tokens[index]
        if token == "{":
            level += 1
        elif token == "}" and level:
            level -= 1
        elif token == "}" and separated:
            return index, commas
        elif token == "," and not level:
            commas.append(index)
            separated = True
        elif not level and isinstance(token, str) and ".." in token:
            separated = separated or not (
                token.index("..") == len(token) - 2 and tokens[index + 1 : index + 2] == ["}"]
            )
    return None


def _expanded(tokens: list[Token], start: int, end: int, mark: Mark) -> list[list[Token]]:
    for index in range(start, end):
        if tokens[index] != "{" or (index == start and tokens[index + 1 : index + 2] == ["}"]):
            continue  # `{}` at the start is text
        closing = _closing(tokens, index + 1, end)
        if closing is None:
            continue
        close, commas = closing
        if commas or "," in tokens[index + 1 : close]:  # any comma inside makes it a list, if only of one
            edges = [index, *commas, close]
            middles = [word for a, b in itertools.pairwise(edges) for word in _expanded(tokens, a + 1, b, mark)]
        else:
            middles = _sequence(tokens[index + 1 : close], mark) or [tokens[index : close + 1]]
        head = tokens[start:index]
        tails = _expanded(tokens, close + 1, end, mark)
        if len(middles) * len(tails) > LIMIT:
            middles, tails = _narrowed(middles, tails, mark)
        return [[*head, *middle, *tail] for middle in middles for tail in tails]
    return [tokens[start:end]]


def _narrowed(
    middles: list[list[Token]], tails: list[list[Token]], mark: Mark
) -> tuple[list[list[Token]], list[list[Token]]]:
    if len(middles) >= len(tails):
        middles = [_any_of(middles, mark)]
    else:
        tails = [_any_of(tails, mark)]
    if len(middles) * len(tails) > LIMIT:
        return _narrowed(middles, tails, mark)
    return middles, tails


def _any_of(words: list[list[Token]], mark: Mark) -> list[Token]:
    """One of many words: a plain hole where none of them can name another folder or an option."""
    texts = ["".join(token if isinstance(token, str) else "/" for token in word) for word in words]
    plain = all(re.fullmatch(r"[\w.][\w.-]*", text) and text not in (".", "..") for text in texts)
    return [Lit(mark(unknown(f"one of {len(words)} words", plain=plain, empty=not plain)), True)]


def _sequence(inside: list[Token], mark: Mark) -> list[list[Token]] | None:
    if len(inside) != 1 or not isinstance(inside[0], str):
        return None
    match = _SEQUENCE.fullmatch(inside[0])
    if not match:
        return None
    first, last, low_letter, high_letter, step = match.groups()
    jump = max(abs(int((step or "1")[:9])), 1)
    if first is None:
        return [[chr(code)] for code in _span(ord(low_letter), ord(high_letter), jump)]
    if len(first) > 18 or len(last) > 18:
        return None
    padded = any(re.match(r"-?0\d", text) for text in (first, last))
    width = max(len(first), len(last)) if padded else 0
    numbers = _span(int(first), int(last), jump)
    if len(numbers) > LIMIT:
        negative = numbers[0] < 0
        return [[Lit(mark(unknown(f"one of {len(numbers)} numbers", plain=not negative, empty=False)), True)]]
    return [[f"-{-n:0{width - 1}d}" if n < 0 and width else f"{n:0{width}d}"] for n in numbers]


def _span(low: int, high: int, jump: int) -> range:
    return range(low, high + 1, jump) if low <= high else range(low, high - 1, -jump)


def _rejoin(tokens: list[Token], mark: Mark) -> list[Part]:
    parts: list[Part] = []
    for token in tokens:
        part: Part = Lit(token) if isinstance(token, str) else token
        last = parts[-1] if parts else None
        if isinstance(last, Param) and last.bare and not last.quoted and isinstance(part, Lit) and _open(part):
            # Braces expand first: `$x{a,b}` is `$xa $xb`.
            name, rest = _longer_name(last.name, part)
            if name is None:
                parts[-1] = Lit(mark(unknown(f"${last.name} and what follows")), True)
                continue
            parts[-1] = msgspec.structs.replace(last, name=name, bare=not rest)
            part = Lit(rest, part.quoted)
            if not rest:
                continue
        last = parts[-1] if parts else None
        if isinstance(part, Lit) and not part.quoted and isinstance(last, Lit) and not last.quoted:
            parts[-1] = Lit(last.text + part.text)
        else:
            parts.append(part)
    return parts


def _longer_name(name: str, follower: Lit) -> tuple[str | None, str]:
    """The name with the letters that follow it, and what is left of them; None where they are unknown."""
    if follower.text.startswith("\ue000"):
        return None, ""
    match = re.match(r"\w*", follower.text, re.ASCII)
    end = match.end() if match else 0
    return name + follower.text[:end], follower.text[end:]


def _open(part: Lit) -> bool:
    return not part.quoted or part.text.startswith("\ue000")
