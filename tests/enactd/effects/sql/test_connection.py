"""Stages of databases by host and name."""

from __future__ import annotations

import pytest

from enactd.effects.sql.connection import dialect_of, is_url, names_production, says_production, stage_of
from enactd.effects.values import Hole, known, unknown, value


@pytest.mark.parametrize(
    ("host", "name", "place", "expected"),
    [
        ("", "app", "", "local"),
        ("localhost", "app", "", "local"),
        ("::1", "app", "", "local"),
        ("db", "app", "", "local"),
        ("/tmp/s", "app", "", "local"),
        ("localhost", "app_test", "", "test"),
        ("", "app_ci", "", "test"),
        ("", "app_dev", "", "local"),
        ("", "latest_news", "", "local"),
        ("", "production", "", "production"),
        ("localhost", "shop-prod", "", "production"),
        ("master-db.internal", "app", "", "production"),
        ("", "genesis_master", "", "local"),
        ("x.rds.amazonaws.com", "app_test", "", "production"),
        ("x.neon.tech", "", "", "production"),
        ("evilneon.tech", "", "", "unknown"),
        ("10.0.0.5", "app", "", "unknown"),
        ("?", "app", "", "unknown"),
        ("", "?", "", "unknown"),
        ("", "app", "docker db", "local"),
        ("", "app", "ssh server", "unknown"),
        ("", "app", "ssh prod-1", "production"),
        ("test-db.example.com", "app", "", "test"),
    ],
)
def test_stage(host: str, name: str, place: str, expected: str) -> None:
    """Whole words count, production beats test, managed hosts beat names."""
    assert expected == stage_of(host, name, place)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("postgres://x", "postgres"),
        ("mysql+pymysql://x", "mysql"),
        ("sqlite:///x", "sqlite"),
        ("x", "?"),
        ("q://x", "?"),
    ],
)
def test_dialect(url: str, expected: str) -> None:
    """The scheme names the dialect."""
    assert expected == dialect_of(known(url), "?")


def test_urls_with_unknown_parts() -> None:
    """A password known only at run time does not hide that it is a URL."""
    assert is_url(value("postgres://u:", Hole("$PW"), "@h/x"))
    assert not is_url(known("app"))
    assert not is_url(None)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("PROD_DATABASE_URL", True),
        (".env.production", True),
        ("$DB_URL_PRD is not known", True),
        ("NON_PROD_URL", False),
        ("pre-prod", False),
        ("products", False),
        ("reproduction", False),
    ],
)
def test_names_of_production(name: str, expected: bool) -> None:
    """Whole words count, unless a word before them says the opposite."""
    assert expected == names_production(name)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("--env=production", True),
        ("-d source.prod.js", True),
        ("--login-path prod", True),
        ("-m production", False),
        ("-f prod_dump.sql", False),
        ("-d", False),
        ("prod", False),
    ],
)
def test_options_that_name_production(words: str, expected: bool) -> None:
    """Only options that choose a place count; a dump's name or a message says nothing."""
    assert expected == says_production([known(word) for word in words.split()])


def test_unknown_variables_have_names() -> None:
    """What `$PROD_URL` holds is not known; what it is for is."""
    assert says_production([], unknown("$PROD_URL is not known"))
    assert not says_production([], unknown("$DEV_URL is not known"), None)
