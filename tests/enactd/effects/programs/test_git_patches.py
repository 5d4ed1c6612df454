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
