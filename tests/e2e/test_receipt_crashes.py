"""Whatever call to the system fails, and wherever the process or the power dies: the log verifies, nothing
acknowledged is lost, and the next start goes on."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support import crashes
from support.receipts import lines

from enactd.receipts import note, record, segments
from enactd.receipts.keys import KEY_NAME
from enactd.receipts.note import PublicKey
from enactd.receipts.signer import Chain
from enactd.receipts.verify import Report, verify


@pytest.fixture
def ground() -> Iterator[Path]:
    """A folder in memory, where there is one: what a sync means is simulated here, and so need not take its time."""
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(dir=memory) as folder:
        yield Path(folder)


@pytest.fixture
def home(ground: Path) -> Path:
    """Keys, and no record yet."""
    return crashes.prepared(ground / "home")


def first_keys(home: Path) -> tuple[bytes, bytes]:
    """The first MAC key and the first public key."""
    seed = json.loads((home / "keys/checkpoint.key").read_text())["seed"]
    return (home / "keys" / KEY_NAME).read_bytes(), note.public_key("x", bytes.fromhex(seed)).key


def check(folder: Path, home: Path) -> Report:
    """All ten steps, with the keys from before everything."""
    mac, public = first_keys(home)
    origin = f"test.1/{note.fingerprint(public)}"
    return verify(str(folder / "log"), Chain(mac), key=PublicKey(origin, public))


def test_undisturbed(home: Path, ground: Path) -> None:
    """The scenario by itself: everything is written, signed and verified."""
    folder = crashes.copy(home, ground / "run")
    _, acknowledged = crashes.run(folder, -1, "")
    report = check(folder, home)
    assert (6, None, 8, 1) == (len(acknowledged), report.problem, report.records, report.evidence.rotations)
    assert 8 == report.evidence.covered == report.macs


@pytest.mark.parametrize("fault", crashes.FAULTS, ids=str)
def test_every_call(home: Path, ground: Path, fault: Any) -> None:
    """For every n: the n-th open, write, sync, rename or cut fails, is short, or is the last thing that happens."""
    total = crashes.count(crashes.copy(home, ground / "count"))
    assert total > 60
    for number in range(total):
        folder = crashes.copy(home, ground / str(number))
        _, acknowledged = crashes.run(folder, number, fault)
        crashes.scenario(folder, acknowledged.append)  # the next start, undisturbed
        report = check(folder, home)
        assert report.problem is None, (number, report.problem)
        assert report.records == report.macs == report.evidence.covered, number
        found = [record.receipt(line[:-1]).id for line in lines(folder / "log")]
        assert acknowledged == [identity for identity in found if identity in set(acknowledged)], number
        assert 6 <= len(acknowledged), number
        keys = sorted(path.name for path in (folder / "keys").iterdir())
        assert ["checkpoint.key", "receipts.key"] == keys, number
        stored = json.loads((folder / "keys" / KEY_NAME).read_text())
        assert "before" not in stored, number
        told = [receipt.record.event for receipt in segments.receipts(str(folder / "log"))]
        torn = list((folder / "log").glob("*.torn"))
        assert len(torn) == told.count("torn-tail"), number
        shutil.rmtree(folder)
