"""Branches, tags and raw refs, by real repositories."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.briefly import lines, lines_in
from support.repositories import Repo, make_repo


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    repo = make_repo(tmp_path)
    repo.git("branch", "merged")
    repo.git("checkout", "-q", "-b", "open")
    repo.commit("Open", o="1")
    repo.git("tag", "only")
    repo.git("checkout", "-q", "main")
    repo.git("tag", "kept")
    return repo


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("git branch -d open", ["GitDeleteRef ref=open kind=branch merged"]),
        ("git branch -D merged", ["GitDeleteRef ref=merged kind=branch merged"]),
        ("git branch -D nothing", ["GitDeleteRef ref=nothing kind=branch"]),
        ("git branch --delete --force merged", ["GitDeleteRef ref=merged kind=branch merged"]),
        ("git branch -dr origin/x", ["GitDeleteRef ref=origin/x kind=branch merged"]),
        ('git branch -D "$B"', ["GitDeleteRef ref=<$B is not known> kind=branch"]),
        ("git branch -f merged main", []),
        ("git branch -M main", []),
        ("git tag -d kept", ["GitDeleteRef ref=kept kind=tag merged"]),
        ("git tag -f new", []),
        ("git tag -f kept", ["GitDeleteRef ref=kept kind=tag merged"]),
        ("git update-ref -d refs/heads/merged", ["GitDeleteRef ref=merged kind=branch merged"]),
        ("git update-ref refs/heads/merged main", []),
        ("git replace a b", ["GitRewrite how=replace"]),
        ("git replace -l", []),
        ("git symbolic-ref HEAD", []),
    ],
)
def test_effects(repo: Repo, command: str, expected: list[str]) -> None:
    """Deletion and moves, told by what else keeps the commits."""
    assert expected == lines_in(str(repo.top), str(repo.home), command)


def test_only_ref_of_a_commit(repo: Repo) -> None:
    """A branch whose commits only a tag keeps is kept; without the tag it is not."""
    assert ["GitDeleteRef ref=open kind=branch merged"] == lines_in(str(repo.top), str(repo.home), "git branch -D open")
    repo.git("tag", "-d", "only")
    found = lines_in(str(repo.top), str(repo.home), "git branch -D open")
    assert ["GitDeleteRef ref=open kind=branch merged=False"] == found
    lost = "GitDiscard what=commits how=branch --force losing=something examples=[open]"
    assert [lost] == lines_in(str(repo.top), str(repo.home), "git branch -f open main")
    assert ["GitDiscard what=commits how=update-ref losing=something examples=[open]"] == lines_in(
        str(repo.top), str(repo.home), "git update-ref refs/heads/open main"
    )


def test_known_answers_flow_on(repo: Repo) -> None:
    """Top level and branch are known to what comes after."""
    top, home = str(repo.top), str(repo.home)
    assert ["DeletePath target=./build recursive"] == lines_in(
        top, home, 'rm -rf "$(git rev-parse --show-toplevel)/build"'
    )
    (push,) = lines_in(top, home, 'git push origin "$(git rev-parse --abbrev-ref HEAD)"')
    assert "branch=main" in push


def test_commands_from_stdin() -> None:
    """update-ref reads commands; unknown ones are opaque."""
    assert ["GitDeleteRef ref=x kind=branch"] == lines("git update-ref --stdin", stdin="delete refs/heads/x")
    (line,) = lines("cat refs.txt | git update-ref --stdin")[-1:]
    assert line.startswith("Opaque")


@pytest.mark.parametrize(
    "command",
    [
        "git -C /srv/git/x.git tag -d v1", "git -C /srv/git/x.git branch -D v1", "git --git-dir=/srv/git/x.git tag -d v1",
        "GIT=1 git --git-dir /srv/git/x.git/ tag -d v1",
    ],
)  # fmt: skip
def test_refs_of_a_bare_repository_elsewhere_are_files_there(command: str, repo: Repo, tmp_path: Path) -> None:
    """Others fetch from it: what goes there is gone for all of them."""
    bare = tmp_path / "elsewhere" / "x.git"
    repo.git("clone", "-q", "--bare", ".", str(bare))
    found = lines_in(str(repo.top), str(repo.home), command.replace("/srv/git/x.git", str(bare)))
    assert ["GitDeleteRef", "DeletePath"] == [line.partition(" ")[0] for line in found]
    assert str(bare) in found[1]


def test_reading_a_bare_repository_by_its_folder_is_free(repo: Repo, tmp_path: Path) -> None:
    """`--git-dir` leads to it; a look does nothing."""
    repo.git("clone", "-q", "--bare", ".", str(tmp_path / "x.git"))
    assert [] == lines_in(str(repo.top), str(repo.home), f"git --git-dir={tmp_path}/x.git log --oneline")
