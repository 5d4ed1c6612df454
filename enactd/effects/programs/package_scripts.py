"""package.json: finding it, and what its scripts do."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any, Final

import msgspec

from enactd.effects.invocation import Effects, Invocation, Value, join, known
from enactd.effects.model import RunCode, WritePath
from enactd.effects.programs.git_context import moved

_SAFE: Final = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./=:,@%+")


def manifest(call: Invocation, folder: Value) -> dict[str, Any] | None:
    """The package.json that a manager would use: in the folder or the nearest one above; None where unknown."""
    start = folder.text
    if start is None or call.place:
        return None
    for candidate in _upward(start, call.world.workspace):
        text = call.text_of(known(os.path.join(candidate, "package.json"))).text
        if text is not None:
            return _parse(text)
    return None


def _upward(folder: str, end: str) -> list[str]:
    found = [folder]
    while folder not in (end, "/") and len(found) < 12:
        folder = os.path.dirname(folder)
        found.append(folder)
    return found if end in found else found[:1]


def _parse(text: str) -> dict[str, Any]:
    try:
        found = msgspec.json.decode(text.removeprefix("\ufeff"))
    except (msgspec.DecodeError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def scripts_of(package: dict[str, Any] | None) -> dict[str, str]:
    scripts = (package or {}).get("scripts")
    if not isinstance(scripts, dict):
        return {}
    return {str(name): text for name, text in scripts.items() if isinstance(text, str)}


def change_manifest(call: Invocation, folder: Value, words: Sequence[Value]) -> Effects:
    """`npm pkg set scripts.x=TEXT`: what is written there may run next; other settings leave the scripts as they are."""
    package = manifest(call, folder)
    file = moved(call, args=call.args, cwd=folder).target("package.json")
    scripts: dict[str, str] = {}
    for word in words:
        key, _, text = (word.text or "").partition("=")
        if key.startswith("scripts."):
            scripts[key.removeprefix("scripts.").strip("[]\"'")] = text
    if not scripts:
        yield WritePath(target=file, how="edit")
        return
    changed = {**(package or {}), "scripts": {**scripts_of(package), **scripts}}
    yield WritePath(target=file, how="overwrite", content=msgspec.json.encode(changed).decode())


def run_scripts(
    call: Invocation, manager: str, folder: Value, names: Sequence[str], args: Sequence[Value] = (), main: str = ""
) -> Effects:
    """What these scripts of package.json do, in order; those that do not exist are nothing.

    `args` are handed to the script `main`. Where package.json is not at hand, its code counts as the workspace's.
    """
    package = manifest(call, folder)
    via = f"{manager} run"
    if package is None:
        yield RunCode(language="shell", origin="workspace", what=f"{via} {main or names[0]}")
        return
    scripts = scripts_of(package)
    inner = moved(call, args=call.args, cwd=folder)
    file = inner.target("package.json").path
    for name in names:
        text = scripts.get(name)
        if text is not None:
            words = [known(text), *map(_quoted, args)] if name == main else [known(text)]
            yield from inner.shell(join(words), via=f"{via} {name}", written_in=file)


def _quoted(word: Value) -> Value:
    """A word as it has to be written in shell text; unknown parts stay as they are."""
    text = word.text
    if text is None or (text and all(char in _SAFE for char in text)):
        return word
    return known("'" + text.replace("'", "'\\''") + "'")


def has_local_tool(call: Invocation, folder: Value, tool: str) -> bool:
    """Whether `node_modules/.bin` here or above holds the tool."""
    if folder.text is None or call.place or "/" in tool or not tool:
        return False
    for candidate in _upward(folder.text, call.world.workspace):
        if call.world.stat(os.path.join(candidate, "node_modules/.bin", tool)).kind in ("file", "link"):
            return True
    return False
