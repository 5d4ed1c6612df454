"""Cmdlets of files and folders, and of the other drives that look like them: environment, registry, functions."""

from __future__ import annotations

import re
from typing import Final, Literal

from enactd.effects.code import operations
from enactd.effects.code.objects import Thing, flattened, joined, listed, text, untold
from enactd.effects.code.powershell_cmdlets import Given, cmdlet
from enactd.effects.model import (
    ChangeMode,
    ChangeService,
    CopyPath,
    DeletePath,
    LinkPath,
    MovePath,
    ReadPath,
    RevealSecret,
    WritePath,
)
from enactd.effects.secrets import secret_variable
from enactd.effects.values import ENVIRONMENT, FILE, NONE, SECRET, Value, known, unknown

_DRIVE: Final = re.compile(
    r"^(env|hklm|hkcu|hkcr|hku|registry|cert|variable|function|alias|wsman|hkey_\w+)(?:::?|:$|:[\\/])", re.IGNORECASE
)


def _drive(path: Value) -> str:
    """The drive where it is none of files: env, registry, variable …"""
    match = _DRIVE.match(path.prefix)
    if match is None:
        return ""
    name = match.group(1).lower()
    return "registry" if name.startswith("hk") or name == "registry" else name


def _elsewhere(given: Given, path: Value, verb: str) -> bool:
    """Drives of no files: the registry is told, the rest is only this session's."""
    drive = _drive(path)
    if drive in ("registry", "cert", "wsman") and verb != "read":
        given.emit(iter([ChangeService(tool=drive, verb=verb, what=path.shown(80))]))
    elif drive == "env" and verb == "read":
        name = path.prefix.rpartition(":")[2].strip("\\/")
        if not name or "*" in name or secret_variable(name):
            given.emit(iter([RevealSecret(what=f"$env:{name}" if name else "the environment", by=given.name)]))
    return bool(drive)


@cmdlet("Remove-Item")
def remove_item(given: Given) -> Thing | None:
    """Paths, or what comes through the pipe; `-Include` narrows, so it counts as a pattern."""
    recursive = given.switch("recurse", "rf", "fr", "s") or bool({"r", "rf", "fr", "s"} & given.switches)
    include = given.value("include", "filter")
    for path in given.paths(several=True):
        if not path.pieces or _elsewhere(given, path, "delete"):
            continue
        if path.text in ("/s", "/q", "/f", "/S", "/Q", "-rf"):
            recursive = True
            continue
        if include is not None:
            for pattern in flattened(include):
                folder = path.prefix.rstrip("*").rstrip("/") if path.known else path.prefix
                word = Value((f"{folder}/{'**/' if recursive else ''}{pattern.plain or '*'}",), True)
                given.emit(iter([DeletePath(target=given.reader.call.target(word), recursive=False, bulk=True)]))
            continue
        given.emit(iter([_deletion(given, path, recursive)]))
    return None


def _deletion(given: Given, path: Value, recursive: bool) -> DeletePath:
    bulk = given.input is not None
    return DeletePath(target=given.reader.call.target(path), recursive=recursive, bulk=bulk and path.glob)


@cmdlet("Clear-Content", "Clear-Item")
def clear(given: Given) -> Thing | None:
    for path in given.paths():
        if not _elsewhere(given, path, "clear"):
            given.emit(iter([WritePath(target=given.reader.call.target(path), content="")]))
    return None


@cmdlet(
    "Set-Content",
    "Add-Content",
    "Out-File",
    "Tee-Object",
    "Export-Csv",
    "Export-Clixml",
    "Export-Json",
    "Start-Transcript",
    "Set-Item",
)
def write(given: Given) -> Thing | None:
    """The content is an argument or what comes through the pipe."""
    content = given.value("value", "inputobject", at=1)
    if content is None:
        content = given.input
    append = given.name == "add-content" or given.switch("append")
    literal = given.value("literalpath")
    told = literal or given.value("path", "filepath", at=0)
    for path in [given.path(value) for part in flattened(told) for value in part.texts] if told is not None else []:
        if _drive(path) == "env":
            given.reader.environment[path.prefix.rpartition(":")[2].strip("\\/")] = (
                content.text if content is not None else known("")
            )
        elif not _elsewhere(given, path, "set"):
            body = content.text if content is not None and content.items is None else None
            origins = content.all_origins() if content is not None else NONE
            given.emit(
                iter([WritePath(target=given.reader.call.target(path), how="append" if append else "overwrite",
                                content=body.text if body is not None else None, origins=origins)])
            )  # fmt: skip
    return content if given.name == "tee-object" else None


