"""A function's call by names."""

from __future__ import annotations

from typing import Any

import pytest

from enactd.client.arguments import bound, tool_name


def plain(a: int, b: int = 2, *rest: int, **more: Any) -> None:
    """Takes everything."""


class Thing:
    def act(self, a: int) -> None:
        """A method."""


def test_arguments_by_name() -> None:
    """Defaults are said, and further names stand beside the others."""
    assert {"a": 1, "b": 2, "rest": ()} == bound(plain, (1,), {})
    assert {"a": 1, "b": 3, "rest": (4,), "x": 5} == bound(plain, (1, 3, 4), {"x": 5})


def test_a_name_cannot_be_hidden_by_another() -> None:
    """What is passed as a further name never takes the place of an argument, and is said all the same."""

    def sly(a: int, /, **more: Any) -> None: ...

    assert {"a": 1, "more": {"a": 2}} == bound(sly, (1,), {"a": 2})


def test_the_object_of_a_method_is_left_out() -> None:
    """It is no argument."""
    assert {"a": 1} == bound(Thing.act, (Thing(), 1), {})


def test_wrong_arguments_are_the_functions_error() -> None:
    """Nothing is asked for a call that could not be made."""
    with pytest.raises(TypeError):
        bound(plain, (), {})


def test_names() -> None:
    """Given, else the function's."""
    assert "plain" == tool_name(plain, "")
    assert "x" == tool_name(plain, "x")
