"""Announcements of new keys: signed by both, in one line from the first key to the last."""

from __future__ import annotations

import pytest
from support.receipts import decision

from enactd.receipts import note, record, rotation
from enactd.receipts.record import Draft, Record
from enactd.receipts.rotation import Rotation

NAME = "ada.0123/key"
SEEDS = [bytes([number]) * 32 for number in range(4)]
KEYS = [note.public_key(NAME, seed) for seed in SEEDS]
TEXT = f"enactd-key-rotation@v1\n{NAME}\n{KEYS[0].vkey}\n{KEYS[1].vkey}\n"


def test_an_announcement() -> None:
    """It names both keys, and both signed it."""
    assert Rotation(7, KEYS[0], KEYS[1]) == rotation.parse(rotation.announce(NAME, SEEDS[:2]), 7)


@pytest.mark.parametrize(
    "text",
    [
        note.sign(TEXT, NAME, SEEDS[0]),
        note.sign(TEXT, NAME, SEEDS[1]),
        note.sign(TEXT, NAME, *SEEDS[1:3]),
        note.sign(TEXT.replace(NAME, "other", 1), NAME, *SEEDS[:2]),
        note.sign(TEXT + "more\n", NAME, *SEEDS[:2]),
        note.sign("other\n", NAME, *SEEDS[:2]),
        note.sign(TEXT, NAME, *SEEDS[:2])[:-3],
        b"",
    ],
)
def test_false_announcements(text: bytes) -> None:
    """A note that the old key, the new key or the log's name does not stand behind announces nothing."""
    with pytest.raises(ValueError, match=r"."):
        rotation.parse(text.decode())


def test_only_records_of_the_daemon_announce() -> None:
    """What an agent could get into a record is none."""
    rest = {"v": 1, "log": "l", "seq": 0, "prev": "0" * 64, "time": 0, "monotonic": 0}
    rest |= {"mac_alg": "x", "mac_key": "x", "mac": "0" * 64}

    def placed(draft: Draft) -> Record:
        return record.place(draft, **rest)

    detail = {"note": "text"}
    assert "text" == rotation.of_record(placed(Draft(kind="daemon", event="key-rotated", detail=detail)))
    assert "" == rotation.of_record(placed(Draft(kind="daemon", event="key-rotated", detail={"note": 5})))
    assert rotation.of_record(placed(Draft(kind="daemon", event="started", detail=detail))) is None
    assert rotation.of_record(placed(decision(event="key-rotated", detail=detail))) is None


@pytest.mark.parametrize("given", KEYS[:3])
def test_any_key_of_the_line_will_do(given: note.PublicKey) -> None:
    """The first key vouches forward, the last one backward; a repeated announcement changes nothing."""
    line = [Rotation(5, KEYS[0], KEYS[1]), Rotation(6, KEYS[0], KEYS[1]), Rotation(9, KEYS[1], KEYS[2])]
    assert [(0, KEYS[0]), (5, KEYS[1]), (9, KEYS[2])] == rotation.in_order(given, line)
    assert [(0, given)] == rotation.in_order(given, [])


def test_keys_that_do_not_hang_together() -> None:
    """A line with a gap is refused by the record's number."""
    with pytest.raises(ValueError, match="record 9 replaces a key"):
        rotation.in_order(KEYS[0], [Rotation(5, KEYS[0], KEYS[1]), Rotation(9, KEYS[2], KEYS[3])])
