"""The log's keys on disk: made once, changed without a moment in which a crash loses one."""

from __future__ import annotations

import os
import stat
import threading
from pathlib import Path

import pytest
from support.receipts import KEY

from enactd.errors import ReceiptError
from enactd.receipts import note
from enactd.receipts.keys import CHECKPOINT_KEY_NAME, KEY_NAME, MacKeys, SigningKeys
from enactd.receipts.signer import Signer, key_id, next_key


def test_first_start_makes_a_private_key(tmp_path: Path) -> None:
    """32 random bytes, mode 0600, in a folder of mode 0700, and nothing else is left there."""
    folder = tmp_path / "keys"
    first = MacKeys.open(str(folder), create=True).signer
    path = folder / KEY_NAME
    assert 32 == path.stat().st_size
    assert 0o600 == stat.S_IMODE(path.stat().st_mode)
    assert 0o700 == stat.S_IMODE(folder.stat().st_mode)
    assert [KEY_NAME] == os.listdir(folder)
    assert first.key_id == MacKeys.open(str(folder), create=True).signer.key_id
    assert first.key_id == MacKeys.open(str(folder), create=False).signer.key_id


def test_keys_differ(tmp_path: Path) -> None:
    """Every home gets its own."""
    ids = {MacKeys.open(str(tmp_path / str(number)), create=True).signer.key_id for number in range(5)}
    assert 5 == len(ids)


