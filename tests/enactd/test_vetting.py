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


WAYS_OUT = [
    "x = f.__globals__",
    "x = f._private",
    "def g():\n    yield 1\nx = g().gi_frame",
    "x = f.f_back",
    "x = f.func_globals",
    "x = type(f).mro()",
    "x = '{0.gi_frame.f_back.f_globals}'.format(f)",
    "x = '{0[a]}'.format(f)",
    "t = '{0.a}'\nx = t.format(f)",
    "x = '{0.a}'.format_map(f)",
    "x = str.format('{0.a}', f)",
    "match f:\n    case object(__class__=x):\n        pass",
    "match f:\n    case object(gi_frame=x):\n        pass",
    "x = license()",
]


@pytest.mark.parametrize("source", WAYS_OUT)
def test_nothing_leads_from_a_policy_to_the_program_around_it(source: str) -> None:
    """Private names, frames, classes and text that is formatted by attribute are refused before anything runs."""
    with pytest.raises(PolicyError):
        vet(source)


@pytest.mark.parametrize(
    "source",
    [
        "from enactd.policy import msgspec\n",
        "from enactd.policy import model\n",
        "x = getattr(len, '__se' + 'lf__')\n",
        "x = getattr(len, '_' + 'x', None)\n",
        "class_name = '__cl' + 'ass__'\nx = (lambda: getattr(1, class_name))()\n",
    ],
)
def test_nor_does_anything_that_is_found_while_it_runs(source: str) -> None:
    """Modules behind `enactd.policy`, and attributes whose names are put together."""
    with pytest.raises(PolicyError):
        vetting.run("p.py", "p", ast.parse(source))


def test_what_a_policy_needs_still_goes() -> None:
    """Plain attributes by name, a default, plain formatting."""
    source = (
        "from enactd.policy import *\n"
        "x = getattr(Target(word='a'), 'word', '')\n"
        "y = hasattr(x, 'nothing_such')\n"
        "z = 'a {} {n:>3}'.format(1, n=2)\n"
    )
    vet(source)
    found = vetting.run("p.py", "p", ast.parse(source))
    assert ("a", False, "a 1   2") == (found["x"], found["y"], found["z"])
