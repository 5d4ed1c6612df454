"""Regular expressions that an operator writes and that every call's text goes through: none may take for ever."""

from __future__ import annotations

import re
import warnings
from typing import Any, Final

LONGEST: Final = 500
_MANY: Final = 1000
"""Repetitions from which on one inside another is refused."""

_parser: Any = re._parser  # type: ignore[attr-defined]
_REPEATS: Final = frozenset({"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"})


def check_pattern(text: str) -> None:
    """Raise `ValueError` for what is no expression, is too long, matches nothing at all, or could run away.

    What could run away: an unbounded repetition inside another, which tries exponentially many ways. It is refused
    even where that one would be harmless; every such expression can be written without.
    """
    if len(text) > LONGEST:
        raise ValueError(f"an expression of {len(text)} characters is longer than {LONGEST}")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compiled, parsed = re.compile(text), _parser.parse(text)
    except (re.error, RecursionError, OverflowError) as error:
        raise ValueError(f"`{text}` is no regular expression: {error}") from None
    if compiled.match("") is not None:
        raise ValueError(f"`{text}` fits the empty text")
    if _nested(parsed, inside=False):
        raise ValueError(f"`{text}` repeats what repeats, and could take for ever: bound one of them")


def _nested(parsed: Any, *, inside: bool) -> bool:
    for operation, argument in parsed:
        unbounded = str(operation) in _REPEATS and argument[1] >= _MANY
        if unbounded and inside:
            return True
        if any(_nested(part, inside=inside or unbounded) for part in _parts(argument)):
            return True
    return False


def _parts(argument: Any) -> list[Any]:
    """The expressions inside an operation's argument."""
    if isinstance(argument, _parser.SubPattern):
        return [argument]
    if isinstance(argument, (tuple, list)):
        return [part for member in argument for part in _parts(member)]
    return []
