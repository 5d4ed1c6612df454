"""Seeing through a scout: the same answers as with one's own eyes, and no answer that is none taken for one."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from support.repositories import Repo, make_repo

from enactd import enclosure, origin, peer
from enactd.disk import signs
from enactd.errors import EnactError, RefusedError, ScoutError
from enactd.origin import KEPT_VARIABLES, MARKS
from enactd.repository import Repository
from enactd.scout.answers import GIT, Worlds, answer
from enactd.scout.frames import Question
from enactd.scout.sight import ScoutedWorld, Sight
from enactd.world import ReplayWorld, Stat, World

WAITING = "print('ready', flush=True); input()"
"""Says when it has become what the kernel will tell of it."""


class Wire:
    """A scout without the socket: every question and answer goes through JSON as it would. `lies` replace answers."""

    def __init__(self, lies: dict[str, Any] | None = None) -> None:
        self.worlds = Worlds()
        self.lies = lies or {}
        self.asked: list[str] = []

    def ask(self, op: str, *arguments: Any, world: str = "", home: str = "/") -> Any:
        import msgspec

        self.asked.append(op)
        if op in self.lies:
            lie = self.lies[op]
            if isinstance(lie, Exception):
                raise lie
            return lie
        question = Question(id=1, op=op, arguments=list(arguments), world=world, home=home)
        said = msgspec.json.decode(msgspec.json.encode(answer(msgspec.json.encode(question), self.worlds)))
        if said.get("error"):
            raise ScoutError("the scout has no answer", cause=said["error"])
        return said.get("value")


def sight(lies: dict[str, Any] | None = None) -> Sight:
    return Sight(Wire(lies))  # type: ignore[arg-type]


def through(place: Path, lies: dict[str, Any] | None = None) -> World:
    return sight(lies).world(cwd=str(place), workspace=str(place), home=str(place))


def own(place: Path) -> World:
    return World(cwd=str(place), workspace=str(place), home=str(place))


@pytest.fixture
def git(tmp_path: Path) -> Repo:
    """A repository with a branch, a tag, a remote, staged, changed, ignored and untracked files."""
    repository = make_repo(tmp_path, "work")
    repository.write("a.txt", "a\n")
    repository.write("b.txt", "b\n")
    repository.commit("first")
    repository.git("tag", "v1")
    repository.git("branch", "other")
    repository.git("remote", "add", "origin", "https://example.org/x.git")
    repository.git("update-ref", "refs/remotes/origin/main", "HEAD")
    repository.write("c.txt", "c\n")
    repository.commit("second")
    repository.write("a.txt", "changed\n")
    repository.write("staged.txt", "staged\n")
    repository.git("add", "staged.txt")
    repository.write("new.txt", "new\n")
    repository.write("x.log", "log\n")
    return repository


QUESTIONS: dict[str, list[tuple[Any, ...]]] = {
    "resolve": [("HEAD",), ("v1",), ("nothing",)],
    "is_commit": [("HEAD~1",), ("nope",)],
    "is_branch": [("other",), ("none",)],
    "is_tag": [("v1",), ("v2",)],
    "branches": [()],
    "remote_branches": [()],
    "default_branch": [(), ("upstream",)],
    "config": [("remote.origin.url",), ("user.name",), ("no.such",)],
    "alias": [("st",)],
    "upstream": [("main",)],
    "changes": [(), (("a.txt",),), (["*.txt", ":!b.txt"],)],
    "staged_texts": [()],
    "merged": [("other",)],
    "pushed": [(), ("v1",)],
    "unpushed_texts": [()],
    "ahead": [("HEAD", "v1")],
    "stashes": [()],
    "worktrees": [()],
}


def test_a_repository_answers_alike(git: Repo) -> None:
    """Every public question: the same through a scout as with one's own eyes, and again from the facts alone."""
    here, there = own(git.top), through(git.top)
    mine, theirs = here.repository(str(git.top)), there.repository(str(git.top))
    assert mine is not None
    assert theirs is not None
    asked = dict(QUESTIONS)
    asked["state"] = [
        (str(git.top / name),) for name in ("a.txt", "b.txt", "new.txt", "x.log", "staged.txt", ".git/HEAD")
    ]
    asked["tracked_under"] = [(str(git.top),), (str(git.top / "none"),)]
    asked["kept"] = [("HEAD",)]
    for name in sorted(GIT):
        if isinstance(getattr(Repository, name), property):
            assert getattr(mine, name) == getattr(theirs, name), name
            continue
        for words in asked[name]:
            assert getattr(mine, name)(*words) == getattr(theirs, name)(*words), (name, words)
    again = ReplayWorld(there.facts, cwd=str(git.top), workspace=str(git.top), home=str(git.top)).repository(
        str(git.top)
    )
    assert again is not None
    assert mine.branch == again.branch
    assert mine.changes() == again.changes()
    assert "" == there.trouble


