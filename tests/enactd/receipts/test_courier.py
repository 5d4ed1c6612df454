"""The courier: every place gets everything, in order, however long it was away and whoever restarted."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from support.witnessed import build

from enactd.receipts import courier
from enactd.receipts.courier import Courier
from enactd.receipts.errands import Heads
from enactd.receipts.parcel import Parcel


class Shelf:
    """A place that can be away, or take a parcel and never answer."""

    def __init__(self) -> None:
        self.got: list[int] = []
        self.away = False
        self.answers = threading.Event()
        self.answers.set()

    def put(self, parcels: Sequence[Parcel]) -> None:
        if self.away:
            raise OSError(113, "No route to host")
        self.answers.wait()
        self.got += [one.end for one in parcels]


class Ground:
    """A log, and the couriers that were opened for it; all are closed in the end."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.troubles: list[str] = []
        self._opened: list[Courier] = []

    def more(self, steps: str = "rc") -> None:
        build(self.folder, steps)

    def open(self, **places: Shelf) -> Courier:
        made = Courier(str(self.folder), self.troubles.append)
        self._opened.append(made)
        made.serve({name: Heads(str(self.folder / "log"), place) for name, place in places.items()})
        return made

    def close(self) -> None:
        for made in self._opened:
            made.close()


@pytest.fixture
def ground(tmp_path: Path) -> Iterator[Ground]:
    made = Ground(tmp_path)
    made.more("rcrcrc")
    yield made
    made.close()


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def test_each_gets_each_once(ground: Ground) -> None:
    """At once what there is, when woken what is new, once more at the end; a restart repeats nothing."""
    one, two = Shelf(), Shelf()
    made = ground.open(one=one, two=two)
    wait_for(lambda: [1, 2, 3] == one.got == two.got)
    ground.more()
    made.wake()
    wait_for(lambda: [1, 2, 3, 4] == one.got == two.got)
    ground.more()
    made.close()
    assert [1, 2, 3, 4, 5] == one.got == two.got
    again = ground.open(one=one, two=two)
    ground.more()
    again.close()
    assert [1, 2, 3, 4, 5, 6] == one.got == two.got
    assert {""} == set(ground.troubles)


def test_a_place_that_was_away(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    """The others do not wait for it; it gets all it missed, also after a restart, and status says how much that is."""
    here, gone = Shelf(), Shelf()
    gone.away = True
    made = ground.open(here=here, gone=gone)
    wait_for(lambda: [1, 2, 3] == here.got and bool(ground.troubles[-1]))
    assert "gone: No route to host" == ground.troubles[-1]
    there, away = made.standings()
    assert ("here", "checkpoints", 0, 3, "") == (there.place, there.what, there.behind, there.end, there.failing)
    assert (3, 0, "No route to host") == (away.behind, away.end, away.failing)
    made.close()
    ground.more()
    gone.away = False
    again = ground.open(here=here, gone=gone)
    wait_for(lambda: [1, 2, 3, 4] == gone.got == here.got)
    wait_for(lambda: [0, 0] == [standing.behind for standing in again.standings()])
    assert "" == ground.troubles[-1]


def test_it_is_tried_again(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    """By itself, without anything new."""
    monkeypatch.setattr(courier, "RETRY_S", (0.0,))
    gone = Shelf()
    gone.away = True
    ground.open(gone=gone)
    wait_for(lambda: "gone: No route to host" in ground.troubles)
    gone.away = False
    wait_for(lambda: [1, 2, 3] == gone.got)
    wait_for(lambda: ground.troubles[-1] == "")


def test_patience_grows(ground: Ground) -> None:
    """A place that fails is left alone for a while, longer each time; being woken does not hurry it."""
    gone = Shelf()
    gone.away = True
    made = ground.open(gone=gone)
    wait_for(lambda: ground.troubles[-1:] == ["gone: No route to host"])
    gone.away = False
    lane = made._lanes["gone"]
    for _ in range(5):
        made.wake()
        wait_for(lambda: not lane._due.is_set())
    assert ([], 1) == (gone.got, lane._tries)
    waits = [courier.RETRY_S[min(tries, len(courier.RETRY_S)) - 1] for tries in range(1, 7)]
    assert sorted(waits) == waits
    assert waits[0] < waits[-1]


def test_a_place_that_never_answers(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    """It keeps nobody else waiting, not even the end; and it is said to be silent."""
    monkeypatch.setattr(courier, "SILENCE_S", 0.05)
    monkeypatch.setattr(courier, "CLOSING_S", 0.1)
    here, silent = Shelf(), Shelf()
    silent.answers.clear()
    made = ground.open(silent=silent, here=here)
    wait_for(lambda: here.got == [1, 2, 3])
    ground.more()
    made.wake()
    wait_for(lambda: here.got == [1, 2, 3, 4])
    wait_for(lambda: "no answer for" in made.standings()[0].failing)
    assert ground.troubles[-1].startswith("silent: no answer for")
    assert (4, []) == (made.standings()[0].behind, silent.got)
    made.close()
    silent.answers.set()


def test_other_settings(ground: Ground) -> None:
    """Who stays goes on where it was, who is not named any more gets nothing, who is new gets everything."""
    one, two, three = Shelf(), Shelf(), Shelf()
    made = ground.open(one=one, two=two)
    wait_for(lambda: [1, 2, 3] == one.got == two.got)
    log = str(ground.folder / "log")
    made.serve({"two": Heads(log, two), "three": Heads(log, three)})
    ground.more()
    made.wake()
    wait_for(lambda: [1, 2, 3, 4] == two.got == three.got)
    assert [1, 2, 3] == one.got
    assert ["two", "three"] == [standing.place for standing in made.standings()]


def test_no_places(ground: Ground) -> None:
    """Nothing is started, nothing is behind."""
    made = ground.open()
    made.wake()
    made.close()
    assert ((), {""}) == (made.standings(), set(ground.troubles))
    assert [] == [thread for thread in threading.enumerate() if thread.name == "courier"]


def test_a_broken_memory(ground: Ground) -> None:
    """If what each place has is forgotten, everything is delivered again: twice does no harm, never does."""
    (ground.folder / courier.NAME).write_text("{broken")
    shelf = Shelf()
    ground.open(shelf=shelf)
    wait_for(lambda: [1, 2, 3] == shelf.got)


def test_a_memory_that_cannot_be_kept(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk that fails is what is told; what was delivered may be delivered again."""

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(courier, "replace_file", full)
    shelf = Shelf()
    ground.open(shelf=shelf)
    wait_for(lambda: ground.troubles[-1:] == ["shelf: No space left on device"])
    assert [1, 2, 3] == shelf.got
