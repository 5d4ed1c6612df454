"""Names of places are compared as people mean them."""

from __future__ import annotations

import pytest

from enactd.site import Environment, is_host_among, matches


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
