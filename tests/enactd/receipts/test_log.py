"""The writer: what it acknowledged is there after anything; what failed left nothing."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import hashlib
import json
import os
import random
import resource
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support import receipt_writer
from support.receipts import FaultyDisk, decision, lines, open_log, segment, signer, write_log
from support.required import missing

from enactd.errors import ExitCode, ReceiptError, TamperedError
from enactd.receipts import record, segments
from enactd.receipts.disk import Disk
from enactd.receipts.log import BATCH, RECORD_LIMIT, Clock, Log
from enactd.receipts.record import Draft, Receipt
from enactd.receipts.signer import Signer
from enactd.receipts.verify import verify

ROOT = Path(__file__).parents[3]


def good(folder: Path | str) -> int:
    """How many records there are, all of them beyond doubt."""
    report = verify(str(folder), signer())
    assert report.problem is None, report.problem
    assert report.records == report.macs
    return report.records


def test_records_are_numbered_chained_and_signed(tmp_path: Path) -> None:
    """Each has the next number, the hash of the line before, a time and a right MAC."""
    log = open_log(tmp_path)
    found = [log.append_now(decision(call_id=f"c{number}")) for number in range(4)]
    log.close()
    assert [0, 1, 2, 3] == [receipt.record.seq for receipt in found]
    assert [record.GENESIS, *(receipt.hash for receipt in found[:3])] == [receipt.record.prev for receipt in found]
    assert [receipt.line + b"\n" for receipt in found] == lines(tmp_path)
    assert ["c0", "c1", "c2", "c3"] == [receipt.record.call_id for receipt in found]
    assert [0, 1000, 2000, 3000] == [receipt.record.monotonic for receipt in found]
    assert all(record.receipt(receipt.line) == receipt for receipt in found)
    assert 4 == good(tmp_path)


def test_modes(tmp_path: Path) -> None:
    """The folder is 0700, every file in it 0600."""
    write_log(tmp_path / "log", 2)
    assert 0o700 == stat.S_IMODE((tmp_path / "log").stat().st_mode)
    assert {0o600} == {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "log").iterdir()}


def test_going_on_after_a_restart(tmp_path: Path) -> None:
    """The chain and the log's name go on; a name given later does not rename it."""
    for number in range(4):
        log = Log.open(str(tmp_path), signer(), log_id=f"name{number}")
        assert number == log.append_now(decision()).record.seq
        assert number + 1 == log.head.size
        log.close()
    assert {"name0"} == {receipt.record.log for receipt in segments.receipts(str(tmp_path))}
    assert 4 == good(tmp_path)


def test_a_new_log_is_named_by_host_and_chance(tmp_path: Path) -> None:
    """Two logs never share a name."""
    names = set()
    for number in range(3):
        log = Log.open(str(tmp_path / str(number)), signer())
        names.add(log.head.log_id)
        log.close()
    assert 3 == len(names)
    assert all(name.isascii() and " " not in name and "." in name for name in names)


def test_the_head(tmp_path: Path) -> None:
    """Size and hash of what is durable; what others keep to find a cut tail."""
    log = open_log(tmp_path)
    assert ("test.1", 0, record.GENESIS) == (log.head.log_id, log.head.size, log.head.hash)
    receipt = log.append_now(decision())
    assert (1, receipt.hash) == (log.head.size, log.head.hash)
    log.close()


@pytest.mark.parametrize("size", [1, 700, 2000])
def test_the_chain_goes_on_over_segments(tmp_path: Path, size: int) -> None:
    """Rotation changes nothing but the file."""
    write_log(tmp_path, 9, segment_bytes=size)
    write_log(tmp_path, 9, segment_bytes=size)
    assert 18 == good(tmp_path)
    assert len(segments.list_segments(str(tmp_path))) > 2
    assert list(range(18)) == [receipt.record.seq for receipt in segments.receipts(str(tmp_path))]


async def test_append_is_durable(tmp_path: Path) -> None:
    """When `append` returns, write and sync of these bytes are done."""
    disk = FaultyDisk()
    log = open_log(tmp_path, disk=disk)
    before = len(disk.calls)
    receipt = await log.append(decision())
    assert ["write", "sync"] == disk.calls[before:]
    assert segment(tmp_path).read_bytes() == receipt.line + b"\n"
    log.close()