def test_paths_are_seen_alike(tmp_path: Path) -> None:
    """Kinds, links, names, texts, with names that are no UTF-8 among them; facts have the same keys."""
    (tmp_path / "d").mkdir()
    (tmp_path / "d/f").write_text("text")
    (tmp_path / "link").symlink_to("d")
    (tmp_path / "dangling").symlink_to("nowhere")
    raw = os.fsdecode(os.fsencode(tmp_path / "d") + b"/\xff")
    Path(raw).write_text("raw")
    here, there = own(tmp_path), through(tmp_path)
    for path in ("d", "d/f", "link", "link/f", "dangling", "none", "none/x", "d/f/x", "../x", ""):
        full = f"{tmp_path}/{path}"
        assert here.stat(full) == there.stat(full), path
        assert here.real(full) == there.real(full), path
        assert here.names(full) == there.names(full), path
        assert here.text(full) == there.text(full), path
    assert here.stat(raw) == there.stat(raw)
    assert here.text(raw) == there.text(raw)
    assert here.real(raw) == there.real(raw)
    assert here.git_state(f"{tmp_path}/d") == there.git_state(f"{tmp_path}/d")
    assert here.facts == there.facts
    assert "" == there.trouble


def test_a_process_is_seen_alike(tmp_path: Path) -> None:
    """What the kernel shows to a process's own user."""
    environment = {"HOME": "/home/ada", "SECRET": "x"}
    child = subprocess.Popen(
        [sys.executable, "-c", WAITING], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=tmp_path, env=environment
    )
    try:
        assert child.stdout is not None
        assert b"ready\n" == child.stdout.readline()
        process = peer.process_of(child.pid)
        assert process is not None
        assert peer.facts_of(process, KEPT_VARIABLES | MARKS) == sight().process(process)
        assert origin.workspace_of(str(tmp_path), "/root") == sight().workspace(str(tmp_path), "/root")
    finally:
        child.kill()
        child.wait()
    with pytest.raises(RefusedError):
        sight().process(process)


def test_an_enclosure_is_seen_alike(tmp_path: Path) -> None:
    """Its files, its digest, and whether it changed."""
    assert None is sight().enclosure(str(tmp_path))
    (tmp_path / ".enact/policies").mkdir(parents=True)
    (tmp_path / ".enact/config.toml").write_text("[freeze]\n")
    (tmp_path / ".enact/policies/p.py").write_bytes(b"\xff\x00 no text")
    mine, theirs = enclosure.look(str(tmp_path)), sight().enclosure(str(tmp_path))
    assert mine == theirs
    assert theirs is not None
    assert sight().is_same(theirs)
    (tmp_path / ".enact/config.toml").write_text("[freeze]\nreason = 'x'\n")
    assert not sight().is_same(theirs)


def test_signs_and_settings_are_seen_alike(tmp_path: Path) -> None:
    """For outcomes and for the hooks' own guard."""
    (tmp_path / "s.json").write_text("{}")
    paths = [f"{tmp_path}/s.json", f"{tmp_path}/none"]
    assert signs(paths) == sight().signs(paths)
    assert "{}" == sight().settings_text(paths[0])
    assert None is sight().settings_text(paths[1])
    (tmp_path / "s.json").write_bytes(b"x" * (5 << 20))
    with pytest.raises(EnactError, match="too large"):
        sight().settings_text(paths[0])


