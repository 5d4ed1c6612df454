"""Heads are signed when they are due, keys change without a gap, and what a crash interrupts is finished."""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.receipts import KEY, decision, lines, segment, ticking, write_log

from enactd.errors import ReceiptError, TamperedError
from enactd.receipts import checkpoint, merkle, notary, note, rotation, segments
from enactd.receipts.checkpoint import Checkpoint, Signed
from enactd.receipts.keys import CHECKPOINT_KEY_NAME, KEY_NAME, MacKeys, SigningKeys
from enactd.receipts.log import Log
from enactd.receipts.notary import Keys, Notary, Pace, newest_head
from enactd.receipts.record import Draft, Receipt
from enactd.receipts.signer import key_id, next_key

NEVER = Pace(records=10**9, seconds=10**6, epoch_seconds=10**9)


class Ground:
    """A log with its notary, which can be left and come back to."""

    def __init__(self, folder: Path, **options: Any) -> None:
        self.keys_folder = folder / "keys"
        self.folder = folder / "log"
        self.seen: list[Signed] = []
        self.open(**options)

    def open(self, *, pace: Pace = NEVER, start: bool = True, **options: Any) -> None:
        where = str(self.folder)
        self.keys = Keys.open(str(self.keys_folder), where, is_new=not segments.list_segments(where))
        head = newest_head(where, self.keys.signing, accept_damage=options.get("accept_damage", False))
        self.log = Log.open(
            where, self.keys.macs.signer, **({"log_id": "test.1", "clock": ticking(), "head": head} | options)
        )
        self.troubles: list[str] = []
        self.notary = Notary(
            self.log, self.keys, head, pace=pace, spread=self.seen.append, troubled=self.troubles.append
        )
        if start:
            self.notary.start()

    def write(self, count: int) -> None:
        for _ in range(count):
            self.log.append_now(decision())

    def close(self) -> None:
        self.notary.close()
        self.log.close()

    def crash(self) -> None:
        """End without the last checkpoint."""
        self.notary._log.watch = None
        self.log.close()

    def sizes(self) -> list[int]:
        files = checkpoint.list_files(str(self.folder))
        return [signed.checkpoint.size for path in files for signed in checkpoint.read_file(path)[0]]

    def check(self) -> None:
        """Every checkpoint is of the lines that are there, and signed with a key of ours."""
        leaves = [merkle.leaf_hash(line[:-1]) for line in lines(self.folder)]
        for path in checkpoint.list_files(str(self.folder)):
            found, problem = checkpoint.read_file(path)
            assert "" == problem
            for signed in found:
                head = signed.checkpoint
                assert merkle.root_of(leaves[self.log.base : self.log.base + head.size]) == head.root


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def test_at_the_end(tmp_path: Path) -> None:
    """The last checkpoint covers everything, names log and key, and is spread."""
    ground = Ground(tmp_path)
    ground.write(3)
    ground.close()
    assert [3] == ground.sizes() == [signed.checkpoint.size for signed in ground.seen]
    fingerprint = note.fingerprint(ground.keys.signing.public[0])
    assert f"test.1/{fingerprint}" == ground.notary.origin == ground.seen[0].checkpoint.origin
    assert "" == checkpoint.verify(ground.seen[0], [ground.notary.public])
    assert ground.notary.public == note.parse_vkey((ground.folder / notary.VKEY_NAME).read_text())
    ground.check()


def test_nothing_new_no_new_checkpoint(tmp_path: Path) -> None:
    """Asked twice, it gives the same; an empty log has none."""
    ground = Ground(tmp_path)
    ground.write(2)
    assert ground.notary.checkpoint() == ground.notary.checkpoint()
    ground.close()
    ground.open()
    ground.close()
    assert [2] == ground.sizes()
    empty = Ground(tmp_path / "empty")
    empty.close()
    assert [] == empty.sizes()


