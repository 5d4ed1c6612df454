"""Scripts that lie in the workspace."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from support.reading import effects

from enactd.effects.model import Effect


@pytest.fixture
def project_script(tmp_path: Path) -> Callable[..., list[Effect]]:
    """Write a script into a workspace and read the command that runs it; `{}` in it is the script's name."""

    def run(code: str, name: str = "build.js", command: str = "node {}") -> list[Effect]:
        folder = tmp_path / "work" / "proj"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(code)
        return effects(command.format(name), cwd=str(folder), home="/home/u")

    return run