async def test_waiting_appends_are_written_together(tmp_path: Path) -> None:
    """A hundred callers take a few syncs, not a hundred, and each gets its own receipt."""
    disk = FaultyDisk()
    log = open_log(tmp_path, disk=disk)
    found = await asyncio.gather(*(log.append(decision(call_id=str(number))) for number in range(100)))
    log.close()
    assert disk.calls.count("sync") < 30
    assert [str(number) for number in range(100)] == [receipt.record.call_id for receipt in found]
    assert list(range(100)) == [receipt.record.seq for receipt in found]
    assert 100 == good(tmp_path)


async def test_a_batch_is_bounded(tmp_path: Path) -> None:
    """More than a batch waits for the next one, and all come through."""
    log = open_log(tmp_path)
    found = await asyncio.gather(*(log.append(decision()) for _ in range(3 * BATCH)))
    log.close()
    assert 3 * BATCH == len({receipt.hash for receipt in found}) == good(tmp_path)


async def test_a_slow_disk_does_not_hold_up_the_loop(tmp_path: Path) -> None:
    """While a sync takes its time, everything else goes on."""
    slow = threading.Event()

    class Slow(Disk):
        def sync(self, descriptor: int) -> None:
            if slow.is_set():
                time.sleep(0.3)
            super().sync(descriptor)

    log = open_log(tmp_path, disk=Slow())
    slow.set()
    waiting = asyncio.create_task(log.append(decision()))
    longest, last = 0.0, time.perf_counter()
    while not waiting.done():
        await asyncio.sleep(0.005)
        now = time.perf_counter()
        longest, last = max(longest, now - last), now
    assert 0 == (await waiting).record.seq
    assert longest < 0.2
    slow.clear()
    log.close()


async def test_a_cancelled_caller_harms_nobody(tmp_path: Path) -> None:
    """Its record may be there; the others' receipts are right."""
    log = open_log(tmp_path)
    tasks = [asyncio.create_task(log.append(decision())) for _ in range(20)]
    await asyncio.sleep(0)
    for task in tasks[::2]:
        task.cancel()
    found = [result for result in await asyncio.gather(*tasks, return_exceptions=True) if isinstance(result, Receipt)]
    log.close()
    assert 10 <= len(found)
    assert good(tmp_path) >= len(found)
    stored = [receipt.hash for receipt in segments.receipts(str(tmp_path))]
    assert all(stored[receipt.record.seq] == receipt.hash for receipt in found)


