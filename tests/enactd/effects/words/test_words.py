"""Every effect has its sentence, and a receipt's effect has the same one."""

from __future__ import annotations

import types
from typing import Any, get_args

import msgspec
import pytest
from support.effect_words import NAMES, target

from enactd.effects import model as m
from enactd.effects import words
from enactd.effects.model import Target
from enactd.receipts.plain import Plainer
from enactd.receipts.redact import Redactor
from enactd.risk import Risk

TYPES = get_args(m.AnyEffect)


def example(kind: type[m.Effect]) -> m.Effect:
    """An effect with something in every field that needs one."""
    fill: dict[str, Any] = {}
    for field in msgspec.structs.fields(kind):
        if not field.required:
            continue
        values: dict[Any, Any] = {str: "thing", Target: target(), bool | None: None, tuple[str, ...]: ("thing",)}
        options = get_args(field.type)
        if isinstance(field.type, types.UnionType):
            fill[field.name] = "thing" if str in options else None
        else:
            fill[field.name] = values[field.type] if field.type in values else options[0]
    return kind(**fill)


def test_every_type_has_words() -> None:
    """No effect is without a sentence, and none is there that no effect has."""
    assert set(TYPES) == set(words.WORDS)
    assert set(TYPES) == {
        kind
        for kind in vars(m).values()
        if isinstance(kind, type) and issubclass(kind, m.Effect) and kind is not m.Effect
    }


@pytest.mark.parametrize("kind", TYPES, ids=lambda kind: kind.__name__)
def test_every_type_is_told(kind: type[m.Effect]) -> None:
    """A sentence is words: it begins small, and is not the effect's type or fields."""
    told = words.told(example(kind), NAMES)
    assert told[:1].islower(), told
    assert kind.__name__ not in told
    assert not [text for text in ("=", "None", "()") if text in told], told


@pytest.mark.parametrize("kind", TYPES, ids=lambda kind: kind.__name__)
def test_receipts_effects_have_the_same_words(kind: type[m.Effect]) -> None:
    """What a receipt keeps of an effect is told as the effect was."""
    effect = example(kind)
    kept = Plainer(Redactor(), budget=10_000, string_limit=500).plain(effect)
    assert words.told(effect) == words.told_of_record(kept)


def test_a_level_in_a_receipt_is_a_name() -> None:
    """`Opaque` carries its level; a receipt writes it in letters."""
    kept = Plainer(Redactor(), budget=10_000, string_limit=500).plain(m.Opaque(reason="r", level=Risk.COMMITMENT))
    assert "COMMITMENT" == kept["level"]
    assert "does something that could not be read: r" == words.told_of_record(kept)


@pytest.mark.parametrize("kept", [{}, {"type": "LeftOut"}, {"type": "DeletePath"}, {"type": "RunSql", "verb": 7}])
def test_what_is_no_effect_any_more_has_no_words(kept: dict[str, Any]) -> None:
    """Cut, or of another version: None, never an exception."""
    assert words.told_of_record(kept) in (
        None,
        "runs 7 in a statement that is not known (database, which one is not known)",
    )
