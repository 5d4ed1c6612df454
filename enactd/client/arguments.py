# SPDX-License-Identifier: Apache-2.0
"""A function's call as a tool's input: arguments by name."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any


def tool_name(function: Callable[..., Any], given: str) -> str:
    """The tool's name: as given, else the function's own."""
    return given or str(getattr(function, "__name__", type(function).__name__))


def bound(function: Callable[..., Any], args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> dict[str, Any]:
    """Every argument by its name, defaults too; raises `TypeError` as the call itself would.

    The object that a method belongs to is not sent.
    """
    found = inspect.signature(function).bind(*args, **kwargs)
    found.apply_defaults()
    values = dict(found.arguments)
    first = next(iter(found.signature.parameters), "")
    if first in ("self", "cls"):
        values.pop(first, None)
    for name, parameter in found.signature.parameters.items():
        if parameter.kind is inspect.Parameter.VAR_KEYWORD and name in values:
            more = values.pop(name)
            hidden = {key: value for key, value in more.items() if key in values}
            values.update({key: value for key, value in more.items() if key not in values})
            if hidden:  # `f(1, a=2)` of `def f(a, /, **more)`: both are said
                values[name] = hidden
    return values