def test_appends_from_many_loops_and_threads(tmp_path: Path) -> None:
    """One log serves several event loops and plain threads at once."""
    log = open_log(tmp_path)
    found: list[Receipt] = []

    async def several() -> None:
        found.extend(await asyncio.gather(*(log.append(decision()) for _ in range(20))))

    def plain() -> None:
        found.extend(log.append_now(decision()) for _ in range(20))

    threads = [threading.Thread(target=work) for work in (plain, plain, *(lambda: asyncio.run(several()),) * 3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    log.close()
    assert list(range(100)) == sorted(receipt.record.seq for receipt in found)
    assert 100 == good(tmp_path)


async def test_nothing_after_closing(tmp_path: Path) -> None:
    """A closed log refuses, whichever way it is asked, and frees the folder."""
    log = open_log(tmp_path)
    late = [asyncio.create_task(log.append(decision())) for _ in range(3)]
    await asyncio.sleep(0)
    log.close()
    assert [0, 1, 2] == [receipt.record.seq for receipt in await asyncio.gather(*late)]
    with pytest.raises(ReceiptError, match="closed"):
        log.append_now(decision())
    log.close()
    open_log(tmp_path).close()


def test_two_writers(tmp_path: Path) -> None:
    """A second log on the folder is refused, in this process and in another."""
    log = open_log(tmp_path)
    with pytest.raises(ReceiptError, match="another daemon"):
        open_log(tmp_path)
    code = "import sys; from enactd.receipts.log import Log; from enactd.receipts.signer import Signer; "
    code += "Log.open(sys.argv[1], Signer(bytes(range(32))))"
    other = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, cwd=ROOT, check=False)
    assert b"another daemon writes" in other.stderr
    log.append_now(decision())
    log.close()
    assert 1 == good(tmp_path)


@pytest.mark.parametrize(
    "detail", [{"a": 1.5}, {"a": object()}, {"a": "\ud800"}, {"é": "x"}, {"a": 2**53}, {"a": [[{"b": [1, 2.0]}]]}]
)
def test_what_cannot_be_canonical(tmp_path: Path, detail: dict[str, Any]) -> None:
    """A draft that the verifier would not accept is refused; it never spoils the log."""
    log = open_log(tmp_path)
    with pytest.raises(ReceiptError, match="cannot be encoded"):
        log.append_now(Draft(kind="daemon", detail=detail))
    log.append_now(decision())
    log.close()
    assert 1 == good(tmp_path)


@pytest.mark.parametrize(
    "fields",
    [{"verdict": "maybe"}, {"risk": "HIGH"}, {"duration": 2**53}, {"duration": -(2**60)}, {"tool": 5}],
    ids=str,
)
def test_what_is_not_of_the_schema(tmp_path: Path, fields: dict[str, Any]) -> None:
    """Types are checked where the line is made, not when an auditor reads it."""
    log = open_log(tmp_path)
    with pytest.raises(ReceiptError, match="cannot be encoded"):
        log.append_now(decision(**fields))
    log.close()
    assert 0 == good(tmp_path)


async def test_one_bad_draft_in_a_batch(tmp_path: Path) -> None:
    """It fails alone; the others get their receipts with no number left out."""
    log = open_log(tmp_path)
    bad = Draft(kind="daemon", detail={"a": object()})
    large = Draft(kind="daemon", detail={"a": "x" * RECORD_LIMIT})
    drafts = [decision(), bad, decision(), large, decision()]
    found = await asyncio.gather(*map(log.append, drafts), return_exceptions=True)
    log.close()
    assert [True, False, True, False, True] == [isinstance(result, Receipt) for result in found]
    assert all("cannot be encoded" in str(found[number]) for number in (1, 3))
    assert [0, 1, 2] == [result.record.seq for result in found if isinstance(result, Receipt)]
    assert 3 == good(tmp_path)


def test_a_clock_that_jumps(tmp_path: Path) -> None:
    """Wall time may go anywhere; numbers and chain do not care."""
    times = iter([5_000_000, 1_000_000, 9_000_000, 2])
    log = open_log(tmp_path, clock=Clock(lambda: next(times), lambda: 7))
    assert [5_000_000, 1_000_000, 9_000_000, 2] == [log.append_now(decision()).record.time for _ in range(4)]
    log.close()
    assert 4 == good(tmp_path)


# What a crash leaves behind.


def test_a_torn_tail_is_cut_and_told(tmp_path: Path) -> None:
    """At every byte of the last line: cut, kept aside, recorded; the log verifies and goes on."""
    write_log(tmp_path / "whole", 3)
    whole = segment(tmp_path / "whole").read_bytes()
    start = whole[:-1].rfind(b"\n") + 1
    for end in range(start + 1, len(whole), 7):
        folder = tmp_path / str(end)
        folder.mkdir()
        segment(folder).write_bytes(whole[:end])
        log = open_log(folder, engine="9.9")
        assert 3 == log.head.size
        assert 3 == log.append_now(decision()).record.seq
        log.close()
        told = segments.find(str(folder), "2")
        assert told is not None
        torn = whole[start:end]
        expected = {"at": 2, "file": "000000000002.torn", "size": len(torn), "sha256": hashlib.sha256(torn).hexdigest()}
        assert ("daemon", "torn-tail", "9.9") == (told.record.kind, told.record.event, told.record.engine)
        assert expected == told.record.detail
        assert torn == (folder / "000000000002.torn").read_bytes()
        assert 4 == good(folder)


def test_a_tail_torn_twice(tmp_path: Path) -> None:
    """A second crash at the same number keeps both pieces."""
    write_log(tmp_path, 1)
    for piece in (b"one", b"two"):
        with segment(tmp_path).open("ab") as file:
            file.write(piece)
        open_log(tmp_path).close()
    assert b"one" == (tmp_path / "000000000001.torn").read_bytes()
    assert b"two" == (tmp_path / "000000000002.torn").read_bytes()
    assert 3 == good(tmp_path)


def test_nothing_to_cut_nothing_told(tmp_path: Path) -> None:
    """A clean end leaves no receipt and no file."""
    write_log(tmp_path, 2)
    before = sorted(os.listdir(tmp_path))
    open_log(tmp_path).close()
    assert 2 == good(tmp_path)
    assert before == sorted(os.listdir(tmp_path))


def test_a_crash_while_cutting(tmp_path: Path) -> None:
    """Whichever call fails while a torn tail is cut, the next start finds a log that verifies, and no less of it."""
    write_log(tmp_path / "whole", 2)
    torn = segment(tmp_path / "whole").read_bytes() + b'{"half'
    for number in range(30):
        folder = tmp_path / str(number)
        folder.mkdir()
        segment(folder).write_bytes(torn)
        disk = FaultyDisk({number: errno.EIO})
        with contextlib.suppress(ReceiptError):
            open_log(folder, disk=disk).close()
        open_log(folder).close()
        assert 3 == good(folder)
        told = segments.find(str(folder), "2")
        assert told is not None
        assert "torn-tail" == told.record.event
        assert b'{"half' == (folder / told.record.detail["file"]).read_bytes()


@pytest.mark.parametrize("callers", [1, 16])
@pytest.mark.parametrize("seed", range(6))
def test_kill_nine(tmp_path: Path, seed: int, callers: int) -> None:
    """Killed at any moment: the log opens, verifies, and holds everything that was acknowledged."""
    chance = random.Random(seed)
    command = [
        sys.executable,
        receipt_writer.__file__,
        str(tmp_path),
        str(chance.choice([600, 5000, 1 << 26])),
        str(callers),
    ]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    acknowledged: set[str] = set()
    for _ in range(2):
        with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) as writer:
            assert writer.stdout is not None
            assert b"open\n" == writer.stdout.readline()
            time.sleep(chance.uniform(0.001, 0.12))
            writer.send_signal(signal.SIGKILL)
            acknowledged.update(line.decode() for line in writer.stdout.read().split(b"\n")[:-1])
        if chance.random() < 0.5:  # the page cache survives a kill; tear the tail as a power cut would
            newest = Path(segments.list_segments(str(tmp_path))[-1].path)
            with newest.open("ab") as file:
                file.write(b'{"agent":"x')
    open_log(tmp_path).close()
    assert good(tmp_path) >= len(acknowledged)
    assert acknowledged <= {receipt.id for receipt in segments.receipts(str(tmp_path))}