@cmdlet("New-Item")
def new_item(given: Given) -> Thing | None:
    """A file, a folder, or a link (`-Target`/`-Value` says where to)."""
    kind = (given.value("itemtype", "type") or text("")).plain or ""
    paths = given.paths()
    name = given.value("name")
    if name is not None:
        paths = [given.path(joined([Thing((p,)), name], "/").text) for p in paths or [known(".")]]
    for path in paths:
        if _elsewhere(given, path, "create"):
            continue
        if "link" in kind.lower() or kind.lower() == "junction":
            goal = given.value("target", "value") or untold()
            source = given.reader.call.target(given.path(goal.text))
            given.emit(iter([LinkPath(target=source, to=given.reader.call.target(path))]))
        elif kind.lower() not in ("directory", "d", "folder") and given.command.plain not in ("md", "mkdir"):
            body = given.value("value")
            how: Literal["overwrite", "create"] = "overwrite" if given.switch("force") else "create"
            given.emit(
                iter(
                    [WritePath(target=given.reader.call.target(path), how=how, content=body.text.text if body else "")]
                )
            )
    return Thing(tuple(paths) or (known(""),), "path")


def _two(given: Given) -> tuple[list[Value], Value]:
    goal = given.value("destination", "newname", at=0 if given.input is not None and not given.named else 1)
    if given.input is not None and given.value("path", "literalpath") is None and len(given.positional) < 2:
        goal = given.value("destination", "newname", at=0)
        sources = [given.path(v) for part in flattened(given.input) for v in part.texts]
    else:
        sources = given.paths()
        if goal is None:
            at = 0 if given.value("path", "literalpath") is not None and "path" in given.named else 1
            goal = given.positional[at] if at < len(given.positional) else None
    return sources, given.path(goal.text) if goal is not None else known(".")


@cmdlet("Copy-Item")
def copy_item(given: Given) -> Thing | None:
    sources, goal = _two(given)
    for path in sources:
        if not _drive(path):
            given.emit(iter([CopyPath(target=given.reader.call.target(path), to=given.reader.call.target(goal))]))
    return None


@cmdlet("Move-Item", "Rename-Item")
def move_item(given: Given) -> Thing | None:
    """A new name lies in the folder of the old one."""
    sources, goal = _two(given)
    for path in sources:
        if _elsewhere(given, path, "change"):
            continue
        to = goal
        if given.name == "rename-item" and "/" not in goal.visible and "/" in path.prefix:
            to = Value((path.prefix.rpartition("/")[0] + "/", *goal.pieces))
        given.emit(iter([MovePath(target=given.reader.call.target(path), to=given.reader.call.target(to))]))
    return None


@cmdlet("Get-Content", "Import-Csv", "Import-Clixml", "Import-PowerShellDataFile")
def get_content(given: Given) -> Thing | None:
    """The content is known where this call wrote it, and always carries the taints of the file."""
    paths = given.paths(several=given.name == "get-content")
    taints: frozenset[str] = NONE
    content: Value | None = None
    for path in paths:
        if _elsewhere(given, path, "read"):
            continue
        target = given.reader.call.target(path)
        given.emit(iter([ReadPath(target=target)]))
        taints |= {FILE, SECRET} if target.secret else {FILE}
        content = given.reader.call.text_of(path) if len(paths) == 1 and path.known and not path.glob else None
    if content is not None and content.text is not None and len(content.text) < 20_000:
        return Thing((content.tainted(*taints),))
    return untold("a file's content", taints)


@cmdlet("Select-String")
def select_string(given: Given) -> Thing | None:
    """A search in files, or in what comes through the pipe."""
    pattern = given.value("pattern", at=0)
    shown = pattern.text.shown(200) if pattern is not None else ""
    at = 1 if "pattern" not in given.named else 0
    told = given.value("path", "literalpath", at=at)
    if told is None:
        origins = given.input.all_origins() if given.input is not None else NONE
        for part in flattened(given.input) if given.input is not None else ():
            if part.name == "path":
                given.emit(
                    iter([ReadPath(target=given.reader.call.target(given.path(part.text)), how="search", search=shown)])
                )
        return untold("lines", origins)
    for part in flattened(told):
        target = given.reader.call.target(given.path(part.text))
        given.emit(iter([ReadPath(target=target, how="search", search=shown, shown=not given.switch("quiet"))]))
    return untold("lines", {FILE})


