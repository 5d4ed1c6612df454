"""Requests that are statements for a database, or calls of a cluster's interface."""

from __future__ import annotations

import pytest

from enactd.effects.http import exchange
from enactd.effects.values import known


@pytest.mark.parametrize(
    ("method", "url", "body", "expected"),
    [
        ("POST", "http://localhost:8123/?query=DROP%20TABLE%20events", "", ["RunSql drop"]),
        ("POST", "http://localhost:8123/", "TRUNCATE TABLE events", ["RunSql truncate"]),
        ("POST", "http://localhost:8123/", "SELECT 1", []),
        ("POST", "http://localhost:8086/query", "db=a&q=DROP DATABASE telegraf", ["RunSql drop"]),
        ("POST", "http://localhost:7474/db/neo4j/tx/commit", '{"statements": [{"statement": "MATCH (n) DETACH DELETE n"}]}',
         ["ChangeStore delete"]),
        ("POST", "http://localhost:7474/db/neo4j/tx/commit", '{"statements": [{"statement": "MATCH (n) RETURN n"}]}', []),
        ("POST", "http://localhost:3000/api/search", '{"query": "drop the lamp"}', []),
        ("GET", "https://api.example.com/issues?q=drop+table+in:title", None, []),
        ("POST", "http://localhost:3000/api/search", '{"query": "drop table lamp"}', []),
        ("POST", "http://localhost:3000/api/notes", '{"text": "DROP TABLE users"}', []),
        ("POST", "http://localhost:3000/api/notes", '{"query": ', []),
        ("DELETE", "http://localhost:8001/api/v1/namespaces/prod/pods/api-0", None, ["ChangeInfrastructure delete"]),
        ("GET", "http://localhost:8001/api/v1/namespaces/prod/pods", None, []),
        ("DELETE", "http://localhost:3000/api/v1/items/1", None, []),
    ],
)  # fmt: skip
def test_stored(method: str, url: str, body: str | None, expected: list[str]) -> None:
    """A statement is one wherever it is sent; other requests to this machine are none."""
    found = list(exchange(method, known(url), body=None if body is None else known(body)))[1:]
    assert expected == [f"{type(effect).__name__} {getattr(effect, 'verb', '')}" for effect in found]
