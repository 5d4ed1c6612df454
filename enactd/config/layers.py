"""Layers of settings, and what they come to: machine over organisation over user over repository.

The stricter wins. A lower layer can always tighten; it loosens what an upper layer has set only where that
layer says so in `loosenable`. An upper layer that has `loosenable` at all decides for everything: what is not
in the list may not be loosened below, the shipped defaults included. A repository's own settings may only
tighten until the user has trusted them, and never touch what is the user's alone.
"""

from __future__ import annotations

import fnmatch
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import msgspec

from enactd.config import files, freezing
from enactd.config.layout import Layout
from enactd.config.settings import Ignored, Layer, Settings, Written
from enactd.config.strictness import ONCE, Key, leaves, rule_of, table_of
from enactd.config.windows import Window

REPOSITORY: Final = "repository"
_NOT_A_REPOSITORYS: Final = (
    "daemon",
    "receipts",
    "approvals",
    "reload",
    "allow",
    "observe",
    "agents",
    "workspaces",
    "loosenable",
)


def load(layout: Layout) -> Settings:
    """The settings in force for everybody. Raises `ConfigError`, naming file and key, for what cannot be used."""
    return resolve(read(layout), home=str(layout.home))


def read(layout: Layout) -> tuple[Layer, ...]:
    """The layers there are files for, the highest first. Raises `ConfigError`."""
    found = [*freezing.layer(layout)]
    for name, path in layout.config_files:
        table = files.read(path)
        if table:
            found.append(Layer(name=name, path=str(path), table=table))
    return tuple(found)


def resolve(layers: Sequence[Layer], *, agent: str = "", workspace: str = "", home: str = "") -> Settings:
    """What the layers come to for calls of this agent in this workspace; without them, for everybody."""
    merged = _Merged()
    for index, layer in enumerate(layers):
        for key, value in scoped(layer.table, agent, workspace, home).items():
            merged.lay(layer, layers[:index], key, value)
    top = {name: _together(layers, name) for name in ("agents", "workspaces")}
    path = Path(layers[0].path if layers else "")
    written = files.check({**table_of(merged.values), **top}, path)
    freeze = written.freeze
    if freeze.until is not None and freeze.until.tzinfo is None:
        freeze = msgspec.structs.replace(freeze, until=freeze.until.astimezone())
    fields = {name: getattr(written, name) for name in Written.__struct_fields__} | {"freeze": freeze}
    return Settings(
        **fields, origin=merged.origins(), ignored=tuple(merged.ignored), fences=_fences(layers, agent, workspace, home),
        layers=tuple(layers),
    )  # fmt: skip


def scoped(table: Mapping[str, Any], agent: str, workspace: str, home: str) -> dict[Key, Any]:
    """A layer's values for one agent and workspace: what is said for all, then for the workspace, then for the agent.

    The narrower replaces the wider, except that lists of what is protected add up.
    """
    values = leaves(table)
    for override in _overrides(table, agent, workspace, home):
        for key, value in leaves(override).items():
            values[key] = rule_of(key).join(values.get(key), value) if is_list_of_protected(key) else value
    return values


def matching(table: Mapping[str, Any], agent: str, workspace: str, home: str) -> tuple[str, ...]:
    """The names of the overrides that apply; equal for scopes that need no settings of their own."""
    folders = table.get("workspaces") or {}
    found = [f"workspaces.{name}" for name in folders if _covers(name, workspace, home)]
    return (*found, *(f"agents.{name}" for name in table.get("agents") or {} if name == agent))


def _overrides(table: Mapping[str, Any], agent: str, workspace: str, home: str) -> Iterator[Mapping[str, Any]]:
    folders = table.get("workspaces") or {}
    yield from (folders[name] for name in sorted(folders, key=len) if _covers(name, workspace, home))
    yield from ((table.get("agents") or {})[name] for name in table.get("agents") or {} if name == agent)


