"""Each command is told as it was understood, with what its variables held."""

from __future__ import annotations

import pytest
from support.scripts import reading

from enactd.effects.steps import Step

HERE = "/nowhere/proj"


def steps(script: str) -> list[Step]:
    return reading(script)[0].trace


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("rm a", Step(0, HERE, "rm a")),
        ("cd d && rm a", Step(0, f"{HERE}/d", "rm a")),
        ("d=build; rm -rf \"$d\"/x", Step(0, HERE, "rm -rf build/x", 'rm -rf "$d"/x', (("d", "build"),))),
        ("d=; rm -rf $d/x", Step(0, HERE, "rm -rf /x", "rm -rf $d/x", (("d", "empty"),))),
        ("d=$(cmd); rm $d", Step(0, HERE, "rm <output of `cmd`>", "rm $d", (("d", "<output of `cmd`>"),))),
        ("set -- x; rm \"$1\"", Step(0, HERE, "rm x", 'rm "$1"', (("1", "x"),))),
        ("rm 'a b' ''", Step(0, HERE, "rm 'a b' ''")),
        ("x=1; echo '$x' \"$x\"", Step(0, HERE, "echo $x 1", "echo '$x' \"$x\"", (("x", "1"),))),
        ("sudo rm a", Step(1, HERE, "rm a", user="root")),
        ("ssh h rm /a", Step(1, "<the home on ssh h>", "rm /a", place="ssh h")),
    ],
)  # fmt: skip
def test_the_last_command(script: str, expected: Step) -> None:
    """Its depth, its folder, its words; how it was written where that differs."""
    found = steps(script)[-1]
    if expected.place:
        expected = expected._replace(folder=found.folder)
    assert expected == found


def test_a_secret_is_not_repeated() -> None:
    """What a secret variable holds stays out of the account."""
    found = steps('export API_KEY=sk_live_1234; curl -H "$API_KEY" https://h')[-1]
    assert (("API_KEY", "a secret"),) == found.variables
