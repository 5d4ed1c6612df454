"""Anything becomes something a record may hold: canonical, redacted, bounded."""

from __future__ import annotations

import json
from collections import OrderedDict
from enum import Enum
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from enactd.effects.model import Opaque, ReadPath, RunSql, Target, WritePath
from enactd.receipts import canonical
from enactd.receipts.plain import DEPTH, ITEMS, Plainer
from enactd.receipts.redact import Redactor
from enactd.risk import Risk


class Colour(Enum):
    RED = 1


class Untagged(msgspec.Struct):
    name: str
    count: int = 0
    inner: Target | None = None


def plain(value: Any, *, budget: int = 10_000, string_limit: int = 200) -> Any:
    return Plainer(Redactor(), budget=budget, string_limit=string_limit).plain(value)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None),
        (True, True),
        (5, 5),
        (-(2**53) + 1, -(2**53) + 1),
        (2**53, "integer of 54 bits"),
        (10**400, "integer of 1329 bits"),
        (1.5, "1.5"),
        (float("nan"), "nan"),
        (float("inf"), "inf"),
        ("text", "text"),
        ("a\ud800", "a�"),
        (b"bytes", "bytes"),
        (b"\xff", "�"),
        ([1, (2, 3)], [1, [2, 3]]),
        ({"b": 1, "a": [None]}, {"b": 1, "a": [None]}),
        ({"é": 1, 5: 2}, {"\\xe9": 1, "5": 2}),
        ({3, 1, 2}, [1, 2, 3]),
        pytest.param(frozenset({"b", "a"}), ["a", "b"], id="frozenset"),
        (Risk.COMMITMENT, "COMMITMENT"),
        (Colour.RED, "RED"),
        (object, "<type>"),
        (range(3), [0, 1, 2]),
        (OrderedDict(a=1), {"a": 1}),
        ({}, {}),
        ([], []),
        ("", ""),
        (Untagged("x"), {"name": "x"}),
        (Untagged("x", 3, Target(word="w")), {"name": "x", "count": 3, "inner": {"word": "w"}}),
    ],
    ids=lambda value: str(value)[:40],
)
def test_values(value: Any, expected: Any) -> None:
    """Each kind of value has one plain form."""
    assert expected == plain(value)


@pytest.mark.parametrize(
    ("effect", "expected"),
    [
        (
            ReadPath(source="cat x", target=Target(word="x", path="/w/x", area="workspace")),
            {"type": "ReadPath", "source": "cat x", "target": {"word": "x", "path": "/w/x", "area": "workspace"}},
        ),
        (Opaque(reason="r", level=Risk.COMMITMENT), {"type": "Opaque", "reason": "r", "level": "COMMITMENT"}),
        (Opaque(reason="r"), {"type": "Opaque", "reason": "r"}),
        (RunSql(verb="drop", tables=("a", "b")), {"type": "RunSql", "verb": "drop", "tables": ["a", "b"]}),
        (
            WritePath(target=Target(word="x"), origins=frozenset({"secret", "file"})),
            {"type": "WritePath", "target": {"word": "x"}, "origins": ["file", "secret"]},
        ),
    ],
    ids=lambda value: str(value)[:30],
)
def test_effects(effect: Any, expected: dict[str, Any]) -> None:
    """Type and what differs from the defaults, sets in order."""
    assert expected == plain(effect)


def test_contents_are_short_and_redacted() -> None:
    """What a write would write is shown in part, without its secrets."""
    shown = plain(WritePath(target=Target(word=".env"), content="PASSWORD=hunter2\n" * 500))
    assert "hunter2" not in str(shown)
    assert len(shown["content"]) < 300
    assert shown["content"].endswith(" characters]")


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"password": "x"}, {"password": "[redacted:named-secret]"}),
        ({"headers": {"Authorization": "y"}}, {"headers": {"Authorization": "[redacted:named-secret]"}}),
        ({"env": {"API_KEY": "abc"}}, {"env": {"API_KEY": "[redacted:named-secret]"}}),
        ({"api_key": "$KEY"}, {"api_key": "$KEY"}),
        ({"password": ""}, {"password": ""}),
        ({"token": 5, "max_tokens": "x"}, {"token": 5, "max_tokens": "x"}),
        (
            {"passwords": ["x", "y"], "password": ["x", "$Y", 5]},
            {"passwords": ["x", "y"], "password": ["[redacted:named-secret]", "$Y", 5]},
        ),
        ({"secret": {"a": "b"}}, {"secret": {"a": "b"}}),
    ],
)
def test_secrets_by_their_key(given: dict[str, Any], expected: dict[str, Any]) -> None:
    """A value under a secret's name goes whole, however short; references stay."""
    assert expected == plain(given)


def test_secrets_in_keys() -> None:
    """Keys are text of the agent, too."""
    assert "AKIAIOSFODNN7EXAMPLE" not in str(plain({"AKIAIOSFODNN7EXAMPLE": 1}))


def test_depth_is_bounded() -> None:
    """Deep values end in a word, without recursion to the bottom."""
    value: Any = "bottom"
    for _ in range(100_000):
        value = [value]
    shown = json.dumps(plain(value))
    assert DEPTH == shown.count("[")
    assert "(list left out)" in shown


def test_a_circle_ends() -> None:
    """A value that contains itself is as good as a deep one."""
    circle: dict[str, Any] = {}
    circle["self"] = circle
    assert "left out" in json.dumps(plain(circle))


@pytest.mark.parametrize("make", [list, lambda items: {str(item): item for item in items}])
def test_items_are_bounded(make: Any) -> None:
    """Of many members the first are shown, and how many were not."""
    shown = plain(make(range(100_000)), budget=10**6)
    assert ITEMS + 1 == len(shown)
    assert str(100_000 - ITEMS) in str(shown)


@pytest.mark.parametrize("budget", [1, 10, 100, 1000, 5000])
def test_the_budget_holds(budget: int) -> None:
    """All together stay near the budget, whatever is asked for."""
    plainer = Plainer(Redactor(), budget=budget, string_limit=300)
    value = {f"k{number}": ["word " * 50, {"a": "b" * 99}] for number in range(100)}
    shown = [plainer.plain(value) for _ in range(3)]
    assert len(json.dumps(shown[0])) < 2 * budget + 500
    assert len(json.dumps(shown[2])) < 400
    assert plainer.cut


def test_nothing_cut_nothing_said() -> None:
    """`cut` is set only if something is missing."""
    plainer = Plainer(Redactor(), budget=100, string_limit=50)
    plainer.plain({"a": "short"})
    assert not plainer.cut
    plainer.plain("x " * 40)
    assert plainer.cut


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()) | st.binary(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters()), inner) | st.tuples(inner),
        max_leaves=20,
    )
)
def test_always_canonical(value: Any) -> None:
    """Whatever goes in, what comes out can be written and verified."""
    shown = plain(value)
    assert canonical.fits(shown)
    line = canonical.encode(shown)
    assert canonical.is_canonical(line, canonical.decode(line))


def test_the_same_every_time() -> None:
    """Equal values give equal bytes: no set or hash order shows."""
    value = {"a": {"x", "y", "z"}, "b": frozenset(range(20))}
    assert 1 == len({canonical.encode(plain(value)) for _ in range(5)})
