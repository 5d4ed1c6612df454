"""Tools that read, write, edit, list and search files."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from enactd.effects.interpret import ToolUse, tool_reader
from enactd.effects.invocation import Invocation
from enactd.effects.model import DeletePath, Effect, MovePath, Opaque, ReadPath, Target, WritePath
from enactd.effects.secrets import secret_glob
from enactd.effects.values import Value
from enactd.risk import Risk


def _missing(use: ToolUse, what: str) -> Effect:
    return Opaque(reason=f"`{use.tool}` names no {what}", level=Risk.COMMITMENT)


def _target(use: ToolUse, text: str) -> Target:
    call: Invocation = use.invocation
    return call.target(use.path(text))


@tool_reader(
    "Read", "NotebookRead", "read_file", "view", "view_file", "view_image", "ReadFile", "read", "open_file", "cat"
)
def read(use: ToolUse) -> Iterator[Effect]:
    """One file's content reaches the model."""
    path = use.text("file_path", "path", "absolute_path", "notebook_path", "filePath", "target_file", "filename")
    if path is None:
        yield _missing(use, "file")
        return
    yield ReadPath(target=_target(use, path))


@tool_reader("read_many_files", "read_files")
def read_many(use: ToolUse) -> Iterator[Effect]:
    """Several files or globs."""
    found = use.input.get("paths", use.input.get("include", use.input.get("files", [])))
    for item in found if isinstance(found, list) else [found]:
        path = item.get("path") if isinstance(item, dict) else item
        if isinstance(path, str):
            yield ReadPath(target=use.invocation.target(Value((path,), glob=True)))


@tool_reader(
    "Write", "write_file", "create", "create_file", "write_to_file", "WriteFile", "write", "fs_write", "new_file"
)
def write(use: ToolUse) -> Iterator[Effect]:
    """A whole file is written."""
    path = use.text("file_path", "path", "absolute_path", "filePath", "target_file", "filename")
    content = use.text("content", "contents", "file_text", "text", "code_edit")
    if path is None:
        yield _missing(use, "file")
        return
    yield WritePath(target=_target(use, path), how="overwrite", content=content)


@tool_reader(
    "Edit", "MultiEdit", "replace", "str_replace", "str_replace_editor", "edit_file", "replace_in_file", "insert", "edit",
    "search_replace", "StrReplace", "insert_edit_into_file", "NotebookEdit", "edit_notebook", "smart_edit", "editor",
)  # fmt: skip
def edit(use: ToolUse) -> Iterator[Effect]:
    """Parts of a file change."""
    path = use.text("file_path", "path", "notebook_path", "absolute_path", "filePath", "target_file", "filename")
    if path is None:
        yield _missing(use, "file")
        return
    if use.text("command") in ("view", "undo_edit") and use.tool.lower() == "str_replace_editor":
        yield ReadPath(target=_target(use, path))
        return
    edits = use.input.get("edits")
    pieces = [e for e in edits if isinstance(e, dict)] if isinstance(edits, list) else [use.input]
    removed = "\n".join(_first(e, "old_string", "old_str", "old_text", "oldString") for e in pieces)
    added = "\n".join(
        _first(
            e,
            "new_string",
            "new_str",
            "new_text",
            "newString",
            "new_source",
            "content",
            "diff",
            "code_edit",
            "file_text",
            "insert_text",
        )
        for e in pieces
    )
    yield WritePath(target=_target(use, path), how="edit", content=added, removed=removed)


def _first(arguments: dict[str, object], *names: str) -> str:
    for name in names:
        found = arguments.get(name)
        if isinstance(found, str):
            return found
    return ""


@tool_reader("Glob", "glob", "list_files", "find_files", "file_search", "file_glob_search", "glob_file_search")
def glob(use: ToolUse) -> Iterator[Effect]:
    """Names of files that match a pattern."""
    pattern = use.text("pattern", "glob", "query", "glob_pattern", "globPattern") or "*"
    base = use.text("path", "dir_path", "target_directory", "directory")
    full = posixpath.join(base, pattern) if base and not pattern.startswith(("/", "~")) else pattern
    yield ReadPath(target=use.invocation.target(Value((use.path(full).text or full,), glob=True)), how="list")


