"""The key: made once, private, whole; what is signed with it can be told apart from everything else."""

from __future__ import annotations

import hashlib
import hmac
import os
import stat
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.receipts import KEY, signer

from enactd.errors import ReceiptError
from enactd.receipts.signer import KEY_NAME, Signer, open_signer


@given(st.binary(max_size=200))
def test_the_mac_is_hmac_sha256(data: bytes) -> None:
    """Plain HMAC-SHA256, so that any tool can check it."""
    assert hmac.new(KEY, data, "sha256").hexdigest() == signer().mac(data)
    assert signer().matches(data, signer().mac(data))


@given(st.binary(max_size=200))
def test_the_input_digest_is_as_specified(data: bytes) -> None:
    """The digest's key is derived, so that a digest is never a MAC."""
    derived = hmac.digest(KEY, b"enactd input digest\0", "sha256")
    assert hmac.new(derived, data, "sha256").hexdigest() == signer().digest(data)
    assert signer().mac(data) != signer().digest(data)


def test_the_key_id_is_as_specified() -> None:
    """The id names the key without telling it."""
    assert hashlib.sha256(b"enactd receipt key id\0" + KEY).hexdigest()[:16] == signer().key_id


@pytest.mark.parametrize("mac", ["", "0" * 64, "ü" * 64, "\ud800", "f" * 63])
def test_wrong_macs_do_not_match(mac: str) -> None:
    """Nothing but the right digits passes, whatever it is."""
    assert not signer().matches(b"data", mac)


def test_upper_case_does_not_match() -> None:
    """There is one spelling of a MAC."""
    assert not signer().matches(b"data", signer().mac(b"data").upper())


@pytest.mark.parametrize("size", [0, 1, 31, 33, 64])
def test_only_32_bytes_are_a_key(size: int) -> None:
    """A short key is a broken file, not a weak key."""
    with pytest.raises(ReceiptError, match="not 32"):
        Signer(b"k" * size)


def test_first_start_makes_a_private_key(tmp_path: Path) -> None:
    """32 random bytes, mode 0600, in a folder of mode 0700, and nothing else is left there."""
    folder = tmp_path / "keys"
    first = open_signer(str(folder), create=True)
    path = folder / KEY_NAME
    assert 32 == path.stat().st_size
    assert 0o600 == stat.S_IMODE(path.stat().st_mode)
    assert 0o700 == stat.S_IMODE(folder.stat().st_mode)
    assert [KEY_NAME] == os.listdir(folder)
    assert first.key_id == open_signer(str(folder), create=True).key_id
    assert first.key_id == open_signer(str(folder), create=False).key_id


def test_keys_differ(tmp_path: Path) -> None:
    """Every home gets its own."""
    ids = {open_signer(str(tmp_path / str(number)), create=True).key_id for number in range(5)}
    assert 5 == len(ids)


def test_a_race_makes_one_key(tmp_path: Path) -> None:
    """Daemons that start together agree on the key that came first."""
    ids: list[str] = []
    threads = [
        threading.Thread(target=lambda: ids.append(open_signer(str(tmp_path), create=True).key_id)) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert 8 == len(ids)
    assert 1 == len(set(ids))
    assert [KEY_NAME] == os.listdir(tmp_path)


def test_no_key_is_made_unasked(tmp_path: Path) -> None:
    """Under an existing log a missing key is an error, never a new key."""
    with pytest.raises(ReceiptError, match="cannot use the receipt key") as caught:
        open_signer(str(tmp_path), create=False)
    assert "every call is denied" in caught.value.effect
    assert [] == os.listdir(tmp_path)


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o660, 0o604, 0o610])
def test_a_readable_key_is_refused(tmp_path: Path, mode: int) -> None:
    """A key that others may read or write may be theirs."""
    open_signer(str(tmp_path), create=True)
    (tmp_path / KEY_NAME).chmod(mode)
    with pytest.raises(ReceiptError, match="not private") as caught:
        open_signer(str(tmp_path), create=True)
    assert "chmod 600" in caught.value.fix


@pytest.mark.parametrize("size", [0, 16, 31, 33, 100])
def test_a_damaged_key_is_refused(tmp_path: Path, size: int) -> None:
    """A short or long file is no key, and is not replaced."""
    path = tmp_path / KEY_NAME
    path.write_bytes(b"k" * size)
    path.chmod(0o600)
    with pytest.raises(ReceiptError, match="bytes, not 32"):
        open_signer(str(tmp_path), create=True)
    assert size == path.stat().st_size


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    """A key file that points elsewhere is refused."""
    other = tmp_path / "other"
    other.write_bytes(KEY)
    other.chmod(0o600)
    (tmp_path / KEY_NAME).symlink_to(other)
    with pytest.raises(ReceiptError, match="cannot use"):
        open_signer(str(tmp_path), create=True)


def test_a_folder_is_no_key(tmp_path: Path) -> None:
    """Whatever lies at the key's place, it is an error and not a traceback."""
    (tmp_path / KEY_NAME).mkdir(mode=0o700)
    with pytest.raises(ReceiptError):
        open_signer(str(tmp_path), create=True)


def test_an_unwritable_place(tmp_path: Path) -> None:
    """No key, no start, with the cause in words."""
    (tmp_path / "file").write_text("")
    with pytest.raises(ReceiptError) as caught:
        open_signer(str(tmp_path / "file" / "keys"), create=True)
    assert "Not a directory" == caught.value.cause


def test_the_key_is_shown_nowhere() -> None:
    """Neither the object's text nor its error holds the key."""
    assert KEY.hex() not in repr(signer()) + str(vars(signer()))
