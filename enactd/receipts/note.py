"""Signed notes (C2SP): a text and Ed25519 signatures below it, readable by eye and by several programs.

    ada.0123456789ab/4f8e...                      the text: any lines, the last ended by LF
    1042
    CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=
                                                  one empty line
    — ada.0123456789ab/4f8e... Az3grlgtzPICa5OS8npVmf1Myq...

A verifier key (`vkey`) is one line: the key's name, a plus, its id in hex, a plus, base64 of type and key.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Iterable
from typing import Final

import msgspec
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ED25519: Final = b"\x01"
KEY_BYTES: Final = 32
NOTE_LIMIT: Final = 1 << 16
SIGNATURES_LIMIT: Final = 64
_DASH: Final = "— "


class PublicKey(msgspec.Struct, frozen=True):
    """A named Ed25519 key that verifies."""

    name: str
    key: bytes

    @property
    def id(self) -> bytes:
        """Four bytes that find the key, and prove nothing."""
        return hashlib.sha256(self.name.encode() + b"\n" + ED25519 + self.key).digest()[:4]

    @property
    def vkey(self) -> str:
        """The key in one line, as it is handed to auditors."""
        return f"{self.name}+{self.id.hex()}+{base64.b64encode(ED25519 + self.key).decode()}"

    @property
    def pem(self) -> str:
        """The key as `openssl` reads it; without its name."""
        encoded: bytes = _public(self.key).public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        return encoded.decode()

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the 32 bytes, shortened: what people compare."""
        return fingerprint(self.key)

    def verifies(self, text: bytes, signature: bytes) -> bool:
        """Whether this key signed exactly this text."""
        try:
            _public(self.key).verify(signature, text)
        except (InvalidSignature, ValueError):
            return False
        return True


class Note(msgspec.Struct, frozen=True):
    """A note as it was read: the text that the signatures cover, and each signature with its key's name and id."""

    text: str
    signatures: tuple[tuple[str, bytes, bytes], ...]

    def signers(self, keys: Iterable[PublicKey]) -> list[PublicKey]:
        """The keys among these that signed. Raises `ValueError` if a signature claims one of them and is wrong."""
        found = []
        known = {(key.name, key.id): key for key in keys}
        for name, key_id, signature in self.signatures:
            key = known.get((name, key_id))
            if key is None:
                continue
            if not key.verifies(self.text.encode(), signature):
                raise ValueError(f"the signature of key {key_id.hex()} is wrong")
            found.append(key)
        return found


def parse_vkey(text: str) -> PublicKey:
    """A key from its line; raises `ValueError`."""
    name, *rest = text.strip().split("+", 2)
    if len(rest) != 2 or not is_name(name):
        raise ValueError("a verifier key is NAME+ID+BASE64")
    encoded = decoded(rest[1])
    key = PublicKey(name, encoded[1:])
    if len(encoded) != KEY_BYTES + 1 or encoded[:1] != ED25519:
        raise ValueError("the key is not an Ed25519 key")
    if rest[0] != key.id.hex():
        raise ValueError("the key's id is not that of its name and bytes")
    return key


def parse_pem(text: str, name: str) -> PublicKey:
    """A key from PEM, which carries no name; raises `ValueError`."""
    try:
        key = serialization.load_pem_public_key(text.encode())
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise ValueError(f"not a public key in PEM: {error}") from None
    if not isinstance(key, Ed25519PublicKey):
        raise ValueError("the key is not an Ed25519 key")
    return PublicKey(name, key.public_bytes_raw())


def public_key(name: str, seed: bytes) -> PublicKey:
    """The public half of a seed."""
    return PublicKey(name, Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw())


def sign(text: str, name: str, *seeds: bytes) -> bytes:
    """The note: `text`, which must end in LF, signed by each of these Ed25519 seeds under one name."""
    lines = []
    for seed in seeds:
        signature = Ed25519PrivateKey.from_private_bytes(seed).sign(text.encode())
        lines.append(f"{_DASH}{name} {base64.b64encode(public_key(name, seed).id + signature).decode()}\n")
    return (text + "\n" + "".join(lines)).encode()


def parse(data: bytes) -> Note:
    """A note as it lies in a file; raises `ValueError` for anything that is not exactly one."""
    if len(data) > NOTE_LIMIT:
        raise ValueError("too long for a note")
    whole = data.decode()
    if any(ord(letter) < 0x20 and letter != "\n" for letter in whole):
        raise ValueError("a control character in a note")
    text, separator, block = whole.rpartition("\n\n")
    if not separator or not text or not block.endswith("\n"):
        raise ValueError("no empty line between text and signatures, or no end of line")
    lines = block[:-1].split("\n")
    if len(lines) > SIGNATURES_LIMIT:
        raise ValueError("too many signatures")
    return Note(text + "\n", tuple(map(_signature, lines)))


def fingerprint(key: bytes) -> str:
    """The first 16 hexadecimal digits of SHA-256 over the 32 bytes of a public key."""
    return hashlib.sha256(key).hexdigest()[:16]


def is_name(name: str) -> bool:
    """Whether a key may have this name: not empty, no space, no plus."""
    return bool(name) and "+" not in name and not any(letter.isspace() or ord(letter) < 0x20 for letter in name)


def _signature(line: str) -> tuple[str, bytes, bytes]:
    name, _, encoded = line.removeprefix(_DASH).partition(" ")
    if not line.startswith(_DASH) or not is_name(name):
        raise ValueError("a signature line is a dash, a name and base64")
    blob = decoded(encoded)
    if len(blob) <= 4:
        raise ValueError("a signature is too short")
    return name, blob[:4], blob[4:]


def decoded(text: str) -> bytes:
    """Strict base64, whose one spelling this is."""
    try:
        found = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("not base64") from None
    if base64.b64encode(found).decode() != text:
        raise ValueError("not the canonical base64")
    return found


def _public(key: bytes) -> Ed25519PublicKey:
    return Ed25519PublicKey.from_public_bytes(key)
