"""Settings come from TOML; what cannot be used is told, never guessed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from enactd.config import Layout, Settings, describe, load
from enactd.errors import ConfigError

NOW = datetime(2026, 11, 21, tzinfo=UTC)


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    made = msgspec.structs.replace(Layout.under(tmp_path / "e"), machine=tmp_path / "machine")
    made.prepare()
    made.machine.mkdir()
    return made


def test_no_file_means_defaults(layout: Layout) -> None:
    """Without a file every setting has its default, and says so."""
    settings = load(layout)
    assert Settings().daemon == settings.daemon
    assert {"default"} == {row.origin for row in describe(settings)}
    assert all(row.meaning for row in describe(settings))


def test_values_know_where_they_are_from(layout: Layout) -> None:
    """The machine's value wins over the user's, and each names its file."""
    layout.config_file.write_text('[daemon]\nthreads = 2\nconnections = 9\n[policies."a.b"]\nx = [1]\ny = 1\n')
    layout.machine_config_file.write_text('[daemon]\nthreads = 3\n[policies."a.b"]\ny = 2\n')
    settings = load(layout)
    assert (3, 9) == (settings.daemon.threads, settings.daemon.connections)
    assert {"x": [1], "y": 2} == settings.parameters("a.b")
    assert {} == settings.parameters("none")
    rows = {row.key: row for row in describe(settings)}
    assert str(layout.machine_config_file) == rows["daemon.threads"].origin
    assert str(layout.config_file) == rows["daemon.connections"].origin
    assert str(layout.machine_config_file) == rows["policies.a.b.y"].origin


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[daemon]\nthreads = 'x'", "`daemon.threads`: expected `int`, got `str`"),
        ("[daemon]\nthreads = 0", "`daemon.threads`: expected `int` >= 1"),
        ("[daemon]\nthread = 1", "`daemon.thread` is not a setting; the nearest is `daemon.threads`"),
        ("color = 1", "`color` is not a setting"),
        ("[daemon]\nlog_level = 'loud'", "allowed: `debug`, `info`, `warning`, `error`"),
        ("tables = ['x']", "the nearest is `protect.tables`"),
        ("[agents.claude-code.protect]\ntable = []", "the nearest is `agents.claude-code.protect.tables`"),
        ("[[freeze.windows]]\nzone = 'Europe/Berlyn'", "no time zone"),
        ("[[freeze.windows]]\nfrom = '9:00'", "freeze.windows"),
        ("[policies.'a.b']\nlevel = 'off'", "`policies.a.b.level`: expected one of `observe`, `ask`, `deny`"),
        ("[policies.'a.b']\nenabled = 1", "`policies.a.b.enabled`: expected true or false"),
        ("origin = {}", "`origin` is not a setting"),
        ("[daemon]\nlog_level = 'loud'", "`daemon.log_level`: invalid enum value 'loud'"),
        ("[freeze]\nuntil = 'never'", "`freeze.until`"),
        ("policies = 3", "`policies`"),
        ("daemon = []", "`daemon`: expected `object`, got `array`"),
        ("a = ", "it is not TOML"),
        ("\ufeff[daemon]", "it is not TOML"),
        ("x = " + "[" * 5000, "it is not TOML"),
    ],
)
@pytest.mark.parametrize("machine", [False, True])
def test_bad_files_name_file_and_key(layout: Layout, text: str, said: str, machine: bool) -> None:
    """Whatever is wrong, the error names the file and the key."""
    file = layout.machine_config_file if machine else layout.config_file
    file.write_text(text)
    with pytest.raises(ConfigError) as caught:
        load(layout)
    assert f"`{file}` cannot be used" == caught.value.problem
    assert said in caught.value.cause
    assert caught.value.fix
    assert caught.value.effect
    assert "\n" not in caught.value.cause


def test_bytes_that_are_no_text_are_told(layout: Layout) -> None:
    """A binary file is an error of the file, not a traceback."""
    layout.config_file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigError, match="cannot be used"):
        load(layout)


def test_a_folder_in_place_of_the_file_is_told(layout: Layout) -> None:
    """So is something that cannot be read as a file."""
    layout.config_file.mkdir()
    with pytest.raises(ConfigError, match="cannot be used"):
        load(layout)


@pytest.mark.parametrize(
    ("user", "machine", "expected"),
    [
        ("", "", ""),
        ("reason = 'u'", "", "u"),
        ("", "reason = 'm'", "m"),
        ("reason = 'u'\nuntil = 2026-12-01T00:00:00Z", "reason = 'm'\nuntil = 2026-12-02T00:00:00Z", "m"),
        ("reason = 'u'\nuntil = 2026-12-03T00:00:00Z", "reason = 'm'\nuntil = 2026-12-02T00:00:00Z", "u"),
        ("reason = ''", "reason = 'm'", "m"),
        ("reason = 'u'\nuntil = 2020-01-01T00:00:00Z", "reason = 'm'", "m"),
        ("reason = 'u'\nuntil = 2020-01-01T00:00:00Z", "", ""),
        ("until = 2026-12-01T00:00:00Z", "", "until 2026-12-01T00:00:00+00:00"),
    ],
)
def test_the_stricter_freeze_holds(layout: Layout, user: str, machine: str, expected: str) -> None:
    """Neither layer can lift the other's freeze."""
    layout.config_file.write_text(f"[freeze]\n{user}")
    layout.machine_config_file.write_text(f"[freeze]\n{machine}")
    assert expected == load(layout).frozen(NOW)


def test_a_local_time_is_the_machines(layout: Layout) -> None:
    """An end without a zone means the time on the wall here."""
    layout.config_file.write_text("[freeze]\nreason = 'x'\nuntil = 2026-12-01T10:00:00")
    until = load(layout).freeze.until
    assert until is not None
    assert datetime(2026, 12, 1, 10).astimezone() == until
    assert "" == load(layout).frozen(until + timedelta(seconds=1))
