"""The index as libgit2 reads it, kept open between calls."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from enactd.git.index import open_index


@pytest.fixture
def top(tmp_path: Path) -> Path:
    """A repository with two tracked files."""
    for name in ("a", "src/b"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name)
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", "a", "src/b")
    return tmp_path


def git(top: Path, *words: str) -> None:
    subprocess.run(["git", "-C", str(top), *words], check=True, env={**os.environ, "GIT_CONFIG_GLOBAL": "/dev/null"})


def test_entries(top: Path) -> None:
    """Exact paths, folders, and what is below them."""
    index = open_index(str(top / ".git/index"))
    assert index is not None
    assert 2 == index.count
    assert ["src/b"] == [entry.path for entry in index.under("src")]
    assert index.holds("src")
    assert not index.holds("sr")
    assert index.get("src") is None
    found = index.get("a")
    assert found is not None
    assert (1, False) == (found.size, found.conflicted)


def test_an_index_is_read_once(top: Path) -> None:
    """As long as git does not replace it, the same one is given to every caller."""
    path = str(top / ".git/index")
    assert open_index(path) is open_index(path)


def test_a_new_index_is_seen_at_once(top: Path) -> None:
    """Whatever replaces the file, also with the same size and within the same tick of the clock."""
    path = top / ".git/index"
    for name in ("c", "d", "e"):
        before = open_index(str(path))
        (top / name).write_text(name)
        git(top, "add", name)
        git(top, "rm", "-q", "--cached", "a" if name == "c" else chr(ord(name) - 1))
        after = open_index(str(path))
        assert before is not None
        assert after is not None
        assert (None, name) == (before.get(name), getattr(after.get(name), "path", ""))


def test_a_copy_with_old_times_is_another_index(top: Path) -> None:
    """A file that takes the place of another is told by its inode, whatever its times say."""
    path = top / ".git/index"
    old = open_index(str(path))
    times = path.stat()
    other = top / "other"
    other.write_bytes(path.read_bytes())
    os.utime(other, ns=(times.st_atime_ns, times.st_mtime_ns))
    os.replace(other, path)
    assert old is not open_index(str(path))


@pytest.mark.parametrize("content", [b"", b"DIRC", b"DIRC\0\0\0\2\xff\xff\xff\xff" + b"x" * 40])
def test_a_broken_index_is_none(top: Path, content: bytes) -> None:
    """Nothing is believed of what libgit2 does not read."""
    path = top / ".git/index"
    assert open_index(str(path)) is not None
    path.write_bytes(content)
    found = open_index(str(path))
    assert found is None or 0 == found.count
