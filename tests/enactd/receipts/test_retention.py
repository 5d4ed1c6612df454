"""Retention: what goes is told, signed and provable; what is damaged stays."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from support.receipts import lines, open_log, signer, ticking, write_log

from enactd.errors import ReceiptError, TamperedError
from enactd.receipts import merkle, note, packing, retention, segments, tombstone
from enactd.receipts.log import Log
from enactd.receipts.record import Draft, Receipt
from enactd.receipts.retention import Rules, tend
from enactd.receipts.segments import list_segments
from enactd.receipts.verify import verify

SEED = bytes(range(32))
START = 1_790_000_000
OLD = Rules(keep_for=retention.DAY)
KEYS = (note.public_key("test.1/key", SEED),)


def run(log: Any, rules: Rules = OLD, *, later: float = 2 * retention.DAY) -> retention.Done:
    """A run so much later than the log was written."""
    return tend(log, rules, origin="test.1/key", seeds=[SEED], now=lambda: START + later)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Forty receipts over some ten segments."""
    write_log(tmp_path, 40, segment_bytes=2000)
    assert len(list_segments(str(tmp_path))) > 5
    return tmp_path


def reopened(folder: Path, **options: Any) -> Log:
    return open_log(folder, **({"clock": ticking((START + 2 * retention.DAY) * 1_000_000)} | options))


def test_old_segments_go(folder: Path) -> None:
    """All but the newest; a receipt and a signed tombstone tell which, and the rest verifies, tree included."""
    before = lines(folder)
    log = reopened(folder)
    done = run(log)
    log.close()
    first = list_segments(str(folder))[0].first
    assert first == done.dropped > 0
    stone = tombstone.read(str(folder), first)
    assert stone is not None
    assert "" == tombstone.verify(stone, KEYS)
    tree = stone.tombstone.tree()
    for line in lines(folder):
        tree.append(merkle.leaf_hash(line[:-1]))
    whole = before + lines(folder)[len(before) - first :]
    assert merkle.root_of(merkle.leaf_hash(line[:-1]) for line in whole) == tree.root()
    report = verify(str(folder), signer())
    assert (None, 41, first) == (report.problem, report.records, report.dropped)
    told = segments.newest(str(folder), 1)[0].record
    assert ("retention", stone.sha256, first) == (told.event, told.detail["sha256"], told.detail["size"])


def test_each_segment_is_named(folder: Path) -> None:
    """Name, number of records and digest of every file that went, compressed or not."""
    packing.pack(list_segments(str(folder))[1])
    kept = {item.first: packing.digest(item.path) for item in list_segments(str(folder))}
    log = reopened(folder)
    run(log)
    log.close()
    stone = tombstone.read(str(folder), list_segments(str(folder))[0].first)
    assert stone is not None
    assert {gone.first: gone.sha256 for gone in stone.tombstone.dropped}.items() <= kept.items()


def test_again_and_again(folder: Path) -> None:
    """The next tombstone stands on the last one, and the log goes on over restarts."""
    for turn in range(3):
        log = reopened(folder, segment_bytes=2000, clock=ticking((START + turn * 10 * retention.DAY) * 1_000_000))
        for number in range(20):
            log.append_now(Draft(kind="decision", verdict="allow", session=f"{turn}-{number}"))
        assert run(log, later=(turn * 10 + 5) * retention.DAY).dropped > 0
        log.close()
        report = verify(str(folder), signer())
        assert report.problem is None
        assert report.records == 40 + 21 * (turn + 1)
    assert 3 == len(tombstone.list_files(str(folder)))


