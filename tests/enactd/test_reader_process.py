"""The worker's own side: one request in, one answer out, whatever the reader does."""

from __future__ import annotations

from typing import Any

import pytest

from enactd.reader_process import Reader, Request, respond, together


def ask(reader: Reader) -> dict[str, Any]:
    return respond(Request(id=4, kind="k", payload="p", limit=1.0), {"k": reader})


def recurse(payload: Any) -> Any:
    return recurse(payload)


def test_value() -> None:
    """The reader's result goes back under the request's number."""
    assert {"id": 4, "value": "pp"} == ask(lambda payload: payload * 2)


@pytest.mark.parametrize("error", [AttributeError, IndexError, AssertionError, NotImplementedError, NameError])
def test_any_exception_is_a_refusal(error: type[Exception]) -> None:
    """bashlex leaks many exceptions for bad text; each becomes an error answer."""

    def read(_: Any) -> None:
        raise error("no")

    assert {"id": 4, "error": f"{error.__name__}: no"} == ask(read)


def test_recursion_is_a_refusal() -> None:
    """Text nested beyond the stack is refused by name."""
    assert {"id": 4, "error": "nested too deeply"} == ask(recurse)


def test_readers_that_are_asked_together() -> None:
    """Each says its own; what one refuses, however it does so, leaves the others their word."""
    answer = ask(together(lambda payload: [payload], recurse, lambda _: {}["no"], lambda payload: payload))
    assert {"id": 4, "value": [["p"], None, None, "p"]} == answer
