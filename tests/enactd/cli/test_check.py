"""`enactctl check`: a verdict without running anything, alone or for a whole file of calls."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

import enactd

Check = Callable[..., "subprocess.CompletedProcess[bytes]"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository in a home, with a gate that was never installed."""
    top = tmp_path_factory.mktemp("check") / "home" / "proj"
    (top / "build").mkdir(parents=True)
    (top / "build" / "x").write_text("x")
    (top / ".gitignore").write_text("build\n")
    (top / "README.md").write_text("# Read\n")
    quiet = {"PATH": os.environ["PATH"], "HOME": str(top.parent), "GIT_CONFIG_NOSYSTEM": "1"}
    for words in (
        ["init", "-q"],
        ["add", "-A"],
        ["-c", "user.name=a", "-c", "user.email=a@b.c", "commit", "-q", "-m", "x"],
    ):
        subprocess.run(["git", *words], cwd=top, env=quiet, check=True)
    return top


@pytest.fixture(scope="module")
def check(folder: Path) -> Check:
    """Run `enactctl check` in that repository."""

    def run(*words: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        environment = {**os.environ, "HOME": str(folder.parent), "PYTHONPATH": str(Path(enactd.__file__).parents[1])}
        command = [sys.executable, "-m", "enactd.cli", "--home", str(folder.parent.parent / "gate"), "check", *words]
        return subprocess.run(
            command, input=stdin, capture_output=True, cwd=folder, env=environment, check=False, timeout=100
        )

    return run


def answers(done: subprocess.CompletedProcess[bytes]) -> list[dict[str, Any]]:
    assert 0 == done.returncode, done.stderr.decode()
    return [json.loads(line) for line in done.stdout.splitlines()]


def lines(calls: Sequence[dict[str, Any]]) -> bytes:
    return b"".join(json.dumps(call).encode() + b"\n" for call in calls)


def test_an_allowed_command_exits_with_0(check: Check) -> None:
    """Verdict and level on the first line, nothing more to say."""
    done = check("--", "rm", "-rf", "build")
    assert (0, b"") == (done.returncode, done.stderr)
    assert "allow  SAFE  rm -rf build" == done.stdout.decode().splitlines()[0]


@pytest.mark.parametrize(
    ("words", "first", "policy"),
    [
        (["rm -rf ~"], "deny  IRREVERSIBLE", "files.catastrophic-delete"),
        (["rm", "-rf", ".git"], "ask  IRREVERSIBLE", "files.unrecoverable-delete"),
        (["echo ok; git push --force"], "ask  IRREVERSIBLE", "git.force-push"),
        (["cat .env"], "ask  SENSITIVE", "secrets.read-file"),
        (["rm 'unclosed"], "ask  COMMITMENT", "shell.opaque"),
    ],
)
def test_a_stopped_command_exits_with_3_and_names_the_rule(
    check: Check, words: list[str], first: str, policy: str
) -> None:
    """One quoted argument is shell text; the rule and the alternative are told."""
    done = check("--", *words)
    told = done.stdout.decode()
    assert 3 == done.returncode
    assert told.startswith(first)
    assert f"{policy}:" in told
    assert "instead:" in told


def test_nothing_is_run(check: Check, folder: Path) -> None:
    """The command is read, not executed."""
    check("--", "touch made; echo x > written; $(touch substituted)")
    assert [] == [name for name in ("made", "written", "substituted") if (folder / name).exists()]


def test_words_that_need_quotes_get_them(check: Check) -> None:
    """Each word after `--` stays one word, unless it is an operator or a glob."""
    found = json.loads(check("--json", "--", "rm", "a b", "c;d").stdout)["check"]
    assert {"a b"} <= {e["target"]["word"] for e in found["effects"] if e["type"] == "DeletePath"}


def test_explain_shows_reading_and_effects(check: Check) -> None:
    """Every command that was understood, its folder, and what it does."""
    told = check("--explain", "--", "cd build && sh -c 'rm x'").stdout.decode()
    assert "read as" in told
    assert "cd build" in told
    assert "rm x" in told
    assert "/build" in told
    assert "DeletePath" in told


def test_json_is_versioned(check: Check) -> None:
    """Verdict, risk, policies and effects, in a form that programs may rely on."""
    found = json.loads(check("--json", "--", "rm -rf ~").stdout)
    assert 1 == found["version"]
    assert {"id", "verdict", "risk", "policies", "effects"} == set(found["check"])
    assert ("deny", "IRREVERSIBLE") == (found["check"]["verdict"], found["check"]["risk"])
    assert {"id", "verdict", "reason"} == set(found["check"]["policies"][0])


def test_other_tools(check: Check) -> None:
    """`--tool` and `--input` stand for any call."""
    assert 3 == check("--tool", "Read", "--input", '{"file_path": ".env"}').returncode
    assert 0 == check("--tool", "Read", "--input", '{"file_path": "README.md"}').returncode
    assert 3 == check("--tool", "Nobody", "--input", "{}").returncode


def test_folder_and_workspace(check: Check, folder: Path) -> None:
    """Where the call is made, and what the agent was started for."""
    assert 3 == check("--cwd", "/srv", "--workspace", str(folder), "--", "rm -rf build").returncode
    assert 0 == check("--cwd", str(folder), "--", "rm README.md").returncode


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["--input", "{"],
        ["--input", "[]"],
        ["--tool", "Read", "--", "x"],
        ["--jsonl", "/no/such/file"],
        ["--nonsense"],
        ["--"],
    ],
)
def test_misuse_exits_with_2_and_a_fix(check: Check, words: list[str]) -> None:
    """In labelled lines, never as a traceback."""
    done = check(*words)
    assert 2 == done.returncode
    assert " error: " in done.stderr.decode()
    assert "Traceback" not in done.stderr.decode()


