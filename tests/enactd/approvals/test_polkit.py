"""polkit as the proof, asked for real: its daemon on a private bus, the shipped action, rules that say yes and no."""

from __future__ import annotations

import asyncio
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.polkitd import polkitd

from enactd import peer
from enactd.approvals import polkit
from enactd.errors import RefusedError
from enactd.peer import Seen

NOBODY = 65534
"""polkit asks root nothing, so the operator of these tests is somebody else."""


@pytest.fixture
def person() -> Iterator[Seen]:
    """A process of an ordinary user."""
    child = subprocess.Popen(["/bin/sleep", "63"], user=NOBODY if os.geteuid() == 0 else None)
    yield seen(child.pid, uid=NOBODY if os.geteuid() == 0 else os.getuid())
    child.kill()
    child.wait()


def seen(pid: int, *, uid: int = NOBODY) -> Seen:
    process = peer.process_of(pid)
    assert process is not None
    return Seen(uid=uid, gid=uid, process=process)


async def test_what_polkit_allows_passes(person: Seen) -> None:
    """The shipped action is one that polkit reads, and its yes counts for this one process and no later one."""
    with polkitd("polkit.Result.YES") as environment:
        await polkit.check(person, environment=environment)
        os.kill(person.process.pid, 9)
        await asyncio.to_thread(os.waitpid, person.process.pid, 0)
        with pytest.raises(RefusedError):
            await polkit.check(person, environment=environment)


@pytest.mark.parametrize(("result", "cause"), [("NO", "polkit says no"), ("AUTH_SELF", "nobody could ask")])
async def test_what_polkit_does_not_allow_is_refused(person: Seen, result: str, cause: str) -> None:
    """A no is one, and so is a question that nobody is there to answer."""
    with polkitd(f"polkit.Result.{result}") as environment:
        with pytest.raises(RefusedError) as caught:
            await polkit.check(person, environment=environment)
        assert cause in caught.value.cause


async def test_the_shipped_action_asks_for_the_password(person: Seen) -> None:
    """Without any rule of the machine's: the user's own password, each time."""
    with polkitd("polkit.Result.NOT_HANDLED") as environment:
        with pytest.raises(RefusedError) as caught:
            await polkit.check(person, environment=environment)
        assert "nobody could ask" in caught.value.cause


async def test_without_polkit_nothing_passes(tmp_path: Path) -> None:
    """No program, or no bus to ask on."""
    with pytest.raises(RefusedError, match="did not vouch"):
        await polkit.check(seen(os.getpid()), program=str(tmp_path / "none"))
    nowhere = {"PATH": "/usr/bin:/bin", "DBUS_SYSTEM_BUS_ADDRESS": f"unix:path={tmp_path}/none"}
    with pytest.raises(RefusedError, match="did not vouch"):
        await polkit.check(seen(os.getpid()), environment=nowhere)


async def test_a_question_that_is_never_answered_ends(tmp_path: Path) -> None:
    """And its program with it."""
    program = tmp_path / "pkcheck"
    program.write_text("#!/bin/sh\nexec sleep 60\n")
    program.chmod(0o755)
    with pytest.raises(RefusedError) as caught:
        await polkit.check(seen(os.getpid()), program=str(program), seconds=0.2)
    assert "nobody answered polkit" in caught.value.cause
