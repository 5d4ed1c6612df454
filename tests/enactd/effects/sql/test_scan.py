"""Statements that need no syntax tree."""

from __future__ import annotations

import pytest

from enactd.effects.sql.scan import extras, needs_parser, scan
from enactd.effects.sql.split import statements
from enactd.effects.sql.tokens import HOLE


def verbs(text: str, dialect: str = "postgres") -> list[tuple[str, str]]:
    return [
        (f.verb, f.opaque and "opaque")
        for s in statements(text.replace("<HOLE>", HOLE), dialect)
        for f in scan(s, dialect)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("EXPLAIN DELETE FROM a", ["explain"]),
        ("EXPLAIN (COSTS OFF) DELETE FROM a", ["explain"]),
        ("EXPLAIN ANALYZE DELETE FROM a", ["explain", "execute"]),
        ("EXPLAIN (ANALYZE, VERBOSE) DELETE FROM a", ["explain", "execute"]),
        ("EXPLAIN (ANALYZE false) DELETE FROM a", ["explain"]),
        ("SHOW tables", ["explain"]),
        ("SET search_path = x", ["set"]),
        ("BEGIN", ["transaction"]),
        ("START TRANSACTION", ["transaction"]),
        ("ROLLBACK TO x", ["transaction"]),
        ("VACUUM FULL", ["vacuum"]),
        ("VACUUM INTO 'x.db'", ["copy-out"]),
        ("COPY t FROM STDIN", ["copy-in"]),
        ("COPY t TO STDOUT", ["copy-out"]),
        ("CALL wipe()", ["call"]),
        ("GRANT ALL ON a TO b", ["grant"]),
        ("PRAGMA table_info(x)", ["set"]),
        ("PRAGMA writable_schema = ON", ["alter"]),
        ("SHUTDOWN", ["other"]),
        ("RESTORE DATABASE x FROM DISK = 'y'", ["drop"]),
        ("PURGE BINARY LOGS BEFORE '2020-01-01'", ["drop"]),
        ("IF EXISTS (SELECT 1) DROP TABLE x", ["drop"]),
        ("CREATE ROLE x SUPERUSER", ["create", "grant"]),
    ],
)
def test_verbs(text: str, expected: list[str]) -> None:
    """The verb of each kind of statement."""
    assert expected == [verb for verb, _ in verbs(text)]


@pytest.mark.parametrize("text", ["SELEC 1", "DELET FROM users", "gibberish", "<HOLE> TABLE users"])
def test_unknown_is_opaque(text: str) -> None:
    """What cannot be told is said to be so."""
    assert [("other", "opaque")] == verbs(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SELECT pg_read_file('/etc/passwd')", ("copy-in", "/etc/passwd", None)),
        ("SELECT load_file('/etc/passwd')", ("copy-in", "/etc/passwd", None)),
        ("SELECT * INTO OUTFILE '/tmp/x' FROM a", ("copy-out", "/tmp/x", None)),
        ("SELECT sys_exec('rm x')", ("execute", None, "rm x")),
        ("SELECT lo_export(1, '/tmp/x')", ("copy-out", "/tmp/x", None)),
    ],
)
def test_functions_that_reach_out(text: str, expected: tuple[str, str | None, str | None]) -> None:
    """Files and programs behind functions."""
    found = [facts for statement in statements(text, "mysql") for facts in extras(statement)]
    assert [expected] == [(facts.verb, facts.path, facts.program) for facts in found]


def test_inner_sql_of_functions() -> None:
    """SQL in a string that a function runs is read."""
    found = [f for s in statements("SELECT dblink_exec('c', 'DROP TABLE x')", "postgres") for f in extras(s)]
    assert ["DROP TABLE x"] == [facts.inner for facts in found]


@pytest.mark.parametrize(("text", "expected"), [("SELECT 1", True), ("(SELECT 1)", True), ("DROP TABLE x", False)])
def test_needs_parser(text: str, expected: bool) -> None:
    """Queries need a tree."""
    assert expected == needs_parser(next(statements(text)))
