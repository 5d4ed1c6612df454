"""A notification over a real bus: it tells, and neither shows nor takes anything that decides."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.asking import EVIL, asked, links
from support.notifications import service, session_bus

from enactd.approvals.channels.desktop import Desktop
from enactd.errors import ChannelError


@pytest.fixture
def bus(tmp_path: Path) -> Iterator[str]:
    with session_bus(tmp_path) as address:
        yield address


async def test_it_tells_and_is_taken_off_when_settled(bus: str) -> None:
    """Who asks, for what, and how to answer; critical, so that it stays."""
    request = asked()
    with service(bus, "body", "actions") as running:
        channel = Desktop(bus, seconds=30)
        await channel.announce(request, links(request, "desktop"))
        application, _, _, summary, body, actions, hints, _ = running.shown[1]
        assert ("enactd", "claude-code asks", []) == (application, summary, actions)
        for part in ("terraform destroy", "deletes 5 resources", "enactctl approve 7"):
            assert part in body
        assert ("y", 2) == hints["urgency"]
        await channel.withdraw(request, "approved")
        await channel.withdraw(request, "approved")
        assert [1] == running.closed


async def test_it_carries_nothing_that_decides(bus: str) -> None:
    """Every process of the user can listen on this bus: no link, no token, no button; and no signal is an answer."""
    request = asked()
    given = links(request, "desktop")
    with service(bus, "body", "actions", "body-hyperlinks") as running:
        channel = Desktop(bus, seconds=30)
        await channel.announce(request, given)
        running.press(1, "approve")
        for secret in (given.view, given.approve, given.deny):
            assert secret not in str(running.shown)
        assert [] == [token async for token in channel.replies()]


@pytest.mark.parametrize(("able", "expected"), [(("body-markup",), "&lt;script&gt;"), (("body",), "<script>")])
async def test_agents_words_are_never_markup(bus: str, able: tuple[str, ...], expected: str) -> None:
    """Where the desktop reads markup it is escaped, and only there."""
    request = asked(EVIL)
    with service(bus, *able) as running:
        await Desktop(bus, seconds=30).announce(request, links(request, "desktop"))
        body = running.shown[1][4]
    assert expected in body
    assert not set("\x1b\u202e\r") & set(body)


@pytest.mark.parametrize("ways", [{"mute": True}, {"refuses": True}])
async def test_a_desktop_that_does_not_do_it_says_so(bus: str, ways: dict[str, bool]) -> None:
    """In time."""
    request = asked()
    with service(bus, **ways), pytest.raises(ChannelError, match="no notification"):
        await Desktop(bus, seconds=0.5).announce(request, links(request, "desktop"))


async def test_without_a_desktop_it_says_so(bus: str, tmp_path: Path) -> None:
    """No service, no bus, nonsense for a bus."""
    request = asked()
    for address in (bus, f"unix:path={tmp_path}/none", "nonsense", "tcp:host=127.0.0.1"):
        with pytest.raises(ChannelError, match="no notification"):
            await Desktop(address, seconds=2).announce(request, links(request, "desktop"))


def test_the_library_is_not_loaded_unasked() -> None:
    """A daemon without a desktop does not pay for one."""
    program = (
        "import sys, enactd.approvals.channels.desktop; print([name for name in sys.modules if 'jeepney' in name])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert "[]" == done.stdout.strip()
