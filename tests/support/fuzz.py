"""How many inputs property tests try: the same ones each time, or with `ENACT_FUZZ=20` twenty times as many new ones."""

from __future__ import annotations

import os
from typing import Final

FUZZ: Final = int(os.environ.get("ENACT_FUZZ", "0"))


def examples(usual: int) -> int:
    """The number of inputs to try where `usual` are tried for each change."""
    return usual * max(FUZZ, 1)
