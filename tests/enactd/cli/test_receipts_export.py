"""`enactctl receipts export`: every format through the command line."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from support.enactctl import Enactctl, Inhabited


def pem(key: ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey) -> bytes:
    kind = serialization.PrivateFormat.PKCS8
    return key.private_bytes(serialization.Encoding.PEM, kind, serialization.NoEncryption())


@pytest.fixture
def key(tmp_path: Path) -> str:
    (tmp_path / "export.pem").write_bytes(pem(ed25519.Ed25519PrivateKey.generate()))
    return str(tmp_path / "export.pem")


@pytest.mark.parametrize("form", ["jsonl", "ocsf", "in-toto", "otel"])
def test_lines_of_json(inhabited: Inhabited, form: str, key: str) -> None:
    """One object per line, filtered as in search."""
    said = inhabited.console("receipts", "export", "--format", form, "--key", key, "--verdict", "deny")
    lines = [json.loads(line) for line in said.out.splitlines()]
    assert len(lines) >= 1
    assert "dialect" not in said.out


def test_tables(inhabited: Inhabited) -> None:
    """CSV has a header and a row per receipt; CEF a line each."""
    rows = list(csv.DictReader(io.StringIO(inhabited.console("receipts", "export", "--format", "csv").out)))
    lines = inhabited.console("receipts", "export", "--format", "cef").out.splitlines()
    assert len(rows) == len(lines) > 5
    assert all(line.startswith("CEF:0|enactd|") for line in lines)


def test_signing_needs_a_key(inhabited: Inhabited, tmp_path: Path) -> None:
    """None, one of another kind, no key at all: told, with the command that makes one; nothing is left behind."""
    (tmp_path / "other.pem").write_bytes(pem(ec.generate_private_key(ec.SECP256R1())))
    (tmp_path / "none.pem").write_text("hello")
    target = tmp_path / "out"
    for more in ((), *(("--key", str(tmp_path / name)) for name in ("other.pem", "none.pem", "missing.pem"))):
        said = inhabited.console("receipts", "export", "--format", "in-toto", "-o", str(target), *more)
        assert 2 == said.code
        assert "openssl genpkey -algorithm ed25519" in said.error["fix"]
        assert not target.exists()


def test_a_version_there_is_not(inhabited: Inhabited) -> None:
    """The ones there are, are named."""
    said = inhabited.console("receipts", "export", "--format", "ocsf", "--ocsf", "7")
    assert 2 == said.code
    assert "1.9.0" in said.error["fix"]


def test_nothing_yet(enactctl: Enactctl) -> None:
    """An empty log gives nothing."""
    assert "" == enactctl("receipts", "export", "--format", "otel").out