def test_every_so_many_receipts(tmp_path: Path) -> None:
    """A full batch is signed at once, whatever the time."""
    ground = Ground(tmp_path, pace=Pace(records=10, seconds=10**6, epoch_seconds=10**9))
    ground.write(10)
    wait_for(lambda: ground.notary.newest is not None)
    assert [10] == ground.sizes()
    ground.write(9)
    assert [10] == ground.sizes()
    ground.write(1)
    wait_for(lambda: ground.sizes() == [10, 20])
    ground.close()
    ground.check()


def test_every_so_many_seconds(tmp_path: Path) -> None:
    """A single receipt does not wait for the batch to fill."""
    ground = Ground(tmp_path, pace=Pace(records=10**9, seconds=0.02, epoch_seconds=10**9))
    ground.write(1)
    wait_for(lambda: ground.sizes() == [1])
    ground.close()


def test_another_pace(tmp_path: Path) -> None:
    """What the settings say comes into force while it runs, also for what was written before."""
    ground = Ground(tmp_path)
    ground.write(1)
    ground.notary.keep(Pace(records=10**9, seconds=0.02, epoch_seconds=10**9))
    wait_for(lambda: ground.sizes() == [1])
    ground.write(1)
    wait_for(lambda: ground.sizes() == [1, 2])
    ground.close()


def test_at_a_new_segment(tmp_path: Path) -> None:
    """What a full segment holds is signed when the next one begins."""
    ground = Ground(tmp_path, segment_bytes=1000)
    ground.write(4)
    wait_for(lambda: bool(ground.sizes()))
    ground.close()
    ground.check()


def test_going_on_after_a_restart(tmp_path: Path) -> None:
    """The tree and the origin go on, with and without the cached state, after a clean end and after a crash."""
    ground = Ground(tmp_path)
    for number in range(6):
        ground.write(3)
        ground.notary.checkpoint()
        ground.write(1)
        ground.crash() if number % 2 else ground.close()
        if number > 2:
            (ground.folder / "tree.state").unlink()
        ground.open()
    ground.close()
    assert 1 == len({signed.checkpoint.origin for signed in ground.seen})
    assert sorted(set(ground.sizes())) == ground.sizes()
    assert 24 == ground.sizes()[-1]
    ground.check()


def test_a_torn_checkpoint(tmp_path: Path) -> None:
    """A checkpoint that a crash cut short is passed over; the next start signs another."""
    ground = Ground(tmp_path)
    ground.write(2)
    ground.notary.checkpoint()
    ground.write(2)
    ground.close()
    (path,) = checkpoint.list_files(str(ground.folder))
    with open(path, "r+b") as file:
        file.truncate(os.path.getsize(path) - 30)
    ground.open()
    assert 2 == ground.notary.newest.size
    ground.close()
    assert 4 == ground.sizes()[-1]


def test_a_log_from_before_there_were_checkpoints(tmp_path: Path) -> None:
    """Its first checkpoint covers all of it, under the log's old name."""
    (tmp_path / "keys").mkdir(mode=0o700)
    (tmp_path / "keys" / KEY_NAME).write_bytes(KEY)
    (tmp_path / "keys" / KEY_NAME).chmod(0o600)
    write_log(tmp_path / "log", 7, segment_bytes=900)
    ground = Ground(tmp_path)
    ground.write(1)
    ground.close()
    assert [8] == ground.sizes()
    assert ground.notary.origin.startswith("test.1/")
    ground.check()


def test_a_cut_tail_stops_the_daemon(tmp_path: Path) -> None:
    """Lines that our own checkpoint covers are missed at the next start, by number; accepted, a new tree begins."""
    ground = Ground(tmp_path)
    ground.write(5)
    ground.close()
    segment(ground.folder).write_bytes(b"".join(lines(ground.folder)[:3]))
    with pytest.raises(TamperedError, match="damaged at record 3"):
        ground.open()
    ground.open(accept_damage=True)
    ground.write(2)
    ground.close()
    assert f"{ground.seen[0].checkpoint.origin}/3" == ground.notary.origin
    assert 3 == ground.seen[-1].checkpoint.size
    for _ in range(2):  # it goes on from there, without being told again
        ground.open()
        ground.write(1)
        ground.close()
    assert 5 == ground.seen[-1].checkpoint.size
    assert f"{ground.seen[0].checkpoint.origin}/3" == ground.seen[-1].checkpoint.origin


