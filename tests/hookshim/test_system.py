"""The machine's daemons: `--system DIR` believes root's folder and root's listener, and starts nothing."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from support import shims

from enactd import wire
from enactd.call import Reply

ALLOWED = wire.encode_answer(Reply(0, b"", b""))
NEEDS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root can make a folder that is root's")


@pytest.fixture
def system(home: Path) -> Path:
    """A folder of the machine's daemons; a listener of `home` is the one of this user."""
    folder = home / "system"
    folder.mkdir()
    (folder / str(os.geteuid())).symlink_to(home / "run")
    return folder


@NEEDS_ROOT
def test_the_daemon_of_this_user_answers(shim: Path, home: Path, system: Path) -> None:
    """The number of the user is the folder."""
    with shims.Listener(home, shims.says(ALLOWED)) as daemon:
        ended = shims.run(shim, *shims.CLAUDE, "--system", system)
    assert (0, b"") == (ended.code, ended.stderr)
    assert 1 == len(daemon.frames)


@NEEDS_ROOT
def test_a_folder_of_another_user_is_refused(shim: Path, home: Path, system: Path) -> None:
    """Also that of the user himself: what he can make, his agent can make."""
    with shims.Listener(home, shims.says(ALLOWED)) as daemon:
        os.chown(home / "run", 12345, 0)
        ended = shims.run(shim, *shims.CLAUDE, "--system", system)
    assert shims.refused(ended)
    assert "not root's" in ended.lines[0]
    assert [] == daemon.frames


@pytest.mark.skipif(os.geteuid() == 0, reason="root's own folder is root's")
def test_a_folder_that_is_not_roots_is_refused(shim: Path, home: Path, system: Path) -> None:
    """What the user can make, his agent can make."""
    with shims.Listener(home, shims.says(ALLOWED)) as daemon:
        ended = shims.run(shim, *shims.CLAUDE, "--system", system)
    assert shims.refused(ended)
    assert [] == daemon.frames


def test_nobody_is_started(shim: Path, system: Path) -> None:
    """That is the service manager's; the line says what root can do."""
    ended = shims.run(shim, *shims.CLAUDE, "--system", system)
    assert shims.refused(ended)
    assert ended.lines[0].endswith("Fix: sudo enactctl init --system-wide")


@pytest.mark.parametrize(
    "words",
    [("--system",), ("--system", "run"), ("--system", "/run/x", "--home", "/x"), ("--home", "/x", "--system", "/y")],
)
def test_a_line_with_two_meanings_is_refused(shim: Path, words: tuple[str, ...]) -> None:
    """One place, absolute, or none."""
    assert shims.refused(shims.run(shim, *shims.CLAUDE, *words))