def test_a_file_of_calls_is_answered_in_order(check: Check, tmp_path: Path) -> None:
    """One answer per line, with the caller's own id, whatever it is."""
    calls = [
        {"id": 1, "tool": "Bash", "input": {"command": "ls"}},
        {"id": "two", "tool": "Bash", "input": {"command": "rm -rf ~"}, "cwd": "/home/u/proj", "home": "/home/u"},
        {"id": None, "tool": "Read", "input": {"file_path": "/home/u/.ssh/id_rsa"}},
        {"id": [3, {"x": 4}], "tool": "Write", "input": {"file_path": "/home/u/proj/a", "content": "x"}, "cwd": "/home/u/proj", "home": "/home/u"},
    ]  # fmt: skip
    file = tmp_path / "calls.jsonl"
    file.write_bytes(lines(calls))
    expected = [(1, "allow"), ("two", "deny"), (None, "ask"), ([3, {"x": 4}], "allow")]
    assert expected == [(a["id"], a["verdict"]) for a in answers(check("--jsonl", str(file)))]
    assert expected == [(a["id"], a["verdict"]) for a in answers(check("--jsonl", "-", stdin=lines(calls)))]


BAD = [
    b"{", b"[]", b"4", b"null", b'"text"', b"{}", b'{"id": 5, "tool": "Bash"}', b'{"id": 5, "tool": 4, "input": {}}',
    b'{"id": 5, "tool": "Bash", "input": []}', b"\xff\xfe", b'{"tool": "Bash", "input": {"command": "\xff"}}', b"\x00", b"[" * 20_000,
    b'{"tool": "Bash", "input": {"command": ' + b"[" * 5_000 + b"]" * 5_000 + b"}}", b'{"id": 1e999, "tool": "Bash", "input": {"command": "ls"}}',
]  # fmt: skip


@pytest.mark.parametrize("source", ["-", "file"])
def test_a_bad_line_is_a_denial_and_no_line_is_lost(check: Check, tmp_path: Path, source: str) -> None:
    """Each line has its answer; a bad one says what is wrong and changes nothing for the others."""
    good = json.dumps({"id": "good", "tool": "Bash", "input": {"command": "ls"}}).encode()
    text = b"\n".join(part for line in BAD for part in (line, good)) + b"\n"
    file = tmp_path / "bad.jsonl"
    file.write_bytes(text)
    found = answers(check("--jsonl", "-", stdin=text) if source == "-" else check("--jsonl", str(file)))
    assert 2 * len(BAD) == len(found)
    assert {"allow"} == {answer["verdict"] for answer in found[1::2]}
    assert [] == [BAD[i][:40] for i, answer in enumerate(found[0:-2:2]) if answer["verdict"] == "allow"]
    assert all("line" in answer["policies"][0]["reason"] for answer in found[:18:2])


def test_blank_lines_and_a_missing_last_newline(check: Check) -> None:
    """A blank line is none; the last line needs no end."""
    call = json.dumps({"tool": "Bash", "input": {"command": "ls"}}).encode()
    assert 2 == len(answers(check("--jsonl", "-", stdin=b"\n" + call + b"\n\n  \n" + call)))
    assert [] == answers(check("--jsonl", "-"))


def test_odd_values_are_answered(check: Check) -> None:
    """Folders and homes of the wrong type fall back; NULs are read; half a surrogate pair is no JSON."""
    raw = [
        b'{"tool": "Bash", "input": {"command": "ls"}, "cwd": 4, "home": null, "workspace": []}',
        b'{"tool": "Bash", "input": {"command": "rm \\ud800"}, "cwd": "/home/u/proj"}',
        b'{"tool": "B\\u0000", "input": {"a": "\\u0000"}, "cwd": "relative/folder", "home": "x"}',
    ]
    assert ["allow", "deny", "ask"] == [a["verdict"] for a in answers(check("--jsonl", "-", stdin=b"\n".join(raw)))]


def test_throughput_is_measured(check: Check, record_property: Callable[[str, object], None]) -> None:
    """A thousand lines are answered; how fast is told, not asserted."""
    calls = [
        {"id": n, "tool": "Bash", "input": {"command": f"cd src && git log -n {n} | grep fix > out{n}.txt; rm -rf build"}, "cwd": "/home/u/proj", "home": "/home/u"}
        for n in range(1000)
    ]  # fmt: skip
    start = time.perf_counter()
    found = answers(check("--jsonl", "-", stdin=lines(calls)))
    seconds = time.perf_counter() - start
    assert list(range(1000)) == [answer["id"] for answer in found]
    record_property("figures", f"check --jsonl: 1000 compound commands in {seconds:.1f} s")
