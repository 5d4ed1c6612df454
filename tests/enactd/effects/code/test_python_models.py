"""Rows and documents that models and collections change in Python."""

from __future__ import annotations

import pytest
from support.code import python

from enactd.effects.model import ChangeStore, RunSql


@pytest.mark.parametrize(
    ("code", "verb", "what", "everything"),
    [
        ("Post.objects.all().delete()", "delete", "posts", True),
        ("Post.objects.filter(pk=3).delete()", "delete", "posts", False),
        ("from shop.models import Order; Order.objects.exclude(paid=True).delete()", "delete", "orders", False),
        ("Post.objects.all().update(draft=True)", "write", "posts", True),
        ("Post.objects.update(draft=True)", "write", "posts", True),
        ("Post.objects.filter(pk=3).update(draft=True)", "write", "posts", False),
        ("for c in Cart.objects.all():\n    c.delete()", "delete", "carts", True),
        ("for c in Cart.objects.filter(old=True):\n    c.delete()", "delete", "carts", False),
        ("AuditLog.query.delete()", "delete", "audit_logs", True),
        ("db.jobs.delete_many({})", "delete", "db.jobs", True),
        ("db.jobs.update_many({}, {'$set': {'a': 1}})", "write", "db.jobs", True),
        ("db.jobs.update_many({'a': 2}, {'$set': {'a': 1}})", "write", "db.jobs", False),
        ("db.jobs.delete_one({})", "delete", "db.jobs", False),
        ("db.jobs.insert_many([{}])", "write", "db.jobs", False),
    ],
)
def test_changes(code: str, verb: str, what: str, everything: bool) -> None:
    """What is changed, and whether a filter leaves anything out."""
    (found,) = (effect for effect in python(code) if isinstance(effect, ChangeStore))
    assert (verb, what, everything) == (found.verb, found.what, found.everything)


@pytest.mark.parametrize("code", ["d = {}; d.update(a=1)", "Post.objects.filter(a=1).count()", "cache.delete('k')"])
def test_everyday_words_are_no_changes(code: str) -> None:
    """Dictionaries and caches have methods of the same names."""
    assert [] == [effect for effect in python(code) if isinstance(effect, ChangeStore)]


def test_wrapped_statements_are_statements() -> None:
    """`db.text` is what the extension of a framework calls it."""
    found = python("from shop import db; db.session.execute(db.text('TRUNCATE posts'))")
    assert ["truncate"] == [effect.verb for effect in found if isinstance(effect, RunSql)]
