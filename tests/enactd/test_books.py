"""The log and its keys, opened together: what a person may ask of them through the daemon."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from support.tsa import authority

from enactd.books import Books, rules_of
from enactd.config import Layout
from enactd.config.settings import Receipts
from enactd.control import ADMIN, OBSERVE, MacRange, NoArguments
from enactd.health import CHECKPOINTS_LATE, PLACES_BEHIND, RETENTION_STOPPED, Health
from enactd.receipts import checkpoint, note, segments
from enactd.receipts.retention import Rules
from enactd.receipts.signer import key_id
from enactd.receipts.verify import verify


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    found = Layout.under(tmp_path / "home")
    found.prepare()
    return found


@pytest.fixture
def books(layout: Layout) -> Iterator[Books]:
    opened = Books.open(layout, {"gate": "full"}, Health(), accept_damage=False)
    yield opened
    opened.close()


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def ask(books: Books, name: str, arguments: Any = None) -> Any:
    (route,) = (route for route in books.routes() if route.name == name)
    return asyncio.run(route.run(arguments or NoArguments()))


def test_who_may_ask_what(books: Books) -> None:
    """Looking is for everybody; what changes a key or hands one out never is for agents."""
    needs = {route.name: route.needs for route in books.routes()}
    assert {"rotate-keys", "export-mac-key"} == {name for name, access in needs.items() if access is ADMIN}
    assert {"verify-macs", "checkpoint", "keys"} == {name for name, access in needs.items() if access is OBSERVE}


def test_a_checkpoint_on_request(books: Books) -> None:
    """It covers what there is, and the key that is shown verifies it."""
    asyncio.run(books.ledger.daemon("started"))
    found = ask(books, "checkpoint")
    assert 1 == found.size
    key = note.parse_vkey(ask(books, "keys").vkey)
    assert "" == checkpoint.verify(checkpoint.parse(found.note.encode()), [key])


def test_new_keys(books: Books) -> None:
    """Both keys are new; what is shown afterwards is the new ones."""
    asyncio.run(books.ledger.daemon("started"))
    before = ask(books, "keys")
    rotated = ask(books, "rotate-keys")
    after = ask(books, "keys")
    assert (before.fingerprint, after.fingerprint, after.vkey) == (rotated.old, rotated.new, rotated.vkey)
    assert before.mac_key != after.mac_key
    assert (before.epoch + 1, before.origin) == (after.epoch, after.origin)
    assert rotated.receipt.startswith("2-")


def test_the_mac_key_for_an_auditor(books: Books) -> None:
    """It is the one that signs; a second time it is a later one, and the receipt from which it counts is named."""
    asyncio.run(books.ledger.daemon("started"))
    first, second = ask(books, "export-mac-key"), ask(books, "export-mac-key")
    assert (0, 0, 1, 2) == (first.epoch, first.first, second.epoch, second.first)
    assert key_id(bytes.fromhex(second.key)) == ask(books, "keys").mac_key
    assert ask(books, "keys").exported


def test_macs_after_an_epoch(books: Books) -> None:
    """The daemon checks what its key signed, and says how much it cannot check any more."""
    for _ in range(3):
        asyncio.run(books.ledger.daemon("started"))
    books.notary.next_epoch()
    found = ask(books, "verify-macs", MacRange())
    assert (1, 3, None) == (found.checked, found.erased, found.first_bad)


def test_the_last_checkpoint_is_written_at_the_end(layout: Layout) -> None:
    """A daemon that ends leaves a head over everything."""
    opened = Books.open(layout, {}, Health(), accept_damage=False)
    asyncio.run(opened.ledger.daemon("started"))
    opened.close()
    found = checkpoint.newest(str(layout.receipts))
    assert found is not None
    assert 1 == found.checkpoint.size


def test_trouble_is_told(layout: Layout) -> None:
    """A checkpoint that cannot be written is an ailment until the next one can."""
    health = Health()
    opened = Books.open(layout, {}, health, accept_damage=False)
    asyncio.run(opened.ledger.daemon("started"))
    opened.notary._troubled("No space left on device")
    assert [CHECKPOINTS_LATE] == [ailment.code for ailment in health.ailments()]
    opened.close()
    assert () == health.ailments()


async def _tended(books: Books, settings: Receipts) -> None:
    """One round of upkeep."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(0.5):
            await books.upkeep(lambda: settings)


def test_upkeep(books: Books, layout: Layout) -> None:
    """Closed segments are compressed as the settings say, and what the operator named is left out from now on."""
    for event in ("started", "said ACME-1"):
        asyncio.run(books.ledger.daemon(event, word="ACME-1"))
        books.writer.rotate()
    asyncio.run(books.ledger.daemon("last"))
    asyncio.run(_tended(books, Receipts(compress=True, redact=("ACME-[0-9]",))))
    assert 2 == len(list(layout.receipts.glob("*.jsonl.zst")))
    asyncio.run(books.ledger.daemon("now", word="ACME-1"))
    (last,) = segments.newest(str(layout.receipts), 1)
    assert "[redacted:configured]" == last.record.detail["word"]


