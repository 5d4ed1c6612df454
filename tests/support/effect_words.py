"""Places, a target and a database for tests of sentences."""

from __future__ import annotations

from typing import Any

from enactd.effects.model import Database, Target
from enactd.effects.words.phrase import Names

NAMES = Names("/home/ada/shop", "/home/ada")
DB = Database(dialect="postgres", name="app", host="db.example", stage="production")


def target(path: str | None = "/home/ada/shop/a", **facts: Any) -> Target:
    """A path of the workspace, else one that only the run tells."""
    return Target(**({"word": path or "$X/y", "path": path} | facts))
