"""Errors of a file say which key, what is allowed, and the nearest key there is. (See also `test_settings`.)"""

from __future__ import annotations

from pathlib import Path

import pytest

from enactd.config.files import check, hint_of, known_keys, nearest, parse, read
from enactd.errors import ConfigError

FILE = Path("/x/config.toml")


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("daemon.thread", "daemon.threads"),
        ("tables", "protect.tables"),
        ("protected.tables", "protect.tables"),
        ("environment.production.hosts", "environments.production.hosts"),
        ("zzz", ""),
    ],
)
def test_nearest(key: str, expected: str) -> None:
    """The same last word counts more than likeness."""
    assert expected == nearest(key, known_keys())


def test_known_keys_are_dotted_and_complete() -> None:
    """Sections, settings at the top, and environments two deep."""
    assert {"allow", "reload", "protect.tables", "environments.production.kube_contexts", "deploy.windows"} <= set(
        known_keys()
    )
    assert hint_of(("daemon", "threads")) is int
    assert hint_of(("agents", "codex", "packages", "only_listed")) is bool
    assert hint_of(("daemon", "nothing")) is None


@pytest.mark.parametrize(
    ("text", "said", "fix"),
    [
        ("[environments.prod]\nhosts = []", "`environments.prod` is not a setting", "environments.production"),
        ("allow = 'yes'", "allowed: `silent`, `approve-safe`", "enactctl config schema"),
        ("[deploy]\nwindows = [{days = ['someday']}]", "`deploy.windows", "enactctl config schema"),
        ("[workspaces.'/w']\nreload = 'confirm'", "`workspaces./w.reload` is not a setting", ""),
        ("protect = 3", "`protect`: expected `object`, got `int`", ""),
    ],
)
def test_errors_help(text: str, said: str, fix: str) -> None:
    """Cause and fix are one line each."""
    with pytest.raises(ConfigError) as caught:
        parse(text.encode(), FILE)
    assert said in caught.value.cause
    assert fix in caught.value.fix
    assert "\n" not in caught.value.cause + caught.value.fix


def test_numbers_too_long_to_read_are_told() -> None:
    """What Python refuses to convert is an error of the file."""
    with pytest.raises(ConfigError):
        parse(b"a = " + b"9" * 10_000, FILE)


def test_a_missing_file_is_an_empty_layer(tmp_path: Path) -> None:
    """Nothing is read, nothing is said."""
    assert {} == read(tmp_path / "config.toml")
    assert "silent" == check({}, FILE).allow