# Damage.


def damage(folder: Path) -> bytes:
    """Change the second of four records; what the segment holds then."""
    write_log(folder, 4)
    damaged = segment(folder).read_bytes().replace(b'"call_id":"c1"', b'"call_id":"cX"')
    segment(folder).write_bytes(damaged)
    return damaged


def test_damage_stops_the_writer(tmp_path: Path) -> None:
    """Not a byte is written behind it; the error names the record and the way on."""
    damaged = damage(tmp_path)
    with pytest.raises(TamperedError, match="record 1") as caught:
        open_log(tmp_path)
    assert (1, ExitCode.TAMPERED) == (caught.value.index, caught.value.exit_code)
    assert "--accept-damage" in caught.value.fix
    assert damaged == segment(tmp_path).read_bytes()
    with pytest.raises(TamperedError):
        open_log(tmp_path)


def test_an_operator_may_go_on(tmp_path: Path) -> None:
    """A new segment begins with what was found; the old one is untouched, and `verify` still names it."""
    damaged = damage(tmp_path)
    log = open_log(tmp_path, accept_damage=True, engine="1.0", log_id="another")
    assert 5 == log.append_now(decision()).record.seq
    log.close()
    told = segments.find(str(tmp_path), "4")
    assert told is not None
    assert ("daemon", "damage-accepted", "test.1") == (told.record.kind, told.record.event, told.record.log)
    assert {"file", "at", "reason", "size", "sha256"} == set(told.record.detail)
    assert hashlib.sha256(damaged).hexdigest() == told.record.detail["sha256"]
    assert 1 == told.record.detail["at"]
    assert damaged == segment(tmp_path).read_bytes()
    report = verify(str(tmp_path), signer())
    assert report.problem is not None
    assert (1, 8) == (report.problem.index, report.problem.step)


def test_going_on_behind_damage_lasts(tmp_path: Path) -> None:
    """Later starts need no operator, and numbers never repeat."""
    damage(tmp_path)
    open_log(tmp_path, accept_damage=True).close()
    for _ in range(2):
        log = open_log(tmp_path)
        log.append_now(decision())
        log.close()
    assert [4, 5, 6] == [receipt.record.seq for receipt in segments.receipts(str(tmp_path), 4)]


