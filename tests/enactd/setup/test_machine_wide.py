"""The machine's set-up: who can be guarded, which program can guard, and what a unit starts."""

from __future__ import annotations

import os
import pwd
import sys
from pathlib import Path

import pytest

from enactd.config import Layout
from enactd.errors import InstallError, UsageError
from enactd.setup import machine_wide


@pytest.mark.parametrize(("name", "invoker"), [("nobody", ""), (None, "nobody"), ("nobody", "root"), ("65534", "")])
def test_who_is_guarded(name: str | None, invoker: str) -> None:
    """The user that is named, else the one who called sudo."""
    assert pwd.getpwnam("nobody") == machine_wide.guarded_user(name, invoker)


@pytest.mark.parametrize(("name", "invoker"), [(None, ""), ("root", ""), (None, "root"), ("0", ""), ("9" * 30, "")])
def test_who_cannot_be_guarded(name: str | None, invoker: str) -> None:
    """Nobody, root, and who does not exist."""
    with pytest.raises(UsageError):
        machine_wide.guarded_user(name, invoker)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
@pytest.mark.parametrize(("owner", "mode"), [(12345, 0o644), (0, 0o666), (0, 0o664)])
def test_a_program_that_others_could_change_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, owner: int, mode: int
) -> None:
    """With the commands that install one that is root's."""
    place = tmp_path / "python3"
    place.touch()
    place.chmod(mode)
    os.chown(place, owner, 0)
    monkeypatch.setattr(machine_wide, "_program", lambda: iter([place]))
    with pytest.raises(InstallError) as refused:
        machine_wide.check_program()
    assert "could be changed by others" in refused.value.cause
    assert "/opt/enactd" in refused.value.fix


@pytest.mark.skipif(os.geteuid() != 0, reason="a user's own program is refused anyway")
def test_a_program_that_the_daemon_cannot_reach_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a private home, say."""
    tmp_path.chmod(0o700)
    place = tmp_path / "python3"
    place.touch()
    monkeypatch.setattr(machine_wide, "_program", lambda: iter([place]))
    with pytest.raises(InstallError, match="cannot serve the machine"):
        machine_wide.check_program()


def test_the_whole_program_is_looked_at() -> None:
    """The interpreter, where it imports from, and every module."""
    found = set(machine_wide._program())
    assert Path(os.path.realpath(sys.executable)) in found
    assert Path(machine_wide.__file__).resolve() in found


def test_units_start_the_installed_program(tmp_path: Path) -> None:
    """By absolute words; the user's number is the instance."""
    layout = Layout.system(os.getuid(), tmp_path)
    texts = {path.name: text for path, text in machine_wide.files_of(layout).items()}
    [daemon] = [line for line in texts["enactd@.service"].splitlines() if line.startswith("ExecStart=")]
    [scout] = [line for line in texts["enactd-scout@.service"].splitlines() if line.startswith("ExecStart=")]
    assert daemon.startswith(f'ExecStart="{sys.executable}" "-I" "-c" ')
    assert daemon.endswith(" start --foreground --system %i")
    assert scout.endswith(" enactd")
    assert "enactd.scout.process" in scout


def test_other_guarded_users_are_known(tmp_path: Path) -> None:
    """By the folders of their settings."""
    layout = Layout.system(os.getuid(), tmp_path)
    assert [] == machine_wide.others(layout)
    for name in (layout.config.name, "4711"):
        (layout.config.parent / name).mkdir(parents=True)
    assert ["4711"] == machine_wide.others(layout)


def test_without_systemd_nothing_is_started(tmp_path: Path) -> None:
    """It says so, and what helps; where systemd runs this test has nothing to say."""
    if Path("/run/systemd/system").is_dir():
        assert machine_wide.unguarded(Layout.system(os.getuid(), tmp_path)) is not None
        return
    with pytest.raises(InstallError, match="systemd does not run here"):
        machine_wide.start(Layout.system(os.getuid(), tmp_path))
    machine_wide.stop(Layout.system(os.getuid(), tmp_path))
