"""Lets the tests import the benchmark of the checkout, and nothing else of it: the program under test is the installed one."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

_FOLDER = Path(__file__).parents[2] / "bench"
_SPEC = importlib.util.spec_from_file_location(
    "bench", _FOLDER / "__init__.py", submodule_search_locations=[str(_FOLDER)]
)
if _SPEC is not None and _SPEC.loader is not None:
    sys.modules["bench"] = importlib.util.module_from_spec(_SPEC)
    _SPEC.loader.exec_module(sys.modules["bench"])
