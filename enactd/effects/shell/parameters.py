"""The operators of `${x op word}`."""

from __future__ import annotations

import fnmatch
import re
from typing import TYPE_CHECKING

from enactd.effects.shell.syntax import Param, Word
from enactd.effects.values import EMPTY, Hole, Value, known, unknown

if TYPE_CHECKING:
    from enactd.effects.shell.expansion import Expander
    from enactd.effects.shell.state import State, Streams


def apply_operator(expander: Expander, param: Param, found: Value, state: State, io: Streams) -> Value:
    """What `${x op word}` gives for the value found; holes where it cannot be known."""
    op = param.op
    if op.lstrip(":") in ("-", "=", "+", "?"):
        return _conditional(expander, param, found, state, io)
    if op in ("#", "##", "%", "%%"):
        pattern = expander.pattern(param.word or Word([]), state, io)
        return _mapped(
            found, None if pattern is None else lambda text: _trim(text, op, pattern), f"a part of ${param.name}"
        )
    if op.startswith("/"):
        pattern = expander.pattern(param.word or Word([]), state, io)
        replacement = expander.one(param.word2, state, io).text if param.word2 is not None else ""
        usable = pattern is not None and replacement is not None
        return _mapped(
            found, (lambda text: _replace(text, op, pattern or "", replacement or "")) if usable else None,
            f"${param.name} with replacements",
        )  # fmt: skip
    if op == ":":
        return _substring(expander, param, found, state, io)
    if op in ("^", "^^", ",", ",,"):
        return _mapped(found, lambda text: _case(text, op), f"${param.name} in another case")
    if op in ("@Q", "@E", "@U", "@u", "@L"):
        changes = {"@U": str.upper, "@L": str.lower}
        return _mapped(found, changes.get(op, str), f"${param.name}")
    return unknown(f"${{{param.name}{op}}}", *found.origins)


def _conditional(expander: Expander, param: Param, found: Value, state: State, io: Streams) -> Value:
    colon, op = param.op.startswith(":"), param.op[-1]
    present = expander.is_set(param, state)
    if colon and present:
        present = bool(found.text) if found.text is not None else not found.may_be_empty or None
    word = expander.one(param.word, state, io)
    if op == "+":
        return EMPTY if present is False else word
    if op == "?":
        holes = tuple(Hole(p.why, p.plain, p.inside, empty=False) if isinstance(p, Hole) else p for p in found.pieces)
        return Value(holes, found.glob, found.origins)
    if present:
        return found
    # Where it is not known whether the variable is set, the default is what the author means.
    if op == "=" and present is False:
        state.assign(param.name, word)
    return word


def _mapped(found: Value, change: object, why: str) -> Value:
    text = found.text
    if text is None or not callable(change):
        return unknown(why, *found.origins)
    return known(str(change(text)), *found.origins)


def _trim(text: str, op: str, pattern: str) -> str:
    regex = re.compile(fnmatch.translate(pattern))
    lengths = range(len(text) + 1)
    order = lengths if len(op) == 1 else reversed(lengths)
    for length in order:
        if op[0] == "#":
            if regex.match(text[:length]):
                return text[length:]
        elif regex.match(text[len(text) - length :]):
            return text[: len(text) - length]
    return text


def _replace(text: str, op: str, pattern: str, replacement: str) -> str:
    body = fnmatch.translate(pattern).removeprefix("(?s:").removesuffix(r")\Z").removesuffix(r")\z")
    body = {"/#": r"\A", "//": "", "/": "", "/%": ""}[op] + body + (r"\Z" if op == "/%" else "")
    try:
        return re.sub(f"(?s:{body})", lambda _: replacement, text, count=0 if op == "//" else 1)
    except re.error:
        return text


def _substring(expander: Expander, param: Param, found: Value, state: State, io: Streams) -> Value:
    start = expander.arithmetic(expander.one(param.word, state, io), state).text
    count = None if param.word2 is None else expander.arithmetic(expander.one(param.word2, state, io), state).text
    text = found.text
    if text is None or start is None or (param.word2 is not None and count is None):
        return unknown(f"a part of ${param.name}", *found.origins)
    first = int(start)
    first = max(len(text) + first, 0) if first < 0 else first
    if count is None:
        return known(text[first:], *found.origins)
    last = int(count)
    return known(text[first : len(text) + last] if last < 0 else text[first : first + last], *found.origins)


def _case(text: str, op: str) -> str:
    change = str.upper if op[0] == "^" else str.lower
    return change(text) if len(op) == 2 else change(text[:1]) + text[1:]
