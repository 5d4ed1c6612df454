"""Build hook of the wheel: the shim goes into `bin/`, policies and units into the package.

An editable install gets the shim, too; policies and units it finds in the checkout.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import sysconfig
import tempfile
from pathlib import Path
from types import ModuleType
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SHIPPED = ("policies", "systemd")
"""Folders beside the package that `enactd.resources` looks for in `enactd/_shipped/`."""


class ShimBuildHook(BuildHookInterface[Any]):
    """Adds what is not Python to a wheel, and names the platform if the shim is compiled."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called before a wheel is written; `version` is `standard` or `editable`."""
        if self.target_name != "wheel":
            return
        self._folder = tempfile.mkdtemp(prefix="enact-hook-")
        shim = Path(self._folder) / "enact-hook"
        require = os.environ.get("ENACT_HOOK_REQUIRE") == "1"
        compiled = _build_shim(self.root).build(shim, self.metadata.version, require=require)
        build_data["shared_scripts"][str(shim)] = "enact-hook"
        if compiled:
            build_data["pure_python"] = False
            build_data["tag"] = f"py3-none-{_platform()}"
        else:
            self.app.display_warning("no compiler: enact-hook is the script in Python, which starts about 10 ms slower")
        if version == "standard":
            for name in SHIPPED:
                build_data["force_include"][os.path.join(self.root, name)] = f"enactd/_shipped/{name}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Called after the wheel is written."""
        if self.target_name == "wheel":
            shutil.rmtree(self._folder, ignore_errors=True)


def _build_shim(root: str) -> ModuleType:
    """`build_shim.py`, which is no package: hooks are loaded by their path."""
    spec = importlib.util.spec_from_file_location("build_shim", os.path.join(root, "hookshim", "build_shim.py"))
    if spec is None or spec.loader is None:
        raise RuntimeError("hookshim/build_shim.py is missing")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _platform() -> str:
    """The platform part of a wheel's tag."""
    return sysconfig.get_platform().replace("-", "_").replace(".", "_")
