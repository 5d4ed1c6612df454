"""Calls on `db` in scripts of the MongoDB shell."""

from __future__ import annotations

import pytest

from enactd.effects.mongo import changes


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("db.a.find({})", []),
        ("db.a.insertOne({x: 1})", [("write", "a", False)]),
        ("db.a.updateMany({}, {$set: {x: 1}})", [("write", "a", True)]),
        ("db.a.updateMany({y: 2}, {$set: {x: 1}})", [("write", "a", False)]),
        ("db.a.deleteOne({})", [("delete", "a", False)]),
        ("db.a.remove({})", [("delete", "a", True)]),
        ("db.getCollection('a').drop()", [("flush", "a", True)]),
        ("db['a'].drop()", [("flush", "a", True)]),
        ("db.getCollectionNames().forEach(c => db[c].drop())", [("flush", "?", True)]),
        ("db.a.aggregate([{$match: {}}, {$out: 'b'}])", [("flush", "b", True)]),
        ("// db.a.drop()\n/* db.a.drop() */ 'db.a.drop()'", []),
        ("element.remove()", []),
    ],
)
def test_changes(text: str, expected: list[tuple[str, str, bool]]) -> None:
    """Verb, collection, and whether a filter restricts it."""
    assert expected == [(change.verb, change.what, change.everything) for change in changes(text)]
