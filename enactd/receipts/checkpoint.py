"""Checkpoints (C2SP tlog-checkpoint): a signed head of the tree, and proofs that stand on one.

Three lines under a signature: the origin, which names log and first key; how many lines; the root over them.
Whoever keeps one can tell, years later and from the folder alone, whether what it covers was touched.
"""

from __future__ import annotations

import base64
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import msgspec

from enactd.errors import ReceiptError
from enactd.receipts import merkle, note
from enactd.receipts.note import Note, PublicKey

SUFFIX: Final = ".checkpoints"
FILE_BYTES: Final = 1 << 20
PROOF: Final = "c2sp.org/tlog-proof@v1"
CONSISTENCY: Final = "enactd-consistency-proof@v1"
_NAME: Final = re.compile(r"[0-9]{12}\.checkpoints", re.ASCII)
_NUMBER: Final = re.compile(r"0|[1-9][0-9]{0,14}", re.ASCII)


class Checkpoint(msgspec.Struct, frozen=True):
    """A head of the tree: `size` leaves, under `root`."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """What is signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"

    def signed(self, *seeds: bytes) -> bytes:
        """The note, under the origin as the key's name."""
        return note.sign(self.text, self.origin, *seeds)


class Signed(msgspec.Struct, frozen=True):
    """A checkpoint as it was read, with the note that carries it. Nothing is verified yet."""

    checkpoint: Checkpoint
    note: Note
    data: bytes


class InclusionProof(msgspec.Struct, frozen=True):
    """One leaf of the tree of a checkpoint, in one file. `line` is the receipt, where the file brings it along."""

    index: int
    path: tuple[bytes, ...]
    signed: Signed
    line: bytes = b""


def origin_of(log_id: str, key: bytes) -> str:
    """The log's name among checkpoints: host and chance, then the fingerprint of its first public key."""
    return f"{log_id}/{note.fingerprint(key)}"


def base_of(origin: str) -> int:
    """The record that is leaf 0 of a log of this origin: not the first where damage was accepted before it."""
    _, _, last = origin.rpartition("/")
    return int(last) if origin.count("/") == 2 and _NUMBER.fullmatch(last) else 0


def with_base(origin: str, base: int) -> str:
    """The origin of the tree that begins with record `base`."""
    first = "/".join(origin.split("/")[:2])
    return f"{first}/{base}" if base else first


def parse(data: bytes) -> Signed:
    """A checkpoint from the bytes of its note; raises `ValueError`."""
    found = note.parse(data)
    origin, size, root, *more = found.text[:-1].split("\n")
    if more or not origin or not _NUMBER.fullmatch(size):
        raise ValueError("a checkpoint has three lines: origin, size, root")
    (hashed,) = _hashes([root])
    return Signed(Checkpoint(origin, int(size), hashed), found, data)


def read_all(data: bytes) -> Iterator[Signed]:
    """The checkpoints of a file, which stand behind each other with an empty line between; raises `ValueError`."""
    blocks = data.split(b"\n\n")
    for number in range(0, len(blocks) - 1, 2):
        is_last = number + 2 == len(blocks)  # then its own end of line is still there, unless it was cut
        yield parse(blocks[number] + b"\n\n" + blocks[number + 1] + (b"" if is_last else b"\n"))
    if len(blocks) % 2 and blocks[-1]:
        raise ValueError("a checkpoint is not finished")


def list_files(folder: str) -> list[str]:
    """The files of checkpoints in a log's folder, oldest first."""
    try:
        names = sorted(name for name in os.listdir(folder) if _NAME.fullmatch(name))
    except FileNotFoundError:
        return []
    except OSError as error:
        raise ReceiptError(f"cannot read the folder `{folder}`", cause=error.strerror or str(error)) from None
    return [os.path.join(folder, name) for name in names]


def read_file(path: str) -> tuple[list[Signed], str]:
    """All checkpoints of a file up to the first thing that is none, and what that is; empty if all are."""
    found: list[Signed] = []
    try:
        with open(path, "rb") as file:
            data = file.read()
    except OSError as error:
        raise ReceiptError(f"cannot read `{path}`", cause=error.strerror or str(error)) from None
    try:
        found.extend(read_all(data))
    except ValueError as error:
        return found, str(error)
    return found, ""


