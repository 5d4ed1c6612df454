"""What every reading of a program shares: where its home is, what it inherits, who reads which name."""

from __future__ import annotations

import pytest

from enactd.effects.areas import Places
from enactd.effects.code.evaluation import NODES, Evaluation, Program, registers
from enactd.effects.invocation import Invocation
from enactd.effects.model import RunCode
from enactd.effects.reading import Reading
from enactd.effects.values import SECRET
from enactd.world import AssumedWorld


def call(environment: dict[str, str] | None = None) -> Invocation:
    world = AssumedWorld(cwd="/w", workspace="/w", home="/home/u", environment=environment)
    return Reading(world, Places(workspace="/w", home="/home/u")).invocation("python")


@pytest.mark.parametrize(("environment", "home"), [({}, "/home/u"), ({"HOME": "/other"}, "/other")])
def test_the_home_is_what_the_program_is_told(environment: dict[str, str], home: str) -> None:
    """`HOME` of the call's shell; without one the machine's."""
    program = Program(call(environment), {})
    assert [home, home] == [program.home, program.inherited("USERPROFILE").plain]


def test_inherited_variables() -> None:
    """A known one is its text, an unknown one is not; one that is named like a secret carries that on."""
    program = Program(call({"NODE_ENV": "test"}), {})
    assert "test" == program.inherited("NODE_ENV").plain
    token = program.inherited("GITHUB_TOKEN")
    assert token.plain is None
    assert SECRET in token.all_origins()


def test_only_effects_are_kept() -> None:
    """Whoever asks gets back what was kept; what a program prints is no effect."""
    evaluation = Evaluation(call(), {"file": "/w/a.py"}, "workspace")
    effect = RunCode(language="sql", origin="argument", what="x")
    assert [effect] == evaluation.emit([effect, "printed"])
    assert ([effect], "/w/a.py", NODES) == (evaluation.found, evaluation.file, evaluation.left)


def test_a_handler_stands_under_all_its_names() -> None:
    """The table is the caller's."""
    table: dict[str, object] = {}
    handler = registers(table)("a.b", "c")(len)
    assert {"a.b": len, "c": len} == table
    assert len is handler
