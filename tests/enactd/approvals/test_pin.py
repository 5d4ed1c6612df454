"""The PIN: only its hash is kept, and only who knows it changes it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from enactd.approvals.pin import FILE, Pin
from enactd.approvals.throttle import FREE
from enactd.errors import ReceiptError, RefusedError, UsageError

PIN = "4711-Ada"


@pytest.fixture
def pin(tmp_path: Path) -> Pin:
    made = Pin(tmp_path)
    made.put(PIN)
    return made


def test_the_pin_opens_and_nothing_else_does(pin: Pin) -> None:
    """The right one passes, again and again; near ones do not."""
    pin.check(PIN)
    for wrong in (PIN + " ", PIN[:-1], PIN.lower()):
        with pytest.raises(RefusedError, match="not the PIN"):
            pin.check(wrong)


def test_only_a_hash_is_kept_and_nobody_else_reads_it(pin: Pin, tmp_path: Path) -> None:
    """Argon2id, in a file of mode 0600."""
    text = (tmp_path / FILE).read_text()
    assert text.startswith("$argon2id$")
    assert PIN not in text
    assert 0o600 == (tmp_path / FILE).stat().st_mode & 0o777


def test_without_a_pin_nothing_passes(tmp_path: Path) -> None:
    """A proof that is wanted and not set up refuses, and says how to set it up."""
    for given in ("", PIN):
        with pytest.raises(RefusedError) as caught:
            Pin(tmp_path).check(given)
        assert "enactctl pin set" == caught.value.fix


def test_no_answer_is_no_attempt(pin: Pin) -> None:
    """Forgetting the PIN costs nothing; trying it is what counts."""
    for _ in range(FREE + 3):
        with pytest.raises(RefusedError, match="takes the PIN"):
            pin.check("")
    pin.check(PIN)


def test_guesses_run_out_even_over_restarts(pin: Pin, tmp_path: Path) -> None:
    """After a few wrong ones the right one has to wait, too."""
    for _ in range(FREE):
        with pytest.raises(RefusedError, match="not the PIN"):
            Pin(tmp_path).check("wrong-1")
    with pytest.raises(RefusedError, match="too many wrong PINs"):
        Pin(tmp_path).check(PIN)


def test_only_who_knows_the_pin_changes_or_removes_it(pin: Pin) -> None:
    """Setting a fresh one takes the old one."""
    with pytest.raises(RefusedError):
        pin.put("another-1", "")
    with pytest.raises(RefusedError):
        pin.remove("guess-12")
    pin.put("another-1", PIN)
    pin.check("another-1")
    pin.remove("another-1")
    assert not pin.is_set()


@pytest.mark.parametrize("easy", ["", "12345", "111111", "121212", "x" * 129])
def test_an_easy_pin_is_refused(tmp_path: Path, easy: str) -> None:
    """Too short, too long, or one sign again and again."""
    with pytest.raises(UsageError, match="too easy"):
        Pin(tmp_path).put(easy)
    assert not Pin(tmp_path).is_set()


def test_a_hash_that_others_read_or_that_is_a_link_is_not_used(pin: Pin, tmp_path: Path) -> None:
    """What somebody else could have put there or read proves nothing."""
    file = tmp_path / FILE
    file.chmod(0o640)
    with pytest.raises(ReceiptError):
        pin.check(PIN)
    file.chmod(0o600)
    file.rename(tmp_path / "elsewhere")
    file.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OSError):  # noqa: PT011 - the kernel's word for a link
        pin.check(PIN)


def test_a_damaged_hash_lets_nobody_in(pin: Pin, tmp_path: Path) -> None:
    """Neither an empty one nor one of another kind."""
    for text in ("", "-", "$argon2id$", "$2b$12$abcdefghijklmnopqrstuv"):
        descriptor = os.open(tmp_path / FILE, os.O_WRONLY | os.O_TRUNC)
        os.write(descriptor, text.encode())
        os.close(descriptor)
        (tmp_path / "pin-attempts.json").unlink(missing_ok=True)
        with pytest.raises(RefusedError, match="not the PIN"):
            pin.check(text or PIN)
