"""The only writer of receipts. What `append` returned is durable; what failed leaves no trace.

Appends that are waiting are written together: one write, one fdatasync, never on the event loop, which a slow
disk must not hold up. One process at a time may write, enforced by a lock on `writer.lock`.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import os
import queue
import secrets
import socket
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any, Final

import msgspec

from enactd.errors import ReceiptError, TamperedError
from enactd.receipts import canonical, merkle, record, segments, treecache
from enactd.receipts.checkpoint import Checkpoint
from enactd.receipts.disk import Disk
from enactd.receipts.merkle import Tree
from enactd.receipts.record import MAC_ALGORITHM, SCHEMA_VERSION, Draft, Receipt, line_hash
from enactd.receipts.segments import LINE_LIMIT
from enactd.receipts.signer import Signer
from enactd.receipts.store import Store
from enactd.receipts.tail import DAMAGE_ACCEPTED, Tail, read_damaged, read_tail

SEGMENT_BYTES: Final = 64 << 20
BATCH: Final = 256
RECORD_LIMIT: Final = LINE_LIMIT // 4

Result = Receipt | ReceiptError


class Head(msgspec.Struct, frozen=True):
    """The durable end: how many records there are, and the hash of the last line."""

    log_id: str
    size: int
    hash: str


class Growth(msgspec.Struct, frozen=True):
    """What whoever `watches` a log is told after each append: its size now, and how many segments were begun."""

    size: int
    begun: int


class Clock(msgspec.Struct, frozen=True):
    """Both times in microseconds; tests bring their own."""

    wall: Callable[[], int] = lambda: time.time_ns() // 1000
    monotonic: Callable[[], int] = lambda: time.monotonic_ns() // 1000


class Pending(msgspec.Struct, frozen=True):
    """Who waits for a receipt on an event loop; `then` is called there before, in the order of the log."""

    loop: asyncio.AbstractEventLoop
    future: Any  # asyncio.Future[Receipt | None]
    then: Callable[[Receipt], object] | None = None

    def leave(self, fault: BaseException | None = None) -> None:
        """No receipt will come: who waits gets None, or `fault`. From any thread; the first word stands."""
        _answer(self, fault)


class _Waiting(msgspec.Struct, frozen=True):
    draft: Draft
    pending: Pending


class Log:
    """An open log; make one with `Log.open`. Usable from any thread and from any event loop."""

    def __init__(self, store: Store, signer: Signer, clock: Clock, tail: Tail, log_id: str, tree: Tree) -> None:
        self.folder: Final = store.folder
        self.failing = ""  # why the last append failed; empty while all is well
        self.watch: Callable[[Growth], object] | None = None  # must be quick, and may not append
        self._store = store
        self._signer = signer
        self._clock = clock
        self._log_id = log_id
        self._seq, self._prev = tail.next_seq, tail.prev
        self._tree = tree
        self.base: Final = tail.next_seq - tree.size  # the record that is leaf 0: behind accepted damage not the first
        self._mutex = threading.Lock()
        self._queue: queue.SimpleQueue[_Waiting | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._serve, name="receipts", daemon=True)
        self._closed = False
        self._busy = False  # the thread has something to write

    @classmethod
    def open(
        cls,
        folder: str,
        signer: Signer,
        *,
        log_id: str = "",
        head: Checkpoint | None = None,
        accept_damage: bool = False,
        engine: str = "",
        segment_bytes: int = SEGMENT_BYTES,
        disk: Disk | None = None,
        clock: Clock | None = None,
    ) -> Log:
        """Lock the folder, check the end of the log, cut what a crash left unfinished, and go on from there.

        A cut is recorded as a `daemon` receipt. Raises `ReceiptError` if another writer has the folder or the
        disk fails, `TamperedError` for damage, unless an operator asked to `accept_damage`: then a new segment
        begins, whose first record says what was found. `log_id` names a new log; by default host and chance.
        `head` is the newest checkpoint that our own key signed: what the log must hold, and go on from.
        """
        try:
            store = Store(folder, disk or Disk(), segment_bytes)
        except OSError as error:
            raise _failure(folder, error) from None
        try:
            tail, tree, note = _continue(store, signer, head, accept_damage)
            name = tail.log_id or log_id or f"{_host()}.{secrets.token_hex(6)}"
            log = cls(store, signer, clock or Clock(), tail, name, tree)
            if note:
                log.append_now(msgspec.structs.replace(note, engine=engine))
        except OSError as error:
            store.close()
            raise _failure(folder, error) from None
        except BaseException:
            store.close()
            raise
        log._thread.start()
        return log

    @property
    def head(self) -> Head:
        """The durable end of the log."""
        with self._mutex:
            return Head(self._log_id, self._seq, self._prev)

    @property
    def tree(self) -> Tree:
        """The tree over the durable lines from record `base` on, as it is now."""
        with self._mutex:
            return self._tree.copy()

    def change_key(self, key: bytes, draft: Draft) -> Receipt:
        """Sign with the key of the next epoch from now on, and first of all this draft. Raises as `append_now`."""
        with self._mutex:
            self._signer.turn(key)
            result = self._settle_now(draft)
        return _raised(result)

    async def append(self, draft: Draft, then: Callable[[Receipt], object] | None = None) -> Receipt:
        """The receipt, once it is durable. Raises `ReceiptError` if it is not; nothing of it stays then.

        A cancelled caller's record may still be written, and `then` is still called with it.
        """
        pending = self.expect(then)
        self._queue.put(_Waiting(draft, pending))
        receipt: Receipt = await pending.future
        return receipt

    def expect(self, then: Callable[[Receipt], object] | None = None) -> Pending:
        """Wait, on the running loop, for a receipt whose draft another thread will `submit`."""
        loop = asyncio.get_running_loop()
        return Pending(loop, loop.create_future(), then)

    def submit(self, draft: Draft, pending: Pending) -> None:
        """As `append`, from a thread that may block: written here and now if nobody else writes, else with them.

        Spares a call that is alone the way to the writing thread and back.
        """
        if self._busy or not self._mutex.acquire(blocking=False):
            self._queue.put(_Waiting(draft, pending))
            return
        try:
            self._settle([_Waiting(draft, pending)])
        finally:
            self._mutex.release()

    def append_now(self, draft: Draft) -> Receipt:
        """As `append`, for callers without an event loop; blocks until durable."""
        with self._mutex:
            result = self._settle_now(draft)
        return _raised(result)

    def rotate(self) -> None:
        """Begin a new segment with the next record, unless the present one is empty."""
        with self._mutex:
            self._store.rotate()

    def close(self) -> None:
        """Write what is waiting, then release the folder. Later appends fail."""
        if self._thread.is_alive():
            self._queue.put(None)
            self._thread.join()
        with self._mutex:
            self._closed = True
            self._store.close()
        self._refuse_waiting()

    def _refuse_waiting(self) -> None:
        while True:
            try:
                late = self._queue.get_nowait()
            except queue.Empty:
                return
            if late is not None:
                _answer(late.pending, _closed())

    def _serve(self) -> None:
        """The thread: take all that waits, commit it as one, answer, until told to stop."""
        while True:
            waiting = [self._queue.get()]
            while len(waiting) < BATCH and waiting[-1] is not None:
                try:
                    waiting.append(self._queue.get_nowait())
                except queue.Empty:
                    break
            batch = [item for item in waiting if item is not None]
            if batch:
                self._busy = True
                with self._mutex:
                    self._settle(batch)
                self._busy = False
            if waiting[-1] is None:
                return

    def _settle(self, batch: Sequence[_Waiting]) -> None:
        """Commit, answer, grow, the mutex being held: so answers reach a loop in the order of the log."""
        results = self._commit([item.draft for item in batch])
        for item, result in zip(batch, results, strict=True):
            _answer(item.pending, result)
        self._grow(results)

    def _settle_now(self, draft: Draft) -> Result:
        results = self._commit([draft])
        self._grow(results)
        return results[0]

    def _grow(self, results: Sequence[Result]) -> None:
        """Add what is durable to the tree; nobody who was answered waits for that."""
        if self._seq == self.base + self._tree.size:
            return
        for result in results:
            if isinstance(result, Receipt):
                self._tree.append(merkle.leaf_hash(result.line))
        if self.watch is not None:
            self.watch(Growth(self._seq, self._store.begun))

    def _commit(self, drafts: Sequence[Draft]) -> list[Result]:
        """Make all drafts durable together, the mutex being held; a draft that cannot be encoded fails alone."""
        if self._closed:
            return [_closed() for _ in drafts]
        results = self._sign_all(drafts)
        signed = [result for result in results if isinstance(result, Receipt)]
        if not signed:
            return results
        try:
            self._store.append(b"".join(receipt.line + b"\n" for receipt in signed), self._seq)
        except OSError as error:
            failure = _failure(self.folder, error)
            self.failing = failure.cause
            return [failure if isinstance(result, Receipt) else result for result in results]
        self._seq, self._prev = signed[-1].record.seq + 1, signed[-1].hash
        self.failing = ""
        return results

    def _sign_all(self, drafts: Sequence[Draft]) -> list[Result]:
        results: list[Result] = []
        seq, prev = self._seq, self._prev
        for draft in drafts:
            try:
                receipt = self._sign(draft, seq, prev)
            except (TypeError, ValueError, RecursionError) as error:
                results.append(
                    ReceiptError("a receipt cannot be encoded", cause=str(error), effect="the call is denied")
                )
                continue
            results.append(receipt)
            seq, prev = seq + 1, receipt.hash
        return results

    def _sign(self, draft: Draft, seq: int, prev: str) -> Receipt:
        placed = record.place(
            draft,
            v=SCHEMA_VERSION,
            log=self._log_id,
            seq=seq,
            prev=prev,
            time=self._clock.wall(),
            monotonic=self._clock.monotonic(),
            mac_alg=MAC_ALGORITHM,
            mac_key=self._signer.key_id,
            mac="",
        )
        unsigned = record.encode(placed)
        if len(unsigned) > RECORD_LIMIT:
            raise ValueError(f"{len(unsigned)} bytes are more than {RECORD_LIMIT}")
        mac = self._signer.mac(record.signed_part(unsigned))
        line = record.with_mac(unsigned, mac)
        # A line that the verifier would refuse must never get into the log, whoever made the draft.
        placed = record.decode(line)
        if not record.fits(placed):
            raise ValueError("it holds a fraction, an integer beyond 2^53 or a key that is not ASCII")
        return Receipt(placed, line_hash(line), line)


def _continue(
    store: Store, signer: Signer, head: Checkpoint | None, accept_damage: bool
) -> tuple[Tail, Tree, Draft | None]:
    """Prepare the store behind the good end of the log, and say what there is to record about it."""
    try:
        tail = read_tail(store.folder, signer)
        tree = treecache.restore(store.folder, tail.next_seq, head)
    except TamperedError as damage:
        if not accept_damage:
            raise
        return _begin_behind_damage(store, damage)
    kept = store.keep_aside(torn_name(tail.next_seq), tail.torn) if tail.torn else ""
    # The note takes the number of what was cut. A file with the next number was cut by a start that died too soon.
    kept = kept or store.find_aside(torn_name(tail.next_seq))
    note = None
    if kept:
        data = tail.torn or store.read_aside(kept)
        note = Draft(kind="daemon", event="torn-tail", detail=_describe(data, file=kept, at=tail.next_seq))
    if tail.segment.packed:  # whoever compressed it closed it
        store.begin(tail.next_seq)
    elif tail.next_seq == tail.segment.first and not os.path.exists(tail.segment.path):
        store.begin(tail.segment.first)
    else:
        store.resume(tail.segment.path, tail.length)
    return tail, tree, note


def torn_name(index: int) -> str:
    """The file that keeps what was cut where record `index` should have been."""
    return f"{index:012d}.torn"


def _begin_behind_damage(store: Store, damage: TamperedError) -> tuple[Tail, Tree, Draft]:
    tail, data = read_damaged(store.folder)
    segment = os.path.basename(segments.list_segments(store.folder)[-1].path)
    store.begin(tail.next_seq)
    detail = _describe(data, file=segment, at=damage.index, reason=damage.cause)
    return tail, Tree(), Draft(kind="daemon", event=DAMAGE_ACCEPTED, detail=detail)


def _describe(data: bytes, **more: Any) -> dict[str, Any]:
    described = {"size": len(data), "sha256": hashlib.sha256(data).hexdigest(), **more}
    return {name: canonical.text(value) if isinstance(value, str) else value for name, value in described.items()}


def _raised(result: Result) -> Receipt:
    if isinstance(result, ReceiptError):
        raise result
    return result


def _answer(pending: Pending, result: Result | BaseException | None) -> None:
    with contextlib.suppress(RuntimeError):  # the loop is closed: nobody is waiting any more
        pending.loop.call_soon_threadsafe(_resolve, pending, result)


def _resolve(pending: Pending, result: Result | BaseException | None) -> None:
    if isinstance(result, Receipt) and pending.then is not None:
        pending.then(result)
    if pending.future.done():
        return
    if isinstance(result, BaseException):
        pending.future.set_exception(result)
    else:
        pending.future.set_result(result)


def _failure(folder: str, error: OSError) -> ReceiptError:
    return ReceiptError(
        f"cannot write receipts in `{folder}`",
        cause=error.strerror or str(error),
        effect="calls are denied until receipts can be written again",
        fix=f"check space and permissions: df -h {folder}",
    )


def _closed() -> ReceiptError:
    return ReceiptError("the receipt log is closed", effect="the call is denied", fix="enactctl status")


def _host() -> str:
    name = socket.gethostname().split(".")[0]
    return "".join(letter for letter in name if letter.isascii() and (letter.isalnum() or letter == "-"))[:32] or "host"
