"""Who may speak to a daemon of the machine, and who may control it. The answer never rests on a claim.

Served are the guarded user, root, and members of the group of operators. Whoever runs below an agent controls
nothing, whatever its user. Then root may, and operators; everybody else, the guarded user first of all, needs
polkit's word, for which a person types a password that no program of the user holds. The group does not count for
the guarded user himself: all of his processes have it, his agents' too.
"""

from __future__ import annotations

import grp
from typing import Final

from enactd import peer
from enactd.approvals import polkit
from enactd.errors import RefusedError
from enactd.origin import Origins, uncontrolled
from enactd.peer import Seen

OPERATORS: Final = "enactd-operators"
ACTION: Final = "org.enactd.control"


class MachineAuthority:
    """For the daemon that guards the user `guarded`. `origins` knows which agents run."""

    def __init__(self, guarded: int, origins: Origins, *, group: str = OPERATORS) -> None:
        self._guarded = guarded
        self._origins = origins
        self._group = group

    def admits(self, uid: int, gid: int, pid: int) -> bool:
        """Whether the daemon listens to a process at all."""
        return uid in (0, self._guarded) or self._is_operator(gid, pid)

    async def permit(self, seen: Seen) -> None:
        """Raise `RefusedError` unless this process may control the daemon; may wait for a person's password."""
        self._origins.below_no_agent(seen)
        if seen.uid == 0 or (seen.uid != self._guarded and self._is_operator(seen.gid, seen.process.pid)):
            return
        try:
            await polkit.check(seen, action=ACTION)
        except RefusedError as error:
            raise uncontrolled(
                f"user {seen.uid} is guarded, and {error.cause or 'polkit did not vouch for it'}",
                "sudo enactctl ..., or as a member of the group " + self._group,
            ) from None

    def _is_operator(self, gid: int, pid: int) -> bool:
        try:
            wanted = grp.getgrnam(self._group).gr_gid
        except KeyError:
            return False
        return gid == wanted or wanted in peer.groups(pid)
