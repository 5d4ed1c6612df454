"""The shared ground beside the checkout: payloads of real agents that are not part of this repository."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[2]
GROUND: Final = ROOT.parent / "shared"
RECORDINGS: Final = ROOT / "tests" / "recordings"


def messages(*folders: str, pattern: str = "*.json") -> list[object]:
    """Files of the ground as test parameters; one loud skip where the folder is not there."""
    found = [path for folder in folders for path in sorted((GROUND / folder).glob(pattern))]
    if found:
        return [pytest.param(path, id=f"{path.parent.name}/{path.stem}") for path in found]
    reason = f"{GROUND / folders[0]} is not here: its payloads were NOT tested"
    return [pytest.param(None, id="missing", marks=pytest.mark.skip(reason=reason))]
