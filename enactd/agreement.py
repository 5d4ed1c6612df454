"""What was agreed to last, kept over a restart: under `reload = "confirm"` starting anew is no way around a person.

    agreed/layers.json            the settings, layer by layer
    agreed/policies/LAYER/...     the policies that lie in folders of this machine

Shipped policies and bundles are not kept: both change by orders of their own.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

import msgspec

from enactd import bundle, config, resources
from enactd.bundle import Catalogue
from enactd.config import Layer, Layout, Settings
from enactd.errors import ConfigError

FOLDERS = ("user", "machine")


class Agreement:
    """The last agreement of one layout. What cannot be read counts as none."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._folder = layout.state / "agreed"

    def keep(self, settings: Settings) -> None:
        """Remember these settings and the policies that lie there now; forget all, where none have to be confirmed."""
        if settings.reload != "confirm":
            shutil.rmtree(self._folder, ignore_errors=True)
            return
        staging = Path(tempfile.mkdtemp(prefix=".agreed-", dir=self._layout.state))
        told = [layer for layer in settings.layers if not layer.name.startswith("organisation")]
        (staging / "layers.json").write_bytes(msgspec.json.encode([msgspec.to_builtins(layer) for layer in told]))
        for name, folder in self._sources():
            for relative in bundle.files(str(folder)):
                place = staging / "policies" / name / relative
                place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                place.write_bytes(bundle.read(os.path.join(folder, relative)))
        shutil.rmtree(self._folder, ignore_errors=True)
        staging.rename(self._folder)

    def settings(self) -> Settings | None:
        """The settings that were agreed to, if what loosens them has to be confirmed."""
        try:
            tables = msgspec.json.decode((self._folder / "layers.json").read_bytes(), type=list[dict[str, Any]])
            found = config.resolve(msgspec.convert(tables, list[Layer]), home=str(self._layout.home))
        except (OSError, msgspec.MsgspecError, ConfigError):
            return None
        return found if found.reload == "confirm" else None

    def catalogue(self, bundles: Any = ()) -> Catalogue:
        """The policies that were agreed to, beside the shipped ones and these bundles. Raises `PolicyError`."""
        kept = [(name, str(self._folder / "policies" / name)) for name in FOLDERS]
        return bundle.catalogue((("shipped", str(resources.policies_folder())), *kept), bundles)

    def _sources(self) -> tuple[tuple[str, Path], ...]:
        return ("user", self._layout.policies), ("machine", self._layout.machine_policies)
