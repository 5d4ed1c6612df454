"""SQL that runs SQL."""

from __future__ import annotations

import pytest

from enactd.effects.sql.routines import body_facts, text_of
from enactd.effects.sql.tokens import HOLE, shown, tokenize


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("'DROP TABLE ' || x", "DROP TABLE ?"),
        ("'DROP TABLE ' + quote_ident(t.name) + ' CASCADE'", "DROP TABLE ? CASCADE"),
        ("CONCAT('DROP ', 'TABLE ', @t)", "DROP TABLE ?"),
        ("format('DROP TABLE %I.%I', s, t)", "DROP TABLE ?.?"),
        ("format('100%% %s', x) || ';'", "100% ?;"),
        ("'a'::text", "a"),
        ("known", "value"),
    ],
)
def test_text_of(text: str, expected: str) -> None:
    """Known parts stay, the rest becomes a hole."""
    assert expected == shown(text_of(tokenize(text, "postgres").tokens, {"known": "value"}))


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("BEGIN DELETE FROM a; END", ["DELETE FROM a"]),
        ("BEGIN IF x THEN DELETE FROM a; ELSE DROP TABLE b; END IF; END", ["DELETE FROM a", "DROP TABLE b"]),
        ("BEGIN FOR r IN SELECT 1 LOOP EXECUTE 'DROP TABLE ' || r; END LOOP; END", ["SELECT 1", "DROP TABLE ?"]),
        ("DECLARE q text := 'TRUNCATE a'; BEGIN EXECUTE q; END", ["TRUNCATE a"]),
        ("BEGIN UPDATE t SET a = CASE WHEN b THEN 1 ELSE 2 END WHERE c = 1; END",
         ["UPDATE t SET a = CASE WHEN b THEN 1 ELSE 2 END WHERE c = 1"]),
        ("BEGIN PERFORM f(); RETURN NEW; END", ["SELECT f()"]),
        ("BEGIN RAISE NOTICE 'DROP TABLE x'; x := 1; END", []),
        ("BEGIN RETURN QUERY DELETE FROM a RETURNING *; END", ["DELETE FROM a RETURNING *"]),
    ],
)  # fmt: skip
def test_bodies(body: str, expected: list[str]) -> None:
    """The statements of a procedural body."""
    assert expected == [shown(facts.inner) for facts in body_facts(body, "postgres", conditional=False)]


def test_text_known_only_at_run_time_is_opaque() -> None:
    """EXECUTE of an unknown variable cannot be read."""
    found = body_facts(f"BEGIN EXECUTE {HOLE}; END", "postgres", conditional=True)
    assert [("EXECUTE of text known only at run time", True)] == [(facts.opaque, facts.conditional) for facts in found]
