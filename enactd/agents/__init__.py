"""One module per agent; the folder is the registry.

A module that defines `ADAPTER` is an agent, under the name its adapter gives. Others help them.
"""

from __future__ import annotations

import functools
import importlib
import pkgutil
from collections.abc import Mapping

from enactd.agents.base import Adapter


@functools.cache
def adapters() -> Mapping[str, Adapter]:
    """All agents by the name on the shim's command line."""
    modules = [importlib.import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__)]
    known: list[Adapter] = [module.ADAPTER for module in modules if hasattr(module, "ADAPTER")]
    return {adapter.name: adapter for adapter in known}


def find(name: str) -> Adapter | None:
    """The adapter of an agent; None for a name nobody has, which callers answer with no."""
    return adapters().get(name)
