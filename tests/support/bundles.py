"""Bundles to test with: folders of policies, built; and keys to sign them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from enactd.manifest import build


def policies(folder: Path, **files: str) -> str:
    """A folder of policy files; by default two."""
    for name, text in (files or {"one": "# 1\n", "deep__two": "# 2\n"}).items():
        path = folder / (name.replace("__", "/") + ".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return str(folder)


def made(folder: Path, version: str = "1.0.0", **files: str) -> str:
    """A built bundle."""
    build(policies(folder, **files), name="acme", version=version)
    return str(folder)


def key(path: Path, private: Any = None) -> tuple[str, Any]:
    """A private key file, and its public key."""
    private = private or Ed25519PrivateKey.generate()
    path.write_bytes(
        private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return str(path), private.public_key()


def pin(folder: Path, public: Any) -> None:
    """Put a public key where bundles are checked against it."""
    folder.mkdir(parents=True, exist_ok=True)
    pem = public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    (folder / "team.pem").write_bytes(pem)