def test_another_checkpoint_key(tmp_path: Path) -> None:
    """Under checkpoints of another key the daemon does not start, and makes no new key where one is missing."""
    ground = Ground(tmp_path)
    ground.write(2)
    ground.close()
    (ground.keys_folder / CHECKPOINT_KEY_NAME).unlink()
    with pytest.raises(ReceiptError, match="cannot use"):
        ground.open()
    SigningKeys.open(str(ground.keys_folder), create=True)
    with pytest.raises(TamperedError, match="damaged at record 0") as caught:
        ground.open()
    assert "is not the key that signed" in caught.value.cause
    ground.open(accept_damage=True)
    ground.close()


# Epochs of the MAC key.


def test_the_next_epoch(tmp_path: Path) -> None:
    """The first record under the new key says so; the old key is nowhere; the log goes on over restarts."""
    ground = Ground(tmp_path)
    (first,) = {receipt.record.mac_key for receipt in [ground.log.append_now(decision())]}
    key = (ground.keys_folder / KEY_NAME).read_bytes()
    receipt = ground.notary.next_epoch()
    assert ("key-epoch", {"epoch": 1}) == (receipt.record.event, receipt.record.detail)
    assert (key_id(key), key_id(next_key(key))) == (first, receipt.record.mac_key)
    ground.write(1)
    ground.close()
    assert key.hex() not in (ground.keys_folder / KEY_NAME).read_text()
    ground.open()
    ground.notary.next_epoch()
    ground.close()
    ids = [receipt.record.mac_key for receipt in segments.receipts(str(ground.folder))]
    assert [key_id(key), *[key_id(next_key(key))] * 2, key_id(next_key(next_key(key)))] == ids


def test_epochs_pass_by_themselves(tmp_path: Path) -> None:
    """After its time a key goes, if it signed anything since; an idle log is left alone."""
    ground = Ground(tmp_path, pace=Pace(records=10**9, seconds=0.01, epoch_seconds=0.02))
    ground.write(1)
    wait_for(lambda: ground.keys.macs.signer.epoch == 1)
    time.sleep(0.1)
    assert 1 == ground.keys.macs.signer.epoch
    ground.close()


@pytest.mark.parametrize("written", [False, True])
def test_a_crash_between_two_epochs(tmp_path: Path, written: bool) -> None:
    """Before or after the first record of the new key: the next start goes on, and erases the old key."""
    ground = Ground(tmp_path)
    ground.write(2)
    key = ground.keys.macs.prepare()
    if written:
        ground.log.change_key(key, Draft(kind="daemon", event="key-epoch", detail={"epoch": 1}))
    ground.crash()
    ground.open()
    assert not MacKeys.open(str(ground.keys_folder), create=False).unfinished
    ground.write(1)
    ground.close()
    ground.open()
    ground.close()
    ground.check()


def test_a_failed_epoch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the key file cannot be replaced the old key goes on signing, and the notary says why."""
    ground = Ground(tmp_path)
    ground.write(1)

    def fail(path: str, data: bytes) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("enactd.receipts.keyfile.replace", fail)
        with pytest.raises(ReceiptError, match="cannot be replaced"):
            ground.notary.next_epoch()
    ground.write(1)
    ground.close()
    ids = {receipt.record.mac_key for receipt in segments.receipts(str(ground.folder))}
    assert 1 == len(ids)


def test_the_auditors_key(tmp_path: Path) -> None:
    """Handed out once per epoch, with a receipt; asked again, it is the next epoch's."""
    ground = Ground(tmp_path)
    first = (ground.keys_folder / KEY_NAME).read_bytes()
    key, receipt = ground.notary.export_mac_key()
    assert (first, "key-exported") == (key, receipt.record.event)
    assert {"epoch": 0, "key": key_id(first)} == receipt.record.detail
    key, receipt = ground.notary.export_mac_key()
    assert (next_key(first), 1) == (key, receipt.record.detail["epoch"])
    ground.close()


