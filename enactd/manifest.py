"""A bundle: a folder of policies whose manifest names every file by its digest, and may be signed.

    manifest.json   format, name, version, engine (the oldest enactd that understands it), files and digests
    manifest.sig    an Ed25519 signature of the manifest's bytes, and the id of the key

Opening one reads every file once; what was checked is what is loaded. Nothing in it runs. A file that is not
in the manifest, a link, a pipe, another size than allowed: no bundle.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
import re
import stat
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Final

import msgspec
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from enactd import __version__
from enactd.errors import PolicyError

MANIFEST: Final = "manifest.json"
SIGNATURE: Final = "manifest.sig"
FORMAT: Final = 1
FILE_LIMIT: Final = 256 * 1024
FILES: Final = 2_000
EFFECT: Final = "nothing was changed; the policies in force stay"
_DOMAIN: Final = b"enactd bundle manifest\0"  # a signature for this can be taken for nothing else
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_VERSION: Final = re.compile(r"(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})", re.ASCII)
_KINDS: Final = (".py", ".md")
CONFIG: Final = "config.toml"
"""The settings of an organisation, at the top of a bundle: a layer between the machine's and the user's."""
_SKIPPED: Final = frozenset({"__pycache__", ".git"})

Version = tuple[int, int, int]


class Manifest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a bundle says of itself. `files` maps a path inside it to the SHA-256 of the content."""

    format: int = FORMAT
    name: str
    version: str
    engine: str = "0.1.0"
    files: dict[str, str]

    def encode(self) -> bytes:
        """The file's bytes; a person can read them, and the digest is that of these bytes."""
        return msgspec.json.format(msgspec.json.encode(self, order="sorted"), indent=1) + b"\n"


