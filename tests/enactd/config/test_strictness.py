"""Which way a setting is stricter, key by key."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from enactd.config.files import known_keys
from enactd.config.strictness import ONCE, leaves, rule_of, table_of

LATER = datetime(2027, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("key", "before", "after", "expected"),
    [
        ("protect.tables", ["a"], ["a", "b"], "tighter"),
        ("protect.tables", ["a"], ["b"], "looser"),
        ("protect.tables", ["a", "b"], ["b", "a"], "same"),
        ("environments.production.hosts", None, ["a"], "tighter"),
        ("environments.test.hosts", None, ["a"], "looser"),
        ("environments.test.hosts", ["a"], [], "tighter"),
        ("packages.registries", ["a"], ["b"], "looser"),
        ("packages.only_listed", None, True, "tighter"),
        ("allow", None, "approve-safe", "looser"),
        ("allow", "approve-safe", "silent", "tighter"),
        ("reload", "confirm", None, "looser"),
        ("policies.x.enabled", None, True, "same"),
        ("policies.x.enabled", None, False, "looser"),
        ("policies.x.level", None, "deny", "tighter"),
        ("policies.x.level", None, "ask", "looser"),
        ("policies.x.level", "observe", "ask", "tighter"),
        ("policies.x.level", None, "nonsense", "looser"),
        ("policies.x.whatever", [1], [1, 2], "unclear"),
        ("daemon.threads", 4, 5, "neutral"),
        ("receipts.redact", ["a"], ["a", "b"], "tighter"),
        ("receipts.keep_days", 90, 365, "tighter"),
        ("receipts.keep_days", None, 90, "looser"),
        ("receipts.keep_mb", 100, 0, "tighter"),
        ("receipts.compress", False, True, "neutral"),
        ("deploy.windows", None, [1], "tighter"),
        ("deploy.windows", [1], [1, 2], "looser"),
        ("something.new", 1, 2, "unclear"),
    ],
)
def test_direction(key: str, before: Any, after: Any, expected: str) -> None:
    """What cannot be told is unclear, never tighter."""
    assert expected == rule_of(tuple(key.split("."))).compare(before, after)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (None, {"reason": "x"}, "tighter"),
        ({"reason": "x"}, None, "looser"),
        ({"reason": ""}, None, "same"),
        ({"reason": "x", "until": LATER}, {"reason": "x"}, "tighter"),
        ({"until": LATER}, {"until": LATER.replace(year=2026)}, "looser"),
        ({"reason": "x"}, {"reason": "y"}, "same"),
    ],
)
def test_a_freeze_is_as_strict_as_it_is_long(before: Any, after: Any, expected: str) -> None:
    """Another reason is no other freeze."""
    assert expected == rule_of(ONCE).compare(before, after)


def test_leaves_and_tables_are_inverse() -> None:
    """Nothing is lost on the way, but what is no layer's value."""
    table = {
        "allow": "silent",
        "protect": {"tables": ["a"]},
        "policies": {"a.b": {"n": {"deep": 1}}},
        "freeze": {"reason": "x"},
    }
    assert table == table_of(leaves({**table, "agents": {"x": {}}, "loosenable": []}))


def test_no_known_setting_is_unclear() -> None:
    """Every key that has a name has a direction; only parameters of policies have none."""
    unclear = [key for key in known_keys() if "unclear" == rule_of(tuple(key.split("."))).compare("1", "2")]
    assert ["freeze.reason", "freeze.until", "loosenable"] == sorted(unclear)
