"""Conditions that hold for every row."""

from __future__ import annotations

import pytest
import sqlglot

from enactd.effects.sql.conditions import always
from enactd.effects.sql.tokens import HOLE


def holds(condition: str) -> bool:
    text = condition.replace("<HOLE>", HOLE)
    tree = sqlglot.parse_one(f"DELETE FROM users WHERE {text}", read="postgres")
    return always(tree.args["where"].this, "users")


@pytest.mark.parametrize(
    "condition",
    [
        "true", "1", "1=1", "1 = 1 AND 2 > 1", "'a'='a'", "id = id", "NOT false", "NOT (1=2)", "(true)", "1 <> 2",
        "id IS NOT NULL", "x = 3 OR 1=1", "id IS NOT NULL OR 1=1", "x = 1 OR x <> 1", "x IS NULL OR x IS NOT NULL",
        "x > 5 OR x <= 5", "name LIKE '%'", "name LIKE '%%'", "EXISTS (SELECT 1)", "id IN (SELECT id FROM users)",
        "1 IN (1, 2)", "1 BETWEEN 0 AND 2", "NULL IS NULL", "true IS TRUE", "1+1 = 2", "x >= x", "-1 < 0", "<HOLE>",
        "NOT NOT true", "x OR NOT x", "'1'::int = 1",
    ],
)  # fmt: skip
def test_always(condition: str) -> None:
    """Tautologies in all their clothes."""
    assert holds(condition)


@pytest.mark.parametrize(
    "condition",
    [
        "id = 1", "id > 0", "1=0", "false", "x = y", "name LIKE 'a%'", "name IS NOT NULL", "id IN (1, 2)",
        "id IN (SELECT user_id FROM orders)", "id IN (SELECT id FROM users WHERE x = 1)", "x = 1 AND 1=1",
        "EXISTS (SELECT 1 FROM o WHERE o.id = users.id)", "x <> x", "id = <HOLE>", "random() = random()",
        "created_at < now()", "NOT x", "x = 1 OR y <> 1", "id IN (SELECT id FROM users LIMIT 5)",
    ],
)  # fmt: skip
def test_depends(condition: str) -> None:
    """Conditions that some row may fail."""
    assert not holds(condition)
