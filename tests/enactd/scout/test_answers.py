"""The scout's table: fixed questions, the answers of the world as it is, and an error for everything else."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest

from enactd import peer
from enactd.disk import signs
from enactd.scout.answers import GIT, OPERATIONS, WORLDS, Worlds, answer
from enactd.scout.frames import Question, Said

WAITING = "print('ready', flush=True); input()"
"""Says when it has become what the kernel will tell of it."""


def ask(op: str, *arguments: Any, worlds: Worlds | None = None, world: str = "w") -> Said:
    question = Question(id=3, op=op, arguments=list(arguments), world=world, home="/root")
    return answer(msgspec.json.encode(question), worlds or Worlds())


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"[]",
        b'{"id": 1}',
        b'{"id": "x", "op": "stat"}',
        b"\xff",
        b"[" * 5000,
        b'{"id":1,"op":"stat","arguments":7}',
    ],
)
def test_what_is_no_question_is_an_error(data: bytes) -> None:
    """Whatever it is, the scout goes on."""
    said = answer(data, Worlds())
    assert said.error
    assert None is said.value


@pytest.mark.parametrize(
    ("op", "arguments"),
    [
        ("run", ["id"]),
        ("write", ["/tmp/x", "y"]),
        ("stat", []),
        ("stat", [7]),
        ("stat", ["/x", "/y"]),
        ("text", ["/etc/passwd"]),
        ("git", [["/", "/", "/", False], "__init__", [], {}]),
        ("git", [["/", "/", "/", False], "_fact", ["x"], {}]),
        ("git", [["/", "/", "/", False], "resolve", [], {"nope": 1}]),
        ("git", [[], "branch", [], {}]),
        ("same", ["/x", [["a"]]]),
        ("signs", [7]),
    ],
)
def test_what_is_not_in_the_table_is_an_error(op: str, arguments: list[Any]) -> None:
    """No other operation, no other arguments, no private method."""
    assert ask(op, *arguments).error


def test_nothing_in_the_table_changes_anything() -> None:
    """The names are the whole list; one that is added is looked at here."""
    known = "stat real names text digest repository git enclosure same signs settings process workspace"
    assert set(known.split()) == set(OPERATIONS)
    assert not {name for name in GIT if name.startswith("_") or "set" in name or "write" in name}


def test_the_world_as_it_is(tmp_path: Path) -> None:
    """Kinds, names, texts, links and signs are what a daemon of one's own would see."""
    (tmp_path / "a").write_text("hello")
    (tmp_path / "b").symlink_to("a")
    assert ("file", 5) == (ask("stat", f"{tmp_path}/a").value["kind"], ask("stat", f"{tmp_path}/a").value["size"])
    assert "missing" == ask("stat", f"{tmp_path}/c").value["kind"]
    assert ["a", "b"] == ask("names", str(tmp_path)).value
    assert "hello" == ask("text", f"{tmp_path}/b", 100).value
    assert None is ask("text", f"{tmp_path}/a", 4).value
    assert f"{tmp_path}/a" == ask("real", f"{tmp_path}/b").value
    assert signs([f"{tmp_path}/a"]) == [tuple(one) for one in ask("signs", [f"{tmp_path}/a"]).value]


def test_a_large_settings_file_is_told_from_a_missing_one(tmp_path: Path) -> None:
    """What cannot be judged must not look like nothing."""
    (tmp_path / "s.json").write_bytes(b"x" * (5 << 20))
    assert False is ask("settings", f"{tmp_path}/s.json").value
    assert None is ask("settings", f"{tmp_path}/none").value


def test_a_process_is_told_by_number_and_start(tmp_path: Path) -> None:
    """Of its variables places and names only: a secret of the user's stays his."""
    environment = {"PATH": "/bin", "AWS_SECRET_ACCESS_KEY": "hunter2", "CLAUDECODE": "1"}
    child = subprocess.Popen(
        [sys.executable, "-c", WAITING], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, cwd=tmp_path
    )
    try:
        assert child.stdout is not None
        assert b"ready\n" == child.stdout.readline()
        process = peer.process_of(child.pid)
        assert process is not None
        exe, folder, variables, foreign = ask("process", child.pid, process.start).value
        assert (os.path.realpath(sys.executable), str(tmp_path), []) == (exe, folder, foreign)
        assert {"PATH": "/bin", "CLAUDECODE": "1"} == variables
        assert None is ask("process", child.pid, process.start + 1).value
    finally:
        child.kill()
        child.wait()


def test_a_call_sees_one_world(tmp_path: Path) -> None:
    """What was looked up for a call stays as it was; another call looks anew; old ones are forgotten."""
    worlds = Worlds()
    assert "missing" == ask("stat", f"{tmp_path}/x", worlds=worlds).value["kind"]
    (tmp_path / "x").write_text("")
    assert "missing" == ask("stat", f"{tmp_path}/x", worlds=worlds).value["kind"]
    assert "file" == ask("stat", f"{tmp_path}/x", worlds=worlds, world="other").value["kind"]
    for number in range(WORLDS):
        ask("stat", "/", worlds=worlds, world=str(number))
    assert "file" == ask("stat", f"{tmp_path}/x", worlds=worlds).value["kind"]
