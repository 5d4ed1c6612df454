"""Signed notes: one spelling, every change found, and `openssl` agrees."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.fuzz import examples

from enactd.receipts import note

SEED, OTHER = bytes(range(32)), bytes(range(32, 64))
NAME = "ada.0123/4567"
KEY, OTHER_KEY = note.public_key(NAME, SEED), note.public_key(NAME, OTHER)
TEXT = "first\n\nthird\n"
quick = settings(max_examples=examples(100), deadline=None)


def test_a_note_and_its_signers() -> None:
    """Text and signers come back; a note may have several."""
    found = note.parse(note.sign(TEXT, NAME, SEED, OTHER))
    assert TEXT == found.text
    assert [KEY] == found.signers([KEY])
    assert [KEY, OTHER_KEY] == found.signers([OTHER_KEY, KEY])
    assert [] == note.parse(note.sign(TEXT, NAME, SEED)).signers([OTHER_KEY])


def test_every_byte_changed() -> None:
    """No changed byte of a note leaves it signed by the key."""
    whole = note.sign(TEXT, NAME, SEED)
    for place in range(len(whole)):
        changed = bytearray(whole)
        changed[place] ^= 1
        try:
            assert [] == note.parse(bytes(changed)).signers([KEY]), place
        except ValueError:
            continue


def test_a_known_note() -> None:
    """The example that the specification gives parses; its key is not known here."""
    text = (
        "Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\ned è subito sera.\n\n"
        "— quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihA"
        "QwaqP3ZekRwNtIc=\n"
    )
    found = note.parse(text.encode())
    assert "quasimodo.example/salvatore" == found.signatures[0][0]
    assert found.text.endswith("ed è subito sera.\n")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"text\n",
        b"text\n\n",
        b"text\n\nname AAAA\n",
        "text\n\n— a AAAA\n".encode(),
        "text\n\n— a+b AAAAAAAA\n".encode(),
        "text\n\n— a AAAAAAB=\n".encode(),
        "text\n\n— a AAAAAAA\n".encode(),
        "te\x01xt\n\n— a AAAAAAAA\n".encode(),
        "text\n\n— a AAAAAAAA".encode(),
        b"\xff\n\n\xe2\x80\x94 a AAAAAAAA\n",
        b"x" * (note.NOTE_LIMIT + 1),
        b"text\n\n" + "— a AAAAAAAA\n".encode() * 65,
    ],
    ids=lambda data: repr(data[:24]),
)
def test_what_is_no_note(data: bytes) -> None:
    """Anything else is refused with a reason."""
    with pytest.raises(ValueError, match=r"."):
        note.parse(data)


@quick
@given(st.binary(max_size=200))
def test_garbage_is_refused_or_read(data: bytes) -> None:
    """No bytes make the parser raise anything but `ValueError`."""
    try:
        note.parse(data)
    except ValueError:
        return


def test_a_wrong_signature_of_a_known_key() -> None:
    """It spoils the note, even beside a right one."""
    whole = note.sign(TEXT, NAME, SEED)
    other = note.sign("other\n", NAME, OTHER)
    both = whole + other.rpartition(b"\n\n")[2]
    assert [KEY] == note.parse(both).signers([KEY])
    with pytest.raises(ValueError, match="is wrong"):
        note.parse(both).signers([KEY, OTHER_KEY])


def test_verifier_keys() -> None:
    """A key's line comes back as the key, with its id; PEM does with a name given."""
    assert KEY == note.parse_vkey(KEY.vkey + "\n")
    assert KEY == note.parse_pem(KEY.pem, NAME)
    assert f"{NAME}+{KEY.id.hex()}+" == KEY.vkey[: len(NAME) + 10]
    assert 16 == len(KEY.fingerprint)


@pytest.mark.parametrize(
    "text",
    ["", "a", "a+b", "+00000000+AQ==", KEY.vkey[:-4], KEY.vkey.replace(NAME, "x"), KEY.vkey + "!", "a b" + KEY.vkey],
)
def test_what_is_no_verifier_key(text: str) -> None:
    """A name, id or key that do not go together are refused."""
    with pytest.raises(ValueError, match=r"."):
        note.parse_vkey(text)


@pytest.mark.parametrize("text", ["", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"])
def test_what_is_no_pem(text: str) -> None:
    with pytest.raises(ValueError, match="not a public key"):
        note.parse_pem(text, NAME)


def test_openssl_agrees(tmp_path: Path) -> None:
    """The signature is plain Ed25519 over the text: `openssl` verifies it with the exported key."""
    found = note.parse(note.sign(TEXT, NAME, SEED))
    (tmp_path / "key.pem").write_text(KEY.pem)
    (tmp_path / "text").write_text(found.text)
    (tmp_path / "signature").write_bytes(found.signatures[0][2])
    command = "openssl pkeyutl -verify -pubin -inkey key.pem -rawin -in text -sigfile signature".split()
    assert 0 == subprocess.run(command, cwd=tmp_path, capture_output=True, check=False).returncode
    (tmp_path / "text").write_text(found.text + "x")
    assert 1 == subprocess.run(command, cwd=tmp_path, capture_output=True, check=False).returncode