class Seal(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A signature as it is kept: whose (the id of the key), and its bytes in base64."""

    key: str
    signature: str


class Bundle(msgspec.Struct, frozen=True, kw_only=True):
    """A bundle that was read and is whole. `signed_by` is the trusted key that signed it, empty for none.

    `claimed_key` is the key that an unverified signature names.
    """

    path: str
    manifest: Manifest
    digest: str
    contents: Mapping[str, bytes]
    signed_by: str = ""
    claimed_key: str = ""

    @property
    def version(self) -> Version:
        return parse_version(self.manifest.version, self.path)


def build(folder: str, *, name: str, version: str, engine: str = __version__) -> Manifest:
    """The manifest of what lies in `folder`, written there. An older signature goes. Raises `PolicyError`."""
    contents = _contents(folder)
    if not contents:
        raise _refused(folder, "there is no policy in it")
    manifest = Manifest(
        name=name, version=version, engine=engine,
        files={path: hashlib.sha256(data).hexdigest() for path, data in contents.items()},
    )  # fmt: skip
    _check(manifest, folder)
    place = Path(folder)
    (place / SIGNATURE).unlink(missing_ok=True)
    (place / MANIFEST).write_bytes(manifest.encode())
    return manifest


def sign(folder: str, key_file: str) -> str:
    """Sign the manifest in `folder` with a private key (PEM); the id of the key. Raises `PolicyError`."""
    try:
        key = serialization.load_pem_private_key(Path(key_file).read_bytes(), password=None)
    except OSError as error:
        raise _no_key(key_file, str(error.strerror)) from None
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise _no_key(key_file, "it is no private key in PEM without a password") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise _no_key(key_file, "it is a key of another kind than Ed25519")
    bundle = open_bundle(folder)
    data = Path(folder, MANIFEST).read_bytes()
    if hashlib.sha256(data).hexdigest() != bundle.digest:
        raise _refused(folder, "its manifest changed while it was signed")
    seal = Seal(key=key_id(key.public_key()), signature=base64.b64encode(key.sign(_DOMAIN + data)).decode())
    Path(folder, SIGNATURE).write_bytes(msgspec.json.encode(seal) + b"\n")
    return seal.key


def open_bundle(folder: str, trusted: Mapping[str, Ed25519PublicKey] | None = None) -> Bundle:
    """Read and check a bundle. With `trusted` keys it has to be signed by one of them. Raises `PolicyError`."""
    data = _read(folder, MANIFEST)  # (1) the manifest, of our format and for our engine
    try:
        manifest = msgspec.json.decode(data, type=Manifest)
    except (msgspec.DecodeError, RecursionError) as error:
        raise _refused(folder, f"`{MANIFEST}`: {error}") from None
    _check(manifest, folder)
    contents = _contents(folder)  # (2) exactly the files that it names, with exactly their content
    for path in sorted(manifest.files.keys() | contents.keys()):
        if path not in contents:
            raise _refused(folder, f"`{path}` is missing")
        if path not in manifest.files:
            raise _refused(folder, f"`{path}` is not in the manifest")
        if hashlib.sha256(contents[path]).hexdigest() != manifest.files[path]:
            raise _refused(folder, f"`{path}` is not what the manifest says")
    seal = _seal(folder)  # (3) a signature of a key that is trusted here, where there is one
    signed_by = _verified(folder, data, seal, trusted) if trusted else ""
    return Bundle(
        path=folder, manifest=manifest, digest=hashlib.sha256(data).hexdigest(), contents=contents,
        signed_by=signed_by, claimed_key=seal.key if seal else "",
    )  # fmt: skip


def is_bundle(folder: str) -> bool:
    """Whether there is a manifest."""
    return os.path.lexists(os.path.join(folder, MANIFEST))


def key_id(key: Ed25519PublicKey) -> str:
    """Sixteen digits that name a key."""
    raw = key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return hashlib.sha256(raw).hexdigest()[:16]


def public_key(path: Path) -> Ed25519PublicKey:
    """A public key in PEM. Raises `PolicyError`: a pinned key that cannot be read must not be one fewer."""
    try:
        key = serialization.load_pem_public_key(path.read_bytes())
    except OSError as error:
        raise _no_key(str(path), str(error.strerror)) from None
    except (ValueError, UnsupportedAlgorithm):
        raise _no_key(str(path), "it is no public key in PEM") from None
    if not isinstance(key, Ed25519PublicKey):
        raise _no_key(str(path), "it is a key of another kind than Ed25519")
    return key


def parse_version(text: str, place: str) -> Version:
    """`1.2.3` as numbers that compare. Raises `PolicyError`."""
    found = _VERSION.fullmatch(text)
    if found is None:
        raise _refused(place, f"`{text[:40]}` is no version: three numbers, as in 1.2.0")
    return int(found[1]), int(found[2]), int(found[3])


def _check(manifest: Manifest, folder: str) -> None:
    if manifest.format != FORMAT:
        raise _refused(folder, f"its format is {manifest.format}, this is for {FORMAT}", "install a newer enactd")
    if _NAME.fullmatch(manifest.name) is None:
        raise _refused(folder, "its name is not made of small letters, digits and dashes")
    parse_version(manifest.version, folder)
    if parse_version(manifest.engine, folder) > parse_version(__version__, folder):
        raise _refused(folder, f"it needs enactd {manifest.engine}, this is {__version__}", "install a newer enactd")
    if not manifest.files:
        raise _refused(folder, "it is empty")
    for path in manifest.files:
        parts = PurePosixPath(path).parts
        if path.startswith("/") or ".." in parts or str(PurePosixPath(path)) != path or not _counts(path):
            raise _refused(folder, f"`{path[:80]}` is neither a policy nor a page about them")
    if not any(path.endswith(".py") for path in manifest.files):
        raise _refused(folder, "there is no policy in it")


def _counts(path: str) -> bool:
    return path.endswith(_KINDS) or path == CONFIG


def _contents(folder: str) -> dict[str, bytes]:
    """Every file of the folder but the manifest and its signature."""
    found: dict[str, bytes] = {}
    for root, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name not in _SKIPPED)
        for name in folders:
            if os.path.islink(os.path.join(root, name)):
                raise _refused(folder, f"`{name}` is a link")
        for name in sorted(names):
            path = os.path.relpath(os.path.join(root, name), folder).replace(os.sep, "/")
            if path in (MANIFEST, SIGNATURE):
                continue
            if len(found) >= FILES:
                raise _refused(folder, f"it has more than {FILES} files")
            found[path] = _read(folder, path)
    return found


def _read(folder: str, path: str) -> bytes:
    """The bytes of an ordinary file; never waits for a pipe, never follows a link."""
    try:
        descriptor = os.open(os.path.join(folder, path), os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise _refused(folder, f"`{path}`: {(error.strerror or 'unreadable').lower()}") from None
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise _refused(folder, f"`{path}` is no ordinary file")
        data = file.read(FILE_LIMIT + 1)
    if len(data) > FILE_LIMIT:
        raise _refused(folder, f"`{path}` is larger than {FILE_LIMIT} bytes")
    return data


def _seal(folder: str) -> Seal | None:
    if not os.path.lexists(os.path.join(folder, SIGNATURE)):
        return None
    try:
        return msgspec.json.decode(_read(folder, SIGNATURE), type=Seal)
    except msgspec.DecodeError as error:
        raise _refused(folder, f"`{SIGNATURE}`: {error}") from None


def _verified(folder: str, data: bytes, seal: Seal | None, trusted: Mapping[str, Ed25519PublicKey]) -> str:
    """The trusted key that signed the manifest."""
    if seal is None:
        raise _refused(folder, "it is not signed, and keys are pinned here", "enactctl bundle sign DIR --key FILE")
    key = trusted.get(seal.key)
    if key is None:
        raise _refused(folder, f"it is signed with key {seal.key[:16]}, which is not pinned here")
    try:
        key.verify(base64.b64decode(seal.signature, validate=True), _DOMAIN + data)
    except (InvalidSignature, binascii.Error):
        raise _refused(folder, f"the signature is not that of key {seal.key}") from None
    return seal.key


def _refused(place: str, cause: str, fix: str = "enactctl bundle build --help") -> PolicyError:
    return PolicyError(f"`{place}` is no bundle that can be used", cause=cause, effect=EFFECT, fix=fix)


def _no_key(path: str, cause: str) -> PolicyError:
    return PolicyError(
        f"`{path}` is no key for bundles", cause=cause, effect=EFFECT, fix="openssl genpkey -algorithm ed25519 -out KEY"
    )
