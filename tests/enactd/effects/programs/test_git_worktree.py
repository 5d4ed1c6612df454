"""What checkout, switch, restore, reset, clean, rm, stash and worktree lose, by real facts where there are some."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from support.briefly import lines, lines_in
from support.repositories import Repo, make_repo, with_origin

LOSSES = [
    ("git reset --hard", "changes how=reset --hard"),
    ("git reset --h", "changes how=reset --hard"),
    ("git reset --hard HEAD", "changes how=reset --hard"),
    ("git reset HEAD --hard", "changes how=reset --hard"),
    ("git checkout -- .", "changes how=checkout paths paths=[.]"),
    ("git checkout .", "changes how=checkout paths paths=[.]"),
    ("git checkout HEAD -- src", "changes how=checkout paths paths=[src]"),
    ("git checkout README.md", "changes how=checkout paths paths=[README.md]"),
    ("git checkout -p", "changes how=checkout paths"),
    ("git checkout --force main", "changes how=checkout --force"),
    ("git checkout -f", "changes how=checkout --force"),
    ("git switch -qf main", "changes how=switch --force"),
    ("git switch --discard-changes main", "changes how=switch --force"),
    ("git restore .", "changes how=restore paths paths=[.]"),
    ("git restore -SW f", "changes how=restore paths paths=[f]"),
    ("git restore --source=HEAD~1 f", "changes how=restore paths paths=[f]"),
    ("git clean -fd", "untracked how=clean --force"),
    ("git checkout --theirs f", "changes how=checkout paths paths=[f]"),
    ("git clean -f -e '*.keep' .", "untracked how=clean --force paths=[.]"),
    ("git clean build -f .", "untracked how=clean --force paths=[build,.]"),
    ("git clean -fX", "ignored how=clean ignored"),
    ("git stash drop", "stash how=stash drop"),
    ("git stash drop -q stash@{1}", "stash how=stash drop"),
    ("git stash clear", "stash how=stash clear"),
    ("git worktree remove --force ../x", "worktree how=worktree remove --force paths=[../x]"),
    ("git worktree remove -f -f ../x", "worktree how=worktree remove --force paths=[../x]"),
    ("git read-tree -u --reset HEAD", "changes how=read-tree --reset"),
    ("git checkout-index -fa", "changes how=checkout-index --force"),
    ("git switch -C main", "commits how=switch -C"),
    ("git checkout -B main origin/main", "commits how=checkout -B"),
    ("git rm -rf .", "changes how=rm --force paths=[.]"),
    ("git reset --merge", "changes how=reset --merge"),
    ("git reset --keep HEAD~1", "commits how=reset --keep"),
]  # fmt: skip


@pytest.mark.parametrize(("command", "expected"), LOSSES)
def test_losses_are_unknown_without_facts(command: str, expected: str) -> None:
    """Without a repository at hand every loss is possible."""
    assert [f"GitDiscard what={expected}"] == lines(command)


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    repo = make_repo(tmp_path)
    with_origin(repo)
    return repo


def found(repo: Repo, command: str) -> list[str]:
    return lines_in(str(repo.top), str(repo.home), command)


@pytest.mark.parametrize(
    "command",
    [
        "git checkout -- .", "git checkout README.md", "git checkout src", "git restore .", "git reset --hard",
        "git checkout -f main", "git clean -fdx", "git switch -f main", "git reset --hard origin/main",
    ],
)  # fmt: skip
def test_clean_repository_loses_nothing(repo: Repo, command: str) -> None:
    """Where git status is empty, nothing is lost."""
    losses = found(repo, command)
    assert losses
    assert all(line.endswith("losing=nothing") for line in losses)


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("git checkout -- .", ["changes how=checkout paths paths=[.] losing=something examples=[README.md]"]),
        ("git checkout README.md", ["changes how=checkout paths paths=[README.md] losing=something examples=[README.md]"]),
        ("git checkout src", ["changes how=checkout paths paths=[src] losing=nothing"]),
        ("git checkout HEAD -- .", ["changes how=checkout paths paths=[.] losing=something examples=[README.md,new.py]"]),
        ("git reset --hard", ["changes how=reset --hard losing=something examples=[README.md,new.py]"]),
        ("cd src && git restore .", ["changes how=restore paths paths=[.] losing=nothing"]),
        ("cd src && git restore ..", ["changes how=restore paths paths=[..] losing=something examples=[README.md]"]),
        ("cd src && git reset --hard", ["changes how=reset --hard losing=something examples=[README.md,new.py]"]),
        ("git clean -f", ["untracked how=clean --force losing=something examples=[notes.txt]"]),
        ("git clean -fd", ["untracked how=clean --force losing=something examples=[dir/,notes.txt]"]),
        ("git clean -fdX", ["ignored how=clean ignored losing=nothing"]),
        ("git clean -fd src", ["untracked how=clean --force paths=[src] losing=nothing"]),
        ("git reset --merge", ["changes how=reset --merge losing=something examples=[new.py]"]),
        ("git switch -C other", []),
        ("git checkout main", []),
        ("git checkout \"$X\"", ["changes how=checkout paths paths=[<$X is not known>] losing=something examples=[README.md]"]),
    ],
)  # fmt: skip
def test_dirty_repository(repo: Repo, command: str, expected: list[str]) -> None:
    """What really goes is named."""
    repo.write("README.md", "changed\n")
    repo.write("new.py", "x\n")
    repo.git("add", "new.py")
    repo.write("notes.txt")
    repo.write("dir/a.txt")
    repo.write("build/out.o")
    losses = [sorted_examples(line) for line in found(repo, command)]
    assert [f"GitDiscard what={each}" for each in expected] == losses


def test_a_side_of_a_conflict_is_chosen(repo: Repo) -> None:
    """An unmerged file is in the index with all its sides; files beside it that were changed are not."""
    repo.git("checkout", "-q", "-b", "other")
    repo.commit("Theirs", f="theirs\n")
    repo.git("checkout", "-q", "main")
    repo.commit("Ours", f="ours\n")
    with pytest.raises(subprocess.CalledProcessError):
        repo.git("merge", "-q", "other")
    for command in ("git checkout --theirs f", "git checkout --ours .", "git restore --theirs f", "git checkout -m f"):
        assert ["nothing"] == [line.rpartition("losing=")[2] for line in found(repo, command)]
    assert ["something examples=[f]"] == [line.rpartition("losing=")[2] for line in found(repo, "git checkout -- f")]
    repo.write("README.md", "changed\n")
    assert ["something examples=[README.md]"] == [
        line.rpartition("losing=")[2] for line in found(repo, "git checkout --theirs .")
    ]


def sorted_examples(line: str) -> str:
    head, mark, tail = line.partition("examples=[")
    return head + mark + ",".join(sorted(tail.rstrip("]").split(","))) + "]" if mark else line


def test_commits_that_nothing_else_holds(repo: Repo) -> None:
    """Moving a branch loses the commits that only it has, and no others."""
    repo.commit("Local", a="1")
    lost = "GitDiscard what=commits how=reset --hard losing=something examples=[commits after HEAD~1]"
    assert lost in found(repo, "git reset --hard HEAD~1")
    assert [] == found(repo, "git reset --soft HEAD~1")
    assert any("what=commits" in line for line in found(repo, "git reset --keep HEAD~1"))
    repo.git("branch", "backup")
    assert [] == found(repo, "git reset --keep HEAD~1")
    assert [] == found(repo, "git checkout -B main origin/main")
    repo.git("branch", "-D", "backup")
    assert ["GitDiscard what=commits how=checkout -B losing=something examples=[main]"] == found(
        repo, "git checkout -B main origin/main"
    )
    assert [] == found(repo, "git switch -C main")


def test_stashes_and_worktrees(repo: Repo) -> None:
    """Stashes are counted; a clean worktree loses nothing even by force."""
    repo.write("README.md", "x")
    repo.git("stash", "-q")
    assert ["GitDiscard what=stash how=stash drop losing=something examples=[1 stashes]"] == found(
        repo, "git stash drop"
    )
    repo.git("worktree", "add", "-q", str(repo.home / "fix"), "-b", "fix")
    (line,) = found(repo, "git worktree remove --force ../fix")
    assert "losing=nothing" in line
    (repo.home / "fix" / "x").write_text("x")
    (line,) = found(repo, "git worktree remove --force ../fix")
    assert "losing=something" in line


def test_hook_settings_that_are_put_back_are_written(repo: Repo) -> None:
    """An older version of an agent's settings may lack the gate's hooks, whichever verb brings it."""
    repo.write(".claude/settings.json", "{}")
    repo.commit()
    for command in ("git checkout HEAD~0 -- .claude/settings.json", "git restore -s HEAD .claude/settings.json"):
        assert "WritePath target=./.claude/settings.json" in found(repo, command)


def test_rm_and_mv(repo: Repo) -> None:
    """git rm without force keeps what has changes; files that go are named."""
    assert ["DeletePath target=./README.md"] == found(repo, "git rm README.md")
    assert [] == found(repo, "git rm -rf src")
    assert [] == found(repo, "git rm -n README.md")
    assert ["MovePath target=./README.md to=./docs"] == found(repo, "git mv README.md docs")
    assert [] == found(repo, "git mv -n README.md docs")


@pytest.mark.parametrize(
    ("command", "losing"),
    [
        ("git checkout -- gone", "nothing"), ("git restore gone", "nothing"), ("git checkout .", "nothing"),
        ("git checkout -- gone changed", "something"), ("git checkout HEAD -- staged", "something"),
    ],
)  # fmt: skip
def test_a_deleted_file_is_brought_back_without_a_loss(tmp_path: Path, command: str, losing: str) -> None:
    """There is nothing in its place that could go, unless something else was staged of it."""
    repo = make_repo(tmp_path)
    repo.commit("Files", gone="1", changed="1", staged="1")
    (repo.top / "gone").unlink()
    if "changed" in command:
        (repo.top / "changed").write_text("2")
    if "staged" in command:
        (repo.top / "staged").write_text("2")
        repo.git("add", "staged")
        (repo.top / "staged").unlink()
    (found,) = lines_in(str(repo.top), str(repo.home), command)
    assert f"losing={losing}" in found
