"""Takes what second places are to have to them, and does not forget one: how far each is is kept on disk.

A place has a thread of its own, so that one that never answers keeps no other waiting, and no call. A restart loses
nothing, and a place that was away for a week gets what it missed, a bounded part at a time.
"""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Callable, Mapping
from typing import Final

import msgspec

from enactd.atomic import remove_drafts, replace_file
from enactd.errors import ReceiptError
from enactd.receipts.errands import Errand, Got

NAME: Final = "places.json"
RETRY_S: Final = (5.0, 30.0, 120.0, 600.0)
SILENCE_S: Final = 60.0
"""After so long without an answer a place is said to be failing."""
CLOSING_S: Final = 5.0


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """A place as `status` shows it: what it is brought, how many records it is behind, and what is wrong."""

    place: str
    what: str
    behind: int
    end: int = 0
    when: float = 0.0
    missed: int = 0
    failing: str = ""


class Courier:
    """Delivers on threads of its own. `wake` it when there is something new."""

    def __init__(self, state_folder: str, troubled: Callable[[str], object] = lambda why: None) -> None:
        """`troubled` hears, on any thread, what keeps which places from getting theirs; empty when nothing does."""
        self._path = os.path.join(state_folder, NAME)
        self._troubled = troubled
        self._got = self._stored()
        self._lanes: dict[str, Lane] = {}
        self._mutex = threading.Lock()

    def serve(self, errands: Mapping[str, Errand]) -> None:
        """Do these from now on, by name; one of the same name goes on where the last one was."""
        if errands and not self._lanes:
            remove_drafts(self._path)
        before = self._lanes
        self._lanes = {name: before.get(name) or Lane(name, errand, self) for name, errand in errands.items()}
        for name, errand in errands.items():
            if name in before:
                before[name].go_on_with(errand)
            else:
                self._lanes[name].start()
        for name in before.keys() - errands.keys():
            before[name].end()
        self.tell()

    def wake(self, _: object = None) -> None:
        """There is a new checkpoint."""
        for lane in list(self._lanes.values()):
            lane.wake()

    def close(self) -> None:
        """Try once more to deliver what is left, and stop; a place that does not answer is not waited for."""
        until = time.monotonic() + CLOSING_S
        for lane in self._lanes.values():
            lane.end(finish=True)
        for lane in self._lanes.values():
            lane.join(until)

    def standings(self) -> tuple[Standing, ...]:
        """Every place, and how far behind it is."""
        self.tell()  # a silence that has become long
        return tuple(lane.standing() for lane in list(self._lanes.values()))

    def got(self, name: str) -> Got:
        """How far the place of this name is."""
        with self._mutex:
            return self._got.get(name, Got())

    def keep(self, name: str, got: Got) -> None:
        """Remember it, durable. Raises `OSError`."""
        with self._mutex:
            self._got[name] = got
            replace_file(self._path, msgspec.json.encode(self._got))

    def tell(self) -> None:
        """Say what is wrong now."""
        wrong = [f"{lane.name}: {why}" for lane in list(self._lanes.values()) if (why := lane.failing)]
        self._troubled("; ".join(wrong))

    def _stored(self) -> dict[str, Got]:
        with contextlib.suppress(OSError, msgspec.DecodeError), open(self._path, "rb") as file:
            return msgspec.json.decode(file.read(), type=dict[str, Got])
        return {}


class Lane:
    """One place, on a thread of its own: tried at once when there is something, later and later while it fails."""

    def __init__(self, name: str, errand: Errand, courier: Courier) -> None:
        self.name: Final = name
        self._errand = errand
        self._courier = courier
        self._due = threading.Event()
        self._ending = False
        self._finishing = False
        self._trouble = ""
        self._tries = 0
        self._next = 0.0
        self._began: float | None = None
        self._thread = threading.Thread(target=self._run, name="courier", daemon=True)

    def start(self) -> None:
        """Begin, with what there is already."""
        self._due.set()
        self._thread.start()

    def wake(self) -> None:
        """There may be something new."""
        self._due.set()

    def go_on_with(self, errand: Errand) -> None:
        """The same place by other settings."""
        self._errand = errand
        self._due.set()

    def end(self, *, finish: bool = False) -> None:
        """Stop as soon as the place lets go; to `finish` is to try once more before."""
        self._finishing = finish
        self._ending = True
        self._due.set()

    def join(self, until: float) -> None:
        """Wait for the end, at most until that moment of the monotonic clock."""
        self._thread.join(max(0.0, until - time.monotonic()))

    @property
    def failing(self) -> str:
        """What is wrong, empty for nothing; also that it has not answered for long."""
        began = self._began
        if began is not None and time.monotonic() - began > SILENCE_S:
            return f"no answer for {time.monotonic() - began:.0f} s"
        return self._trouble

    def standing(self) -> Standing:
        """As `status` shows it."""
        got = self._courier.got(self.name)
        behind = max(0, self._errand.newest() - got.end)
        return Standing(
            place=self.name.removeprefix(f"{self._errand.what} "), what=self._errand.what, behind=behind,
            end=got.end, when=got.when, missed=got.missed, failing=self.failing,
        )  # fmt: skip

    def _run(self) -> None:
        while not self._ending or self._finishing:
            self._due.wait(self._pause())
            self._due.clear()
            if self._ending and not self._finishing:
                return
            if self._next <= time.monotonic() or self._finishing:
                self._attempt()
            if self._ending:
                return

    def _pause(self) -> float | None:
        if self._trouble:
            return max(0.1, self._next - time.monotonic())
        return self._errand.pause

    def _attempt(self) -> None:
        before = self._trouble
        self._began = time.monotonic()
        try:
            while not (self._ending and not self._finishing):
                fresh = self._errand.step(self._courier.got(self.name), time.time())
                if fresh is None:
                    break
                self._courier.keep(self.name, fresh)
                self._began = time.monotonic()
        except (OSError, ReceiptError) as error:
            self._tries += 1
            self._next = time.monotonic() + RETRY_S[min(self._tries, len(RETRY_S)) - 1]
            said = error.strerror if isinstance(error, OSError) else error.cause
            self._trouble = said or str(error) or type(error).__name__
        else:
            self._trouble, self._tries, self._next = "", 0, 0.0
        finally:
            self._began = None
        if self._trouble != before:
            self._courier.tell()
