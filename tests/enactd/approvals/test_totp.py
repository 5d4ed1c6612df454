"""One-time codes, against the vectors of their standards."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from enactd.approvals.totp import FILE, STEP_S, Totp, code, matching
from enactd.errors import RefusedError, UsageError

SEED = b"12345678901234567890"
SEEDS = {"sha1": SEED, "sha256": SEED + SEED[:12], "sha512": SEED * 3 + SEED[:4]}


class Clock:
    """A clock that the test moves."""

    now = 1_700_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize(
    ("when", "algorithm", "expected"),
    [
        (59, "sha1", "94287082"),
        (59, "sha256", "46119246"),
        (59, "sha512", "90693936"),
        (1111111109, "sha1", "07081804"),
        (1111111109, "sha256", "68084774"),
        (1111111109, "sha512", "25091201"),
        (1111111111, "sha1", "14050471"),
        (1234567890, "sha1", "89005924"),
        (2000000000, "sha1", "69279037"),
        (20000000000, "sha1", "65353130"),
        (20000000000, "sha256", "77737706"),
        (20000000000, "sha512", "47863826"),
    ],
)
def test_codes_are_those_of_rfc_6238(when: int, algorithm: str, expected: str) -> None:
    """Appendix B of the standard, eight digits."""
    assert expected == code(SEEDS[algorithm], when // STEP_S, 8, algorithm)


@pytest.mark.parametrize(
    ("step", "expected"),
    list(enumerate("755224 287082 359152 969429 338314 254676 287922 162583 399871 520489".split())),
)
def test_codes_are_those_of_rfc_4226(step: int, expected: str) -> None:
    """Appendix D of the standard, six digits."""
    assert expected == code(SEED, step)


@pytest.mark.parametrize(("drift", "passes"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_phones_clock_may_be_one_step_off(drift: int, passes: bool) -> None:
    """And not more."""
    now = 1_700_000_000.0
    here = int(now) // STEP_S
    assert passes == (matching(SEED, code(SEED, here + drift), now, after=-1) == here + drift)


@pytest.mark.parametrize("text", ["", "0", "abcdef", "٣٤٥٦٧٨", "9" * 100_000, "\ud800"])
def test_what_is_no_code_matches_nothing(text: str) -> None:
    """Whatever is sent."""
    assert matching(SEED, text, 59.0, after=-1) is None


def enrolled(folder: Path, clock: Clock) -> bytes:
    """An authenticator that shares a secret with `folder`."""
    totp = Totp(folder, clock)
    uri = totp.offer("", "ada")
    secret = base64.b32decode(parse_qs(urlsplit(uri).query)["secret"][0])
    totp.confirm(code(secret, int(clock.now) // STEP_S))
    clock.now += STEP_S
    return secret


def test_enrolling_offers_what_authenticators_read(tmp_path: Path) -> None:
    """An otpauth URI with a secret of 160 bits, of which no file knows before it was confirmed."""
    totp = Totp(tmp_path, Clock())
    uri = urlsplit(totp.offer("", "ada lovelace"))
    asked = parse_qs(uri.query)
    assert ("otpauth", "totp", "/enactd:ada%20lovelace") == (uri.scheme, uri.netloc, uri.path)
    assert 20 == len(base64.b32decode(asked["secret"][0]))
    assert [] == list(tmp_path.iterdir())


def test_a_code_is_good_once(tmp_path: Path) -> None:
    """Who looks over the shoulder is too late, after a restart, too."""
    clock = Clock()
    secret = enrolled(tmp_path, clock)
    now = code(secret, int(clock.now) // STEP_S)
    Totp(tmp_path, clock).check(f"{now[:3]} {now[3:]}")
    with pytest.raises(RefusedError, match="no code of now"):
        Totp(tmp_path, clock).check(now)
    clock.now += STEP_S
    with pytest.raises(RefusedError, match="no code of now"):
        Totp(tmp_path, clock).check(now)


def test_the_code_that_confirmed_is_used_up(tmp_path: Path) -> None:
    """It was on a screen already."""
    clock = Clock()
    secret = enrolled(tmp_path, clock)
    with pytest.raises(RefusedError, match="no code of now"):
        Totp(tmp_path, clock).check(code(secret, int(clock.now) // STEP_S - 1))


def test_a_wrong_confirmation_voids_the_offer(tmp_path: Path) -> None:
    """Nobody guesses at a secret that was shown elsewhere."""
    clock = Clock()
    totp = Totp(tmp_path, clock)
    secret = base64.b32decode(parse_qs(urlsplit(totp.offer("", "ada")).query)["secret"][0])
    with pytest.raises(UsageError):
        totp.confirm("000000" if code(secret, int(clock.now) // STEP_S) != "000000" else "000001")
    with pytest.raises(UsageError):
        totp.confirm(code(secret, int(clock.now) // STEP_S))
    assert not totp.is_set()


def test_guesses_run_out(tmp_path: Path) -> None:
    """A million codes are too many for a handful of tries."""
    clock = Clock()
    secret = enrolled(tmp_path, clock)
    right = code(secret, int(clock.now) // STEP_S)
    wrong = [text for text in ("000000", "111111", "222222", "333333") if text != right][:3]
    for text in wrong:
        with pytest.raises(RefusedError, match="no code of now"):
            Totp(tmp_path, clock).check(text)
    with pytest.raises(RefusedError, match="too many wrong codes"):
        Totp(tmp_path, clock).check(right)


def test_replacing_or_removing_takes_a_code(tmp_path: Path) -> None:
    """Who has no authenticator cannot enrol another one over it."""
    clock = Clock()
    secret = enrolled(tmp_path, clock)
    with pytest.raises(RefusedError):
        Totp(tmp_path, clock).offer("", "mallory")
    with pytest.raises(RefusedError):
        Totp(tmp_path, clock).remove("")
    Totp(tmp_path, clock).remove(code(secret, int(clock.now) // STEP_S))
    assert not Totp(tmp_path, clock).is_set()


def test_without_an_authenticator_nothing_passes(tmp_path: Path) -> None:
    """A proof that is wanted and not set up refuses."""
    with pytest.raises(RefusedError) as caught:
        Totp(tmp_path).check("123456")
    assert "enactctl totp enroll" == caught.value.fix


def test_the_secret_is_private_and_a_damaged_one_refuses(tmp_path: Path) -> None:
    """Mode 0600; what cannot be read lets nobody in."""
    clock = Clock()
    enrolled(tmp_path, clock)
    assert 0o600 == (tmp_path / FILE).stat().st_mode & 0o777
    assert {"secret", "used"} == set(json.loads((tmp_path / FILE).read_text()))
    (tmp_path / FILE).write_text("{}")
    with pytest.raises(RefusedError, match="cannot be read"):
        Totp(tmp_path, clock).check("123456")
