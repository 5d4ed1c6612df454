"""A log with checkpoints and changed keys to test verifiers with, and attackers who know the format."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from enactd.receipts import canonical, checkpoint, record, segments
from enactd.receipts.log import Log
from enactd.receipts.notary import Keys, Notary, Pace, newest_head
from enactd.receipts.note import PublicKey
from support.receipts import decision, lines, segment, ticking

NEVER = Pace(records=10**9, seconds=10**6, epoch_seconds=10**9)


def build(folder: Path, steps: str, **options: Any) -> tuple[PublicKey, bytes]:
    """A closed log in `folder/log`, made step by step: r a record, c a checkpoint, e an epoch, k a new public key.

    The public key that its last checkpoint is signed with, and the MAC key of its first epoch.
    """
    where = str(folder / "log")
    keys = Keys.open(str(folder / "keys"), where, is_new=not segments.list_segments(where))
    first = (folder / "keys" / "receipts.key").read_bytes()
    head = newest_head(where, keys.signing)
    log = Log.open(where, keys.macs.signer, **({"log_id": "test.1", "clock": ticking(), "head": head} | options))
    notary = Notary(log, keys, head, pace=NEVER)
    notary.start()
    log.watch = None  # a checkpoint where the steps say so, and nowhere else
    actions: dict[str, Callable[[], object]] = {
        "c": notary.checkpoint,
        "e": notary.next_epoch,
        "k": notary.rotate,
    }
    for number, step in enumerate(steps):
        if step == "r":
            log.append_now(decision(call_id=f"c{number}"))
        else:
            actions[step]()
    notary.close()
    log.close()
    return notary.public, first


def rewrite(folder: Path, index: int, **fields: Any) -> None:
    """Change a record as who has no key but knows the format: everything behind it is chained anew."""
    entries = [json.loads(line) for line in lines(folder)]
    entries[index] |= fields
    chain(folder, entries, index)


def chain(folder: Path, entries: list[dict[str, Any]], start: int = 0) -> None:
    """Write these records into one segment, numbered and chained as they stand."""
    found: list[bytes] = []
    for number, entry in enumerate(entries):
        if number >= start:
            entry["seq"] = number
            entry["prev"] = record.line_hash(found[-1]) if found else record.GENESIS
        found.append(canonical.encode(entry))
    for path in folder.glob("*.jsonl"):
        path.unlink()
    segment(folder).write_bytes(b"".join(line + b"\n" for line in found))


def sizes(folder: Path) -> list[int]:
    """What the checkpoints beside a log cover, in order."""
    files = checkpoint.list_files(str(folder))
    return [signed.checkpoint.size for path in files for signed in checkpoint.read_file(path)[0]]