@pytest.mark.parametrize("kind", [MacKeys, SigningKeys])
def test_a_race_makes_one_key(tmp_path: Path, kind: type[MacKeys] | type[SigningKeys]) -> None:
    """Daemons that start together agree on the key that came first."""
    found: list[bytes] = []

    def start() -> None:
        keys = kind.open(str(tmp_path), create=True)
        found.append(keys.signer.key_id.encode() if isinstance(keys, MacKeys) else keys.seeds[0])

    threads = [threading.Thread(target=start) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (8, 1, 1) == (len(found), len(set(found)), len(os.listdir(tmp_path)))


@pytest.mark.parametrize("kind", [MacKeys, SigningKeys])
def test_no_key_is_made_unasked(tmp_path: Path, kind: type[MacKeys] | type[SigningKeys]) -> None:
    """Under an existing log a missing key is an error, never a new key."""
    with pytest.raises(ReceiptError, match="cannot use the receipt key") as caught:
        kind.open(str(tmp_path), create=False)
    assert "every call is denied" in caught.value.effect
    assert [] == os.listdir(tmp_path)


@pytest.mark.parametrize("size", [0, 16, 31, 33, 100])
def test_a_damaged_key_is_refused(tmp_path: Path, size: int) -> None:
    """A short or long file is no key, and is not replaced."""
    path = tmp_path / KEY_NAME
    path.write_bytes(b"k" * size)
    path.chmod(0o600)
    with pytest.raises(ReceiptError, match="bytes, not 32"):
        MacKeys.open(str(tmp_path), create=True)
    assert size == path.stat().st_size


@pytest.mark.parametrize("content", [b"", b"{}", b'{"v":2,"seed":"00"}', b"\xff", b'{"v":1,"seed":"xy"}'])
def test_a_damaged_checkpoint_key_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / CHECKPOINT_KEY_NAME
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(ReceiptError, match="is damaged"):
        SigningKeys.open(str(tmp_path), create=True)


@pytest.mark.parametrize("kind", [MacKeys, SigningKeys])
def test_a_link_or_a_folder_is_no_key(tmp_path: Path, kind: type[MacKeys] | type[SigningKeys]) -> None:
    """Whatever lies at a key's place, it is an error and not a traceback."""
    name = KEY_NAME if kind is MacKeys else CHECKPOINT_KEY_NAME
    (tmp_path / "other").write_bytes(KEY)
    (tmp_path / name).symlink_to(tmp_path / "other")
    with pytest.raises(ReceiptError, match="cannot use"):
        kind.open(str(tmp_path), create=True)
    (tmp_path / name).unlink()
    (tmp_path / name).mkdir(mode=0o700)
    with pytest.raises(ReceiptError):
        kind.open(str(tmp_path), create=True)


def test_an_unwritable_place(tmp_path: Path) -> None:
    """No key, no start, with the cause in words."""
    (tmp_path / "file").write_text("")
    with pytest.raises(ReceiptError) as caught:
        MacKeys.open(str(tmp_path / "file" / "keys"), create=True)
    assert "Not a directory" == caught.value.cause


def stored(folder: Path, key: bytes = KEY) -> MacKeys:
    """An installation from before there were epochs."""
    (folder / KEY_NAME).write_bytes(key)
    (folder / KEY_NAME).chmod(0o600)
    return MacKeys.open(str(folder), create=False)


def test_an_old_key_file_is_epoch_zero(tmp_path: Path) -> None:
    """32 bare bytes, as every installation has them, are the first key; digests stay what they were."""
    keys = stored(tmp_path)
    assert (0, key_id(KEY), False) == (keys.signer.epoch, keys.signer.key_id, keys.unfinished)
    assert Signer(KEY).digest(b"input") == keys.signer.digest(b"input")
    keys.signer.turn(keys.prepare())
    keys.settle()
    again = MacKeys.open(str(tmp_path), create=False).signer
    assert (1, key_id(next_key(KEY)), key_id(KEY)) == (again.epoch, again.key_id, again.input_key)
    assert Signer(KEY).digest(b"input") == again.digest(b"input")


def test_a_crash_between_two_epochs(tmp_path: Path) -> None:
    """From the new key's file to its first record both keys are known; after that the old one is nowhere."""
    keys = stored(tmp_path)
    old = keys.signer.mac(b"data")
    keys.prepare()
    crashed = MacKeys.open(str(tmp_path), create=False)
    assert crashed.unfinished
    assert crashed.signer.vouches(key_id(KEY), b"data", old) is True
    assert key_id(next_key(KEY)) == crashed.signer.key_id
    with pytest.raises(ReceiptError, match="not finished"):
        crashed.prepare()
    crashed.settle()
    assert crashed.signer.vouches(key_id(KEY), b"data", old) is None
    assert KEY.hex() not in (tmp_path / KEY_NAME).read_text()
    assert not MacKeys.open(str(tmp_path), create=False).unfinished


def test_a_key_is_exported_once(tmp_path: Path) -> None:
    """The auditor's key is this epoch's; a second time there is none until the next epoch."""
    keys = stored(tmp_path)
    assert KEY == keys.export()
    with pytest.raises(ReceiptError, match="exported already"):
        MacKeys.open(str(tmp_path), create=False).export()
    keys.signer.turn(keys.prepare())
    keys.settle()
    assert keys.exportable
    assert next_key(KEY) == keys.export()


def test_a_checkpoint_key_is_replaced_by_two_steps(tmp_path: Path) -> None:
    """Both sign between the two; a crash in between finds both again."""
    keys = SigningKeys.open(str(tmp_path), create=True)
    (old,) = keys.seeds
    keys.prepare()
    keys.prepare()
    crashed = SigningKeys.open(str(tmp_path), create=False)
    assert (True, keys.seeds, old) == (crashed.unfinished, crashed.seeds, crashed.seeds[0])
    assert [note.public_key("x", seed).key for seed in crashed.seeds] == list(crashed.public)
    crashed.settle()
    assert (keys.seeds[1:], False) == (crashed.seeds, crashed.unfinished)
    assert old.hex() not in (tmp_path / CHECKPOINT_KEY_NAME).read_text()
    assert crashed.seeds == SigningKeys.open(str(tmp_path), create=False).seeds


def test_settling_nothing(tmp_path: Path) -> None:
    """Without a change under way the key stays."""
    keys = SigningKeys.open(str(tmp_path), create=True)
    before = keys.seeds
    keys.settle()
    assert before == keys.seeds


def test_a_change_that_cannot_be_stored(tmp_path: Path) -> None:
    """The old key stays in the file and in use."""
    keys = stored(tmp_path)
    (tmp_path / KEY_NAME).unlink()
    (tmp_path / KEY_NAME).mkdir()
    with pytest.raises(ReceiptError, match="cannot be replaced"):
        keys.prepare()
    assert (0, False) == (keys.signer.epoch, keys.unfinished)
