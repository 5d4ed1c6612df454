"""Graph databases on the command line."""

from __future__ import annotations

import pytest
from support.clouds import told

ROWS: list[tuple[str, list[str]]] = [
    ("cypher-shell 'MATCH (n) RETURN n LIMIT 5'", ["ChangeStore read"]),
    ("cypher-shell -u neo4j -p x 'MATCH (n) DETACH DELETE n'", ["ChangeStore delete"]),
    ("echo 'DROP DATABASE shop' | cypher-shell", ["ChangeStore flush"]),
    ("cypher-shell --version", []),
    ("cypher-shell -f graph.cypher", ["ReadPath /home/u/proj/graph.cypher", "RunCode"]),
    ("mgconsole --host localhost <<< 'MATCH (n) DELETE n'", ["ChangeStore delete"]),
    ("neo4j-admin database dump neo4j --to-path=/tmp/d", ["WritePath /tmp/d"]),
    ("neo4j-admin database load neo4j --from-path=/b --overwrite-destination=true", ["ResetDatabase"]),
    ("neo4j-admin database delete neo4j", ["ResetDatabase"]),
    ("neo4j-admin dbms set-initial-password x", ["ChangeService set-initial-password"]),
    ("neo4j-admin server report", []),
    ("neo4j status", []),
    ("neo4j stop", ["ChangeService stop"]),
]


@pytest.mark.parametrize(("command", "expected"), ROWS)
def test_command(command: str, expected: list[str]) -> None:
    """Statements by their words, administration by its verb."""
    assert expected == told(command)
