"""The one command: it says what is missing before it begins, and runs every part whatever became of the others."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from bench import prerequisites, proof

ROOT = Path(proof.__file__).resolve().parents[1]


def test_missing_programs_are_told_with_their_packages(tmp_path: Path) -> None:
    """Without an environment, in one line that can be pasted; nothing is begun."""
    environment = {**os.environ, "PATH": str(tmp_path)}
    for words in (["bench/prerequisites.py"], ["-m", "bench.proof"]):
        done = subprocess.run(
            [sys.executable, *words], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
        )
        assert 2 == done.returncode
        assert "apt-get install" in done.stderr
        assert "bubblewrap" in done.stderr
        assert "Traceback" not in done.stderr


def test_advice_names_each_package_once() -> None:
    """What is missing, and what brings it."""
    assert "initdb, postgres: not on this machine; apt-get install postgresql" == prerequisites.advice(
        [("initdb", "postgresql"), ("postgres", "postgresql")]
    )


def test_the_servers_of_postgresql_are_found_beside_the_path(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Debian keeps them where no PATH leads; a program that nobody has is not found."""
    program = tmp_path / "initdb"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert prerequisites.where("initdb").endswith("/initdb")
    assert [("no-such-program", "p")] == prerequisites.missing({"no-such-program": "p", "initdb": "postgresql"})


def test_a_failing_part_does_not_keep_the_next_from_running(capsys: pytest.CaptureFixture[str]) -> None:
    """The exit code says that one failed, the last lines which."""
    ran: list[str] = []

    def run(words: Sequence[str]) -> int:
        ran.append(words[2])
        return int(words[2] == "bench.chaos")

    assert 1 == proof.play({"sweep": ["bench.chaos"], "bench": ["bench"]}, run)
    assert ["bench.chaos", "bench"] == ran
    assert "sweep: 0.0 minutes, exit code 1" in capsys.readouterr().out
    assert 0 == proof.play({"bench": ["bench"]}, lambda _: 0)


def test_without_cases_the_other_guards_are_left_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """And it is said; every part is fresh and kept."""
    assert ["sweep", "bench"] == list(proof.parts(tmp_path / "none", 6, peers=True))
    assert "stays as it is" in capsys.readouterr().err
    found = proof.parts(tmp_path, 3, peers=True)
    assert ["bench.accuracy", "--cases", str(tmp_path), "--every", "3"] == found["accuracy"]
    assert {"--fresh", "--save"} <= set(found["sweep"])
    assert ["sweep", "bench"] == list(proof.parts(tmp_path, 3, peers=False))


def test_the_command_is_documented_with_what_it_needs() -> None:
    """Both pages name it; the bench's page lists each package."""
    page = (ROOT / "bench" / "README.md").read_text()
    assert "make proof" in page
    assert "make proof" in (ROOT / "README.md").read_text()
    assert [] == [p for p in (prerequisites.SWEEP | prerequisites.BENCH).values() if p not in page]