@tool_reader(
    "Grep", "grep", "search_file_content", "grep_search", "search_files", "codebase_search", "ripgrep", "grep_files"
)
def grep(use: ToolUse) -> Iterator[Effect]:
    """Lines that match a pattern, below a folder."""
    pattern = use.text("pattern", "regex", "query", "search") or ""
    base = use.text("path", "dir_path", "include_path", "directory") or "."
    narrowed = use.text("glob", "include", "include_pattern", "file_pattern") or ""
    shown = use.text("output_mode") not in ("count",)
    target = use.invocation.target(use.path(base), pattern=narrowed)
    if narrowed and secret_glob(narrowed):
        target = use.invocation.target(Value((posixpath.join(use.path(base).text or ".", narrowed),), glob=True))
    yield ReadPath(target=target, how="search", recursive=target.kind != "file", search=pattern, shown=shown)


@tool_reader("LS", "ls", "list_directory", "list_dir", "folder_list", "read_folder", "directory_tree")
def list_folder(use: ToolUse) -> Iterator[Effect]:
    """Names in a folder."""
    path = use.text("path", "dir_path", "directory", "target_directory", "relative_workspace_path") or "."
    yield ReadPath(target=_target(use, path), how="list")


@tool_reader("delete_file", "remove_file", "delete", "delete_path", "rm")
def delete(use: ToolUse) -> Iterator[Effect]:
    """A file or folder goes away."""
    path = use.text("file_path", "path", "target_file", "filePath", "absolute_path")
    if path is None:
        yield _missing(use, "file")
        return
    target = _target(use, path)
    yield DeletePath(target=target, recursive=bool(use.input.get("recursive")) or target.kind == "folder")


@tool_reader("move_file", "rename_file", "rename", "move_path")
def move(use: ToolUse) -> Iterator[Effect]:
    """A file moves."""
    source = use.text("source", "source_path", "from", "old_path", "path")
    to = use.text("destination", "destination_path", "to", "new_path")
    if source is None or to is None:
        yield _missing(use, "files")
        return
    yield MovePath(target=_target(use, source), to=_target(use, to))


@tool_reader("apply_patch", "ApplyPatch", "patch")
def apply_patch(use: ToolUse) -> Iterator[Effect]:
    """The patch form of Codex: sections that add, update, delete and move files."""
    text = use.text("input", "patch", "command", "patch_text", "patchText", "content")
    if text is None:
        yield _missing(use, "patch")
        return
    yield from patch_effects(use, text)


def patch_effects(use: ToolUse, text: str) -> Iterator[Effect]:
    """What a `*** Begin Patch` text changes."""
    path, how = "", ""
    added: list[str] = []
    removed: list[str] = []

    def finished() -> Iterator[Effect]:
        if how in ("create", "edit"):
            mode = "overwrite" if how == "create" else "edit"
            yield WritePath(
                target=_target(use, path), how=mode, content="\n".join(added), removed="\n".join(removed),  # type: ignore[arg-type]
            )  # fmt: skip

    found = False
    for line in text.splitlines():
        head, _, rest = line.partition(": ")
        section = {
            "*** Add File": "create",
            "*** Update File": "edit",
            "*** Delete File": "delete",
            "*** Move to": "move",
        }.get(head)
        if section is None:
            if line.startswith("+") and not line.startswith("+++ "):
                added.append(line[1:])
            elif line.startswith("-") and not line.startswith("--- "):
                removed.append(line[1:])
            elif line.startswith(("+++ ", "--- ")) and not how:
                path = line[4:].split("\t")[0].removeprefix("a/").removeprefix("b/")
                found = found or path != "/dev/null"
            continue
        found = True
        if section == "move":
            yield MovePath(target=_target(use, path), to=_target(use, rest))
            continue
        yield from finished()
        path, how, added, removed = rest, section, [], []
        if section == "delete":
            yield DeletePath(target=_target(use, path))
            how = ""
    yield from finished()
    if not found:
        yield Opaque(reason="a patch that names no file", level=Risk.COMMITMENT)
    elif not how and path and path != "/dev/null" and (added or removed):
        yield WritePath(target=_target(use, path), how="edit", content="\n".join(added), removed="\n".join(removed))
