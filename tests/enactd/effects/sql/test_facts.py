"""Facts cross the process border unchanged."""

from __future__ import annotations

import msgspec

from enactd.effects.sql.facts import Facts


def test_round_trip() -> None:
    """What a worker encodes, the daemon decodes to the same value."""
    facts = Facts(verb="alter", tables=("a", "b"), drops=("column x",), renames=("a", "b"), limit=True, path="/x")
    assert facts == msgspec.convert(msgspec.json.decode(msgspec.json.encode(facts)), Facts)
