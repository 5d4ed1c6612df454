"""git's global options, aliases and verbs that are not known."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.briefly import lines, lines_in
from support.repositories import make_repo

QUIET = [
    "git", "git --version", "git help push", "git status --short --branch", "git diff", "git diff main...HEAD --stat",
    "git log --oneline -20", "git log --graph --all --oneline", 'git log -S"rm -rf" --oneline', "git branch -a",
    "git add -A", "git add file.txt", "git add .planning/x.md", "git switch main", "git switch -c feature/new",
    "git checkout main", "git checkout -b new", "git checkout -bnew-branch", "git checkout --conflict=merge main",
    "git checkout --unified 3 main", "git checkout --orphan gh-pages", "git reset HEAD src/app.py", "git reset",
    "git reset --soft HEAD~1", "git reset --mixed HEAD~1", "git stash", "git stash list", "git stash pop",
    "git stash push -m x -u", "git stash apply", "git stash show -p stash@{0}",
    "git merge --abort", "git rebase --abort", "git rebase --quit", "git cherry-pick --abort", "git revert --quit",
    'git tag -l "v1.*"', "git tag --no-contains HEAD", 'git tag -a v2.0 -m "delete all"',
    "git ls-files --others --exclude-standard", "git worktree add ../fix -b fix/crash", "git worktree list",
    "git worktree remove ../fix", "git worktree remove -- -f", "git worktree prune", "git clean -nd", "git clean --dry-run",
    "git describe --tags --always", "git shortlog -sn", "git config user.email", "git config --list", "git fsck",
    "git config --get remote.origin.url", "git submodule update --init --recursive", "git submodule status",
    "git reflog -20", "git reflog", "git fetch", "git fetch --all --prune", "git pull --dry-run",
    "git gc", "git gc --auto", "git remote -v", "git remote get-url origin", "git restore --help", "git push --help",
    "git restore --staged src", "git rm --cached x", "git -C /some/path log", "git -C /some/path status", "git ls-tree HEAD",
    "git --no-pager log", "git branch feature-new", "git branch --merged", "git bisect start", "git bisect good",
    "git push --dry-run --force origin main", "git push --dry --force origin main", "git push -n --delete origin x",
    "git rev-parse HEAD", "git blame --stat", "git maintenance run", "git notes add -m x", "git reset -q -- f",
    "git branch -m old new", "git commit --dry-run", "git gc --prune=never", "git gc --prune=2.weeks.ago", "git prune -n",
]  # fmt: skip


@pytest.mark.parametrize("command", QUIET)
def test_everyday_commands_do_nothing_of_note(command: str) -> None:
    """Looking, switching, tagging and fetching have no effect that anybody must judge."""
    assert [] == lines(command)


@pytest.mark.parametrize(
    ("command", "how"),
    [
        ("git merge --no-ff feature/x", "merge"), ("git rebase main", "rebase"), ("git rebase -i HEAD~3", "rebase"),
        ("git cherry-pick abc123", "cherry-pick"), ("git revert HEAD --no-edit", "revert"), ("git pull", "pull"),
        ("git pull --rebase origin main", "pull"), ("git mege feature/x", "merge"),
    ],
)  # fmt: skip
def test_commits_of_others_are_commits(command: str, how: str) -> None:
    """A freeze must see that the branch moves."""
    assert [f"GitCommit message=None how={how}"] == lines(command)


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("git -C sub --no-pager -c user.name=x push -f", "GitPush remote=origin branch=None force=plain"),
        ("/usr/bin/git --git-dir=/r/.git --work-tree=/r reset --hard", "GitDiscard what=changes how=reset --hard"),
        ("git pus --force", "GitPush remote=origin branch=None force=plain"),
        ("git --bare -p push -f", "GitPush remote=origin branch=None force=plain"),
    ],
)
def test_global_options_hide_nothing(command: str, expected: str) -> None:
    """The verb is found behind global options, and behind a typing mistake."""
    assert expected in lines(command)


@pytest.mark.parametrize(
    ("command", "level"),
    [("git frobnicate", "SENSITIVE"), ('git "$VERB" --hard', "COMMITMENT")],
)
def test_unknown_verbs_are_opaque(command: str, level: str) -> None:
    """What cannot be told asks."""
    (line,) = lines(command)
    assert line.startswith("Opaque ")
    assert ("level=" + level in line) is (level != "SENSITIVE")


def test_aliases_are_looked_through(tmp_path: Path) -> None:
    """Aliases of the repository, of the user and of the command line, plain and shell, also nested."""
    repo = make_repo(tmp_path)
    for name, value in (
        ("wipe", "reset --hard"), ("boom", "!git push --force origin main"), ("nested", "wipe HEAD"), ("loop", "loop"),
        ("st", "status"), ("in", "-C src clean -fd"),
    ):  # fmt: skip
        repo.git("config", f"alias.{name}", value)

    def found(command: str) -> list[str]:
        return lines_in(str(repo.top), str(repo.home), command)

    hard = ["GitDiscard what=changes how=reset --hard losing=nothing"]
    assert hard == found("git wipe")
    assert hard == found("git nested")
    assert ["GitPush remote=origin branch=main force=plain own_branch"] == found("git boom")
    assert ["GitDiscard what=untracked how=clean --force losing=nothing"] == found("git in")
    assert [] == found("git st")
    assert ["Opaque"] == [line.split()[0] for line in found("git loop")]
    assert "DeletePath target=. recursive" in found("git -c 'alias.z=!rm -rf .' z")


def test_total() -> None:
    """Words that are not known, in any place, never raise."""
    for verb in (
        "push",
        "checkout",
        "reset",
        "clean",
        "config",
        "commit",
        "stash",
        "worktree",
        "rebase",
        "remote",
        "lfs",
    ):
        for words in ('"$A"', '"$A" "$B"', '-- "$A"', '--x="$A"', '"$A:$B"', '-"$A"', '+"$A"'):
            lines(f"git {verb} {words}")
            lines(f'git -C "$D" {verb} {words}')
