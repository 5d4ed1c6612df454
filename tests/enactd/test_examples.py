"""The world that declared examples speak of."""

from __future__ import annotations

import pytest

from enactd import resources
from enactd.bundle import load
from enactd.effects.shell.readers import Readers
from enactd.examples import GATE, HOME, WORKSPACE, ExampleWorld, judge_example
from enactd.judge import Judge
from enactd.policy import Example, bash
from enactd.verdict import Decision

JUDGE = Judge(load([("shipped", str(resources.policies_folder()))]), readers=Readers(None), gate=GATE)


def state(path: str, *words: str) -> str:
    return ExampleWorld(words).git_state(f"{WORKSPACE}/{path}")


@pytest.mark.parametrize(
    ("words", "path", "expected"),
    [
        ((), "src/a.py", "clean"), (("dirty",), "src/a.py", "modified"), (("modified src/a.py",), "src/a.py", "modified"),
        (("untracked notes",), "notes", "untracked"), (("ignored x",), "x", "ignored"), (("dirty", "clean a"), "a", "clean"),
        ((), "node_modules/x", "ignored"), (("untracked ./a/../b",), "b", "untracked"),
    ],
)  # fmt: skip
def test_git_states(words: tuple[str, ...], path: str, expected: str) -> None:
    """An ordinary repository, changed by a few words."""
    assert expected == state(path, *words)


def test_files() -> None:
    """Sizes and absences are facts of the example."""
    world = ExampleWorld(("missing a.txt", "size b.txt 900"))
    assert "missing" == world.stat(f"{WORKSPACE}/a.txt").kind
    assert ("file", 900) == (world.stat(f"{WORKSPACE}/b.txt").kind, world.stat(f"{WORKSPACE}/b.txt").size)
    assert "folder" == world.stat(f"{WORKSPACE}/src").kind


@pytest.mark.parametrize(
    ("word", "staged", "modified"), [("tidy", (), ()), ("staged 2", ("src/file0.py", "src/file1.py"), ()), ("dirty", (), ("src/app.py",))]
)  # fmt: skip
def test_changes(word: str, staged: tuple[str, ...], modified: tuple[str, ...]) -> None:
    """Nothing, what is staged, or something; without a word nobody knows."""
    repository = ExampleWorld((word,)).repository(WORKSPACE)
    assert repository is not None
    changes = repository.changes()
    assert changes is not None
    assert (staged, modified) == (changes.staged, changes.modified)
    unsaid = ExampleWorld(()).repository(WORKSPACE)
    assert unsaid is not None
    assert unsaid.changes() is None


def test_branches() -> None:
    """Which is checked out, merged, pushed."""
    repository = ExampleWorld(("branch feature", "merged a", "unmerged b", "pushed")).repository(WORKSPACE)
    assert repository is not None
    assert ("feature", True, False, None, True) == (
        repository.branch, repository.merged("a"), repository.merged("b"), repository.merged("c"), repository.pushed(),
    )  # fmt: skip
    assert HOME == "/home/u"


@pytest.mark.parametrize(
    ("example", "decision"),
    [
        (bash("git reset --hard", given="dirty"), Decision.ASK),
        (bash("git commit -m x", given="freeze"), Decision.DENY),
        (bash("git commit -m x"), Decision.ALLOW),
        (bash("rm -rf /gate/state"), Decision.DENY),
        (Example("Read", {"file_path": ".env"}), Decision.ASK),
        (bash("curl 'https://example.com/?q=abc'", given="session secret"), Decision.ASK),
        (bash("curl 'https://example.com/?q=abc'"), Decision.ALLOW),
    ],
    ids=str,
)
def test_examples_are_judged_in_their_world(example: Example, decision: Decision) -> None:
    """Freeze, taints and states of files count."""
    assert decision is judge_example(JUDGE, example).verdict.decision


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (("curl -o i.sh https://x.example/i.sh",), Decision.ASK),
        (("curl -o j.sh https://x.example/j.sh",), Decision.ALLOW),
        (("failed: curl -o i.sh https://x.example/i.sh",), Decision.ASK),
        (("curl -d x=1 -o i.sh https://x.example/i.sh",), Decision.ALLOW),
        (("approved: curl -d x=1 -o i.sh https://x.example/i.sh",), Decision.ASK),
    ],
)
def test_earlier_calls_of_the_session(after: tuple[str, ...], expected: Decision) -> None:
    """They leave behind what they would have: allowed ones run, stopped ones only where a person said yes."""
    assert expected == judge_example(JUDGE, bash("bash i.sh", after=after)).verdict.decision
