"""kubectl: which objects the manifests at hand name. YAML is scanned for kinds and names, never interpreted."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from typing import Any, Final

import msgspec

from enactd.approvals.plans.command import Command, is_known
from enactd.approvals.plans.counting import by_type, counted
from enactd.disk import digest_of
from enactd.world import World

_TEXT: Final = 1 << 20
_FILES: Final = 100
_DOCUMENTS: Final = re.compile(r"^---.*$", re.MULTILINE)
_KIND: Final = re.compile(r"^kind:[ \t]*[\"']?([\w.-]+)", re.MULTILINE)
_METADATA: Final = re.compile(r"^metadata:[ \t]*\n((?:[ \t]+.*\n?|[ \t]*(?:#.*)?\n)*)", re.MULTILINE)
_FLOW: Final = re.compile(r"^metadata:[ \t]*\{(.*)\}", re.MULTILINE)
_ENDINGS: Final = (".yaml", ".yml", ".json")


def summary(command: Command, world: World) -> Iterator[str]:
    """Sentences about what `delete -f` (or `apply -f`) is given."""
    files = command.values("f", "filename", "k", "kustomize")
    if not files:
        return
    objects: list[tuple[str, str]] = []
    unknown: list[str] = []
    recursive = any(word in ("-R", "--recursive", "--recursive=true") for word in command.words)
    for given in [part for word in files for part in word.split(",")]:
        found = _objects(command, given, world, recursive=recursive) if _is_here(given) else None
        if found is None:
            unknown.append(given)
        else:
            objects += found
    if objects:
        yield f"the manifests at hand name {counted(len(objects), 'object')}:"
        yield from (f"  {line}" for line in by_type(objects))
    for given in unknown[:10]:
        yield f"what {given} names is not known here"


def _is_here(given: str) -> bool:
    return given not in ("", "-") and "://" not in given and is_known(given)


def _objects(command: Command, given: str, world: World, *, recursive: bool) -> list[tuple[str, str]] | None:
    """What the files of one argument name; None where one of them cannot be told."""
    path = command.path(given)
    if path is None:
        return None
    files = [path]
    if world.stat(path).kind == "folder":
        listed = None if recursive else world.names(path)
        if listed is None or any(name.startswith("kustomization.") for name in listed):
            return None
        files = [posixpath.join(path, name) for name in listed if name.endswith(_ENDINGS)][: _FILES + 1]
        if len(files) > _FILES:
            return None
    found: list[tuple[str, str]] = []
    for file in files:
        text = world.text(file, _TEXT)
        if text is None or world.digest(file) != digest_of(text.encode()):
            return None  # another one than the call was judged by
        objects = _of_json(text) if text.lstrip()[:1] == "{" else _of_yaml(text)
        if objects is None:
            return None
        found += objects
    return found


def _of_yaml(text: str) -> list[tuple[str, str]] | None:
    found: list[tuple[str, str]] = []
    for document in _DOCUMENTS.split(text.replace("\r\n", "\n") + "\n"):
        if not any(line.strip() and not line.lstrip().startswith("#") for line in document.splitlines()):
            continue
        kinds = _KIND.findall(document)
        if len(kinds) != 1 or kinds[0].endswith("List") or "{{" in document:
            return None  # several objects in one, or a template: counting would be guessing
        found.append((kinds[0], _name(document)))
    return found


def _name(document: str) -> str:
    """`namespace/name` of the object itself, not of one that stands inside it."""
    block, flow = _METADATA.search(document), _FLOW.search(document)
    fields: dict[str, str] = {}
    if block is not None:
        lines = [line for line in block[1].splitlines() if line.strip() and not line.lstrip().startswith("#")]
        margin = len(lines[0]) - len(lines[0].lstrip()) if lines else 0
        own = [line.strip() for line in lines if len(line) - len(line.lstrip()) == margin]
        fields = {key.strip(): _plain(value) for key, _, value in (line.partition(":") for line in own)}
    elif flow is not None:
        fields = {key.strip(): _plain(value) for key, _, value in (part.partition(":") for part in flow[1].split(","))}
    name = fields.get("name") or (f"{fields['generateName']}*" if fields.get("generateName") else "without a name")
    return f"{fields['namespace']}/{name}" if fields.get("namespace") else name


def _plain(value: str) -> str:
    return value.partition(" #")[0].strip().strip("\"'")


def _of_json(text: str) -> list[tuple[str, str]] | None:
    try:
        given = msgspec.json.decode(text, type=dict[str, Any])
        objects = given.get("items", [given]) if str(given.get("kind", "")).endswith("List") else [given]
        return [(str(one["kind"]), _json_name(one.get("metadata") or {})) for one in objects]
    except (msgspec.MsgspecError, KeyError, TypeError, AttributeError):
        return None


def _json_name(metadata: dict[str, Any]) -> str:
    name = str(metadata.get("name") or "without a name")
    return f"{metadata['namespace']}/{name}" if metadata.get("namespace") else name
