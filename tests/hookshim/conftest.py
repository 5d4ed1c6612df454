"""Every test of the shim runs against the compiled program and against the script.

`ENACT_TEST_SANITIZED=1` compiles it with address and undefined behaviour checks.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from support import shims

KINDS = ("compiled", "script")


def make_shim(kind: str, folder: Path, sanitized: bool) -> Path:
    """A shim of this kind in a folder of its own."""
    shim = folder / "enact-hook"
    if kind == "compiled":
        shims.build(shim, *(["--sanitize"] if sanitized else ["--strict"]))
    else:
        text = (shims.SOURCES / "enact-hook.py").read_text(encoding="utf-8")
        shim.write_text(text.replace("0+unbuilt", "0.1.0"), encoding="utf-8")
        shim.chmod(0o755)
        (folder / "python3").symlink_to(sys.executable)
    return shim


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """One shim of each kind for the whole run."""
    sanitized = os.environ.get("ENACT_TEST_SANITIZED") == "1"
    return {kind: make_shim(kind, tmp_path_factory.mktemp(kind), sanitized) for kind in KINDS}


@pytest.fixture(params=KINDS)
def shim(request: pytest.FixtureRequest, made: dict[str, Path]) -> Path:
    """The shim under test; nothing may be written beside it."""
    return made[request.param]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A `--home` in which nobody listens yet."""
    folder = tmp_path / "home"
    folder.mkdir(mode=0o700)
    return folder
