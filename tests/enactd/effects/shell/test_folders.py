"""`cd` that may fail goes on in both folders; the stack is followed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from support.scripts import removed


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("cd d; rm a", ["d/a"]),
        ("cd d && rm a", ["d/a"]),
        ("cd nope; rm a", ["nope/a", "a"]),
        ("cd nope && rm a", ["nope/a"]),
        ("cd nope || rm a", ["a"]),
        ("cd f; rm a", ["a"]),
        ("cd f && rm a", []),
        ("cd d || exit; rm a", ["d/a"]),
        ("cd nope || exit; rm a", ["nope/a"]),
        ("cd d; cd ..; rm a", ["a"]),
        ("cd d; cd -; rm a", ["a", "d/a"]),
        ("cd d nope; rm a", ["a"]),
        ("cd ''; rm a", ["a"]),
        ("cd -- d; rm a", ["d/a"]),
        ("cd -P d; rm a", ["d/a"]),
        ("cd; rm a", ["/home/u/a", "a"]),
        ("cd \"$(cmd)\"; rm a", ["?", "a"]),
        ("pushd d; rm a; popd; rm b", ["d/a", "b"]),
        ("pushd d; popd; popd; rm a", ["a"]),
        ("pushd d nope; rm a", ["a"]),
        ("pushd d; pushd; rm a", ["a", "d/a"]),
        ("popd; rm a", ["a"]),
        ("CDPATH=/x; cd d; rm a", ["?", "a"]),
        ("rm -rf d; cd d; rm a", ["d", "d/a", "a"]),
        ("mv d e; cd d; rm a", ["d/a", "a"]),
        ("mkdir n; cd n; rm a", ["n/a"]),
        ("mkdir -p n; cd n; rm a", ["n/a"]),
        ("mkdir f; cd f; rm a", ["a"]),
        ("cmd && mkdir n; cd n; rm a", ["n/a", "a"]),
        ("cd d; rm \"$PWD/a\" \"$OLDPWD/b\"", ["d/a", "b"]),
        ("(cd d; rm a); rm b", ["d/a", "b"]),
        ("ln -s /etc l; rm l/x", ["/etc/x"]),
        ("ln -s /etc l; cd l; rm x", ["/etc/x", "x"]),
    ],
)  # fmt: skip
def test_where_commands_run(script: str, expected: list[str], tmp_path: Path) -> None:
    """Each command is read in every folder that it may run in."""
    (tmp_path / "d").mkdir()
    (tmp_path / "f").touch()
    found = {path.replace(os.path.realpath(tmp_path) + "/", "") for path in removed(script, tmp_path)}
    assert set(expected) == found
