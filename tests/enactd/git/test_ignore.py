"""Ignore rules, compared with `git check-ignore`."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.fuzz import examples
from support.repositories import make_repo

from enactd.git.ignore import Ignores

PATHS = [
    "a", "a.log", "b/a.log", "build/x", "src/build/x", "b/c/d.txt", "docs/x.pdf", "docs/a/x.pdf", "foo", "foo/bar",
    "x/foo/bar", "#hash", "!bang", "sp ace", "trail ", "d1.txt", "dA.txt", "keep/keep.log", "deep/a/b/c/file.o", "[x]",
]  # fmt: skip
LINES = [
    "*.log", "!keep.log", "/build/", "build", "b/", "b/c", "**/bar", "foo/**", "docs/**/*.pdf", "/foo", "a/b",
    "\\#hash",
    "\\!bang", "trail\\ ", "sp ace  ", "d[0-9].txt", "d[!0-9].txt", "d[^0-9].txt", "# comment", "", "*", "!*/",
    "!a.log",
    "deep/**/file.o", "**/c", "**", "/**/foo", "foo/*", "x/*/bar", "\\[x\\]", "?", "keep/", "*/a.log", "/*", "!/src",
]  # fmt: skip


def expected(top: Path, paths: list[str]) -> set[str]:
    done = subprocess.run(
        ["git", "check-ignore", "--no-index", "-z", "--stdin"],
        cwd=top, input="\0".join(paths), capture_output=True, text=True, check=False,
    )  # fmt: skip
    return {path for path in done.stdout.split("\0") if path}


@settings(max_examples=examples(40), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    lines=st.lists(st.sampled_from(LINES), max_size=5),
    nested=st.lists(st.sampled_from(LINES), max_size=2),
)
def test_like_git(top: Path, lines: list[str], nested: list[str]) -> None:
    """Any mixture of rules in two folders and an exclude file decides as git does."""
    (top / ".gitignore").write_text("\n".join(lines) + "\n")
    (top / "b" / ".gitignore").write_text("\n".join(nested) + "\n")
    ignores = Ignores(str(top), (str(top / ".git/info/exclude"),))
    assert expected(top, PATHS) == {path for path in PATHS if ignores.ignored(path, (top / path).is_dir())}


@pytest.fixture(scope="module")
def top(tmp_path_factory: pytest.TempPathFactory) -> Path:
    repo = make_repo(tmp_path_factory.mktemp("ignore"))
    for path in PATHS:
        if path not in ("foo", "a"):
            repo.write(path)
    repo.write("a")
    (repo.top / ".git/info").mkdir(exist_ok=True)
    (repo.top / ".git/info/exclude").write_text("*.o\n")
    return repo.top


@pytest.mark.timeout(5)
def test_no_pattern_is_slow(tmp_path: Path) -> None:
    """A hostile pattern cannot make matching take exponential time."""
    (tmp_path / ".gitignore").write_text("*a" * 200 + "b\n" + "**/" * 100 + "x\n")
    ignores = Ignores(str(tmp_path), ())
    assert not ignores.ignored("/".join(["a" * 100] * 20), False)
