"""An agent that only waits for its own background tasks is asked to go once nothing more is to come."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from bench.chaos import run

INSIDE = Path(run.__file__).parent / "inside"


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The program that runs in the sandbox, with its neighbours, as a module."""
    monkeypatch.syspath_prepend(str(INSIDE))
    found = importlib.util.spec_from_file_location("stage", INSIDE / "stage.py")
    assert found is not None
    assert found.loader is not None
    made = importlib.util.module_from_spec(found)
    found.loader.exec_module(made)
    for name in ("relay", "services", "snapshot"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    return made


def started(*words: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(words, start_new_session=True)


def test_a_program_ends_by_itself(stage: ModuleType, tmp_path: Path) -> None:
    """Its own exit code counts."""
    assert 3 == stage._code(started("sh", "-c", "exit 3"), 60, tmp_path / "over")


def test_one_that_waits_is_ended_once_all_is_over(stage: ModuleType, tmp_path: Path) -> None:
    """That is no failure, whether it takes the hint or has to be made to."""
    (tmp_path / "over").touch()
    assert stage._code(started("sleep", "600"), 60, tmp_path / "over") is not None
    stage._LEAVE_S = 1
    deaf = started(
        sys.executable, "-c", "import signal, time; signal.signal(15, lambda *_: None)\nwhile 1: time.sleep(9)"
    )
    assert stage._code(deaf, 60, tmp_path / "over") is not None


def test_one_that_takes_too_long_is_a_failure(stage: ModuleType, tmp_path: Path) -> None:
    """Nothing told that all was over."""
    assert stage._code(started("sleep", "600"), 1, tmp_path / "over") is None
    assert stage._code(started("sleep", "600"), 1, None) is None


def test_the_sandbox_is_told_when_the_model_has_been_quiet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By a file in the folder that it reads; not before."""
    import time

    from bench.chaos.model import Watch

    monkeypatch.setattr(run, "LINGER_S", 0.1)
    watch = Watch()
    with run._hurried(watch, tmp_path):
        time.sleep(0.7)
        assert not (tmp_path / "over").exists()
        watch.heard({"tools": [{}], "messages": [{"role": "user", "content": "go"}]}, ended=True)
        end = time.monotonic() + 30
        while not (tmp_path / "over").exists() and time.monotonic() < end:
            time.sleep(0.1)
    assert (tmp_path / "over").exists()
