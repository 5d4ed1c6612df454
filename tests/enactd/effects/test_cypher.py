"""Cypher: what statements change, and whether anything narrows them."""

from __future__ import annotations

import pytest

from enactd.effects.cypher import changes, is_cypher


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("MATCH (n) RETURN count(n)", [("read", "", False)]),
        ("MATCH (n) DETACH DELETE n", [("delete", "", True)]),
        ("MATCH (n:Session) DELETE n", [("delete", "Session", True)]),
        ("MATCH (n:Session {id: 4}) DETACH DELETE n", [("delete", "Session", False)]),
        ("MATCH (n:Session) WHERE n.old DELETE n", [("delete", "Session", False)]),
        ("match (n:User) set n.a = 1", [("write", "User", True)]),
        ("MATCH (n:User {id: 1}) SET n.a = 1", [("write", "User", False)]),
        ("CREATE (n:Tag {name: 'a'})", [("write", "Tag", False)]),
        ("MERGE (n:Tag {name: 'a'}) ON CREATE SET n.x = 1", [("write", "Tag", False)]),
        ("DROP DATABASE shop IF EXISTS", [("flush", "shop", True)]),
        ("DROP INDEX by_name", [("delete", "by_name", True)]),
        ("CALL apoc.schema.assert({}, {})", [("flush", "", True)]),
        ("MATCH (n {a: 'DELETE'}) RETURN n // DETACH DELETE", [("read", "", False)]),
        ("MATCH (n) RETURN n; MATCH (m) DELETE m;", [("read", "", False), ("delete", "", True)]),
        ("", []),
    ],
)
def test_changes(text: str, expected: list[tuple[str, str, bool]]) -> None:
    """Verb, label and whether everything of it is meant; strings and comments say nothing."""
    assert expected == [tuple(change) for change in changes(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [("  match (n) return n", True), ("// x\nDROP DATABASE a", True), ("matching socks", False), ("select 1", False)],
)
def test_is_cypher(text: str, expected: bool) -> None:
    """The first word outside comments tells."""
    assert expected == is_cypher(text)
