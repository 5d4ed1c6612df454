"""Names of places are compared as people mean them."""

from __future__ import annotations

import pytest

from enactd.site import Environment, Protected, is_host_among, matches


@pytest.mark.parametrize(
    ("host", "patterns", "expected"),
    [
        ("db.example.com", ["db.example.com"], True),
        ("DB.Example.com.", ["db.example.com"], True),
        ("db.example.com:5432", ["db.example.com"], True),
        ("a.db.example.com", ["db.example.com"], True),
        ("a.db.example.com", [".example.com"], True),
        ("evildb.example.com", ["db.example.com"], False),
        ("db.example.com.evil.net", ["db.example.com"], False),
        ("db-7.internal", ["db-*.internal"], True),
        ("", ["*"], False),
        ("x", [""], False),
        ("10.0.0.4", ["10.0.0.*"], True),
    ],
)
def test_hosts(host: str, patterns: list[str], expected: bool) -> None:
    """A host stands for all below it, and for nothing beside it."""
    assert expected == is_host_among(host, patterns)


def test_an_environment_is_known_by_any_sign() -> None:
    """Host, database, context, profile or URL: one is enough."""
    live = Environment(
        hosts=("db.corp",), databases=("app_main",), kube_contexts=("eu-*",), aws_profiles=("billing",),
        urls=("https://api.corp/v1", "https://shop.corp"),
    )  # fmt: skip
    assert live.has_host("db.corp")
    assert live.has_host("shop.corp")
    assert not live.has_host("api.corp")
    assert live.has_url("HTTPS://API.corp/v1/users")
    assert not live.has_url("https://api.corp/v2")
    assert live.has_database("APP_MAIN")
    assert not live.has_database("")
    for context in ("eu-west", "billing", "--profile=billing", "region profile=billing", "db.corp"):
        assert live.has_context(context), context
    for context in ("", "staging", "eu"):
        assert not live.has_context(context), context


def test_patterns() -> None:
    """A star stands for anything; no name is no match."""
    assert matches("Release/1", ["release/*"])
    assert not matches("releases", ["release"])
    assert not matches("", ["*"])


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/h/proj/db/schema.sql", True),
        ("/h/proj/db", True),
        ("/h/proj/dbx", False),
        ("/h/proj/infra/prod/main.tf", True),
        ("/h/proj/infra/dev/main.tf", False),
        ("/h/notes/a", True),
        ("/h/proj/deep/x.lock", True),
        ("/srv/data/x", True),
        ("/srv", False),
        (None, False),
    ],
)
def test_protected_paths(path: str | None, expected: bool) -> None:
    """A name stands for itself and all in it; relative to the workspace, from the home, from the root."""
    held = Protected(paths=("db", "infra/prod/*.tf", "~/notes", "*.lock", "/srv/data"))
    assert expected == held.has_path(path, "/h/proj", "/h")


def test_a_folder_that_holds_something_protected() -> None:
    """Who takes away the folder takes away what is in it."""
    held = Protected(paths=("infra/prod",))
    assert held.lies_below("/h/proj/infra", "/h/proj", "/h")
    assert held.lies_below("/h/proj", "/h/proj", "/h")
    assert not held.lies_below("/h/proj/src", "/h/proj", "/h")
    assert not held.lies_below("/h/proj/inf", "/h/proj", "/h")


def test_tables_branches_and_hosts() -> None:
    """As people write them."""
    held = Protected(tables=("public.Invoices",), branches=("release/*",), hosts=("api.corp",))
    assert held.has_table("invoices")
    assert held.has_branch("release/1.2")
    assert not held.has_branch(None)
    assert held.has_host("v1.api.corp")
