"""The command line of the daemon: help, versions and exit codes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from support.daemon import environment

from enactd import __version__


def enactd(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "enactd", *arguments],
        env={**environment(), **variables}, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


def test_the_version_is_told() -> None:
    """`--version` needs no daemon."""
    assert (0, f"enactd {__version__}\n") == (enactd("--version").returncode, enactd("--version").stdout)


@pytest.mark.parametrize("arguments", [(), ("fly",), ("start", "--fly"), ("start", "--home")])
def test_bad_arguments_are_usage_errors(arguments: tuple[str, ...]) -> None:
    """Exit code 2 and no traceback."""
    done = enactd(*arguments)
    assert 2 == done.returncode
    assert "usage: enactd" in done.stderr


def test_a_relative_home_is_refused() -> None:
    """The place may not depend on the working folder."""
    done = enactd("start", "--home", "here")
    assert 2 == done.returncode
    assert "is not absolute" in done.stderr


@pytest.mark.parametrize("command", ["status", "stop"])
def test_without_a_daemon_the_fix_is_told(tmp_path: Path, command: str) -> None:
    """Exit code 4, and the command that starts it."""
    for done in (enactd(command, "--home", str(tmp_path)), enactd(command, ENACT_HOME=str(tmp_path))):
        assert (4, "") == (done.returncode, done.stdout)
        assert f"fix: enactd start --home {tmp_path}" in done.stderr
