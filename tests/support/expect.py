"""Compare what a command would do with a row of a table: types exactly, fields where the row names them."""

from __future__ import annotations

from typing import Any

from support.reading import effects

Row = tuple[str, list[tuple[type, dict[str, Any]]]]


def assert_effects(command: str, expected: list[tuple[type, dict[str, Any]]]) -> None:
    """Every effect of the command, in order; a target is compared by its path."""
    found = effects(command)
    assert [kind.__name__ for kind, _ in expected] == [type(effect).__name__ for effect in found]
    for (_, fields), effect in zip(expected, found, strict=True):
        shown = {name: getattr(effect, name) for name in fields}
        assert fields == {name: getattr(value, "path", value) for name, value in shown.items()}
