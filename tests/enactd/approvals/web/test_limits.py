"""Who asks too often waits, and keeps nobody else waiting."""

from __future__ import annotations

from support.desk import Clock

from enactd.approvals.web import limits
from enactd.approvals.web.limits import Limits


def test_one_address_has_its_share() -> None:
    """It is told how long to wait, and heard again then; others are heard all along."""
    clock = Clock()
    bounds = Limits(each=(3, 0.5), all_=(100, 10), clock=clock)
    assert [0.0, 0.0, 0.0, 2.0] == [bounds.wait("192.0.2.1") for _ in range(4)]
    assert 0.0 == bounds.wait("192.0.2.2")
    clock.now += 2
    assert 0.0 == bounds.wait("192.0.2.1")
    assert 0.0 < bounds.wait("192.0.2.1")


def test_all_together_have_a_share() -> None:
    """A thousand addresses are no way around."""
    bounds = Limits(each=(3, 1), all_=(5, 1), clock=Clock())
    assert [0.0] * 5 + [1.0] == [bounds.wait(f"192.0.2.{number}") for number in range(6)]


def test_who_holds_a_genuine_link_is_not_shut_out() -> None:
    """Neither by those who guess from the same address, nor by a flood from all over."""
    clock = Clock()
    bounds = Limits(each=(2, 0.001), all_=(3, 0.001), clock=clock)
    assert 0.0 == bounds.wait("127.0.0.1", "genuine")
    bounds.trust("genuine")
    for number in range(50):
        bounds.wait("127.0.0.1", f"guess {number}")
    assert 0.0 < bounds.wait("127.0.0.1", "another guess")
    assert 0.0 == bounds.wait("127.0.0.1", "genuine")


def test_a_genuine_link_has_its_share_too() -> None:
    """One link, asked for again and again, waits at last."""
    bounds = Limits(clock=Clock())
    bounds.trust("genuine")
    assert 60 == sum(bounds.wait("127.0.0.1", "genuine") == 0.0 for _ in range(100))


def test_a_network_is_one_customer() -> None:
    """Nobody has 2^64 tries by having a /64; the same address in the other notation is the same."""
    bounds = Limits(each=(1, 0.1), clock=Clock())
    assert 0.0 == bounds.wait("2001:db8::1")
    assert 0.0 < bounds.wait("2001:db8::2")
    assert 0.0 == bounds.wait("2001:db8:0:1::1")
    assert 0.0 == bounds.wait("::ffff:192.0.2.1")
    assert 0.0 < bounds.wait("192.0.2.1")
    assert 0.0 == bounds.wait("")
    assert 0.0 < bounds.wait("no address")


def test_what_is_remembered_is_bounded() -> None:
    """However many come."""
    bounds = Limits(all_=(1e9, 1), clock=Clock())
    for number in range(limits.REMEMBERED + 50):
        bounds.wait(f"2001:db8:{number:x}::1")
        bounds.trust(str(number))
    assert limits.REMEMBERED == len(bounds._addresses) == len(bounds._genuine)


def test_a_clock_that_steps_back_refills_nothing() -> None:
    """And locks nobody out for longer."""
    clock = Clock()
    bounds = Limits(each=(1, 1), clock=clock)
    assert 0.0 == bounds.wait("192.0.2.1")
    clock.now -= 1_000
    assert 1.0 == bounds.wait("192.0.2.1")
    clock.now += 1
    assert 0.0 == bounds.wait("192.0.2.1")
