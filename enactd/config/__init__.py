"""Every path and every setting of the gate, each in one place."""

from enactd.config.layout import BLOCKED, MACHINE, Layout, check_place, home_of, shipped
from enactd.config.settings import Daemon, Freeze, Setting, Settings, describe, load

__all__ = [
    "BLOCKED",
    "MACHINE",
    "Daemon",
    "Freeze",
    "Layout",
    "Setting",
    "Settings",
    "check_place",
    "describe",
    "home_of",
    "load",
    "shipped",
]
