"""The tree at a start: from the cache where our own checkpoint vouches for it, else from every line."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.receipts import lines, segment, write_log

from enactd.errors import TamperedError
from enactd.receipts import merkle, segments, treecache
from enactd.receipts.checkpoint import Checkpoint


@pytest.fixture
def log(tmp_path: Path) -> Path:
    write_log(tmp_path, 9, segment_bytes=1100)
    return tmp_path


def tree_of(folder: Path, size: int) -> merkle.Tree:
    tree = merkle.Tree()
    for line in lines(folder)[:size]:
        tree.append(merkle.leaf_hash(line[:-1]))
    return tree


def head_of(folder: Path, size: int) -> Checkpoint:
    return Checkpoint("log/key", size, tree_of(folder, size).root())


def test_without_a_checkpoint(log: Path) -> None:
    """Every line is read; nothing is trusted."""
    treecache.save(str(log), merkle.Tree(1, [b"x" * 32]))
    assert tree_of(log, 9).root() == treecache.restore(str(log), 9, None).root()
    assert merkle.EMPTY == treecache.restore(str(log / "none"), 0, None).root()


def test_only_what_is_new_is_read(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The state of our checkpoint is gone on from."""
    treecache.save(str(log), tree_of(log, 6))
    asked: list[int] = []
    real = segments.lines
    monkeypatch.setattr(segments, "lines", lambda folder, first: asked.append(first) or real(folder, first))
    assert tree_of(log, 9).root() == treecache.restore(str(log), 9, head_of(log, 6)).root()
    assert [6] == asked


@pytest.mark.parametrize(
    "state", [b"", b"{}", b'{"size":6,"peaks":[]}', b'{"size":6,"peaks":["zz","aa"]}', b"\xff", None]
)
def test_a_state_that_nobody_vouches_for(log: Path, state: bytes | None) -> None:
    """Garbage, another size or another root: all lines are read, and the checkpoint must fit them."""
    if state is None:
        treecache.save(str(log), merkle.Tree(6, [b"x" * 32, b"y" * 32]))
    else:
        (log / treecache.NAME).write_bytes(state)
    assert tree_of(log, 9).root() == treecache.restore(str(log), 9, head_of(log, 6)).root()


def test_a_log_that_was_cut(log: Path) -> None:
    """Fewer lines than our checkpoint covers: the place where they end is named."""
    head = head_of(log, 9)
    whole = lines(log)
    for path in log.glob("*.jsonl"):
        path.unlink()
    segment(log).write_bytes(b"".join(whole[:4]))
    with pytest.raises(TamperedError, match="damaged at record 4") as caught:
        treecache.restore(str(log), 4, head)
    assert 4 == caught.value.index


def test_a_line_that_our_checkpoint_does_not_cover(log: Path) -> None:
    """A line that was changed under the checkpoint is found at the next start, if the state is gone, too."""
    head = head_of(log, 6)
    segment(log).write_bytes(segment(log).read_bytes().replace(b'"call_id":"c1"', b'"call_id":"c7"'))
    with pytest.raises(TamperedError, match="records 0 to 5 are not those"):
        treecache.restore(str(log), 9, head)


def test_a_line_that_is_missing(log: Path) -> None:
    """The tree cannot be had without every line."""
    with pytest.raises(TamperedError, match="before record 12 is missing"):
        treecache.restore(str(log), 12, None)