# A new Ed25519 key.


def announced(receipt: Receipt) -> tuple[note.PublicKey, note.PublicKey]:
    found = rotation.parse(receipt.record.detail["note"])
    return found.old, found.new


def test_a_new_checkpoint_key(tmp_path: Path) -> None:
    """Both sign the announcement and the next checkpoint; later ones only the new one; the origin stays."""
    ground = Ground(tmp_path)
    ground.write(2)
    old = ground.notary.public
    receipt = ground.notary.rotate()
    new = ground.notary.public
    assert (old, new) == announced(receipt)
    assert (old.fingerprint, new.fingerprint) == (receipt.record.detail["old"], receipt.record.detail["new"])
    (both,) = ground.seen
    assert [old, new] == both.note.signers([old, new])
    ground.write(1)
    ground.close()
    ground.open()
    ground.write(1)
    ground.close()
    assert [new] == ground.seen[-1].note.signers([old, new])
    assert {old.name} == {signed.checkpoint.origin for signed in ground.seen}
    ground.check()


@pytest.mark.parametrize("step", ["prepared", "announced", "signed"])
def test_a_crash_while_the_key_changes(tmp_path: Path, step: str) -> None:
    """Wherever it came: the next start announces and finishes, and only then is the old key gone."""
    ground = Ground(tmp_path)
    ground.write(2)
    old = ground.notary.public
    ground.keys.signing.prepare()
    if step != "prepared":
        keys = ground.keys.signing
        keys.settle, settle = (lambda: None), keys.settle  # type: ignore[method-assign]
        ground.notary._rotate()
        keys.settle = settle  # type: ignore[method-assign]
        if step == "announced":
            Path(checkpoint.list_files(str(ground.folder))[-1]).unlink()
    ground.crash()
    ground.open()
    assert not ground.keys.signing.unfinished
    new = ground.notary.public
    assert old.fingerprint != new.fingerprint
    found = [receipt for receipt in segments.receipts(str(ground.folder)) if receipt.record.event == "key-rotated"]
    assert (old, new) == announced(found[-1])
    ground.close()
    ground.open()
    ground.close()


def test_a_disk_that_takes_no_checkpoint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Receipts go on; the notary says what is wrong, and signs when it can again."""
    ground = Ground(tmp_path)
    ground.write(1)

    def fail(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("enactd.receipts.notary.os.fdatasync", fail)
        with pytest.raises(ReceiptError, match="cannot write a checkpoint"):
            ground.notary.checkpoint()
        ground.notary._attempt(ground.notary.checkpoint)
        assert ["No space left on device"] == ground.troubles
    ground.notary._attempt(ground.notary.checkpoint)
    assert "" == ground.troubles[-1]
    ground.close()
    assert [1] == ground.sizes()
    ground.check()


def test_a_full_file_of_checkpoints(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A new file is begun, named by the size of its first checkpoint."""
    monkeypatch.setattr(notary, "FILE_BYTES", 400)
    ground = Ground(tmp_path)
    for _ in range(6):
        ground.write(1)
        ground.notary.checkpoint()
    ground.close()
    names = [os.path.basename(path) for path in checkpoint.list_files(str(ground.folder))]
    assert ["000000000001.checkpoints", "000000000004.checkpoints"] == names
    assert list(range(1, 7)) == ground.sizes()


def test_the_head_of_nobody(tmp_path: Path) -> None:
    """Without checkpoints there is no head."""
    keys = SigningKeys.open(str(tmp_path / "keys"), create=True)
    assert newest_head(str(tmp_path), keys) is None
    assert isinstance(Checkpoint("a/b", 0, merkle.EMPTY), Checkpoint)
