"""Time stamps (RFC 3161) on checkpoints: a stranger's signed word that a head, and all it covers, was there by then.

A stamp lies beside the log as the authority's answer, `NNNNNNNNNNNN.tsr` after how many records its checkpoint
covers; it is about the exact bytes of that checkpoint's note. `openssl ts` reads and verifies it, too. The library is
an extra, imported where it is needed only.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final

import msgspec

from enactd.atomic import replace_file
from enactd.errors import ReceiptError, UsageError
from enactd.receipts import checkpoint, parcel, places
from enactd.receipts.checkpoint import Signed

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

SUFFIX: Final = ".tsr"
SIZE_LIMIT: Final = 1 << 18
EXTRA: Final = "enactd[timestamps]"
_NAME: Final = re.compile(r"[0-9]{12}\.tsr", re.ASCII)


class Stamped(msgspec.Struct, frozen=True):
    """What the stamps beside a log say: how many are good, what the newest covers and since when (seconds since 1970).

    `problem` is about the first that is not good.
    """

    good: int = 0
    covered: int = 0
    when: float = 0.0
    problem: str = ""


def obtain(log: str, head: Signed, url: str) -> str:
    """Ask the authority at `url` for a stamp of this checkpoint, and keep it; its file's path.

    Nobody's signature is checked here, only that the answer is about our question. Raises `OSError` where the
    authority cannot be reached or the disk fails, `ReceiptError` for an answer that is none.
    """
    library = _library()
    builder = library.TimestampRequestBuilder().data(head.data)
    request = builder.hash_algorithm(library.HashAlgorithm.SHA256).build()
    answer = places.post(url, request.as_bytes(), "application/timestamp-query")
    try:
        found = library.decode_timestamp_response(answer)
        status, imprint, nonce = found.status, found.tst_info.message_imprint.message, found.tst_info.nonce
    except (ValueError, TypeError) as error:
        raise _refused(url, f"it is no answer of RFC 3161: {error}") from None
    if status != 0:
        raise _refused(url, f"it was not granted, status {status}")
    if (imprint, nonce) != (request.message_imprint.message, request.nonce):
        raise _refused(url, "it is the answer to another question")
    path = os.path.join(log, f"{parcel.end_of(head):012d}{SUFFIX}")
    replace_file(path, answer)
    return path


def list_stamps(log: str) -> list[str]:
    """The paths of the stamps beside a log, oldest first."""
    try:
        return [os.path.join(log, name) for name in sorted(os.listdir(log)) if _NAME.fullmatch(name)]
    except FileNotFoundError:
        return []
    except OSError as error:
        raise ReceiptError(f"cannot read the folder `{log}`", cause=error.strerror or str(error)) from None


def verify(log: str, certificates: Sequence[Certificate]) -> Stamped:
    """Hold every stamp against its checkpoint and these certificates: a root, and what lies between.

    Each checkpoint must still be beside the log; that it is the log's own is for its signature to say.
    """
    authority = _authority(certificates)
    heads = {parcel.end_of(head): head for head in _heads(log)}
    seen = Stamped()
    for path in list_stamps(log):
        name = os.path.basename(path)
        head = heads.get(int(name[:12]))
        if head is None:
            return msgspec.structs.replace(seen, problem=f"`{name}` is of a checkpoint that is not there")
        try:
            when = _checked(authority, path, head)
        except (OSError, ValueError, TypeError) as error:
            return msgspec.structs.replace(seen, problem=f"`{name}`: {error}")
        seen = Stamped(seen.good + 1, parcel.end_of(head), when)
    return seen


def load_certificates(data: bytes) -> list[Certificate]:
    """The certificates of a PEM file. Raises `UsageError` for none."""
    from cryptography import x509

    try:
        return x509.load_pem_x509_certificates(data)
    except ValueError as error:
        raise UsageError("this is no certificate in PEM", cause=str(error)) from None


def _heads(log: str) -> Iterable[Signed]:
    return (head for path in checkpoint.list_files(log) for head in checkpoint.read_file(path)[0])


def _checked(authority: Any, path: str, head: Signed) -> float:
    """When the stamp was given. Raises `ValueError` where it does not hold."""
    library = _library()
    with open(path, "rb") as file:
        found = library.decode_timestamp_response(file.read(SIZE_LIMIT))
    try:
        authority.verify_message(found, head.data)
    except library.VerificationError as error:
        raise ValueError(str(error)) from None
    return float(found.tst_info.gen_time.timestamp())


def _authority(certificates: Sequence[Certificate]) -> Any:
    """A verifier that trusts what issued itself, and passes through the others."""
    builder = _library().VerifierBuilder()
    for certificate in certificates:
        if certificate.issuer == certificate.subject:
            builder = builder.add_root_certificate(certificate)
        else:
            builder = builder.add_intermediate_certificate(certificate)
    try:
        return builder.build()
    except ValueError:
        raise UsageError(
            "no certificate given is a root", cause="each was issued by another one",
            fix="put the root of the time stamp authority into the file, too",
        ) from None  # fmt: skip


def _library() -> ModuleType:
    """rfc3161-client, whole. Raises `ReceiptError` where it is not installed."""
    try:
        import rfc3161_client
    except ImportError:
        raise ReceiptError(
            "time stamps need a library that is not installed", cause="rfc3161-client is missing",
            effect="everything else of the receipts works", fix=f"pip install '{EXTRA}'",
        ) from None  # fmt: skip
    return rfc3161_client


def _refused(url: str, cause: str) -> ReceiptError:
    return ReceiptError(
        f"`{url}` gave no time stamp", cause=cause, effect="the newest checkpoints have none", fix="enactctl status"
    )