def test_rules() -> None:
    """Hours, days and MiB as seconds and bytes; nothing said keeps everything."""
    assert Rules(rotate_after=7200, compress=True, keep_for=86_400, keep_bytes=1 << 20) == rules_of(
        Receipts(rotate_hours=2, compress=True, keep_days=1, keep_mb=1)
    )
    assert (0, 0) == (rules_of(Receipts()).keep_for, rules_of(Receipts()).keep_bytes)


def test_upkeep_that_cannot(layout: Layout) -> None:
    """Damage stops the dropping, and health says so until it is right again."""
    health = Health()
    books = Books.open(layout, {}, health, accept_damage=False)
    for event in ("one", "two"):
        asyncio.run(books.ledger.daemon(event))
        books.writer.rotate()
    asyncio.run(books.ledger.daemon("three"))
    first = layout.receipts / "000000000000.jsonl"
    whole = first.read_bytes()
    first.write_bytes(whole.replace(b'"one"', b'"eno"'))
    asyncio.run(_tended(books, Receipts(keep_mb=1, redact=("x1",))))
    assert () == health.ailments()
    books.tend(Rules(keep_bytes=1))
    assert [RETENTION_STOPPED] == [ailment.code for ailment in health.ailments()]
    first.write_bytes(whole)
    books.tend(Rules(keep_bytes=1))
    assert () == health.ailments()
    assert not first.exists()
    books.close()


def test_second_places(layout: Layout, tmp_path: Path) -> None:
    """What the settings name is served, and what is none fails by name; at the end everything is delivered."""
    health = Health()
    opened = Books.open(layout, {}, health, accept_damage=False)
    kept = tmp_path / "kept.checkpoints"
    asyncio.run(opened.ledger.daemon("started"))
    opened.follow(Receipts(places=(f"file:{kept}", "nonsense")))
    ask(opened, "checkpoint")
    wait_for(lambda: kept.exists() and opened.places()[0].end == 1 and bool(opened.places()[1].failing))
    good, bad = opened.places()
    assert (0, 1, "") == (good.behind, good.end, good.failing)
    assert (1, 0, True) == (bad.behind, bad.end, "no second place" in bad.failing)
    assert [PLACES_BEHIND] == [ailment.code for ailment in health.ailments()]
    asyncio.run(opened.ledger.daemon("stopped"))
    opened.close()
    assert [1, 2] == [signed.checkpoint.size for signed in checkpoint.read_file(str(kept))[0]]


def test_copies_and_stamps(layout: Layout, tmp_path: Path) -> None:
    """Whole receipts go where the settings say, at once; stamps come as often as they say; each with its own place."""
    opened = Books.open(layout, {}, Health(), accept_damage=False)
    copy, heads = tmp_path / "000000000000.jsonl", f"file:{tmp_path}/heads"
    asyncio.run(opened.ledger.daemon("started"))
    with authority(tmp_path / "tsa") as tsa:
        opened.follow(
            Receipts(places=(heads,), copies=(f"file:{copy}", heads), timestamps=tsa.url, timestamp_minutes=1)
        )
        wait_for(lambda: opened.places()[1].end == 1)
        opened.notary.checkpoint()
        wait_for(lambda: opened.places()[3].end == 1)
        asyncio.run(opened.ledger.daemon("more"))
        wait_for(lambda: opened.places()[1].end == 2)
        first, second, third, fourth = opened.places()
    assert ["checkpoints", "receipts", "receipts", "time stamps"] == [
        one.what for one in (first, second, third, fourth)
    ]
    assert [heads, f"file:{copy}", heads, tsa.url] == [one.place for one in (first, second, third, fourth)]
    assert (0, "checkpoints go there") == (third.end, third.failing)
    asyncio.run(opened.ledger.daemon("stopped"))
    opened.close()
    assert 3 == len(copy.read_bytes().splitlines()) == verify(str(tmp_path)).records
    assert ["000000000001.tsr"] == [path.name for path in layout.receipts.glob("*.tsr")]
    assert 1 == len(tsa.asked)


def test_the_pace_of_the_settings(layout: Layout) -> None:
    """How often heads are signed and keys change is the operator's to say."""
    opened = Books.open(layout, {}, Health(), accept_damage=False)
    opened.follow(Receipts(checkpoint_records=7, checkpoint_seconds=3, epoch_minutes=2))
    assert (7, 3, 120) == (
        opened.notary._pace.records,
        opened.notary._pace.seconds,
        opened.notary._pace.epoch_seconds,
    )
    opened.close()
