"""Key files: private, whole, replaced at once, and the old bytes gone."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from enactd.errors import ReceiptError
from enactd.receipts import keyfile


def test_the_first_content_stays(tmp_path: Path) -> None:
    """Of several makers the first wins; folder 0700, file 0600, nothing else left."""
    path = tmp_path / "keys" / "some.key"
    keyfile.create(str(path), b"one")
    keyfile.create(str(path), b"two")
    assert b"one" == keyfile.read(str(path))
    assert (0o600, 0o700) == (stat.S_IMODE(path.stat().st_mode), stat.S_IMODE(path.parent.stat().st_mode))
    assert ["some.key"] == os.listdir(path.parent)


def test_replaced_whole(tmp_path: Path) -> None:
    """The new content is there, private, and the old file's bytes are zeros."""
    path = tmp_path / "some.key"
    keyfile.create(str(path), b"old key")
    with path.open("rb") as old:
        keyfile.replace(str(path), b"new")
        assert bytes(7) == old.read()
    assert b"new" == keyfile.read(str(path))
    assert 0o600 == stat.S_IMODE(path.stat().st_mode)
    assert ["some.key"] == os.listdir(tmp_path)


def test_replacing_nothing(tmp_path: Path) -> None:
    keyfile.replace(str(tmp_path / "some.key"), b"new")
    assert b"new" == keyfile.read(str(tmp_path / "some.key"))


@pytest.mark.parametrize("call", ["open", "write", "fsync", "rename"])
def test_a_replacement_that_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str) -> None:
    """Whichever call fails: the old content is in place, whole, and no draft is left."""
    path = tmp_path / "some.key"
    keyfile.create(str(path), b"old key")

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(keyfile.os, call, fail)
        with pytest.raises(OSError, match="No space"):
            keyfile.replace(str(path), b"new")
    assert b"old key" == keyfile.read(str(path))
    assert ["some.key"] == os.listdir(tmp_path)


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o610])
def test_what_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "some.key"
    keyfile.create(str(path), b"key")
    path.chmod(mode)
    with pytest.raises(ReceiptError, match="not private") as caught:
        keyfile.read(str(path))
    assert "chmod 600" in caught.value.fix


def test_short_writes_are_finished(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A system that takes a key byte by byte gets all of it."""
    real = os.write
    with monkeypatch.context() as patched:
        patched.setattr(keyfile.os, "write", lambda descriptor, data: real(descriptor, bytes(data)[:1]))
        keyfile.replace(str(tmp_path / "some.key"), b"a whole key")
    assert b"a whole key" == keyfile.read(str(tmp_path / "some.key"))


def test_drafts_of_a_crash(tmp_path: Path) -> None:
    """They are wiped and removed; other files stay."""
    for name in ("some.key", "some.key.0123456789abcdef", "other.key.0123456789abcdef", "some.key.bak"):
        (tmp_path / name).write_bytes(b"key")
    keyfile.sweep(str(tmp_path / "some.key"))
    assert ["other.key.0123456789abcdef", "some.key", "some.key.bak"] == sorted(os.listdir(tmp_path))
