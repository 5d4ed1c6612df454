"""The vocabulary of effects is complete, typed, and can be written down."""

from __future__ import annotations

import inspect
import typing

import msgspec
import pytest

from enactd.effects import model
from enactd.effects.model import AnyEffect, DeletePath, Effect, Target

KINDS = [c for _, c in inspect.getmembers(model, inspect.isclass) if issubclass(c, Effect) and c is not Effect]


def test_the_union_names_every_effect() -> None:
    """What a receipt can decode is what a reading can yield."""
    assert set(KINDS) == set(typing.get_args(AnyEffect))


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_effect_says_what_it_is(kind: type[Effect]) -> None:
    """A docstring, a name of its own, and nothing that can be changed later."""
    assert kind.__doc__
    assert kind.__struct_config__.frozen


def test_an_effect_survives_json() -> None:
    """Tagged by its type, with its target."""
    effect = DeletePath(target=Target(word="x", path="/x", nature=("build-output",)), recursive=True, chain=("sudo",))
    assert effect == msgspec.json.decode(msgspec.json.encode(effect), type=AnyEffect)  # type: ignore[arg-type]
    assert "DeletePath" == effect.type_name


@pytest.mark.parametrize(
    ("target", "shown"),
    [
        (Target(word="$X"), "$X"), (Target(word="x", path="/a/x"), "/a/x"), (Target(word="*", path="/a", everything_in=True), "/a/*"),
        (Target(word="*.py", path="/a/", pattern="*.py"), "/a/*.py"), (Target(word="/*", path="/", everything_in=True), "/*"),
    ],
)  # fmt: skip
def test_a_target_is_shown_as_what_it_resolves_to(target: Target, shown: str) -> None:
    """People see the place, not the spelling; an unknown one keeps its word."""
    assert shown == target.shown
