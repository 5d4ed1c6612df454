"""Every path and every setting of the gate, each in one place."""

from enactd.config.layers import load, resolve
from enactd.config.layers import read as read_layers
from enactd.config.layout import BLOCKED, MACHINE, Layout, check_place, home_of, is_guarded, shipped
from enactd.config.settings import Daemon, Freeze, Layer, Setting, Settings, describe

__all__ = [
    "BLOCKED",
    "MACHINE",
    "Daemon",
    "Freeze",
    "Layer",
    "Layout",
    "Setting",
    "Settings",
    "check_place",
    "describe",
    "home_of",
    "is_guarded",
    "load",
    "read_layers",
    "resolve",
    "shipped",
]