def newest(folder: str) -> Signed | None:
    """The last checkpoint in a log's folder that can be read; nothing of it is verified."""
    for path in reversed(list_files(folder)):
        found, _ = read_file(path)
        if found:
            return found[-1]
    return None


def verify(signed: Signed, keys: Iterable[PublicKey]) -> str:
    """Why none of `keys` vouches for the checkpoint; empty if one does."""
    try:
        signers = signed.note.signers(keys)
    except ValueError as error:
        return str(error)
    return "" if signers else "it is not signed by the log's key"


def proof_text(index: int, path: Sequence[bytes], signed: bytes, line: bytes = b"") -> bytes:
    """A tlog-proof: everything that is needed to check one leaf without the log. `line` goes along as extra data."""
    extra = [f"extra {base64.b64encode(line).decode()}"] if line else []
    hashes = [base64.b64encode(node).decode() for node in path]
    return "\n".join([PROOF, *extra, f"index {index}", *hashes, "", ""]).encode() + signed


def parse_proof(data: bytes) -> InclusionProof:
    """A tlog-proof from its bytes; raises `ValueError`."""
    head, separator, signed = data.partition(b"\n\n")
    lines = head.decode().split("\n")
    if not separator or lines.pop(0) != PROOF or not lines:
        raise ValueError(f"the first line of a proof is `{PROOF}`")
    extra = note.decoded(lines.pop(0)[len("extra ") :]) if lines[0].startswith("extra ") else b""
    if not lines or not lines[0].startswith("index ") or not _NUMBER.fullmatch(lines[0][len("index ") :]):
        raise ValueError("a proof names the index of its leaf")
    index = int(lines.pop(0)[len("index ") :])
    return InclusionProof(index, _hashes(lines), parse(signed), extra)


def check_proof(proof: InclusionProof, line: bytes, keys: Iterable[PublicKey]) -> str:
    """Why the proof does not show that `line` is in the log; empty if it does."""
    head = proof.signed.checkpoint
    if problem := verify(proof.signed, keys):
        return f"the checkpoint: {problem}"
    leaf = merkle.leaf_hash(line)
    if not merkle.verify_inclusion(proof.index, head.size, leaf, proof.path, head.root):
        return f"the path does not lead from this receipt to the root over {head.size} lines"
    return ""


def consistency_text(path: Sequence[bytes], old: Signed, new: Signed) -> bytes:
    """Both checkpoints and the hashes between them, in one file."""
    hashes = [base64.b64encode(node).decode() for node in path]
    return "\n".join([CONSISTENCY, *hashes, "", ""]).encode() + old.data + b"\n" + new.data


def check_consistency(data: bytes, keys: Sequence[PublicKey]) -> tuple[Checkpoint, Checkpoint, str]:
    """The two heads of a consistency proof, and why the second does not go on from the first; empty if it does.

    Raises `ValueError` for what is no such file.
    """
    head, _, rest = data.partition(b"\n\n")
    lines = head.decode().split("\n")
    if lines.pop(0) != CONSISTENCY:
        raise ValueError(f"the first line is `{CONSISTENCY}`")
    old, new = _two(list(read_all(rest)))
    for name, signed in (("old", old), ("new", new)):
        if problem := verify(signed, keys):
            return old.checkpoint, new.checkpoint, f"the {name} checkpoint: {problem}"
    before, after = old.checkpoint, new.checkpoint
    if before.origin != after.origin:
        return before, after, "they are of two logs"
    fits = merkle.verify_consistency(before.size, after.size, _hashes(lines), before.root, after.root)
    return before, after, "" if fits else "the new tree does not begin with the old one"


def _two(found: list[Signed]) -> tuple[Signed, Signed]:
    if len(found) != 2:
        raise ValueError("a consistency proof has two checkpoints")
    return found[0], found[1]


def _hashes(lines: Iterable[str]) -> tuple[bytes, ...]:
    found = tuple(note.decoded(line) for line in lines)
    if any(len(node) != merkle.HASH_BYTES for node in found):
        raise ValueError("not a SHA-256 hash in base64")
    return found
