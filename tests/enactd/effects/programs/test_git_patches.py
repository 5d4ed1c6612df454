"""Patches, mail, archives and bundles."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.briefly import lines, lines_in
from support.repositories import make_repo

PATCH = "--- a/src/app.py\n+++ b/src/app.py\n@@ -1 +1 @@\n-a\n+b\n"


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("git apply --check fix.patch", ["ReadPath target=/home/u/proj/fix.patch shown=False"]),
        ("git apply --stat fix.patch", ["ReadPath target=/home/u/proj/fix.patch shown=False"]),
        ("git am --abort", []),
        ("git format-patch -1 -o /tmp/x/y", ["WritePath target=/tmp/x/y how=create recursive"]),
        ("git format-patch -1 --stdout", []),
        ("git send-email --to a@b.c 1.patch", ["SendMessage by=git send-email to=a@b.c"]),
        ("git send-email --dry-run --to a@b.c 1.patch", []),
        ("git archive -o out.tar HEAD", ["WritePath target=/home/u/proj/out.tar"]),
        ("git archive HEAD .env", ["ReadPath target=/home/u/proj/.env"]),
        ("git archive --remote=h --exec='rm -rf build' HEAD", ["DeletePath target=/home/u/proj/build recursive"]),
        ("git bundle create x.bundle --all", ["WritePath target=/home/u/proj/x.bundle"]),
        ("git bundle verify x.bundle", []),
    ],
)  # fmt: skip
def test_effects(command: str, expected: list[str]) -> None:
    """What is read, written and sent."""
    assert expected == [line for line in lines(command) if "origin=option" not in line]


def test_patches_are_read(tmp_path: Path) -> None:
    """The files that a patch names change, counted from the top level."""
    repo = make_repo(tmp_path)
    repo.write("src/fix.patch", PATCH)
    found = lines_in(str(repo.top), str(repo.home), "cd src && git apply fix.patch")
    assert ["ReadPath target=./src/fix.patch shown=False", "WritePath target=./src/app.py how=edit"] == [
        line.split(" origins")[0] for line in found
    ]


@pytest.mark.parametrize(
    ("command", "how"),
    [
        ("git diff | git apply -R", "apply --reverse"),
        ("git diff | patch -R -p1", "apply --reverse"),
        ("git archive HEAD | tar x", "archive"),
        ("git archive --format=tar HEAD src | tar -xf -", "archive"),
    ],
)
def test_what_git_holds_unpacked_over_the_files_is_a_checkout(tmp_path: Path, command: str, how: str) -> None:
    """Changes that no commit has are gone; where there are none, nothing is lost."""
    repo = make_repo(tmp_path)
    repo.write("src/app.py", "a\n")
    repo.git("add", ".")
    repo.git("commit", "-qm", "App")
    for text, losing in (("a\n", "losing=nothing"), ("changed\n", "losing=something")):
        repo.write("src/app.py", text)
        found = [
            line
            for line in lines_in(str(repo.top), str(repo.home), command)
            if line.startswith("GitDiscard what=changes")
        ]
        assert 1 == len(found)
        assert f"how={how} " in found[0]
        assert losing in found[0]


@pytest.mark.parametrize("command", ["git archive HEAD | tar x -C build", "git archive HEAD | (cd /tmp && tar xf -)"])
def test_an_export_beside_the_files_is_none(tmp_path: Path, command: str) -> None:
    """The usual reason for an archive."""
    repo = make_repo(tmp_path)
    assert not any(line.startswith("GitDiscard") for line in lines_in(str(repo.top), str(repo.home), command))
