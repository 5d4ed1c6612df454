"""Closed segments compressed with zstd, each swapped whole: at every moment one good form of it is there."""

from __future__ import annotations

import contextlib
import hashlib
import os
import sys
from typing import Final

from enactd.atomic import sync_folder
from enactd.errors import ReceiptError
from enactd.receipts import segments
from enactd.receipts.segments import PACKED, Segment

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

LEVEL: Final = 6
_BLOCK: Final = 1 << 20
_DRAFT: Final = ".packing"


def pack(segment: Segment) -> Segment:
    """The segment, compressed; as it is where it was already. Raises `ReceiptError`; the plain one stays then.

    What was written is read back and compared before the plain file goes.
    """
    if segment.packed:
        return segment
    target = segment.path.removesuffix(segments.SUFFIX) + PACKED
    draft = target + _DRAFT
    try:
        _write(segment.path, draft)
        if digest(draft, packed=True) != digest(segment.path):
            raise ReceiptError(f"the compressed copy of `{segment.path}` is not the same", effect="it is not used")
        os.rename(draft, target)
        sync_folder(os.path.dirname(target))
        os.unlink(segment.path)
        sync_folder(os.path.dirname(target))
    except (OSError, zstd.ZstdError, EOFError) as error:
        with contextlib.suppress(OSError):
            os.unlink(draft)
        cause = (error.strerror if isinstance(error, OSError) else "") or str(error)
        raise ReceiptError(f"cannot compress `{segment.path}`", cause=cause, effect="it stays as it is") from None
    return Segment(segment.first, target)


def digest(path: str, *, packed: bool | None = None) -> str:
    """SHA-256 of a segment's plain bytes. Raises `OSError` and what a damaged file raises."""
    state = hashlib.sha256()
    is_packed = path.endswith(PACKED) if packed is None else packed
    with zstd.open(path, "rb") if is_packed else open(path, "rb") as file:
        while block := file.read(_BLOCK):
            state.update(block)
    return state.hexdigest()


def _write(source: str, draft: str) -> None:
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    with open(source, "rb") as plain, os.fdopen(descriptor, "wb") as target:
        with zstd.open(target, "wb", level=LEVEL) as packer:
            while block := plain.read(_BLOCK):
                packer.write(block)
        target.flush()
        os.fsync(target.fileno())
