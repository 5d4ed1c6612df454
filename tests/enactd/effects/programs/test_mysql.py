"""mysql and its tools."""

from __future__ import annotations

from typing import Any

import pytest
from support.databases import told
from support.reading import effects

from enactd.effects.model import RunSql


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ('mysql -e "SHOW TABLES" app', [("sql", "explain", "table")]),
        ("mysql -uroot -psecret app -e 'DROP TABLE x'", [("sql", "drop", "x")]),
        ("mysql -u root --password=x -D app --execute='DELETE FROM t LIMIT 5'", [("sql", "delete", "t", "none")]),
        ("mysql app -e 'SELECT 1 /*!50000 ; DROP TABLE x */'", [("sql", "select", "table"), ("sql", "drop", "x")]),
        ("mariadb -e 'TRUNCATE a'", [("sql", "truncate", "a")]),
        ("mysql --help", []),
        ("mysqladmin -f drop app", [("reset", "drop", "local")]),
        ("mysqladmin status", []),
        ("mysqladmin shutdown", [("ChangeService",)]),
        ("mysqladmin create x", [("sql", "create", "x")]),
        ("mysqldump app", [("sql", "copy-out", "database")]),
        ("mysqldump --no-data app", [("sql", "explain", "database")]),
        ("mysqldump -r x.sql app users", [("WritePath",), ("sql", "copy-out", "users")]),
        ("mysqlimport app users.csv", [("sql", "copy-in", "users")]),
        ("mysqlimport --delete app users.csv", [("sql", "delete", "users", "none"), ("sql", "copy-in", "users")]),
        ("mysqlcheck app", [("sql", "explain", "table")]),
    ],
)
def test_effects(command: str, expected: list[tuple[Any, ...]]) -> None:
    """What each tool does, and what only looks."""
    assert expected == told(command)


def test_words_of_the_client() -> None:
    """`system` runs a program and `\\G` ends a statement."""
    script = "system rm -r src\nDELETE FROM users\\G\nSELECT 1;\n"
    expected = [("DeletePath",), ("sql", "delete", "users", "none"), ("sql", "select", "table")]
    assert expected == told("mysql app", stdin=script)


def test_host() -> None:
    """-h names the server."""
    found = effects("mysql -h app.cluster.us-east-1.rds.amazonaws.com -e 'DROP TABLE x'")
    assert ["production"] == [effect.database.stage for effect in found if isinstance(effect, RunSql)]
