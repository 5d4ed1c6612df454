"""Paths come from the password database; what cannot be used is told, never guessed."""

from __future__ import annotations

import os
import pwd
from pathlib import Path

import msgspec
import pytest

from enactd.config import Layout, home_of, is_guarded, shipped
from enactd.errors import ConfigError


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


def test_shipped_folders_are_found_in_a_checkout() -> None:
    """Policies travel with the program."""
    assert "policies" == shipped("policies").name


def test_nothing_of_the_machines_set_up_is_the_users(tmp_path: Path) -> None:
    """State, settings, sockets and programs lie where he cannot write; the prefix stands before all of them."""
    layout = Layout.system(os.getuid(), tmp_path)
    assert tmp_path / f"run/enactd/{os.getuid()}/enactd.sock" == layout.socket
    assert str(tmp_path / "run/enactd") == layout.listeners
    paths = (
        layout.config_file,
        layout.policies,
        layout.receipts,
        layout.keys,
        layout.data,
        layout.shim,
        layout.machine,
    )
    assert all(path.is_relative_to(tmp_path) for path in (*paths, layout.lock, layout.agents_file, layout.scout_socket))
    assert not any(path.is_relative_to(layout.run) for path in (*paths, layout.lock, layout.agents_file))
    assert Path(f"/var/lib/enactd/{os.getuid()}/keys") == Layout.system(os.getuid()).keys


@pytest.mark.parametrize("uid", [0, os.getuid()])
def test_the_machines_daemon_is_neither_root_nor_the_guarded_user(tmp_path: Path, uid: int) -> None:
    """Else it would guard nothing."""
    if os.getuid() not in (0, uid):
        pytest.skip("only root can be somebody else")
    with pytest.raises(ConfigError, match="this daemon runs as user"):
        Layout.system(os.getuid(), tmp_path).prepare()


@pytest.mark.skipif(os.geteuid() != 0, reason="a folder that is root's takes root")
def test_only_root_says_who_is_guarded(tmp_path: Path) -> None:
    """A folder of the user's own, or a link, does not."""
    users = tmp_path / "etc/enactd/users"
    users.mkdir(parents=True)
    assert not is_guarded(4711, tmp_path)
    (users / "4711").mkdir()
    assert is_guarded(4711, tmp_path)
    os.chown(users / "4711", 4711, -1)
    assert not is_guarded(4711, tmp_path)
    (users / "4712").symlink_to("/")
    assert not is_guarded(4712, tmp_path)
