"""Stages of databases by host and name."""

from __future__ import annotations

import pytest

from enactd.effects.sql.connection import dialect_of, is_url, stage_of
from enactd.effects.values import Hole, known, value


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
