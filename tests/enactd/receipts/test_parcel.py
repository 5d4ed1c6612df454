"""Parcels: the bytes as they are, and what they are about in words."""

from __future__ import annotations

import hashlib

from enactd.receipts import checkpoint, merkle, parcel
from enactd.receipts.checkpoint import Checkpoint


def test_a_checkpoint() -> None:
    """How far it reaches counts what lies before its tree; in a file an empty line follows."""
    root = merkle.root_of([merkle.leaf_hash(b"x")] * 3)
    signed = checkpoint.parse(Checkpoint("ada.01/ab/40", 3, root).signed(bytes(32)))
    found = parcel.of_checkpoint(signed)
    assert (43, signed.data + b"\n") == (found.end, found.filed)
    assert ("ada.01/ab/40", "3") == (dict(found.facts)["origin"], dict(found.facts)["size"])
    assert "checkpoint of 3 receipts, ada.01/ab/40" == found.summary


def test_a_receipt() -> None:
    """A line as it is, its number, and the digest that is in its id."""
    found = parcel.of_line("ada.01", 7, b"{}")
    digest = hashlib.sha256(b"{}").hexdigest()
    assert (8, b"{}\n") == (found.end, found.filed)
    assert (("log", "ada.01"), ("seq", "7"), ("sha256", digest)) == found.facts
    assert f"receipt 7-{digest[:6]}, ada.01" == found.summary
