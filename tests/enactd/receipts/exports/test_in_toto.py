"""in-toto: statements that the reference libraries read, verify and validate."""

from __future__ import annotations

import copy
import hashlib
import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from google.protobuf import json_format
from in_toto_attestation.v1 import statement_pb2
from in_toto_attestation.v1.statement import Statement
from securesystemslib.dsse import Envelope
from securesystemslib.exceptions import VerificationError
from securesystemslib.signer import SSlibKey
from support.exported import export, write

from enactd.errors import UsageError
from enactd.receipts.exports.in_toto import PREDICATE, key_id

SEED = bytes(range(32))
KEY = Ed25519PrivateKey.from_private_bytes(SEED)


def public(seed: bytes = SEED) -> SSlibKey:
    key = Ed25519PrivateKey.from_private_bytes(seed)
    return SSlibKey.from_crypto(key.public_key(), keyid=key_id(key))


def test_verified_by_securesystemslib(tmp_path: Path) -> None:
    """Each envelope by the public key, each statement by in-toto's own classes, each digest by the line it names."""
    receipts = write(tmp_path)
    for receipt, line in zip(receipts, export("in-toto", receipts, seed=SEED), strict=True):
        envelope = Envelope.from_dict(json.loads(line))
        envelope.verify([public()], 1)
        message = json_format.Parse(envelope.payload, statement_pb2.Statement())
        Statement.copy_from_pb(message).validate()
        assert PREDICATE == message.predicate_type
        told = json.loads(envelope.payload)
        (subject,) = told["subject"]
        assert receipt.hash == subject["digest"]["sha256"]
        assert receipt.hash == hashlib.sha256(told["predicate"]["line"].encode()).hexdigest()
        assert (receipt.record.verdict or "") == told["predicate"].get("decision", "")
        assert receipt.record.seq == told["predicate"]["sequence"]
        before = told["predicate"].get("previousReceiptDigest", {"sha256": "0" * 64})
        assert receipt.record.prev == before["sha256"]


def test_a_changed_one_is_refused(tmp_path: Path) -> None:
    """Another payload, another type, another key."""
    (line, *_) = export("in-toto", write(tmp_path), seed=SEED)
    good = json.loads(line)
    other = json.loads(export("in-toto", write(tmp_path / "b"), seed=SEED)[1])
    for changed in (good | {"payload": other["payload"]}, good | {"payloadType": "text/plain"}):
        with pytest.raises(VerificationError):
            Envelope.from_dict(copy.deepcopy(changed)).verify([public()], 1)
    with pytest.raises(VerificationError):
        Envelope.from_dict(good).verify([public(bytes(32))], 1)


def test_without_a_key(tmp_path: Path) -> None:
    """No envelope without a signature."""
    with pytest.raises(UsageError, match="no key"):
        export("in-toto", write(tmp_path))
