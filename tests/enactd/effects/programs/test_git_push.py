"""git push, told by branch, force, deletion, tags and remote."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.briefly import lines, lines_in
from support.repositories import make_repo, with_origin


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("git push", "GitPush remote=origin branch=None"),
        ("git push -f", "GitPush remote=origin branch=None force=plain"),
        ("git push origin main", "GitPush remote=origin branch=main own_branch"),
        ("git push -u origin feature/x", "GitPush remote=origin branch=feature/x own_branch"),
        ("git push origin HEAD:feature/parser", "GitPush remote=origin branch=feature/parser"),
        ("git push --force origin main", "GitPush remote=origin branch=main force=plain own_branch"),
        ("git push origin main --force", "GitPush remote=origin branch=main force=plain own_branch"),
        ("git push -uf origin main", "GitPush remote=origin branch=main force=plain own_branch"),
        ("git push origin +main", "GitPush remote=origin branch=main force=plain own_branch"),
        ("git push origin +HEAD:main", "GitPush remote=origin branch=main force=plain"),
        ("git push origin +a:refs/heads/b", "GitPush remote=origin branch=b force=plain"),
        ("git push --force --no-force origin x", "GitPush remote=origin branch=x own_branch"),
        ("git push --force-with-lease origin x", "GitPush remote=origin branch=x force=lease own_branch"),
        ("git push --force-with-lease=x origin x", "GitPush remote=origin branch=x force=lease own_branch"),
        ("git push --force-with-lease=x:abc origin x", "GitPush remote=origin branch=x force=lease own_branch"),
        ("git push --force-with-lease=other origin x", "GitPush remote=origin branch=x own_branch"),
        ("git push --force-with-lease=other origin +x", "GitPush remote=origin branch=x force=plain own_branch"),
        ("git push --force --force-with-lease origin x", "GitPush remote=origin branch=x force=plain own_branch"),
        ("git push --force-with-lease --no-force-with-lease origin x", "GitPush remote=origin branch=x own_branch"),
        ("git push --force-if-includes origin x", "GitPush remote=origin branch=x own_branch"),
        ("git push origin --delete main", "GitPush remote=origin branch=main deletes"),
        ("git push -d origin a", "GitPush remote=origin branch=a deletes"),
        ("git push origin :main", "GitPush remote=origin branch=main deletes"),
        ("git push origin +:refs/heads/main", "GitPush remote=origin branch=main force=plain deletes"),
        ("git push --mirror", "GitPush remote=origin branch=None force=plain deletes mirror"),
        ("git push --tags", "GitPush remote=origin branch=None tags"),
        ("git push origin v1.2.0", "GitPush remote=origin branch=v1.2.0 tags"),
        ("git push origin refs/tags/rel", "GitPush remote=origin branch=rel tags"),
        ("git push origin tag rel", "GitPush remote=origin branch=rel tags"),
        ("git push origin :refs/tags/rel", "GitPush remote=origin branch=rel deletes tags"),
        ("git push --force \"$REMOTE\"", "GitPush remote=None branch=None force=plain"),
        ('git push origin "$B"', "GitPush remote=origin branch=None"),
        ('git push origin "+$B"', "GitPush remote=origin branch=None force=plain"),
        ('git push origin "HEAD:$B"', "GitPush remote=origin branch=None"),
        ("git push --repo=up", "GitPush remote=up branch=None"),
        ("git push origin 'refs/heads/*'", "GitPush remote=origin branch=None"),
        ("git push -- origin main", "GitPush remote=origin branch=main own_branch"),
        ("git push -o ci.skip origin x", "GitPush remote=origin branch=x own_branch"),
        (
            "git push git@github.com:a/b.git x",
            "GitPush remote=git@github.com:a/b.git branch=x own_branch url=git@github.com:a/b.git",
        ),
    ],
)  # fmt: skip
def test_one_effect(command: str, expected: str) -> None:
    """Refspecs, force, leases, deletions and tags in all their spellings."""
    assert [expected] == lines(command)


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        (
            "git push origin a +b :c",
            [
                "GitPush remote=origin branch=a own_branch",
                "GitPush remote=origin branch=b force=plain own_branch",
                "GitPush remote=origin branch=c deletes",
            ],
        ),
        (
            "git push --follow-tags origin a",
            ["GitPush remote=origin branch=a own_branch", "GitPush remote=origin branch=None tags"],
        ),
        (
            "git push --prune origin a",
            [
                "GitPush remote=origin branch=a own_branch",
                "GitPush remote=origin branch=None force=plain deletes",
            ],
        ),
        (
            "git push heroku prod:main",
            [
                "GitPush remote=heroku branch=main",
                "ChangeInfrastructure tool=git push verb=deploy what=heroku context=heroku",
            ],
        ),
        (
            "git push -o merge_request.create origin a",
            ["GitPush remote=origin branch=a own_branch", "ChangeForge service=gitlab verb=create what=pr own"],
        ),
        (
            "git push --receive-pack='rm -rf build' origin a",
            ["DeletePath target=/home/u/proj/build recursive", "GitPush remote=origin branch=a own_branch"],
        ),
    ],
)  # fmt: skip
def test_several_effects(command: str, expected: list[str]) -> None:
    """Each branch counts, and what else the push sets off."""
    assert expected == [line for line in lines(command) if "origin=option" not in line]


def test_bare_push_follows_branch_and_upstream(tmp_path: Path) -> None:
    """Without refspecs the branch that is checked out, its upstream and push.default tell."""
    repo = make_repo(tmp_path)
    origin = str(with_origin(repo))

    def found(command: str = "git push") -> list[str]:
        return [line.removesuffix(f" url={origin}") for line in lines_in(str(repo.top), str(repo.home), command)]

    assert ["GitPush remote=origin branch=main own_branch"] == found()
    assert ["GitPush remote=origin branch=main force=plain own_branch"] == found("git push -f")
    repo.git("checkout", "-q", "-b", "feature/x")
    assert ["GitPush remote=origin branch=feature/x own_branch"] == found()
    assert ["GitPush remote=origin branch=feature/x own_branch"] == found("git push origin HEAD")
    assert ["GitPush remote=origin branch=feature/x own_branch"] == found(
        "git push origin $(git branch --show-current)"
    )
    repo.git("branch", "-q", "-u", "origin/main")
    assert ["GitPush remote=origin branch=main"] == found("git -c push.default=upstream push")[1:]
    assert [] == found("git -c push.default=nothing push")[1:]
    repo.git("tag", "rel")
    assert ["GitPush remote=origin branch=rel tags"] == found("git push origin rel")
    assert ["feature/x", "main"] == [line.split()[2].removeprefix("branch=") for line in found("git push --all")]
    repo.git("config", "remote.origin.push", "+HEAD:main")
    assert ["GitPush remote=origin branch=main force=plain"] == found()
    repo.git("config", "branch.feature/x.pushRemote", "fork")
    assert ["GitPush remote=fork branch=feature/x own_branch"] == found()
    repo.git("checkout", "-q", "--detach")
    repo.git("config", "--unset", "remote.origin.push")
    assert ["GitPush remote=origin branch=None"] == found()


def test_all_takes_the_main_branch_along() -> None:
    """Where the branches cannot be listed, `--all` is a push of the main one, too."""
    assert ["GitPush remote=origin branch=main own_branch", "GitPush remote=origin branch=None"] == lines(
        "git push --all origin"
    )
