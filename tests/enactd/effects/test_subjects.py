"""A subject names the thing and not the spelling; deeds are what later calls are judged by."""

from __future__ import annotations

import pytest

from enactd import resources
from enactd.bundle import load
from enactd.effects import model as m
from enactd.effects.model import Database, Target
from enactd.effects.shell.readers import Readers
from enactd.effects.subjects import about, deeds, destroys, given_back, plain_table, subject
from enactd.examples import judge_example
from enactd.judge import Judge
from enactd.policy import Example, bash, tool

JUDGE = Judge(load([("shipped", str(resources.policies_folder()))]), readers=Readers(None))


def effects(example: str | Example) -> tuple[m.Effect, ...]:
    return judge_example(JUDGE, bash(example) if isinstance(example, str) else example).effects


@pytest.mark.parametrize(
    "spelling",
    [
        "rm -rf src",
        "rm -r ./src/",
        "find src -delete",
        "sudo rm -rf /home/u/proj/src",
        "python3 -c \"import shutil; shutil.rmtree('src')\"",
        "node -e \"require('fs').rmSync('src', {recursive: true})\"",
        "cd src/.. && rm -rf src",
    ],
)
def test_spellings_of_one_deletion_have_one_subject(spelling: str) -> None:
    """Whatever program, language or folder it is said in."""
    assert "DeletePath /home/u/proj/src" in [about(effect) for effect in effects(spelling)]


@pytest.mark.parametrize(
    ("effect", "expected"),
    [
        (m.DeletePath(target=Target(word="$X")), ""),
        (m.DeletePath(target=Target(word="x", path="/x"), place="ssh h"), "ssh h:/x"),
        (m.DeletePath(target=Target(word="x/*", path="/x", everything_in=True)), "/x/*"),
        (m.RunSql(verb="drop", tables=('public."Users"', "?")), "users"),
        (m.RunSql(verb="drop"), ""),
        (m.GitPush(remote="origin", branch="x"), "origin/x"),
        (m.GitPush(remote=None, branch=None), ""),
        (m.GitDiscard(what="changes", how="checkout", repository="/w"), "changes of /w"),
        (m.GitDiscard(what="changes", how="checkout"), ""),
        (m.GitDeleteRef(ref="x", kind="branch"), "branch x"),
        (m.ChangeInfrastructure(tool="kubectl", verb="delete", what="namespace a"), "namespace a"),
        (m.ChangeContainers(tool="docker", verb="remove", what="volume", names=("a", "b")), "volume a b"),
        (m.InstallPackage(manager="npm", names=("a",)), "a"),
        (m.Request(method="GET", host="x.example", url="https://x.example/?q=secret"), "GET x.example"),
        (m.Request(method="GET", host=None), ""),
        (m.RevealSecret(what="a key", by="env"), ""),
        (m.AgentTool(tool="TodoWrite"), ""),
    ],
)
def test_subject(effect: m.Effect, expected: str) -> None:
    """What only the run will tell has none, and nothing of an address but its host is kept."""
    assert expected == subject(effect)
    assert (f"{effect.type_name} {expected}" if expected else "") == about(effect)


def test_subjects_are_bounded() -> None:
    """A receipt does not grow with a path."""
    assert len(subject(m.DeletePath(target=Target(word="x", path="/" + "x" * 9000)))) <= 1024


@pytest.mark.parametrize(
    ("example", "expected"),
    [
        ("cp -r photos /mnt/b", ("copied /home/u/proj/photos",)),
        ("mv src/a.py src/b.py", ("copied /home/u/proj/src/a.py",)),
        (bash("mv a.txt /tmp/x/", given="untracked a.txt"), ("copied /home/u/proj/a.txt", "moved-to /tmp/x/a.txt")),
        ("mv dist old", ("copied /home/u/proj/dist",)),
        ("rm -rf dist", ("deleted /home/u/proj/dist",)),
        ("rm src/a.py", ("deleted /home/u/proj/src/a.py", "destroyed")),
        ("rm -rf /tmp/x", ()),
        ("rmdir empty", ()),
        ("git push --force-with-lease origin feature/x", ("leased origin/feature/x",)),
        ("git push origin feature/x", ()),
        ("ls", ()),
        (tool("mcp__filesystem__delete_file", path="src/a.py"), ("deleted /home/u/proj/src/a.py", "destroyed")),
    ],
)
def test_deeds(example: str | Example, expected: tuple[str, ...]) -> None:
    """Only what a later call is judged by, each once."""
    assert expected == deeds(effects(example))


@pytest.mark.parametrize(
    ("effect", "expected"),
    [
        (m.RunSql(verb="delete", database=Database(stage="local")), True),
        (m.RunSql(verb="drop", database=Database(stage="memory")), False),
        (m.RunSql(verb="select"), False),
        (m.ChangeStore(tool="redis-cli", verb="delete"), True),
        (m.ChangeStore(tool="redis-cli", verb="write"), False),
        (m.ChangeInfrastructure(tool="aws", verb="delete"), True),
        (m.ChangeInfrastructure(tool="aws", verb="read"), False),
        (m.ChangeContainers(tool="docker", verb="prune"), True),
        (m.ChangeContainers(tool="docker", verb="run"), False),
        (m.GitDeleteRef(ref="x", kind="branch"), True),
        (m.ResetDatabase(tool="prisma", how="reset"), True),
        (m.GitDiscard(what="changes", how="x", losing="nothing"), False),
        (m.GitDiscard(what="changes", how="x", losing="unknown"), True),
        (m.DeletePath(target=Target(word="x", path="/x", kind="missing")), False),
        (m.AgentTool(tool="x"), False),
    ],
)
def test_what_destroys(effect: m.Effect, expected: bool) -> None:
    """Something that is neither temporary, nor made again, nor missing anyhow goes away."""
    assert expected is destroys(effect)


@pytest.mark.parametrize("spelling", ["users", "Users", "public.users", '"Users"', "[dbo].[Users]", "`users`"])
def test_a_table_has_one_plain_name(spelling: str) -> None:
    """Schema, quotes and case are spelling."""
    assert "users" == plain_table(spelling)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"git": "clean"}, True),
        ({"area": "temp"}, True),
        ({"kind": "missing"}, True),
        ({"kind": "link"}, True),
        ({"nature": ("build-output",), "git": "ignored"}, True),
        ({"nature": ("git-dir", "git-lock")}, True),
        ({"git": "ignored"}, False),
        ({"git": "modified"}, False),
        ({"git": "untracked", "nature": ("database",)}, False),
        ({}, False),
    ],
)
def test_what_is_given_back(facts: dict[str, object], expected: bool) -> None:
    """By git, by a build, or because nothing is lost."""
    assert expected is given_back(Target(word="x", path="/w/x", **facts))  # type: ignore[arg-type]
