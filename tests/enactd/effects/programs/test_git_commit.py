"""git add and commit: secrets on their way into history."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.briefly import lines, lines_in
from support.repositories import Repo, make_repo, with_origin

KEY = "AWS_SECRET = 'AKIA" + "Q3EGRTYUIOPASDFG'\n"


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    return make_repo(tmp_path)


def found(repo: Repo, command: str) -> list[str]:
    return lines_in(str(repo.top), str(repo.home), command)


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("git commit -m 'fix: rm -rf'", ["GitCommit message=fix: rm -rf"]),
        ("git commit -am x", ["GitCommit message=x"]),
        ("git commit -m a -m b", ["GitCommit message=a\n\nb"]),
        ("git commit --no-verify -m x", ["GitCommit message=x skips_hooks"]),
        ("git commit -nm x", ["GitCommit message=x skips_hooks"]),
        ('git commit -m "$M"', ["GitCommit message=None"]),
        ("git commit", ["GitCommit message=None"]),
        ("git commit --amend --no-edit", ["GitRewrite how=commit --amend", "GitCommit message=None"]),
        ("git commit --dry-run", []),
        ("git add -n .env", []),
        ("git add .env.example", []),
        ("git add -f .env", ["StoreSecret kinds=[dotenv file] where=commit target=/home/u/proj/.env"]),
        ("git add config/id_rsa", ["StoreSecret kinds=[SSH key] where=commit target=/home/u/proj/config/id_rsa"]),
    ],
)
def test_without_facts(command: str, expected: list[str]) -> None:
    """Messages and names."""
    assert [line.split(" target")[0].split("kinds")[0] for line in expected] == [
        line.split(" target")[0].split("kinds")[0] for line in lines(command)
    ]


def test_message_from_stdin() -> None:
    """`-F -` takes the message from a here-document."""
    assert ["GitCommit message=about DROP TABLE\n"] == lines("git commit -F -", stdin="about DROP TABLE")


def test_sweeping_adds_take_secret_files(repo: Repo) -> None:
    """`add -A` and `add .` store secret files that are there, ignored ones only by force."""
    assert [] == found(repo, "git add -A")
    repo.write(".env", "A=1\n")
    assert [] == found(repo, "git add -A")
    repo.write("deploy/.env.production", "A=1\n")
    for command in ("git add -A", "git add .", "git add deploy", "git add 'dep*'"):
        assert any("StoreSecret" in line and ".env.production" in line for line in found(repo, command)), command
    assert [] == found(repo, "git add src")
    assert any("./.env" in line for line in found(repo, "git add -f ."))


def test_keys_in_what_is_added_and_staged(repo: Repo) -> None:
    """Keys are found in files that are added, staged, or taken along by -a; their value is never told."""
    repo.write("settings.py", KEY)
    (line,) = found(repo, "git add settings.py")
    assert line.startswith("StoreSecret kinds=")
    assert "AKIA" not in line
    repo.git("add", "settings.py")
    stored, commit = found(repo, "git commit -m x")
    assert "settings.py" in stored
    assert "secrets=[" in commit
    assert "AKIA" not in stored + commit
    repo.git("commit", "-qm", "x")
    assert ["GitCommit message=x"] == found(repo, "git commit -m x")
    repo.write("README.md", KEY)
    assert ["GitCommit message=x"] == found(repo, "git commit -m x")
    assert any(line.startswith("StoreSecret") for line in found(repo, "git commit -am x"))
    assert any(line.startswith("StoreSecret") for line in found(repo, "git commit -m x README.md"))


def test_amend_of_a_pushed_commit(repo: Repo) -> None:
    """Whether the commit that is amended is on a remote already."""
    assert "GitRewrite how=commit --amend pushed=False" in found(repo, "git commit --amend --no-edit")
    with_origin(repo)
    assert "GitRewrite how=commit --amend pushed" in found(repo, "git commit --amend --no-edit")