@cmdlet("Get-ChildItem", "Get-Item")
def get_children(given: Given) -> Thing | None:
    """Names of files; what goes on through the pipe is every match of folder and filter."""
    recursive = given.switch("recurse", "s") or bool({"r", "s"} & given.switches)
    filters = given.value("filter", "include", at=1)
    found: list[Thing] = []
    for path in given.paths() or [known(".")]:
        if _elsewhere(given, path, "read"):
            name = path.prefix.rpartition(":")[2].strip("\\/")
            if _drive(path) == "env" and name and "*" not in name:
                return given.reader.environment_variable(name)
            if _drive(path) == "env":
                return Thing((unknown("the whole environment", SECRET, ENVIRONMENT),), "env:")
            continue
        patterns = [part.plain or "*" for part in flattened(filters)] if filters is not None else []
        for pattern in patterns or [""]:
            word = _listed(path, pattern, recursive, given.name == "get-item")
            if given.name == "get-childitem":
                shown = word if pattern else path
                given.emit(iter([ReadPath(target=given.reader.call.target(shown), how="list", recursive=recursive)]))
            found.append(Thing((word,), "path"))
    return found[0] if len(found) == 1 else listed(found)


def _listed(path: Value, pattern: str, recursive: bool, itself: bool) -> Value:
    if itself or (path.glob and not pattern and not recursive):
        return path
    base = path
    if path.glob and path.known and not pattern:
        head, _, tail = path.prefix.rpartition("/")
        base, pattern = known(head), tail
        if not head:
            base = known("/" if path.prefix.startswith("/") else ".")
    deep = "**/" if recursive and pattern else ""
    text_of = base.suffix
    slash = "" if text_of.endswith("/") else "/"
    if base.text == ".":
        return Value((f"{deep}{pattern or '*'}",), True)
    return Value((*base.pieces, f"{slash}{deep}{pattern or '*'}"), True, base.origins)


@cmdlet("Resolve-Path", "Convert-Path", "Join-Path", "Split-Path")
def path_of(given: Given) -> Thing | None:
    """Paths are computed where their parts are known."""
    if given.name == "join-path":
        parts = [given.value("path", at=0), given.value("childpath", at=1), *given.positional[2:]]
        return Thing(joined([part for part in parts if part is not None], "/").texts, "path")
    first = given.value("path", "literalpath", at=0) or given.input
    if first is None:
        return untold()
    if given.name == "split-path" and not given.switch("resolve"):
        plain = (first.plain or "").replace("\\", "/")
        if given.switch("leaf") or first.plain is None:
            return text(plain.rpartition("/")[2]) if plain else Thing((unknown("a part of a path", plain=True),))
        return text(plain.rpartition("/")[0] or ".")
    return Thing(first.texts, "path", first.items)


@cmdlet("Test-Path", "Get-ItemProperty", "Get-ItemPropertyValue", "Get-Acl", "Get-FileHash")
def look(given: Given) -> Thing | None:
    return Thing((unknown("a property", plain=True),))


@cmdlet("Set-ItemProperty", "New-ItemProperty", "Remove-ItemProperty", "Clear-ItemProperty", "Rename-ItemProperty")
def properties(given: Given) -> Thing | None:
    """In the registry a setting of the machine; of a file its attributes."""
    for path in given.paths():
        if not _elsewhere(given, path, given.name.partition("-")[0]):
            given.emit(iter([ChangeMode(target=given.reader.call.target(path), mode=given.name)]))
    return None


@cmdlet("Set-Acl")
def set_acl(given: Given) -> Thing | None:
    for path in given.paths():
        given.emit(iter([ChangeMode(target=given.reader.call.target(path), mode="acl", owner=True)]))
    return None


@cmdlet("Set-Location", "Push-Location")
def set_location(given: Given) -> Thing | None:
    """Relative names mean something else from here on."""
    for path in given.paths()[:1]:
        if not _drive(path):
            told = path if not path.glob else Value(path.pieces)
            known_start = re.match(r"(?:[A-Za-z]:|/)", told.prefix) is not None
            given.reader.call.cwd = (
                told
                if known_start or not told.known
                else joined([Thing((given.reader.call.cwd,)), Thing((told,))], "/").text
            )
    return None


@cmdlet("Compress-Archive")
def compress(given: Given) -> Thing | None:
    goal = given.value("destinationpath", at=1)
    for path in given.paths():
        given.emit(operations.copy(given.reader.call, path, given.path(goal.text) if goal is not None else None))
    return None


@cmdlet("Expand-Archive")
def expand(given: Given) -> Thing | None:
    goal = given.value("destinationpath", at=1) or text(".")
    given.emit(iter([WritePath(target=given.reader.call.target(given.path(goal.text)), recursive=True)]))
    return None
