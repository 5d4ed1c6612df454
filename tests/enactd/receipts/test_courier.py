"""The courier: every place gets every checkpoint, in order, however long it was away and whoever restarted."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from support.witnessed import build

from enactd.receipts import checkpoint, courier
from enactd.receipts.checkpoint import Signed
from enactd.receipts.courier import Courier


class Shelf:
    """A place that can be away."""

    def __init__(self) -> None:
        self.got: list[int] = []
        self.away = False

    def put(self, signed: Sequence[Signed]) -> None:
        if self.away:
            raise OSError(113, "No route to host")
        self.got += [one.checkpoint.size for one in signed]


@pytest.fixture
def log(tmp_path: Path) -> Path:
    build(tmp_path, "rcrcrc")
    return tmp_path / "log"


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def opened(log: Path, **places: Shelf) -> tuple[Courier, list[str]]:
    troubles: list[str] = []
    made = Courier(str(log), str(log.parent), troubles.append)
    made._places = dict(places)
    return made, troubles


def test_each_gets_each_once(log: Path, tmp_path: Path) -> None:
    """Everything there is, then only what is new; a restart repeats nothing."""
    one, two = Shelf(), Shelf()
    made, troubles = opened(log, one=one, two=two)
    made.deliver()
    made.deliver()
    assert [1, 2, 3] == one.got == two.got
    build(tmp_path, "rc")
    again, _ = opened(log, one=one, two=two)
    again.deliver()
    assert [1, 2, 3, 4] == one.got == two.got
    assert {""} == set(troubles)


def test_a_place_that_was_away(log: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The others do not wait for it; it gets all it missed, also after a restart, and status says how much that is."""
    monkeypatch.setattr(courier, "RETRY_S", (0.0,))
    here, gone = Shelf(), Shelf()
    gone.away = True
    made, troubles = opened(log, here=here, gone=gone)
    made.deliver()
    assert ([1, 2, 3], []) == (here.got, gone.got)
    assert ["gone: No route to host"] == troubles
    there, away = made.standings()
    assert (0, 3, "") == (there.behind, there.end, there.failing)
    assert (3, 0, "No route to host") == (away.behind, away.end, away.failing)
    build(tmp_path, "rc")
    gone.away = False
    again, troubles = opened(log, here=here, gone=gone)
    again.deliver()
    assert [1, 2, 3, 4] == gone.got == here.got
    assert [""] == troubles
    assert [0, 0] == [standing.behind for standing in again.standings()]


def test_patience_grows(log: Path) -> None:
    """A place that fails is left alone for a while, longer each time."""
    gone = Shelf()
    gone.away = True
    made, _ = opened(log, gone=gone)
    made.deliver()
    gone.away = False
    made.deliver()
    assert [] == gone.got
    assert 1 == made._tries["gone"]


def test_by_itself(log: Path, tmp_path: Path) -> None:
    """On its thread: at once for what is there, when woken for what is new, and once more at the end."""
    shelf = Shelf()
    made = Courier(str(log), str(log.parent))
    made.serve({"shelf": shelf})
    wait_for(lambda: shelf.got == [1, 2, 3])
    build(tmp_path, "rc")
    made.wake()
    wait_for(lambda: shelf.got == [1, 2, 3, 4])
    build(tmp_path, "rc")
    made.close()
    assert [1, 2, 3, 4, 5] == shelf.got


def test_no_places(log: Path) -> None:
    """Nothing is started, nothing is behind."""
    made = Courier(str(log), str(log.parent))
    made.serve({})
    made.wake()
    made.close()
    assert () == made.standings()


def test_a_log_without_checkpoints(tmp_path: Path) -> None:
    """There is nothing to take anywhere yet."""
    shelf = Shelf()
    (tmp_path / "log").mkdir()
    made, troubles = opened(tmp_path / "log", shelf=shelf)
    made.deliver()
    assert ([], [""], 0) == (shelf.got, troubles, made.standings()[0].behind)


def test_a_broken_memory(log: Path) -> None:
    """If what each place has is forgotten, everything is delivered again: twice does no harm, never does."""
    (log.parent / courier.NAME).write_text("{broken")
    shelf = Shelf()
    made, _ = opened(log, shelf=shelf)
    made.deliver()
    assert [1, 2, 3] == shelf.got


def test_more_than_one_delivery(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A long queue goes in parts, over several files."""
    monkeypatch.setattr(courier, "AT_ONCE", 2)
    for _ in range(3):
        build(log.parent, "rc")
    shelf = Shelf()
    made, _ = opened(log, shelf=shelf)
    made.deliver()
    assert [1, 2, 3, 4, 5, 6] == shelf.got
    assert 4 == len(checkpoint.list_files(str(log)))
