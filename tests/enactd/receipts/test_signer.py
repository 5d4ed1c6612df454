"""Keys in memory: MACs as any tool makes them, a key that only goes forward, digests that stay."""

from __future__ import annotations

import hashlib
import hmac
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.receipts import KEY, signer

from enactd.errors import ReceiptError
from enactd.receipts.signer import Chain, Lasting, Signer, key_id, next_key


@given(st.binary(max_size=200))
def test_the_mac_is_hmac_sha256(data: bytes) -> None:
    """Plain HMAC-SHA256, so that any tool can check it."""
    assert hmac.new(KEY, data, "sha256").hexdigest() == signer().mac(data)
    assert signer().matches(data, signer().mac(data))


@given(st.binary(max_size=200))
def test_the_input_digest_is_as_specified(data: bytes) -> None:
    """The digest's key is derived, so that a digest is never a MAC, and a seal neither."""
    derived = hmac.digest(KEY, b"enactd input digest\0", "sha256")
    assert hmac.new(derived, data, "sha256").hexdigest() == signer().digest(data)
    assert 3 == len({signer().mac(data), signer().digest(data), signer().seal(data)})
    assert signer().sealed(data, signer().seal(data))
    assert not signer().sealed(data, signer().mac(data))


def test_the_key_id_is_as_specified() -> None:
    """The id names the key without telling it."""
    assert hashlib.sha256(b"enactd receipt key id\0" + KEY).hexdigest()[:16] == signer().key_id == key_id(KEY)


@pytest.mark.parametrize("mac", ["", "0" * 64, "ü" * 64, "\ud800", "f" * 63])
def test_wrong_macs_do_not_match(mac: str) -> None:
    """Nothing but the right digits passes, whatever it is."""
    assert not signer().matches(b"data", mac)
    assert signer().vouches(signer().key_id, b"data", mac) is False


def test_upper_case_does_not_match() -> None:
    """There is one spelling of a MAC."""
    assert not signer().matches(b"data", signer().mac(b"data").upper())


@pytest.mark.parametrize("size", [0, 1, 31, 33, 64])
def test_only_32_bytes_are_a_key(size: int) -> None:
    """A short key is a broken file, not a weak key."""
    with pytest.raises(ReceiptError, match="not 32"):
        Signer(b"k" * size)


def test_the_next_key_is_hkdf() -> None:
    """RFC 5869 with SHA-256, no salt: computed here by its definition, and by `openssl`."""
    secret = hmac.digest(bytes(32), KEY, "sha256")
    info = b"enactd receipt key of the next epoch"
    assert hmac.digest(secret, info + b"\1", "sha256") == next_key(KEY)
    command = ["openssl", "kdf", "-keylen", "32", "-kdfopt", "digest:SHA256", "-kdfopt", f"hexkey:{KEY.hex()}"]
    found = subprocess.run(
        [*command, "-kdfopt", f"info:{info.decode()}", "HKDF"], capture_output=True, text=True, check=True
    )
    assert next_key(KEY).hex() == found.stdout.strip().replace(":", "").lower()


def test_going_forward() -> None:
    """A new epoch signs with the next key; the one before is known until it is let go, then nobody vouches for it."""
    keys = signer()
    old, mac, digest, seal = keys.key_id, keys.mac(b"data"), keys.digest(b"input"), keys.seal(b"row")
    keys.turn(next_key(KEY))
    assert (1, key_id(next_key(KEY))) == (keys.epoch, keys.key_id)
    assert hmac.new(next_key(KEY), b"data", "sha256").hexdigest() == keys.mac(b"data")
    assert keys.vouches(old, b"data", mac) is True
    assert keys.vouches(old, b"data", keys.mac(b"data")) is False
    keys.forget()
    assert keys.vouches(old, b"data", mac) is None
    assert (digest, seal, old) == (keys.digest(b"input"), keys.seal(b"row"), keys.input_key)


def test_the_chain_of_an_auditor() -> None:
    """From the first key all later ones follow; a key that is none of them is known as such."""
    keys, chain = [KEY], Chain(KEY)
    for _ in range(5):
        keys.append(next_key(keys[-1]))
    assert [5, 0, 3] == [chain.epoch_of(key_id(keys[epoch]), 5) for epoch in (5, 0, 3)]
    for key in keys:
        assert chain.vouches(key_id(key), b"data", hmac.new(key, b"data", "sha256").hexdigest()) is True
        assert chain.vouches(key_id(key), b"data", hmac.new(key, b"other", "sha256").hexdigest()) is False


def test_a_key_of_no_epoch() -> None:
    """The search forward ends where no epoch can be; there is no way back from a later key to an earlier one."""
    assert Chain(KEY).epoch_of("0" * 16, 50) is Chain(KEY).vouches("0" * 16, b"", "", 50) is None
    assert Chain(next_key(KEY)).epoch_of(key_id(KEY), 50) is None
    assert (None, 3) == (
        Chain(KEY).epoch_of(key_id(next_key(next_key(next_key(KEY)))), 2),
        Chain(KEY).epoch_of(key_id(next_key(next_key(next_key(KEY)))), 3),
    )


def test_the_lasting_keys_do_not_tell_the_first() -> None:
    """What stays on disk for ever is derived from the first key one way."""
    lasting = Lasting.of(KEY)
    assert KEY not in (lasting.inputs, lasting.index)
    assert Signer(next_key(KEY), epoch=1, lasting=lasting).digest(b"x") == signer().digest(b"x")


def test_the_key_is_shown_nowhere() -> None:
    """Neither the object's text nor its error holds the key."""
    shown = repr(signer()) + str(vars(signer()))
    assert KEY.hex() not in shown
    assert repr(KEY)[2:-1] not in shown