def test_accepting_where_there_is_none(tmp_path: Path) -> None:
    """The request changes nothing about a good log."""
    write_log(tmp_path, 2)
    open_log(tmp_path, accept_damage=True).close()
    assert 2 == good(tmp_path)


def test_a_new_key_under_an_old_log(tmp_path: Path) -> None:
    """A lost key is damage that an operator must accept; then the log goes on under the new one."""
    write_log(tmp_path, 3)
    other = Signer(b"n" * 32)
    with pytest.raises(TamperedError):
        Log.open(str(tmp_path), other)
    log = Log.open(str(tmp_path), other, accept_damage=True)
    assert 4 == log.append_now(decision()).record.seq
    log.close()
    assert verify(str(tmp_path)).problem is None
    Log.open(str(tmp_path), other).close()


# A disk that fails.


def attempt(log: Log, number: int) -> Receipt | None:
    try:
        return log.append_now(decision(call_id=str(number), tool="t" * 200))
    except ReceiptError:
        return None


@pytest.mark.parametrize("fault", [errno.ENOSPC, errno.EIO, "short"])
def test_each_call_of_the_disk_fails_once(tmp_path: Path, fault: Any) -> None:
    """No allow without its receipt: what was acknowledged is there, in order, and nothing else of ours is."""
    disk = FaultyDisk()
    log = open_log(tmp_path / "count", disk=disk, segment_bytes=1500)
    for number in range(5):
        attempt(log, number)
    log.close()
    for number in range(len(disk.calls)):
        folder = tmp_path / str(number)
        faulty = FaultyDisk({number: fault})
        try:
            log = open_log(folder, disk=faulty, segment_bytes=1500)
        except ReceiptError:
            log = open_log(folder, segment_bytes=1500)
        done = [receipt for attempted in range(5) if (receipt := attempt(log, attempted))]
        log.close()
        assert len(done) >= 4
        assert [receipt.line for receipt in done] == [receipt.line for receipt in segments.receipts(str(folder))]
        assert len(done) == good(folder)
        open_log(folder).close()
        assert len(done) == good(folder)


def test_a_full_disk_that_empties(tmp_path: Path) -> None:
    """While the disk is full nothing is accepted and health knows why; then work goes on in the chain."""
    disk = FaultyDisk()
    log = open_log(tmp_path, disk=disk)
    assert attempt(log, 0)
    disk.full = True
    assert [None] * 4 == [attempt(log, number) for number in range(1, 5)]
    assert "No space left on device" == log.failing
    assert 1 == log.head.size
    disk.full = False
    receipt = attempt(log, 5)
    assert receipt is not None
    assert (1, "") == (receipt.record.seq, log.failing)
    log.close()
    assert 2 == good(tmp_path)


async def test_a_failed_batch_fails_for_all_in_it(tmp_path: Path) -> None:
    """Nobody in the batch is told that it worked."""
    disk = FaultyDisk()
    log = open_log(tmp_path, disk=disk)
    disk.full = True
    results = await asyncio.gather(*(log.append(decision()) for _ in range(10)), return_exceptions=True)
    assert [ReceiptError] * 10 == [type(result) for result in results]
    disk.full = False
    assert 0 == (await log.append(decision())).record.seq
    log.close()
    assert 1 == good(tmp_path)


def test_a_crash_right_after_a_failed_write(tmp_path: Path) -> None:
    """A half line that could not be taken back before the machine died is a torn tail."""
    disk = FaultyDisk()
    log = open_log(tmp_path, disk=disk)
    attempt(log, 0)
    start = len(disk.calls)
    disk.fail = {start: "short", **dict.fromkeys(range(start + 1, start + 9), errno.EIO)}
    assert attempt(log, 1) is None
    shutil.copytree(tmp_path, tmp_path / "crashed")
    disk.fail = {}
    log.close()
    open_log(tmp_path / "crashed").close()
    assert 2 == good(tmp_path / "crashed")


