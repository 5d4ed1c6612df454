"""Words of data: which rows, tables and resources, and whose."""

from __future__ import annotations

import pytest
from support.effect_words import DB, NAMES

from enactd.effects import model as m
from enactd.effects import words

CASES: list[tuple[m.Effect, str]] = [
    (m.RunSql(verb="drop", tables=("users",), database=DB), "drops table users (production database app@db.example)"),
    (m.RunSql(verb="delete", tables=("users",), where="none", database=DB),
     "deletes rows of users, every row of it (production database app@db.example)"),
    (m.RunSql(verb="delete", tables=("?",), where="some"),
     "deletes rows of a table known only when it runs, the rows that fit (database, which one is not known)"),
    (m.RunSql(verb="alter", tables=("t",), drops=("c",), database=m.Database(stage="local", name="dev")),
     "alters table t, which drops c (local database dev)"),
    (m.ChangeInfrastructure(tool="terraform", verb="destroy", what="infrastructure", context="prod", production=True),
     "destroys (terraform): infrastructure in prod, in production"),
    (m.ChangeContainers(tool="docker", verb="remove", what="volume", names=("db",), force=True),
     "removes volume db, by force (docker)"),
    (m.ResetDatabase(tool="prisma", how="reset", what="migrate reset", database=DB),
     "resets the production database app@db.example (prisma migrate reset)"),
    (m.ChangeStore(tool="redis-cli", verb="flush", everything=True, database=DB),
     "empties everything in redis-cli (redis-cli, production database app@db.example)"),
    (m.ChangeContainers(tool="docker", verb="prune", what="system", everything=True, volumes=True),
     "removes all unused containers, images and networks, with their volumes (docker)"),
]  # fmt: skip


@pytest.mark.parametrize(("effect", "expected"), CASES, ids=[expected[:50] for _, expected in CASES])
def test_sentences(effect: m.Effect, expected: str) -> None:
    """Resolved targets and what is lost; what is not known is said to be unknown."""
    assert expected == words.told(effect, NAMES)
