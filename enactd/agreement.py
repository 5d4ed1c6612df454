"""What was agreed to last, kept over a restart: where a person confirms, starting anew is no way around that.

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
from enactd.atomic import replace_file, sync_folder
from enactd.bundle import Catalogue
from enactd.config import Layer, Layout, Settings
from enactd.errors import ConfigError

FOLDERS = ("user", "machine")


class Agreement:
    """The last agreement of one layout. What cannot be read counts as none."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._folder = layout.state / "agreed"
        self._before = layout.state / "agreed.before"  # there while the one is put in place of the other

    def keep(self, settings: Settings) -> None:
        """Remember these settings and the policies that lie there now; forget all, where none have to be confirmed."""
        if not settings.confirms():
            shutil.rmtree(self._before, ignore_errors=True)
            shutil.rmtree(self._folder, ignore_errors=True)
            return
        staging = Path(tempfile.mkdtemp(prefix=".agreed-", dir=self._layout.state))
        told = [layer for layer in settings.layers if not layer.name.startswith("organisation")]
        replace_file(staging / "layers.json", msgspec.json.encode([msgspec.to_builtins(layer) for layer in told]))
        for name, folder in self._sources():
            for relative in bundle.files(str(folder)):
                place = staging / "policies" / name / relative
                place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                replace_file(place, bundle.read(os.path.join(folder, relative)))
        self._put_in_place(staging)

    def _put_in_place(self, staging: Path) -> None:
        """At every moment one of both is there, whole: a crash must not leave a person's word out."""
        if self._folder.exists():
            shutil.rmtree(self._before, ignore_errors=True)
            self._folder.rename(self._before)
        staging.rename(self._folder)
        sync_folder(self._layout.state)
        shutil.rmtree(self._before, ignore_errors=True)

    @property
    def _held(self) -> Path:
        return self._folder if self._folder.exists() else self._before

    def settings(self) -> Settings | None:
        """The settings that were agreed to, if what loosens them has to be confirmed."""
        try:
            tables = msgspec.json.decode((self._held / "layers.json").read_bytes(), type=list[dict[str, Any]])
            found = config.resolve(msgspec.convert(tables, list[Layer]), home=str(self._layout.home))
        except (OSError, msgspec.MsgspecError, ConfigError):
            return None
        return found if found.confirms() else None

    def catalogue(self, bundles: Any = ()) -> Catalogue:
        """The policies that were agreed to, beside the shipped ones and these bundles. Raises `PolicyError`."""
        kept = [(name, str(self._held / "policies" / name)) for name in FOLDERS]
        return bundle.catalogue((("shipped", str(resources.policies_folder())), *kept), bundles)

    def _sources(self) -> tuple[tuple[str, Path], ...]:
        return ("user", self._layout.policies), ("machine", self._layout.machine_policies)
