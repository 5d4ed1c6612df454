"""Resources by type, with what holds data first, and nothing left out in silence."""

from __future__ import annotations

from enactd.approvals.plans.counting import TYPES, by_type, counted


def test_by_type() -> None:
    """Data first, then numbers."""
    found = [("aws_instance", "a"), ("aws_instance", "b"), ("aws_rds_cluster", "c"), ("aws_eip", "d")]
    assert ["1 aws_rds_cluster: c", "2 aws_instance: a, b", "1 aws_eip: d"] == by_type(found)


def test_what_is_left_out_is_counted() -> None:
    """Of names and of types; a database is never among them."""
    found = [(f"type{n:02}", "x") for n in range(TYPES + 3)] + [("sql_database", f"db{n}") for n in range(9)]
    lines = by_type(found)
    assert "9 sql_database: db0, db1, db2, db3, db4 and 4 more" == lines[0]
    assert lines[-1].startswith("and 4 more of 4 types: type")


def test_counted() -> None:
    """One is not several."""
    assert ("1 object", "2 objects", "0 objects") == (counted(1, "object"), counted(2, "object"), counted(0, "object"))