def _covers(pattern: str, workspace: str, home: str) -> bool:
    """Whether a workspace is the folder of that name, lies in it, or fits its `*`."""
    folder = os.path.normpath(home + pattern[1:] if pattern == "~" or pattern.startswith("~/") else pattern)
    return bool(workspace) and (fnmatch.fnmatchcase(workspace, folder) or fnmatch.fnmatchcase(workspace, f"{folder}/*"))


def _together(layers: Sequence[Layer], name: str) -> dict[str, Any]:
    """All overrides of all layers, for showing; what they come to is decided scope by scope."""
    together: dict[str, Any] = {}
    for layer in reversed([layer for layer in layers if layer.name != REPOSITORY]):
        together.update(layer.table.get(name) or {})
    return together


class _Merged:
    """Values as layers come down, with who said something about each."""

    def __init__(self) -> None:
        self.values: dict[Key, Any] = {}
        self.ignored: list[Ignored] = []
        self._said: dict[Key, list[Layer]] = {}
        self._from: dict[Key, list[str]] = {}

    def lay(self, layer: Layer, above: Sequence[Layer], key: Key, value: Any) -> None:
        """Take a value of `layer` as far as the layers above let it."""
        held, rule = self.values.get(key, _DEFAULTS.get(key)), rule_of(key)
        fresh, why = value, ""
        if layer.name == REPOSITORY and key[0] in _NOT_A_REPOSITORYS:
            why = "this is for the user and the machine to say"
        elif is_list_of_protected(key):
            fresh = rule.join(held, value)
        elif key == _FENCE:
            fresh = rule.join(held, value)  # what counts are the fences of all layers
        elif rule.compare(held, value) not in ("same", "tighter"):
            why = self._objection(layer, above, key)
        if why:
            fresh = held
            self.ignored.append(Ignored(key=dotted(key), layer=layer.name, path=layer.path, value=value, why=why))
        elif fresh != held or key not in self._from:
            self._from[key] = [*self._from.get(key, []), layer.path] if is_list_of_protected(key) else [layer.path]
        self._said.setdefault(key, []).append(layer)
        if not why or key in self.values:
            self.values[key] = fresh

    def _objection(self, layer: Layer, above: Sequence[Layer], key: Key) -> str:
        """Why this layer may not loosen this key; empty if it may."""
        for upper in above:
            if upper.loosenable is not None:
                if not any(fnmatch.fnmatchcase(dotted(key), pattern) for pattern in upper.loosenable):
                    return f"`{upper.path}` does not name it in `loosenable`"
            elif upper in self._said.get(key, ()):
                return f"`{upper.path}` has set it, and the stricter wins"
        return "" if layer.trusted else "it loosens, or may loosen, and the repository is not trusted: enactctl trust"

    def origins(self) -> dict[str, str]:
        """The file, or files, that each value is from, by dotted key."""
        found = {dotted(key): ", ".join(paths) for key, paths in self._from.items()}
        if once := found.pop(dotted(ONCE), ""):
            found.update({"freeze.reason": once, "freeze.until": once})
        return found


def is_list_of_protected(key: Key) -> bool:
    """Whether values of this key add up, in one layer and from layer to layer."""
    return key[0] == "protect" or key[:2] == ("environments", "production") or key == ("freeze", "windows")


def dotted(key: Key) -> str:
    """A key as people write it."""
    return ".".join("freeze" if key == ONCE else part for part in (key[:1] if key == ONCE else key))


def _fences(layers: Sequence[Layer], agent: str, workspace: str, home: str) -> tuple[tuple[Window, ...], ...]:
    """The deploy windows of each layer that has any."""
    found = (scoped(layer.table, agent, workspace, home).get(_FENCE) for layer in layers)
    return tuple(msgspec.convert(fence, tuple[Window, ...]) for fence in found if fence)


_FENCE: Final[Key] = ("deploy", "windows")
_DEFAULTS: Final = leaves(msgspec.to_builtins(Written()))
