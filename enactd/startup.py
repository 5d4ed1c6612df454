"""What a daemon does before it answers: become unreadable for others, have a log, have all its parts."""

from __future__ import annotations

import contextlib
import ctypes
import logging
import os
import resource
import sys
from typing import Final

import structlog

from enactd import agents
from enactd.config import BLOCKED, Layout
from enactd.effects.invocation import load_programs
from enactd.errors import EnactError

PR_SET_DUMPABLE: Final = 4


def load_parts() -> None:
    """Import all adapters and programs. Raises `EnactError`: what cannot be loaded stops the start, not a call."""
    try:
        agents.adapters()
        load_programs()
    except (ValueError, TypeError, ImportError, SyntaxError) as fault:
        raise EnactError(
            "a part of enactd does not load",
            cause=f"{type(fault).__name__}: {fault}".replace("\n", " "),
            effect=BLOCKED,
            fix="pip install --force-reinstall enactd",
        ) from None


def harden() -> None:
    """Files of ours are private, no memory of ours is dumped or read by other processes of the user."""
    os.umask(0o077)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)


def set_up_log(layout: Layout, level: str) -> None:
    """Lines of JSON to stderr; to the log file if whoever started us gave us none."""
    with contextlib.suppress(OSError):
        if os.path.samestat(os.fstat(2), os.stat(os.devnull)):
            log_file = os.open(layout.log_file, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600)
            os.dup2(log_file, 2)
            os.close(log_file)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level.upper())),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
