"""Pathspecs never mean less than git takes them for."""

from __future__ import annotations

import pytest

from enactd.git.pathspec import matcher


@pytest.mark.parametrize(
    ("specs", "below", "path", "matches"),
    [
        ([], "", "a", True), (["."], "", "a", True), (["a"], "", "a", True), (["a"], "", "a/b", True), (["a"], "", "ab", False),
        (["a/"], "", "a/b", True), (["*.py"], "", "x/y.py", True), (["*.py"], "", "x/y.js", False), (["src"], "", "src/", True),
        (["a/b.txt"], "", "a/", True), (["b"], "a", "a/b", True), (["b"], "a", "b", False), (["../b"], "a", "b", True),
        ([":/b"], "a", "b", True), ([":(top)b"], "a", "b", True), ([":!x"], "", "x", True), ([".", ":!x"], "", "y", True),
        ([":(attr:x)y"], "", "z", True), ([":(icase)B"], "", "B", True), ([":^x", "y"], "", "x", False), (["./a"], "", "a", True),
    ],
)  # fmt: skip
def test_match(specs: list[str], below: str, path: str, matches: bool) -> None:
    """Literal paths, globs over slashes, folders, magic."""
    test = matcher(specs, below)
    assert matches is (test is None or test(path))
