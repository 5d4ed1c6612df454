"""Paths come from the password database, settings from TOML; what cannot be used is told, never guessed."""

from __future__ import annotations

import os
import pwd
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from enactd.config import Layout, Settings, describe, home_of, load, shipped
from enactd.errors import ConfigError

NOW = datetime(2026, 11, 21, tzinfo=UTC)


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    made = msgspec.structs.replace(Layout.under(tmp_path / "e"), machine=tmp_path / "machine")
    made.prepare()
    made.machine.mkdir()
    return made


def test_home_moves_everything_of_the_user(tmp_path: Path) -> None:
    """All of the user's paths lie below `--home`, the socket where the shim looks."""
    layout = Layout.under(tmp_path)
    assert tmp_path / "run/enactd.sock" == layout.socket
    paths = (layout.config_file, layout.policies, layout.receipts, layout.keys, layout.snapshots, layout.shim)
    assert all(path.is_relative_to(tmp_path) for path in (*paths, layout.lock, layout.log_file, layout.agents_file))
    assert Path("/etc/enactd") == layout.machine


def test_a_relative_home_is_refused() -> None:
    """A place that depends on the folder a hook runs in is none."""
    with pytest.raises(ConfigError, match="not absolute"):
        Layout.under("here")


def test_variables_choose_no_path(monkeypatch: pytest.MonkeyPatch) -> None:
    """HOME and XDG variables do not move the gate."""
    expected = Layout.usual()
    for name in ("HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR", "ENACT_HOME"):
        monkeypatch.setenv(name, "/tmp/elsewhere")
    assert expected == Layout.usual()
    assert Path(pwd.getpwuid(os.getuid()).pw_dir) == expected.home


@pytest.mark.parametrize(
    ("root", "environment", "expected"),
    [
        ("/a", {"ENACT_HOME": "/b"}, "/a"),
        (None, {"ENACT_HOME": "/b"}, "/b"),
        (None, {}, None),
        (None, {"ENACT_HOME": ""}, None),
    ],
)
def test_home_option_beats_the_variable(root: str | None, environment: dict[str, str], expected: str | None) -> None:
    """`--home` wins over `ENACT_HOME`, which wins over the usual places."""
    found = Layout.find(root, environment).root
    assert expected == (str(found) if found else None)


def test_an_unknown_user_is_told() -> None:
    """No guess at a home for a user without one."""
    with pytest.raises(ConfigError, match="password database"):
        home_of(3_999_999_999)


def test_prepare_makes_private_folders(layout: Layout) -> None:
    """Folders of the gate are 0700."""
    assert all(0o700 == folder.stat().st_mode & 0o777 for folder in (*layout.private_folders, layout.config))


@pytest.mark.parametrize("name", ["state", "keys", "receipts", "run"])
@pytest.mark.parametrize("mode", [0o755, 0o770, 0o701])
def test_loose_private_folders_are_refused(layout: Layout, name: str, mode: int) -> None:
    """A private folder that others may enter stops the start and names the command that mends it."""
    folder = getattr(layout, name)
    folder.chmod(mode)
    with pytest.raises(ConfigError) as caught:
        layout.prepare()
    assert f"chmod 0700 {folder}" == caught.value.fix
    assert mode == folder.stat().st_mode & 0o777


def test_a_config_that_others_write_is_refused(layout: Layout) -> None:
    """Readable by others is fine, writable is not."""
    layout.config_file.write_text("")
    layout.config_file.chmod(0o644)
    layout.prepare()
    layout.config_file.chmod(0o664)
    with pytest.raises(ConfigError, match="not safe"):
        layout.prepare()


@pytest.mark.skipif(os.getuid() != 0, reason="only root can give a folder away")
def test_a_folder_of_another_user_is_refused(layout: Layout) -> None:
    """Someone else's folder is not ours because it is in our place."""
    os.chown(layout.keys, 12345, -1)
    with pytest.raises(ConfigError, match="not safe") as caught:
        layout.prepare()
    assert "it belongs to user 12345" == caught.value.cause


def test_an_open_folder_above_is_refused(tmp_path: Path) -> None:
    """Who may write above may swap the folder."""
    above = tmp_path / "open"
    above.mkdir()
    above.chmod(0o777)
    with pytest.raises(ConfigError, match="not safe"):
        Layout.under(above / "e").prepare()
    above.chmod(0o1777)
    Layout.under(above / "e").prepare()


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
        ("[daemon]\nthread = 1", "`daemon`: object contains unknown field `thread`"),
        ("color = 1", "object contains unknown field `color`"),
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


def test_shipped_folders_are_found_in_a_checkout() -> None:
    """Policies travel with the program."""
    assert "policies" == shipped("policies").name
