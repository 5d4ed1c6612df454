"""Takes checkpoints to their second places, and does not forget one: what each place has is kept on disk.

The queue is the files of checkpoints beside the log; for each place only how far it got is stored. So nothing is
queued twice, a restart loses nothing, and a place that was away for a week gets what it missed.
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
from enactd.receipts import checkpoint
from enactd.receipts.checkpoint import Signed
from enactd.receipts.places import Place

NAME: Final = "places.json"
AT_ONCE: Final = 500
RETRY_S: Final = (5.0, 30.0, 120.0, 600.0)


class Got(msgspec.Struct, frozen=True):
    """How far a place is: the records its newest checkpoint covers, and when it got it (seconds since 1970)."""

    end: int = 0
    when: float = 0.0


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """A place as `status` shows it: how many records newer than its newest checkpoint are signed, and what is wrong."""

    place: str
    behind: int
    end: int = 0
    when: float = 0.0
    failing: str = ""


class Courier:
    """Delivers on a thread of its own. `wake` it when there is something new."""

    def __init__(
        self, log_folder: str, state_folder: str, troubled: Callable[[str], object] = lambda why: None
    ) -> None:
        self._log = log_folder
        self._path = os.path.join(state_folder, NAME)
        self._troubled = troubled
        self._places: dict[str, Place] = {}
        self._got: dict[str, Got] = self._stored()
        self._failing: dict[str, str] = {}
        self._tries: dict[str, int] = {}
        self._next: dict[str, float] = {}
        self._mutex = threading.Lock()
        self._due = threading.Event()
        self._ending = False
        self._thread: threading.Thread | None = None

    def serve(self, places: Mapping[str, Place]) -> None:
        """Deliver to these from now on; begins the thread with the first one."""
        self._places = dict(places)
        if places and self._thread is None:
            remove_drafts(self._path)
            self._thread = threading.Thread(target=self._run, name="courier", daemon=True)
            self._thread.start()
        self._due.set()

    def wake(self, _: object = None) -> None:
        """There is a new checkpoint."""
        self._due.set()

    def close(self) -> None:
        """Try once more to deliver what is left, and stop."""
        if self._thread is not None:
            self._ending = True
            self._due.set()
            self._thread.join(timeout=5.0)

    def deliver(self) -> None:
        """Take to every place that is due what it does not have yet."""
        with self._mutex:
            now = time.monotonic()
            for name, place in list(self._places.items()):
                if self._next.get(name, 0.0) <= now or self._ending:
                    self._deliver(name, place)
        wrong = [f"{name}: {why}" for name, why in self._failing.items() if name in self._places]
        self._troubled("; ".join(wrong))

    def standings(self) -> tuple[Standing, ...]:
        """Every place, and how far behind the newest checkpoint it is."""
        newest = checkpoint.newest(self._log)
        end = _end(newest) if newest else 0
        found = []
        for name in self._places:
            got = self._got.get(name, Got())
            behind, failing = max(0, end - got.end), self._failing.get(name, "")
            found.append(Standing(place=name, behind=behind, end=got.end, when=got.when, failing=failing))
        return tuple(found)

    def _run(self) -> None:
        while True:
            self._due.wait(self._pause())
            self._due.clear()
            self.deliver()
            if self._ending:
                return

    def _pause(self) -> float | None:
        waiting = [self._next[name] for name in self._failing if name in self._places and name in self._next]
        return max(0.1, min(waiting) - time.monotonic()) if waiting else None

    def _deliver(self, name: str, place: Place) -> None:
        try:
            while pending := self._pending(self._got.get(name, Got()).end):
                place.put(pending)
                self._got[name] = Got(_end(pending[-1]), time.time())
                self._store()
        except (OSError, ReceiptError) as error:
            tries = self._tries[name] = self._tries.get(name, 0) + 1
            self._next[name] = time.monotonic() + RETRY_S[min(tries, len(RETRY_S)) - 1]
            said = error.strerror if isinstance(error, OSError) else error.cause
            self._failing[name] = said or str(error) or type(error).__name__
        else:
            for table in (self._failing, self._tries, self._next):
                table.pop(name, None)

    def _pending(self, end: int) -> list[Signed]:
        """The next checkpoints behind `end`, oldest first; a file whose newest one is not newer is not read."""
        found: list[Signed] = []
        files = checkpoint.list_files(self._log)
        for path, following in zip(files, [*files[1:], ""], strict=False):
            if following and int(os.path.basename(following)[:12]) <= end:
                continue
            found += [signed for signed in checkpoint.read_file(path)[0] if _end(signed) > end]
            if len(found) >= AT_ONCE:
                break
        return found[:AT_ONCE]

    def _stored(self) -> dict[str, Got]:
        with contextlib.suppress(OSError, msgspec.DecodeError), open(self._path, "rb") as file:
            return msgspec.json.decode(file.read(), type=dict[str, Got])
        return {}

    def _store(self) -> None:
        replace_file(self._path, msgspec.json.encode(self._got))


def _end(signed: Signed) -> int:
    return checkpoint.base_of(signed.checkpoint.origin) + signed.checkpoint.size
