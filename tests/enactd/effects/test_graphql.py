"""GraphQL requests: fields of operations and what they do."""

from __future__ import annotations

import pytest

from enactd.effects.graphql import is_destructive, read_body, read_document
from enactd.effects.values import known, unknown

DOCUMENTS = [
    ("{ me { id } }", ("query me",), "nothing"),
    ('query Q($a: Int = 1) @d(x: 1) { a: users(f: "{") { id deleted } }', ("query users",), "nothing"),
    ("query { __schema { types { name } } }", ("query __schema",), "nothing"),
    ("mutation { volumeDelete(volumeId: 1) }", ("mutation volumeDelete",), "destroys"),
    (
        "mutation { x: projectUpdate(id: 1) { deleteToken } }",
        ("mutation projectUpdate", "mutation projectUpdate.deleteToken"),
        "destroys",
    ),
    ("mutation { projectUpdate(id: 1) { id } }", ("mutation projectUpdate",), "something"),
    ("mutation M { ...F } fragment F on M { removeUser(id: 2) { id } }", ("mutation removeUser",), "destroys"),
    ("mutation { ... on M { purge } }", ("mutation purge",), "destroys"),
    ("mutation { volume { delete(id: 1) } }", ("mutation volume", "mutation volume.delete"), "destroys"),
    ("} mutation { deleteX(", ("mutation deleteX",), "destroys"),
    ("not graphql", (), "unknown"),
]


@pytest.mark.parametrize(("text", "labels", "changes"), DOCUMENTS)
def test_documents(text: str, labels: tuple[str, ...], changes: str) -> None:
    """Aliases, fragments and name spaces do not hide what a mutation does."""
    assert (labels, changes) == read_document(text)


def test_bodies() -> None:
    """Envelopes, batches and persisted queries are opened; other JSON is not GraphQL."""
    assert (("mutation volumeDelete",), "destroys") == read_body(
        known('{"query":"mutation { volumeDelete(id: \\"x\\") }"}')
    )
    assert (("query a", "mutation drop"), "destroys") == read_body(
        known('[{"query":"{a}"},{"query":"mutation{drop}"}]')
    )
    persisted = '{"operationName":"Get","variables":{},"extensions":{"persistedQuery":{}}}'
    assert (("persisted Get",), "unknown") == read_body(known(persisted))
    assert read_body(known('{"a": 1}')) is None
    assert read_body(known('{"query": "search words"}')) is None
    assert read_body(None) is None


def test_a_body_with_holes_is_taken_at_its_word() -> None:
    """An unknown id does not hide the mutation around it."""
    body = known('{"query":"mutation { volumeDelete(id: \\"') + unknown("$ID") + known('\\") }"}')
    assert (("mutation volumeDelete",), "destroys") == read_body(body)


def test_one_operation_of_several_is_chosen_by_name() -> None:
    """`operationName` decides."""
    text = "query A { a } mutation B { deleteAll }"
    assert (("query a",), "nothing") == read_document(text, "A")


def test_destructive_words_are_whole_words() -> None:
    """`undeleted` and `dropdown` destroy nothing."""
    assert [True, True, False, False] == [
        is_destructive(name) for name in ("bulk-remove", "deleteUser", "dropdown", "undeleted")
    ]


def test_deep_nesting_is_unknown_and_does_not_raise() -> None:
    """A hostile document costs nothing."""
    assert "nothing" != read_document("mutation " + "{a" * 5000)[1]
