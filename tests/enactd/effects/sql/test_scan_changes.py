"""DROP, TRUNCATE, ALTER, RENAME, CREATE, GRANT."""

from __future__ import annotations

from typing import Any

import pytest

from enactd.effects.sql.scan import scan
from enactd.effects.sql.split import statements
from enactd.effects.sql.tokens import HOLE


def facts(text: str, dialect: str = "") -> list[tuple[Any, ...]]:
    found = [f for s in statements(text.replace("<HOLE>", HOLE), dialect) for f in scan(s, dialect)]
    return [(f.verb, f.object, "+".join(f.tables), *f.drops, *(name for name in f.renames if name)) for f in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("DROP TABLE a", [("drop", "table", "a")]),
        ('DROP TABLE IF EXISTS public."A", b CASCADE', [("drop", "table", "public.a+b")]),
        ("DROP TEMPORARY TABLE a", [("drop", "temporary table", "a")]),
        ("DROP MATERIALIZED VIEW v", [("drop", "view", "v")]),
        ("DROP INDEX CONCURRENTLY i", [("drop", "index", "i")]),
        ("DROP TRIGGER t ON users", [("drop", "trigger", "t+users")]),
        ("DROP SCHEMA public CASCADE", [("drop", "schema", "public")]),
        ("DROP DATABASE <HOLE>", [("drop", "database", "?")]),
        ("DROP OWNED BY bob", [("drop", "owned", "bob")]),
        ("DROP USER bob", [("drop", "user", "bob")]),
        ("DROP EXTENSION IF EXISTS x", [("drop", "extension", "x")]),
        ("TRUNCATE TABLE ONLY a, b RESTART IDENTITY", [("truncate", "table", "a+b")]),
        ("TRUNCATE a", [("truncate", "table", "a")]),
        ("ALTER TABLE a DROP COLUMN b, DROP c", [("alter", "table", "a", "column b", "column c")]),
        ("ALTER TABLE a DROP CONSTRAINT IF EXISTS b", [("alter", "table", "a", "constraint b")]),
        ("ALTER TABLE a DROP PARTITION p", [("alter", "table", "a", "partition p")]),
        ("ALTER TABLE a DROP PRIMARY KEY", [("alter", "table", "a", "primary key")]),
        ("ALTER TABLE a ALTER COLUMN b DROP DEFAULT", [("alter", "table", "a")]),
        ("ALTER TABLE a ADD COLUMN drop_me int", [("alter", "table", "a")]),
        ("ALTER TABLE a TRUNCATE PARTITION p", [("alter", "table", "a", "partition")]),
        ("ALTER TABLE a DISABLE ROW LEVEL SECURITY", [("alter", "table", "a", "row level security")]),
        ("ALTER TABLE IF EXISTS ONLY a RENAME TO b", [("rename", "table", "a", "a", "b")]),
        ("ALTER TABLE a RENAME COLUMN b TO c", [("alter", "table", "a")]),
        ("ALTER TABLE a RENAME b TO c", [("alter", "table", "a")]),
        ("ALTER TABLE a SET SCHEMA s", [("rename", "table", "a", "a", "s.a")]),
        ("ALTER TABLE a DELETE WHERE 1", [("delete", "table", "a")]),
        ("ALTER TABLE a ON CLUSTER c DROP PARTITION p", [("alter", "table", "a", "partition p")]),
        ("RENAME TABLE a TO b, c TO d", [("rename", "table", "a", "a", "b"), ("rename", "table", "c", "c", "d")]),
        ("CREATE TABLE IF NOT EXISTS a (x int)", [("create", "table", "a")]),
        ("CREATE OR REPLACE TABLE a (x int)", [("drop", "table", "a"), ("create", "table", "a")]),
        ("CREATE OR REPLACE VIEW v AS SELECT 1", [("create", "view", "v")]),
        ("CREATE UNIQUE INDEX CONCURRENTLY i ON users (x)", [("create", "index", "users")]),
        ("CREATE TEMP TABLE t (x int)", [("create", "temporary table", "t")]),
        ("CREATE DEFINER=`root`@`%` VIEW v AS SELECT 1", [("create", "view", "v")]),
        ("GRANT SELECT ON TABLE users TO bob", [("grant", "table", "users")]),
        ("GRANT admin TO bob", [("grant", "role", "admin")]),
        ("REVOKE ALL ON SCHEMA public FROM bob", [("revoke", "schema", "public")]),
    ],
)
def test_facts(text: str, expected: list[tuple[Any, ...]]) -> None:
    """Objects, names, dropped parts and new names."""
    assert expected == facts(text)
