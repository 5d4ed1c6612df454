"""Libraries of services in Ruby and PHP, and what models delete."""

from __future__ import annotations

from typing import Any

import pytest
from support.code import deeds, one_liner

from enactd.effects.code.phrase_services import table_of
from enactd.effects.model import ChangeStore, RunSql


def ruby(code: str) -> list[Any]:
    return one_liner("ruby -e", code)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("Aws::S3::Client.new.delete_bucket(bucket: 'b')", ["ChangeInfrastructure delete"]),
        ("Aws::S3::Client.new.list_buckets", []),
        ("Stripe::Refund.create(charge: 'c')", ["Request api.stripe.com", "MoveMoney refund"]),
        ("Stripe::Charge.list", []),
        ("Twilio::REST::Client.new.messages.create(to: '+1')", ["SendMessage +1"]),
        ("Octokit::Client.new.delete_repository('o/r')", ["ChangeForge delete"]),
    ],
)
def test_libraries(code: str, expected: list[str]) -> None:
    """A library's call is the deed that its service does."""
    assert expected == deeds(ruby(code))


@pytest.mark.parametrize(
    ("code", "where"),
    [
        ("User.delete_all", "none"),
        ("User.where('1=1').delete_all", "none"),
        ("User.where.not(id: nil).destroy_all", "none"),
        ("User.where(id: 5).delete_all", "some"),
        ("User.where(id: 5).where('1=1').delete_all", "some"),
    ],
)
def test_models_delete_from_their_tables(code: str, where: str) -> None:
    """A filter that narrows nothing is none."""
    (found,) = ruby(code)
    assert (RunSql, ("users",), where) == (type(found), found.tables, found.where)


@pytest.mark.parametrize(
    ("code", "verb", "where"),
    [
        ("Post.update_all(a: 1)", "update", "none"),
        ("Post.where(b: 2).update_all(a: 1)", "update", "some"),
        ("Post.find(5).destroy!", "delete", "some"),
        ("Post.find_by(a: 1).update!(a: 2)", "update", "some"),
        ("Post.first.destroy", "delete", "some"),
        ("Post.find_each(&:destroy)", "delete", "none"),
        ("Post.where(a: 1).find_each(&:destroy!)", "delete", "some"),
    ],
)
def test_models_change_their_rows(code: str, verb: str, where: str) -> None:
    """Updates of all that match, and single rows that were found."""
    (found,) = ruby(code)
    assert (RunSql, verb, ("posts",), where) == (type(found), found.verb, found.tables, found.where)


@pytest.mark.parametrize(
    "code", ["cache.update(a: 1)", "session.destroy", "Post.new.update(a: 1)", "Digest.new.update('a')"]
)
def test_other_objects_have_methods_of_these_names(code: str) -> None:
    """Only rows that were looked up are rows."""
    assert [] == ruby(code)


def test_stores_are_no_models() -> None:
    """What is no model keeps its own name."""
    (found,) = ruby("cache.delete_all")
    assert isinstance(found, ChangeStore)


@pytest.mark.parametrize(
    ("model", "table"), [("User", "users"), ("AuditLog", "audit_logs"), ("Category", "categories"), ("Box", "boxes")]
)
def test_tables_are_named_as_frameworks_name_them(model: str, table: str) -> None:
    """Snake case and plural."""
    assert table == table_of(model)
