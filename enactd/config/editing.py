"""Changing one setting in a `config.toml` as a person would: comments, order and everything else stay."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Any, Literal

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import Array

from enactd.atomic import replace_file
from enactd.config import files
from enactd.errors import ConfigError, UsageError

Change = Literal["set", "add", "remove", "unset"]


def changed(text: str, key: str, value: str, how: Change, path: Path) -> str:
    """The file's text with one setting changed; `add` and `remove` are for one item of a list.

    Raises `UsageError` for a key that is none, and `ConfigError` for a text or a value that does not fit.
    """
    files.parse(text.encode(), path)
    parts = key_of(key)
    document = tomlkit.parse(text)
    table: Any = document
    for name in parts[:-1]:
        if name not in table:
            if how in ("remove", "unset"):
                raise UsageError(f"`{key}` is not set in `{path}`", fix="enactctl config show")
            table[name] = tomlkit.table(is_super_table=name != parts[-2])
        table = table[name]
    last = parts[-1]
    if how in ("unset", "remove") and last not in table:
        raise UsageError(f"`{key}` is not set in `{path}`", fix="enactctl config show")
    if how == "set":
        table[last] = _parsed(value, parts)
    elif how == "unset":
        del table[last]
    else:
        table[last] = _listed(table.get(last), value, how, key)
    fresh = tomlkit.dumps(document)
    files.parse(fresh.encode(), path)
    return fresh


def key_of(key: str) -> tuple[str, ...]:
    """The parts of a dotted key; names of policies, agents and folders keep their dots. Raises `UsageError`."""
    parts, known = _split(key), files.known_keys()
    inner = parts[2:] if parts[0] in ("agents", "workspaces") else parts
    right = len(parts) == 3 if parts[0] == "policies" else ".".join(inner) in known
    if parts[0] in ("agents", "workspaces"):
        everywhere = inner[:1] in (("daemon",), ("reload",), ("loosenable",))
        right = len(inner) == 3 if inner[:1] == ("policies",) else right and not everywhere
    if not right or not all(parts):
        guess = files.nearest(key, known)
        raise UsageError(
            f"`{key}` is not a setting", cause=f"the nearest is `{guess}`" if guess else "", fix="enactctl config show"
        )
    return parts


def write(path: Path, text: str) -> None:
    """Replace the file whole, keeping its rights; a link keeps being one. Raises `ConfigError` for a device."""
    place = Path(os.path.realpath(path))
    if place.exists() and not place.is_file():
        raise ConfigError(
            f"`{path}` cannot be changed", cause=f"`{place}` is no regular file", effect="nothing was changed",
            fix=f"ls -l {path}",
        )  # fmt: skip
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    mode = place.stat().st_mode & 0o777 if place.exists() else 0o600
    replace_file(place, text.encode(), mode)


def _split(key: str) -> tuple[str, ...]:
    """`policies.git.force-push.level` is (policies, git.force-push, level); quotes as in TOML work everywhere."""
    if '"' in key or "'" in key:
        return _quoted(key)
    parts = tuple(key.split("."))
    if parts[0] == "policies" and len(parts) > 3:
        return parts[0], ".".join(parts[1:-1]), parts[-1]
    return parts


def _quoted(key: str) -> tuple[str, ...]:
    """The parts of a key with quotes, by TOML's own reading of it."""
    try:
        table: Any = tomllib.loads(f"{key} = 0")
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"`{key}` is no key", cause=str(error).lower()) from None
    parts: list[str] = []
    while isinstance(table, dict):
        name = next(iter(table))
        parts.append(name)
        table = table[name]
    if parts[0] == "policies" and len(parts) > 3:
        return parts[0], ".".join(parts[1:-1]), parts[-1]
    return tuple(parts)


def _parsed(value: str, parts: tuple[str, ...]) -> Any:
    """The value as TOML; a bare word is a text, as people type it."""
    try:
        return tomlkit.value(value)
    except (TOMLKitError, ValueError):
        return _bare(value, parts)


def _bare(value: str, parts: tuple[str, ...]) -> Any:
    """What is no TOML: a text, or for a list its one item."""
    hint = files.hint_of(parts)
    return [value] if hint is not None and str(hint).startswith("tuple[") else value


def _listed(held: Any, value: str, how: Change, key: str) -> Any:
    """The list with one item more or less."""
    if held is not None and not isinstance(held, Array):
        raise UsageError(f"`{key}` is no list", fix=f"enactctl config set {key} VALUE")
    item = _parsed(value, ("",))
    found = held if held is not None else tomlkit.array()
    if how == "add":
        if item not in found:
            found.append(item)
    elif item in found:
        found.remove(item)
    else:
        raise UsageError(f"`{key}` has no `{value}`", fix="enactctl config show")
    return found