LIES: list[tuple[str, Any]] = [
    ("stat", "file"),
    ("stat", {"kind": "palace"}),
    ("stat", {"size": "big"}),
    ("stat", [1, 2]),
    ("names", "abc"),
    ("names", ["a/b"]),
    ("names", [".."]),
    ("names", ["x"] * 100_000),
    ("names", [1]),
    ("text", 7),
    ("text", "x" * 1_000_000),
    ("real", "relative"),
    ("real", "/a/../b"),
    ("real", 3),
    ("repository", ["/", "/"]),
    ("repository", ["x", "y", "z", False]),
    ("repository", "/"),
    ("repository", [1, 2, 3, 4]),
    ("git", "x"),
    ("git", {"git /x branch": {"a": 1}}),
    ("git", {"stat /etc": {"kind": "file"}}),
]


@pytest.mark.parametrize(("op", "lie"), LIES)
def test_what_cannot_be_an_answer_is_unknown(git: Repo, op: str, lie: Any) -> None:
    """Wrong types, sizes and forms never come further than this, and no look-up gives facts of another."""
    world = through(git.top, {op: lie})
    path = str(git.top / "a.txt")
    if op == "stat":
        assert Stat() == world.stat(path)
    elif op == "names":
        assert None is world.names(str(git.top))
    elif op == "text":
        assert None is world.text(path)
    elif op == "real":
        assert path == world.real(path)
    elif op == "repository":
        assert None is world.repository(path)
    else:
        repository = world.repository(path)
        assert repository is not None
        assert None is repository.branch
        assert "stat /etc" not in world.facts


def test_no_answer_is_trouble_and_ends_the_asking(tmp_path: Path) -> None:
    """The rest of the call is not looked up; whoever judges sees why."""
    wire = Wire({"stat": ScoutError("the scout does not answer", cause="it ended")})
    world = Sight(wire).world(cwd="/", workspace="/", home="/")  # type: ignore[arg-type]
    assert Stat() == world.stat("/a")
    assert None is world.text("/b")
    assert "the scout does not answer: it ended" == world.trouble
    assert ["stat"] == wire.asked


@pytest.mark.parametrize("lie", [None, [], {"files": {"config.toml": "!"}}, {"workspace": 7}, "x"])
def test_an_enclosure_that_cannot_be_is_no_enclosure(tmp_path: Path, lie: Any) -> None:
    """It says why, or is none."""
    found = sight({"enclosure": lie}).enclosure(str(tmp_path))
    assert found is None or found.problem


def test_the_digest_of_an_enclosure_is_ours(tmp_path: Path) -> None:
    """What is trusted is its content, whatever name the scout gives it."""
    lie = {"workspace": "/x", "files": {"config.toml": "YQ=="}, "digest": "0" * 64, "marks": []}
    found = sight({"enclosure": lie}).enclosure(str(tmp_path))
    assert found is not None
    assert (str(tmp_path), enclosure.digest_of({"config.toml": b"a"})) == (found.workspace, found.digest)


def test_a_workspace_that_does_not_lie_around_the_folder_is_none() -> None:
    """The work tree can only be the folder itself or one above it."""
    assert "/home/u/p" == sight({"workspace": "/etc"}).workspace("/home/u/p", "/home/u")
    assert "/home/u" == sight({"workspace": "/home/u"}).workspace("/home/u/p", "/root")


def test_each_call_is_a_world_of_its_own() -> None:
    """Two calls never share what was looked up."""
    eyes = sight()
    one, other = (eyes.world(cwd="/", workspace="/", home="/") for _ in range(2))
    assert isinstance(one, ScoutedWorld)
    assert isinstance(other, ScoutedWorld)
    assert one._name != other._name
