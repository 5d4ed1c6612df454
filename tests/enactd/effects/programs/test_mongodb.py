"""MongoDB shells and tools."""

from __future__ import annotations

from typing import Any

import pytest
from support.databases import told


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("mongosh app --eval 'db.users.find()'", [("store", "read")]),
        ("mongosh --eval 'db.dropDatabase()' mongodb+srv://u:p@c.mongodb.net/app", [("reset", "drop", "production")]),
        ("mongo app --eval 'db.users.deleteMany({})'", [("store", "delete", "everything")]),
        ("mongosh app --eval 'db.users.deleteMany({age: 3})'", [("store", "delete")]),
        ("mongosh app --eval 'db.users.drop()'", [("store", "flush", "everything")]),
        ("mongosh app --eval 'db.runCommand({drop: \"users\"})'", [("store", "flush", "everything")]),
        ("mongosh app --eval 'db.adminCommand({shutdown: 1})'", [("ChangeService",)]),
        ("mongosh app --eval \"print('db.users.drop()')\"", [("store", "read")]),
        ('mongosh app --eval "$JS"', [("code", "javascript")]),
        ("mongosh --version", []),
        ("mongorestore --drop dump", [("reset", "restore", "local")]),
        ("mongorestore --dryRun --drop dump", []),
        ("mongoimport -d app -c users x.json", [("store", "write")]),
        ("mongoimport --drop -d app -c users x.json", [("reset", "restore", "local")]),
        ("mongodump -o dump", [("WritePath",), ("store", "read", "everything")]),
        ("mongofiles delete x", [("store", "delete")]),
    ],
)
def test_effects(command: str, expected: list[tuple[Any, ...]]) -> None:
    """What each tool does, and what only looks."""
    assert expected == told(command)
