"""Clients' own commands between statements."""

from __future__ import annotations

import pytest

from enactd.effects.sql.client_scripts import marked, steps, unmarked
from enactd.effects.values import Hole, value


def read(text: str, client: str) -> list[tuple[str, str]]:
    return [(step.kind, step.text.strip()) for step in steps(text, client) if step.kind != "harmless"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SELECT 1", [("sql", "SELECT 1")]),
        ("\\dt", []),
        ("\\i a.sql\nSELECT 1", [("include", "a.sql"), ("sql", "SELECT 1")]),
        ("\\ir 'my file.sql'", [("include", "my file.sql")]),
        ("\\! ls -l", [("shell", "ls -l")]),
        ("\\o out.txt\n", [("write", "out.txt")]),
        ("\\o |cat\n", [("pipe", "cat")]),
        ("SELECT 1 \\g x.txt", [("write", "x.txt"), ("sql", "SELECT 1")]),
        ("SELECT 1 \\watch 5", [("sql", "SELECT 1")]),
        ("\\copy t to 'a b.csv' csv", [("write", "a b.csv"), ("sql", "COPY t to 'a b.csv'")]),
        ("\\copy t from program 'ls'", [("shell", "ls"), ("sql", "COPY t from 'ls'")]),
        ("\\copy t from stdin", [("sql", "COPY t from 'stdin'")]),
        ("\\c other\nSELECT 1", [("connect", "other"), ("sql", "SELECT 1")]),
        ("\\set x `rm y`", [("shell", "rm y")]),
        ("\\x \\\\ DROP TABLE a", [("sql", "DROP TABLE a")]),
        ("\\echo it's\nDROP TABLE a", [("sql", "DROP TABLE a")]),
        ("SELECT 'a\\! b'", [("sql", "SELECT 'a\\! b'")]),
    ],
)
def test_psql(text: str, expected: list[tuple[str, str]]) -> None:
    """Backslash commands outside quotes, to the end of their line."""
    assert expected == read(text, "psql")


@pytest.mark.parametrize(
    ("client", "text", "expected"),
    [
        ("mysql", "source a.sql;\nSELECT 1\\G\n\\! ls", [("include", "a.sql"), ("sql", "SELECT 1;"), ("shell", "ls")]),
        ("mysql", "SELECT\nsource FROM a", [("sql", "SELECT\nsource FROM a")]),
        ("sqlite", ".read a.sql\nSELECT 1;\n.mode csv\n", [("include", "a.sql"), ("sql", "SELECT 1;")]),
        ("sqlite", ".read |rm x", [("shell", "rm x")]),
        ("sqlite", ".once x.csv", [("write", "x.csv")]),
        ("sqlite", ".import --csv a.csv t", [("read", "a.csv")]),
        ("sqlite", ".open other.db", [("connect", "other.db")]),
        ("sqlcmd", ":r a.sql\n!!dir\nSELECT 1", [("include", "a.sql"), ("shell", "dir"), ("sql", "SELECT 1")]),
        ("sqlplus", "@a.sql\nHOST ls\nSPOOL x.txt", [("include", "a.sql"), ("shell", "ls"), ("write", "x.txt")]),
        ("cqlsh", "SOURCE 'a.cql'\nDESCRIBE tables", [("include", "a.cql")]),
        ("", "anything", [("sql", "anything")]),
    ],
)
def test_by_line(client: str, text: str, expected: list[tuple[str, str]]) -> None:
    """Words and dots at the start of a line, where no statement is open."""
    assert expected == read(text, client)


def test_holes_survive() -> None:
    """Unknown parts are marked and come back."""
    text = value("DROP TABLE ", Hole("unknown part of a SQL script"), ";")
    assert text == unmarked(marked(text))
