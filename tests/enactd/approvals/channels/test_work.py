"""Blocking work holds up nobody, and there is never too much of it."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import pytest
from support.daemon import until

from enactd.approvals.channels import work
from enactd.approvals.channels.work import THREADS, Work
from enactd.errors import ChannelError


async def test_what_work_returns_or_raises_comes_back() -> None:
    """As if it were called."""
    assert 7 == await Work().do(lambda: 7)
    with pytest.raises(FileNotFoundError):
        await Work().do(lambda: Path("/none").read_bytes())


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
async def test_a_fault_of_our_own_is_an_error_of_the_channel() -> None:
    """Nobody waits for a thread that has died, and its turn is the next one's."""
    together = Work()
    for _ in range(THREADS + 1):
        with pytest.raises(ChannelError, match="a fault of the channel"):
            await together.do(lambda: 1 // 0)


async def test_so_many_at_once_and_the_others_wait() -> None:
    """In order, and each gets its turn."""
    gate, most, running = threading.Event(), 0, 0
    lock = threading.Lock()

    def one() -> None:
        nonlocal most, running
        with lock:
            running += 1
            most = max(most, running)
        gate.wait(30)
        with lock:
            running -= 1

    together = Work()
    tasks = [asyncio.ensure_future(together.do(one)) for _ in range(20)]
    assert await asyncio.to_thread(until, lambda: running == THREADS)
    gate.set()
    await asyncio.gather(*tasks)
    assert THREADS == most


async def test_what_is_not_wanted_any_more_is_not_begun() -> None:
    """When its turn comes."""
    assert await Work().do(lambda: pytest.fail("it was begun"), wanted=lambda: False) is None


async def test_beyond_the_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory is bounded, too."""
    monkeypatch.setattr(work, "QUEUE", 2)
    gate, together = threading.Event(), Work()
    tasks = [asyncio.ensure_future(together.do(lambda: gate.wait(30))) for _ in range(THREADS + 2)]
    await asyncio.sleep(0.05)
    with pytest.raises(ChannelError, match="wait to be sent"):
        await together.do(lambda: None)
    gate.set()
    await asyncio.gather(*tasks)


async def test_whoever_stops_waiting_frees_no_thread_early() -> None:
    """A thread that hangs counts until it ends, so that hanging servers cannot pile them up."""
    gate, together = threading.Event(), Work()
    tasks = [asyncio.ensure_future(together.do(lambda: gate.wait(30))) for _ in range(THREADS)]
    await asyncio.sleep(0.05)
    for task in tasks:
        task.cancel()
    late = asyncio.ensure_future(together.do(lambda: "done"))
    await asyncio.sleep(0.05)
    assert not late.done()
    gate.set()
    assert "done" == await asyncio.wait_for(late, 30)