def test_the_size_limit_of_a_process(tmp_path: Path) -> None:
    """A real limit on the file's size: refused beyond it, whole below it, on again after."""
    script = """
import resource, signal, sys
from enactd.errors import ReceiptError
from enactd.receipts.log import Log
from enactd.receipts.record import Draft
from enactd.receipts.signer import Signer
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (4000, resource.RLIM_INFINITY))
log = Log.open(sys.argv[1], Signer(bytes(range(32))))
draft = Draft(kind="decision", verdict="allow", tool="x" * 500)
done = failed = 0
while failed < 3:
    try:
        log.append_now(draft); done += 1
    except ReceiptError:
        failed += 1
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
log.append_now(draft)
print(done + 1)
"""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    result = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)], capture_output=True, text=True, env=environment, check=True
    )
    assert int(result.stdout) == good(tmp_path)
    assert resource.RLIM_INFINITY in resource.getrlimit(resource.RLIMIT_FSIZE)


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """A file system of its own with 64 KiB, where one can be mounted."""
    folder = tempfile.mkdtemp()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", folder], capture_output=True, check=False
    )
    if mounted.returncode:
        os.rmdir(folder)
        missing("no right to mount: a full file system was NOT tried, the limit of file size is tested above")
    yield Path(folder)
    subprocess.run(["umount", folder], check=True)
    os.rmdir(folder)


def test_a_disk_that_is_really_full(small_disk: Path) -> None:
    """A file system without room: refused, no half line, and on again when there is room."""
    ballast = small_disk / "ballast"
    ballast.write_bytes(b"x" * 20_000)
    log = open_log(small_disk / "log")
    done = 0
    while attempt(log, done):
        done += 1
    assert "No space left on device" == log.failing
    assert done == log.head.size
    ballast.unlink()
    assert attempt(log, done)
    log.close()
    assert done + 1 == good(small_disk / "log")


def test_a_read_only_place(tmp_path: Path) -> None:
    """A log that cannot be opened is an error in four lines."""
    (tmp_path / "file").write_text("")
    with pytest.raises(ReceiptError) as caught:
        open_log(tmp_path / "file" / "log")
    assert ("Not a directory", "E3001") == (caught.value.cause, caught.value.code)
    assert "df -h" in caught.value.fix


def test_lines_are_for_jq(tmp_path: Path) -> None:
    """Every line is one JSON object, whatever was in it."""
    log = open_log(tmp_path)
    log.append_now(decision(tool='line\nbreak\u2028 \x00 "quote"'))
    log.close()
    (line,) = lines(tmp_path)
    assert 'line\nbreak\u2028 \x00 "quote"' == json.loads(line)["tool"]
    assert 1 == line.count(b"\n")


async def test_a_thread_writes_its_own_receipt_when_it_is_alone(tmp_path: Path) -> None:
    """`submit` is durable when it returns, and `then` hears of it on the loop before whoever waits."""
    log = Log.open(str(tmp_path), signer())
    heard: list[int] = []
    pending = log.expect(lambda receipt: heard.append(receipt.record.seq))
    await asyncio.to_thread(log.submit, decision(call_id="alone"), pending)
    assert 1 == log.head.size
    receipt = await pending.future
    assert ([0], "alone") == (heard, receipt.record.call_id)
    log.close()


async def test_threads_and_the_loop_are_heard_in_the_order_of_the_log(tmp_path: Path) -> None:
    """Whoever folds receipts into states sees them as the log has them, however they came in."""
    log = Log.open(str(tmp_path), signer())
    heard: list[int] = []

    def note(receipt: Receipt) -> None:
        heard.append(receipt.record.seq)

    async def one(number: int) -> None:
        if number % 3:
            pending = log.expect(note)
            await asyncio.to_thread(log.submit, decision(call_id=str(number)), pending)
            await pending.future
        else:
            await log.append(decision(call_id=str(number)), note)

    await asyncio.gather(*(one(number) for number in range(200)))
    assert list(range(200)) == heard
    log.close()


async def test_a_submitted_receipt_that_fails_raises_where_it_is_waited_for(tmp_path: Path) -> None:
    """A closed log gives no receipt, and `then` is not told of any."""
    log = Log.open(str(tmp_path), signer())
    log.close()
    heard: list[Any] = []
    pending = log.expect(heard.append)
    await asyncio.to_thread(log.submit, decision(), pending)
    with pytest.raises(ReceiptError, match="closed"):
        await pending.future
    assert [] == heard
