"""Answers of pure functions on texts, remembered in bounded memory: so many, and only of texts that are not long.

A cache that counts its entries alone can be made to hold gigabytes: agents choose the texts.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Final, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

LONGEST: Final = 2048
"""Characters of a text that is remembered, by default: longer than any path or name that comes twice."""


def memo(most: int, longest: int = LONGEST) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """`lru_cache` for `most` calls, none of whose positional arguments is longer than that; others are just made."""

    def decorate(function: Callable[P, T]) -> Callable[P, T]:
        remembered = lru_cache(most)(function)

        @wraps(function)
        def call(*texts: P.args, **named: P.kwargs) -> T:
            for text in texts:
                if len(text) > longest:  # type: ignore[arg-type]
                    return function(*texts, **named)
            return remembered(*texts, **named)  # type: ignore[arg-type]

        call.cache_info = remembered.cache_info  # type: ignore[attr-defined]
        return call

    return decorate
