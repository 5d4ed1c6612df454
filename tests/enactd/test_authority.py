"""Who may speak to a daemon of the machine, and who may control it: by user, group and ancestry, never by word."""

from __future__ import annotations

import grp
import os
import subprocess
from pathlib import Path
from types import SimpleNamespace

import pytest
from support.polkitd import polkitd
from support.processes import Agent

from enactd import authority, peer
from enactd.approvals import polkit
from enactd.authority import MachineAuthority
from enactd.errors import RefusedError
from enactd.origin import Origins
from enactd.peer import Seen

GUARDED, OTHER, GROUP = 54_321, 54_322, 54_399


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> MachineAuthority:
    """The group of operators has a number; polkit says no."""
    monkeypatch.setattr(grp, "getgrnam", lambda name: SimpleNamespace(gr_gid=GROUP))

    async def no(seen: Seen, *, action: str) -> None:
        raise RefusedError("polkit did not vouch for you", cause=f"no {action}")

    monkeypatch.setattr(polkit, "check", no)
    return MachineAuthority(GUARDED, Origins(guarded=GUARDED))


def seen(uid: int, *, gid: int = 0, pid: int = 0) -> Seen:
    process = peer.process_of(pid or os.getpid())
    assert process is not None
    return Seen(uid=uid, gid=gid, process=process)


@pytest.mark.parametrize(
    ("uid", "gid", "served"), [(0, 0, True), (GUARDED, 1, True), (OTHER, 1, False), (OTHER, GROUP, True)]
)
def test_who_is_served(machine: MachineAuthority, uid: int, gid: int, served: bool) -> None:
    """The guarded user, root and operators."""
    assert served is machine.admits(uid, gid, os.getpid())


def test_without_the_group_there_are_no_operators(machine: MachineAuthority, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that lacks it has no other way in."""

    def missing(name: str) -> None:
        raise KeyError(name)

    monkeypatch.setattr(grp, "getgrnam", missing)
    assert not machine.admits(OTHER, GROUP, os.getpid())


@pytest.mark.parametrize(("uid", "gid"), [(0, 0), (OTHER, GROUP)])
async def test_root_and_operators_control(machine: MachineAuthority, uid: int, gid: int) -> None:
    """No word of polkit's is asked for."""
    await machine.permit(seen(uid, gid=gid))


@pytest.mark.parametrize(("uid", "gid"), [(GUARDED, 1), (GUARDED, GROUP), (OTHER, 1)])
async def test_everybody_else_needs_polkit(machine: MachineAuthority, uid: int, gid: int) -> None:
    """The guarded user's processes too when they are in the group: so are his agents'."""
    with pytest.raises(RefusedError) as refused:
        await machine.permit(seen(uid, gid=gid))
    assert authority.ACTION in refused.value.cause
    assert "sudo" in refused.value.fix


async def test_polkits_word_is_enough(machine: MachineAuthority, monkeypatch: pytest.MonkeyPatch) -> None:
    """A person typed a password."""

    async def yes(seen: Seen, *, action: str) -> None:
        assert authority.ACTION == action

    monkeypatch.setattr(polkit, "check", yes)
    await machine.permit(seen(GUARDED))


ASKER = "daemon"
"""A user that is neither root nor the one who is asked about, as the machine's daemon is."""


@pytest.mark.parametrize(
    ("result", "owner", "allowed"), [("YES", ASKER, True), ("NO", ASKER, False), ("YES", "enactd", False)]
)
def test_polkit_answers_the_daemons_user(result: str, owner: str, allowed: bool) -> None:
    """The shipped action lets it ask about processes of the guarded user; whom the action does not name may not."""
    with polkitd(f"polkit.Result.{result}", action=authority.ACTION, owner=owner) as environment:
        child = subprocess.Popen(["/bin/sleep", "61"], user=65534)
        try:
            process = peer.process_of(child.pid)
            assert process is not None
            words = [
                polkit.PROGRAM,
                "--action-id",
                authority.ACTION,
                "--process",
                f"{process.pid},{process.start},65534",
            ]
            asked = subprocess.run(words, env=environment, user=ASKER, capture_output=True, check=False, timeout=60)
            assert allowed == (0 == asked.returncode), asked.stderr
        finally:
            child.kill()
            child.wait()


async def test_below_an_agent_nobody_controls(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, machine: MachineAuthority
) -> None:
    """Not even root: an agent that may use sudo is an agent still."""
    origins = Origins()
    with Agent(cwd=tmp_path) as agent:
        hook = peer.process_of(agent.start("sleep", "60"))
        assert hook is not None
        origins.admit(Seen(uid=os.getuid(), gid=0, process=hook), "claude-code", "s", str(tmp_path))
        tool = agent.start("sleep", "60")
        with pytest.raises(RefusedError) as refused:
            await MachineAuthority(GUARDED, origins).permit(seen(0, pid=tool))
    assert "below an agent" in refused.value.cause
