"""A home, a repository and a network that holds only loopback, new for each end-to-end test."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.claude import Claude
from support.guarded import Guarded, guarded
from support.loopback import Loopback, loopback
from support.scripted_shim import ScriptedShim


@pytest.fixture(scope="session")
def network() -> Iterator[Loopback]:
    """One namespace for all tests of a process: nothing in it is shared but the loopback device."""
    with loopback() as network:
        yield network


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A user's home without any settings."""
    home = tmp_path / "home"
    home.mkdir()
    return home


@pytest.fixture
def project(home: Path) -> Path:
    """A git repository in that home, with one commit."""
    project = home / "app"
    project.mkdir()
    (project / "notes.txt").write_text("one\ntwo\n")
    for arguments in (["init", "-q", "-b", "main"], ["add", "."], ["commit", "-q", "-m", "first"]):
        git(project, *arguments)
    return project


def git(where: Path, *arguments: str) -> None:
    """Run git with an identity and without the machine's configuration."""
    identity = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org"]
    clean = {"PATH": "/usr/bin:/bin", "HOME": str(where), "GIT_CONFIG_NOSYSTEM": "1"}
    subprocess.run(["git", *identity, *arguments], cwd=where, env=clean, check=True, timeout=30)


@pytest.fixture
def claude(home: Path, network: Loopback) -> Claude:
    """The real CLI in that home, without any hook."""
    return Claude(home, network)


@pytest.fixture
def shim(tmp_path: Path) -> ScriptedShim:
    """A stand-in for shim and daemon, not registered anywhere yet."""
    return ScriptedShim(tmp_path / "shim")


@pytest.fixture
def gate(network: Loopback) -> Iterator[Guarded]:
    """The whole product set up in a furnished home, daemon running, hooks in the user's settings."""
    with guarded(network) as place:
        yield place
