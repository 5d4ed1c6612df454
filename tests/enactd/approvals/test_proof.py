"""Every proof that is wanted must hold; what is not set up proves nothing."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from enactd import peer
from enactd.approvals.proof import Proofs
from enactd.approvals.totp import STEP_S, code
from enactd.errors import RefusedError, UsageError
from enactd.peer import Seen
from enactd.report import Given

PIN = "4711-Ada"


def seen(*, terminal: bool = True) -> Seen:
    process = peer.Process(pid=os.getpid(), start=1, parent=1, name="enactctl", terminal=terminal)
    return Seen(uid=os.getuid(), gid=os.getgid(), process=process)


@pytest.fixture
async def proofs(tmp_path: Path) -> Proofs:
    made = Proofs(tmp_path)
    await made.set_pin(PIN, "")
    return made


@pytest.mark.parametrize(
    ("wanted", "given", "terminal", "expected"),
    [
        (("terminal",), Given(), True, "terminal"),
        (("terminal",), Given(pin=PIN), False, ""),
        (("pin",), Given(pin=PIN), False, "pin"),
        (("pin",), Given(), True, ""),
        (("pin",), Given(otp=PIN), True, ""),
        (("terminal", "pin"), Given(pin=PIN), True, "terminal+pin"),
        (("pin", "terminal"), Given(pin=PIN), True, "pin+terminal"),
        (("terminal", "pin"), Given(pin=PIN), False, ""),
        (("terminal", "pin"), Given(pin="wrong-1"), True, ""),
        (("pin", "totp"), Given(pin=PIN, otp="123456"), True, ""),
        ((), Given(pin=PIN), True, ""),
    ],
)
async def test_all_that_are_wanted_must_hold(
    proofs: Proofs, wanted: Any, given: Given, terminal: bool, expected: str
) -> None:
    """And their names are what a receipt says."""
    if expected:
        assert expected == await proofs.check(wanted, seen(terminal=terminal), given)
        return
    with pytest.raises(RefusedError) as caught:
        await proofs.check(wanted, seen(terminal=terminal), given)
    assert ("nothing was decided", True) == (caught.value.effect, bool(caught.value.fix))


async def test_an_authenticator_is_enrolled_in_two_steps(tmp_path: Path) -> None:
    """Offer and confirmation reach the same object."""
    proofs = Proofs(tmp_path)
    uri = await proofs.offer_totp("", "ada")
    import base64

    secret = base64.b32decode(uri.split("secret=")[1].split("&")[0])
    with pytest.raises(RefusedError):
        await proofs.check(("totp",), seen(), Given(otp=code(secret, int(time.time()) // STEP_S)))
    step = int(time.time()) // STEP_S
    await proofs.confirm_totp(code(secret, step))
    later = Proofs(tmp_path, clock=lambda: (step + 1) * STEP_S)
    assert "totp" == await later.check(("totp",), seen(), Given(otp=code(secret, step + 1)))
    latest = Proofs(tmp_path, clock=lambda: (step + 2) * STEP_S)
    await latest.remove_totp(code(secret, step + 2))


async def test_an_easy_pin_is_a_mistake_of_usage(proofs: Proofs) -> None:
    """It comes back as what it is."""
    with pytest.raises(UsageError):
        await proofs.set_pin("1", PIN)
    await proofs.remove_pin(PIN)


async def test_a_secret_that_cannot_be_used_refuses(proofs: Proofs, tmp_path: Path) -> None:
    """Neither loose rights nor a full disk lets anybody in."""
    (tmp_path / "pin.hash").chmod(0o644)
    with pytest.raises(RefusedError, match="cannot be used"):
        await proofs.check(("pin",), seen(), Given(pin=PIN))
    with pytest.raises(RefusedError, match="cannot be used"):
        await Proofs(tmp_path / "none").set_pin(PIN, "")


def test_what_was_given_is_never_shown() -> None:
    """Not in a log, nor in an error that shows values."""
    given = Given(pin=PIN, otp="123456")
    assert PIN not in f"{given} {given!r}"
    assert "123456" not in repr([given])


def test_the_secrets_libraries_are_not_loaded_unasked() -> None:
    """The hook's way is as short as before."""
    program = "import sys, enactd.approvals.proof; print([n for n in sys.modules if 'argon2' in n or 'totp' in n])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert "[]" == done.stdout.strip()
