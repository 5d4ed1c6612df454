"""The operators of `${x op word}`."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from enactd.effects.shell.patterns import MAX_TEXT, compiled, plain
from enactd.effects.shell.quoting import quoted_for_shell
from enactd.effects.shell.syntax import Lit, Param, Word
from enactd.effects.values import EMPTY, Hole, Value, known, unknown, value

if TYPE_CHECKING:
    from enactd.effects.shell.expansion import Expander
    from enactd.effects.shell.state import State, Streams

CONDITIONAL: Final = frozenset({"-", ":-", "=", ":=", "+", ":+", "?", ":?"})
_LONGEST: Final = 1_024  # characters that trimming tries, one length after the other

Change = Callable[[str], str | None]


def chosen(expander: Expander, param: Param, state: State, io: Streams) -> tuple[Word | None, Value]:
    """What `${x:-word}` and its kin choose: the word to expand, or else the value."""
    found = expander.found(param, state, io)
    colon, op = param.op.startswith(":"), param.op[-1]
    present = expander.is_set(param, state, io) if not param.indirect else _presence(found)
    if colon and present:
        present = bool(found.text) if found.text is not None else (None if found.may_be_empty else True)
    if op == "+":
        return (None, EMPTY) if present is False else (param.word, EMPTY)
    if op == "?":
        return _required(param, found, present, state)
    if present or (present is None and _computed(param, state)):
        return None, _never_empty(found) if colon else found
    # Where it is not known whether the environment sets the variable, the default is what the author means.
    if op == "=" and present is False and param.index is None:
        content = expander.one(param.word, state, io)
        state.assign(param.name, content)
        return None, content
    return param.word, EMPTY


def _presence(found: Value) -> bool | None:
    return bool(found.text) if found.text is not None else None


def _computed(param: Param, state: State) -> bool:
    """Whether the script itself gave the parameter a value that only the run knows."""
    if param.name in state.variables:
        return True
    return param.name.isdigit() and state.positional is not None


def _never_empty(found: Value) -> Value:
    holes = tuple(Hole(p.why, p.plain, p.inside, empty=False) if isinstance(p, Hole) else p for p in found.pieces)
    return Value(holes, found.glob, found.origins)


def _required(param: Param, found: Value, present: bool | None, state: State) -> tuple[Word | None, Value]:
    if present is False:
        state.control, state.status = "exit", 1
        return None, EMPTY
    return None, _never_empty(found)


def apply_operator(expander: Expander, param: Param, found: Value, state: State, io: Streams) -> Value:
    """What `${x op word}` gives for the value found; holes where it cannot be known."""
    op = param.op
    if op in ("#", "##", "%", "%%"):
        pattern = expander.pattern(param.word or Word([]), state, io)
        known_end = _trimmed(found, op, pattern) if found.holes else None
        return known_end or _mapped(found, lambda text: _trim(text, op, pattern), f"a part of ${param.name}")
    if op.startswith("/"):
        return _replaced(expander, param, found, state, io)
    if op == ":":
        return _substring(expander, param, found, state, io)
    if op in ("^", "^^", ",", ",,"):
        pattern = expander.pattern(param.word, state, io) if param.word and param.word.parts else "?"
        return _mapped(found, lambda text: _case(text, op, pattern), f"${param.name} in another case")
    if op == "@Q":
        if expander.is_set(param, state, io) is False:
            return EMPTY
        return _mapped(found, quoted_for_shell, f"${param.name} quoted")
    if op in ("@U", "@u", "@L"):
        changes: dict[str, Change] = {
            "@U": str.upper, "@L": str.lower, "@u": lambda text: text[:1].upper() + text[1:],
        }  # fmt: skip
        return _mapped(found, changes[op], f"${param.name}")
    if op == "@P" and found.text is not None:
        # A prompt is expanded once more: substitutions in it run.
        expander.arithmetic(found, state, io)
    return unknown(f"${{{param.name}{op}}}", *found.origins)


def _mapped(found: Value, change: Change, why: str) -> Value:
    text = None if found.glob else found.text
    result = None if text is None else change(text)
    if result is None:
        return unknown(why, *found.origins, plain=bool(found.holes) and all(hole.plain for hole in found.holes))
    return known(result, *found.origins)


def _trimmed(found: Value, op: str, pattern: str | None) -> Value | None:
    """A value with holes, trimmed where its known end alone says by how much: `${file%.js}`, `${file##*/}`."""
    front = op[0] == "#"
    end = found.prefix if front else found.suffix
    if op == "##" and pattern == "*/":
        *_, last = found.split("/")
        if last.pieces != found.pieces or all(hole.plain for hole in last.holes):
            return last
        named = [Hole("a file's name", plain=True, empty=p.empty) if isinstance(p, Hole) else p for p in last.pieces]
        return value(*named, origins=found.origins) if all(hole.contained for hole in last.holes) else None
    literal = plain(pattern) if pattern is not None else None
    if pattern is None or (literal is None and len(op) == 2):
        return None
    if literal is not None and len(end) >= len(literal):
        matches = end.startswith(literal) if front else end.endswith(literal)
        kept = _trim(end, op, pattern) if matches else end
    else:
        regex = compiled(pattern) if literal is None and len(end) <= _LONGEST else None
        lengths = [n for n in range(len(end) + 1) if regex and regex.match(end[:n] if front else end[len(end) - n :])]
        kept = (end[lengths[0] :] if front else end[: len(end) - lengths[0]]) if lengths else None
    if kept is None or not end:
        return None
    return (
        value(kept, *found.pieces[1:], origins=found.origins)
        if front
        else value(*found.pieces[:-1], kept, origins=found.origins)
    )


def _trim(text: str, op: str, pattern: str | None) -> str | None:
    if pattern is None:
        return None
    literal = plain(pattern)
    if literal is not None:
        return text.removeprefix(literal) if op[0] == "#" else text.removesuffix(literal)
    regex = compiled(pattern)
    if regex is None or len(text) > _LONGEST:
        return None
    lengths = range(len(text) + 1)
    for length in lengths if len(op) == 1 else reversed(lengths):
        if op[0] == "#":
            if regex.match(text[:length]):
                return text[length:]
        elif regex.match(text[len(text) - length :]):
            return text[: len(text) - length]
    return text


def _replaced(expander: Expander, param: Param, found: Value, state: State, io: Streams) -> Value:
    pattern = expander.pattern(param.word or Word([]), state, io)
    new = expander.one(param.word2, state, io).text if param.word2 is not None else ""
    bare = (
        any("&" in p.text for p in param.word2.parts if isinstance(p, Lit) and not p.quoted) if param.word2 else False
    )
    if not found.pieces and expander.is_set(param, state, io) is False:
        return EMPTY
    if pattern is None or new is None or bare or (new and "&" in new and not _literal(param.word2)):
        return unknown(f"${param.name} with replacements", *found.origins)
    return _mapped(found, lambda text: _replace(text, param.op, pattern, new), f"${param.name} with replacements")


def _literal(word: Word | None) -> bool:
    return word is not None and word.literal is not None


def _replace(text: str, op: str, pattern: str, new: str) -> str | None:
    if not pattern:
        return text if op in ("/", "//") else new + text if op == "/#" else text + new
    literal = plain(pattern)
    if literal is not None and op in ("/", "//"):
        return text.replace(literal, new) if op == "//" else text.replace(literal, new, 1)
    regex = compiled(pattern, whole=False)
    if regex is None or len(text) > MAX_TEXT or pattern.count("*") > 3 or (pattern.count("*") > 1 and len(text) > 200):
        return None
    if not text:
        return new if regex.match("") else text
    body = {"/#": r"\A", "//": "", "/": "", "/%": ""}[op] + regex.pattern + (r"\Z" if op == "/%" else "")
    # An empty match replaces nothing, as in bash.
    return re.sub(body, lambda m: new if m.group() or op == "/#" else "", text, count=0 if op == "//" else 1)


def _substring(expander: Expander, param: Param, found: Value, state: State, io: Streams) -> Value:
    start = expander.arithmetic(expander.one(param.word, state, io), state, io).text
    count = None if param.word2 is None else expander.arithmetic(expander.one(param.word2, state, io), state, io).text
    if start is None or (param.word2 is not None and count is None):
        return unknown(f"a part of ${param.name}", *found.origins)

    def cut(text: str) -> str | None:
        first = int(start)
        if first < 0:
            first += len(text)
            if first < 0:
                return ""
        if count is None:
            return text[first:]
        last = int(count)
        return text[first : len(text) + last] if last < 0 else text[first : first + last]

    return _mapped(found, cut, f"a part of ${param.name}")


def _case(text: str, op: str, pattern: str | None) -> str | None:
    regex = None if pattern is None else compiled(pattern)
    if regex is None:
        return None
    change = str.upper if op[0] == "^" else str.lower
    if len(op) == 1:
        return (change(text[:1]) if regex.match(text[:1]) else text[:1]) + text[1:]
    return "".join(change(char) if regex.match(char) else char for char in text)
