"""A policy's source becomes a declaration, or an error with the file's name; `test_bundle.py` has the table."""

from __future__ import annotations

import ast

import pytest

from enactd import vetting
from enactd.errors import PolicyError


def vet(source: str) -> None:
    vetting.vet("p.py", vetting.parse("p.py", source.encode()))


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("x = 10 ** 10 ** 10", "power"),
        ("n = 9\nx = 2 ** n", "power"),
        ("x = 1 << 100000", "power"),
        ("x = 2\nx **= 99999", "power"),
        ("x = pow(2, 9)", "`pow`"),
        ("async def f():\n    async for x in y:\n        pass", "waits"),
    ],
)
def test_what_one_step_could_cost_is_refused(source: str, expected: str) -> None:
    """A number of a million digits is one step, so nobody computes it."""
    with pytest.raises(PolicyError) as caught:
        vet(source)
    assert expected in caught.value.cause


@pytest.mark.parametrize("source", ["x = 1 << 20", "x = 10 ** 6", "x = {1} | {2}", "x = 3 >> 1"])
def test_sizes_may_be_written_as_powers(source: str) -> None:
    """A limit of a megabyte is no attack."""
    vet(source)


def test_a_file_that_does_not_end_does_not_load() -> None:
    """An endless loop at the top of a file ends with the file's name."""
    tree = ast.parse("while True:\n    pass\n")
    with pytest.raises(PolicyError) as caught:
        vetting.run("p.py", "p", tree)
    assert ("the policy `p.py` does not load", "loading it does not end") == (caught.value.problem, caught.value.cause)


def test_sections_of_a_docstring() -> None:
    """Title, then what stands under the known headings, on one line each."""
    title, found = vetting.sections("Title.\n\nWhy\n    Because\n    of it.\nInstead\n    That.\n")
    assert ("Title.", {"Why": "Because of it.", "Instead": "That."}) == (title, found)