def test_by_size(folder: Path) -> None:
    """The oldest go until the rest is small enough."""
    log = reopened(folder)
    size = sum(os.path.getsize(item.path) for item in list_segments(str(folder)))
    assert run(log, Rules(keep_bytes=size // 2)).dropped > 0
    log.close()
    assert size // 2 >= sum(os.path.getsize(item.path) for item in list_segments(str(folder))[:-1])
    assert verify(str(folder), signer()).problem is None


def test_nothing_is_due(folder: Path) -> None:
    """Young segments, no rules, one segment alone: nothing happens."""
    log = reopened(folder)
    assert retention.Done() == run(log, later=0)
    assert retention.Done() == run(log, Rules())
    log.close()
    alone = folder / "alone"
    write_log(alone, 5)
    log = open_log(alone)
    assert retention.Done() == run(log, later=10**6)
    log.close()


def test_only_the_newest_is_left(folder: Path) -> None:
    """A log whose only segment is an empty new one behind a tombstone opens and goes on."""
    log = reopened(folder)
    run(log)
    log.close()
    newest = list_segments(str(folder))[-1]
    report = verify(str(folder), signer())
    for item in list_segments(str(folder))[:-1]:
        os.unlink(item.path)
    assert report.problem is None
    (folder / "x").mkdir()
    shutil.copy(newest.path, folder / "x")
    with pytest.raises(TamperedError):
        open_log(folder / "x")


def test_damage_stays(folder: Path) -> None:
    """What does not verify is evidence: nothing is dropped, and the reason is told."""
    victim = Path(list_segments(str(folder))[1].path)
    victim.write_bytes(victim.read_bytes().replace(b'"c', b'"d', 1))
    log = reopened(folder)
    done = run(log)
    log.close()
    assert 0 == done.dropped
    assert "does not follow" in done.damage
    assert victim.exists()


def test_compression_and_age_of_a_segment(folder: Path) -> None:
    """Closed ones are packed, the open one is closed when it is old enough."""
    log = reopened(folder)
    done = run(log, Rules(compress=True, rotate_after=3600))
    assert (True, len(list_segments(str(folder))) - 1) == (done.rotated, done.packed)
    log.append_now(Draft(kind="daemon", event="started"))
    assert 40 == list_segments(str(folder))[-1].first
    assert 1 == run(log, Rules(compress=True)).packed
    log.close()
    assert verify(str(folder), signer()).problem is None


class Dying:
    """A log whose owner dies at one step."""

    def __init__(self, log: Log) -> None:
        self.folder, self.rotate, self._log = log.folder, log.rotate, log

    def append_now(self, draft: Draft) -> Receipt:
        raise KeyboardInterrupt


def test_a_crash_between_the_steps(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """At every step the log verifies, and the next run ends what was begun."""

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    for step in ("rename", "receipt", "unlink"):
        log = reopened(folder)
        if step != "receipt":
            monkeypatch.setattr(retention.os, step, die)
        with pytest.raises(KeyboardInterrupt):
            run(Dying(log) if step == "receipt" else log)
        monkeypatch.undo()
        log.close()
        assert verify(str(folder), signer()).problem is None
    log = reopened(folder)
    assert run(log).dropped > 0
    log.close()
    assert verify(str(folder), signer()).problem is None


def test_a_full_disk(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the tombstone cannot be written everything is kept."""
    before = lines(folder)
    log = reopened(folder)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(retention.os, "rename", full)
    with pytest.raises(ReceiptError, match="cannot drop"):
        run(log)
    log.close()
    assert before == lines(folder)


def test_what_an_attacker_does(folder: Path) -> None:
    """Segments removed by hand, a tombstone removed, changed or brought along: the verifier says so."""
    copy = folder / "gone"
    shutil.copytree(folder, copy, ignore=shutil.ignore_patterns("gone"))
    os.unlink(list_segments(str(copy))[0].path)
    assert 0 == _index(copy)
    log = reopened(folder)
    run(log)
    log.close()
    first = list_segments(str(folder))[0].first
    stone = folder / tombstone.file_name(first)
    data = stone.read_bytes()
    stone.unlink()
    assert 0 == _index(folder)
    stone.write_bytes(data.replace(b"older than", b"elder than"))
    assert first == _index(folder)
    again = tombstone.parse(data).tombstone
    stone.write_bytes(note.sign(again.text.replace(again.prev, "0" * 64), again.origin, SEED))
    assert first == _index(folder)
    stone.write_bytes(data)
    assert verify(str(folder), signer()).problem is None


def _index(folder: Path) -> int:
    problem = verify(str(folder), signer()).problem
    assert problem is not None
    return problem.index
