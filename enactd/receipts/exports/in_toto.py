"""in-toto Statements v1, each in a DSSE envelope that the exporter signs: one envelope per line.

The subject is the receipt, by the SHA-256 of its line; the predicate says what was decided, and carries the line
itself, so that whoever holds one envelope can check the digest, find the place in the log, and ask for a proof. The
signature says who exported it. That the log vouches for it, its checkpoints say.

Members that the proposed *Decision Receipt* predicate has are named as there (FORMAT.md maps them); it is not settled,
so the predicate's type is our own.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Iterator
from typing import Any, Final

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from enactd.errors import UsageError
from enactd.receipts.exports import Options, asked
from enactd.receipts.record import Receipt

STATEMENT: Final = "https://in-toto.io/Statement/v1"
PREDICATE: Final = "https://enactd.dev/attestation/receipt/v1"
PAYLOAD: Final = "application/vnd.in-toto+json"


def export(receipts: Iterable[Receipt], options: Options) -> Iterator[bytes]:
    """Signed statements. Raises `UsageError` without a key: an envelope without a signature is none."""
    if not options.seed:
        raise UsageError(
            "in-toto statements are signed, and no key was given",
            fix="openssl genpkey -algorithm ed25519 -out export.pem; then --key export.pem",
        )
    key = Ed25519PrivateKey.from_private_bytes(options.seed)
    identity = key_id(key)
    for receipt in receipts:
        payload = json.dumps(statement(receipt), separators=(",", ":"), sort_keys=True).encode()
        signature = {"keyid": identity, "sig": _base64(key.sign(encoded(payload)))}
        envelope = {"payload": _base64(payload), "payloadType": PAYLOAD, "signatures": [signature]}
        yield json.dumps(envelope, separators=(",", ":")).encode()


def encoded(payload: bytes) -> bytes:
    """What DSSE signs: type and payload with their lengths."""
    return b"DSSEv1 %d %s %d %s" % (len(PAYLOAD), PAYLOAD.encode(), len(payload), payload)


def key_id(key: Ed25519PrivateKey) -> str:
    """SHA-256 of the public key in DER: a hint, as DSSE says, that finds the key and proves nothing."""
    public = key.public_key()
    der = public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(der).hexdigest()


def statement(receipt: Receipt) -> dict[str, Any]:
    """What is attested."""
    entry = receipt.record
    predicate = {
        "log": entry.log,
        "sequence": entry.seq,
        "previousReceiptDigest": {"sha256": entry.prev} if entry.seq else {},
        "issuedAt": asked.when(entry),
        "decider": {"id": "enactd", "version": entry.engine},
        "kind": entry.kind,
        "event": entry.event,
        "agent": {"name": entry.agent, "version": entry.agent_version, "session": entry.session, "sub": entry.subagent},
        "action": {"tool": entry.tool, "callId": entry.call_id, "input": asked.text(entry), "cwd": entry.cwd},
        "decision": entry.verdict or "",
        "risk": entry.risk or "",
        "policies": [{"id": note.policy, "result": note.decision, "reason": note.reason} for note in entry.findings],
        "policyId": next(iter(asked.deciding(entry)), ""),
        "reason": asked.reason(entry),
        "policyDigest": {"sha256": entry.policy_set} if entry.policy_set else {},
        "outcome": {"status": entry.outcome.status, "exitCode": entry.outcome.exit_code} if entry.outcome else {},
        "links": [{"relation": link.relation, "sequence": link.seq, "sha256": link.hash} for link in entry.links],
        "detail": entry.detail,
        "line": receipt.line.decode(),
    }
    subject = {"name": f"{entry.log}/{receipt.id}", "digest": {"sha256": receipt.hash}}
    told = {name: value for name, value in predicate.items() if value not in ("", {}, [])}
    return {"_type": STATEMENT, "subject": [subject], "predicateType": PREDICATE, "predicate": told}


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()
