"""The command line of the sweep: what it refuses, and what it leaves alone."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from bench.chaos import __main__ as command
from bench.chaos import pack

ROOT = Path(__file__).parents[3]


def said(*words: str) -> tuple[int, str]:
    """Exit code and standard error; nothing is played by any of these."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.chaos", *words], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert "Traceback" not in done.stderr
    return done.returncode, done.stderr


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["--scenarios", "/nowhere"], "/nowhere: this is no folder"),
        (["no-such-scenario"], "none is called like this: no-such-scenario"),
        (["--save", "secrets"], "--save: the pages show the whole shipped pack"),
        (["--live", "ftp://x", "--model", "m"], "no http address"),
        (["--live", "https://x/v1/messages"], "--model NAME is needed"),
        (["--run", "/dev/null"], "--run: /dev/null cannot be used"),
    ],
)
def test_what_cannot_be_done_is_told_in_words(words: list[str], expected: str) -> None:
    """Exit code 2, before anything is made."""
    code, told = said(*words)
    assert 2 == code
    assert expected in told


def test_a_folder_with_other_things_is_left_alone(tmp_path: Path) -> None:
    """Even by `--fresh`, and even where names are like those of a sweep."""
    (tmp_path / "pairs").mkdir()
    (tmp_path / "thesis.txt").write_text("mine")
    code, told = said("--run", str(tmp_path), "--fresh")
    assert (2, True) == (code, "holds other things, such as thesis.txt" in told)
    assert (tmp_path / "pairs").is_dir()


def test_an_unfinished_sweep_goes_on_and_a_finished_one_is_forgotten(tmp_path: Path) -> None:
    """Only by the model that began it; `--fresh` forgets any."""
    with command._alone(tmp_path):
        command._prepare(tmp_path, "", fresh=False)
        (tmp_path / "pairs").mkdir()
        command._prepare(tmp_path, "", fresh=False)
        assert (tmp_path / "pairs").exists()
        with pytest.raises(pack.PackError, match="another model"):
            command._prepare(tmp_path, "some-model", fresh=False)
        (tmp_path / "finished").touch()
        command._prepare(tmp_path, "some-model", fresh=False)
        assert not (tmp_path / "pairs").exists()
        (tmp_path / "pairs").mkdir()
        command._prepare(tmp_path, "", fresh=True)
        assert not (tmp_path / "pairs").exists()


def test_two_sweeps_do_not_share_a_folder(tmp_path: Path) -> None:
    """The second one is told."""
    with command._alone(tmp_path):
        code, told = said("--run", str(tmp_path))
    assert (2, True) == (code, "another sweep is under way" in told)


def test_time_is_counted_over_interruptions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the pages say of how long a sweep took is the whole of it."""

    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("bench.chaos.sweep.sweep", interrupted)
    (tmp_path / "seconds").write_text("100.0\n")
    with pytest.raises(KeyboardInterrupt):
        command._played(tmp_path, [], None, "")
    assert command._seconds(tmp_path) >= 100
