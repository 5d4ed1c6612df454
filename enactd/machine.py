"""What a daemon of the machine has beside a user's own: eyes at the user's side, and another rule for control."""

from __future__ import annotations

import os
from dataclasses import dataclass

from enactd import peer
from enactd.authority import MachineAuthority
from enactd.config import BLOCKED, Layout
from enactd.errors import ConfigError
from enactd.health import SCOUT_SILENT, Health
from enactd.origin import Origins
from enactd.scout.client import Scout, unit_beside
from enactd.scout.sight import Sight


@dataclass(frozen=True)
class Machine:
    """The parts of a daemon that guards another user."""

    sight: Sight
    authority: MachineAuthority

    @classmethod
    def of(cls, layout: Layout, origins: Origins, health: Health) -> Machine | None:
        """For a layout of the machine; None where the daemon is the user's own."""
        if layout.guarded is None:
            return None
        unit = unit_beside(peer.cgroup(os.getpid()))
        scout = Scout(
            layout.scout_socket, layout.guarded, unit=unit, troubled=lambda why: health.report(SCOUT_SILENT, why)
        )
        return cls(Sight(scout), MachineAuthority(layout.guarded, origins))


def mechanism(layout: Layout) -> str:
    """Which set-up is in force, as status, doctor and receipts have it."""
    return "full" if layout.guarded is not None else "partial (the daemon runs as the user that it guards)"


def sight_of(machine: Machine | None) -> Sight | None:
    """The eyes of a daemon that may not look itself."""
    return machine.sight if machine else None


def authority_of(machine: Machine | None) -> MachineAuthority | None:
    """Who decides who controls it, where that is not the user himself."""
    return machine.authority if machine else None


def not_handed_over(layout: Layout) -> ConfigError:
    """The error of a daemon that was given no socket: it may not make one in root's folder."""
    return ConfigError(
        "no socket was handed over",
        cause=f"the service manager holds `{layout.socket}`",
        effect=BLOCKED,
        fix=f"systemctl start enactd@{layout.guarded}.socket",
    )
