"""Stores with languages and tools of their own."""

from __future__ import annotations

import pytest
from support.clouds import told

ROWS: list[tuple[str, list[str]]] = [
    ("surreal sql --ns a --db b <<< 'SELECT * FROM person'", []),
    ("surreal sql --ns a --db b <<< 'REMOVE TABLE person;'", ["ChangeStore flush"]),
    ("surreal sql --ns a --db b <<< 'DELETE person;'", ["ChangeStore flush"]),
    ("surreal sql --ns a --db b <<< 'CREATE person SET a = 1'", ["ChangeStore write"]),
    ("surreal import --ns a --db b dump.surql", ["ReadPath /home/u/proj/dump.surql", "ChangeStore write"]),
    ("surreal start memory", []),
    ("echo list | hbase shell", []),
    ("echo \"truncate 'events'\" | hbase shell", ["ChangeStore flush"]),
    ("echo \"put 'events', 'a', 'f:x', 1\" | hbase shell", ["ChangeStore write"]),
    ("arangosh --javascript.execute-string 'db._databases()'", []),
    ("arangosh --javascript.execute-string 'db._dropDatabase(\"shop\")'", ["ChangeStore flush"]),
    ("cbq -s 'SELECT 1'", ["RunSql select"]),
    ("cbq -e couchbase://10.0.0.1 -s 'DELETE FROM travel'", ["RunSql delete"]),
    ("nodetool status", []),
    ("nodetool clearsnapshot --all", ["ChangeStore delete"]),
    ("nodetool drain", ["ChangeService drain"]),
    ("kcat -b broker:9092 -t orders -C -e", []),
    ("kcat -b localhost:9092 -t orders -P", []),
    ("echo x | kcat -b broker.example.com:9092 -t orders -P", ["ChangeStore write"]),
    ("kafka-console-producer.sh --bootstrap-server k1.example.com:9092 --topic t", ["ChangeStore write"]),
    ("elasticdump --input=http://localhost:9200/a --output=a.json", ["WritePath /home/u/proj/a.json"]),
    ("elasticdump --input=a.json --output=http://es.example.com/a", ["ReadPath /home/u/proj/a.json", "ResetDatabase"]),
]


@pytest.mark.parametrize(("command", "expected"), ROWS)
def test_command(command: str, expected: list[str]) -> None:
    """What empties, what changes, and what only looks."""
    assert expected == told(command)
