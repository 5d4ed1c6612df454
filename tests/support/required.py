"""What a test needs and the machine may lack: skipped for whoever only tries the tests, a failure where evidence counts.

`ENACTD_REQUIRE_AGENTS` is set in continuous integration: nothing there is green because it was not run.
"""

from __future__ import annotations

import os
import shutil
from typing import NoReturn

import pytest


def missing(why: str) -> NoReturn:
    """Say that the test could not be run: as a failure in continuous integration."""
    if os.environ.get("ENACTD_REQUIRE_AGENTS"):
        pytest.fail(why)
    pytest.skip(why)


def need(program: str, why: str) -> str:
    """The path of a program; `why` says what is not tested without it."""
    found = shutil.which(program) or shutil.which(program, path="/usr/sbin:/sbin")
    return found or missing(f"there is no `{program}`: {why}")
