"""Tools that read, write, edit, list and search files."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from enactd.effects.interpret import ToolUse, tool_reader
from enactd.effects.invocation import Invocation
from enactd.effects.model import DeletePath, Effect, MovePath, Opaque, ReadPath, Target, WritePath
from enactd.effects.secrets import secret_glob
from enactd.effects.tools.patch_text import read_patch
from enactd.effects.values import Value
from enactd.risk import Risk


def _missing(use: ToolUse, what: str) -> Effect:
    return Opaque(reason=f"`{use.tool}` names no {what}", level=Risk.COMMITMENT)


def _target(use: ToolUse, text: str) -> Target:
    call: Invocation = use.invocation
    return call.target(use.path(text))


@tool_reader(
    "Read",
    "NotebookRead",
    "read_file",
    "view",
    "view_file",
    "view_image",
    "ReadFile",
    "read",
    "open_file",
    "cat",
    "readFile",
    "view_code_item",
    "view_file_outline",
    "get_file_contents",
    "show_file",
    "read_notebook",
)
def read(use: ToolUse) -> Iterator[Effect]:
    """One file's content reaches the model."""
    path = use.text(
        "file_path", "path", "absolute_path", "notebook_path", "filePath", "target_file", "filename", "file"
    )
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
    "Write",
    "write_file",
    "create",
    "create_file",
    "write_to_file",
    "WriteFile",
    "write",
    "new_file",
    "createFile",
    "create_new_file",
    "save_file",
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
    "search_replace", "StrReplace", "insert_edit_into_file", "NotebookEdit", "edit_notebook", "smart_edit", "editor", "notebook_edit",
    "replace_string_in_file", "multi_replace_string_in_file", "replace_file_content", "multi_replace_file_content", "edit_notebook_file",
    "ApplyEdit", "fast_apply", "editFile",
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


@tool_reader(
    "Glob",
    "glob",
    "list_files",
    "find_files",
    "file_search",
    "file_glob_search",
    "glob_file_search",
    "find_by_name",
    "fileSearch",
)
def glob(use: ToolUse) -> Iterator[Effect]:
    """Names of files that match a pattern."""
    pattern = use.text("pattern", "glob", "query", "glob_pattern", "globPattern") or "*"
    base = use.text("path", "dir_path", "target_directory", "directory", "search_directory", "search_path")
    full = posixpath.join(base, pattern) if base and not pattern.startswith(("/", "~")) else pattern
    yield ReadPath(target=use.invocation.target(Value((use.path(full).text or full,), glob=True)), how="list")


@tool_reader(
    "Grep",
    "grep",
    "search_file_content",
    "grep_search",
    "search_files",
    "codebase_search",
    "ripgrep",
    "grep_files",
    "textSearch",
    "semantic_search",
    "codesearch",
    "code_search",
)
def grep(use: ToolUse) -> Iterator[Effect]:
    """Lines that match a pattern, below a folder."""
    pattern = use.text("pattern", "regex", "query", "search") or ""
    base = use.text("path", "dir_path", "include_path", "directory", "search_path") or "."
    narrowed = use.text("glob", "include", "include_pattern", "file_pattern") or ""
    shown = use.text("output_mode") not in ("count",)
    target = use.invocation.target(use.path(base), pattern=narrowed)
    if narrowed and secret_glob(narrowed):
        target = use.invocation.target(Value((posixpath.join(use.path(base).text or ".", narrowed),), glob=True))
    yield ReadPath(target=target, how="search", recursive=target.kind != "file", search=pattern, shown=shown)


@tool_reader(
    "LS", "ls", "list", "list_directory", "list_dir", "folder_list", "read_folder", "directory_tree", "listDirectory",
)  # fmt: skip
def list_folder(use: ToolUse) -> Iterator[Effect]:
    """Names in a folder."""
    path = (
        use.text("path", "dir_path", "directory", "target_directory", "relative_workspace_path", "directory_path")
        or "."
    )
    yield ReadPath(target=_target(use, path), how="list")


@tool_reader("editFiles", "edit_files")
def edit_many(use: ToolUse) -> Iterator[Effect]:
    """Several files change in ways that are not told."""
    found = use.argument("files", "paths", "filePaths")
    names = [name for name in found if isinstance(name, str)] if isinstance(found, list) else []
    if not names:
        yield _missing(use, "file")
    for name in names:
        yield WritePath(target=_target(use, name), how="edit")


@tool_reader("fs_read")
def read_operations(use: ToolUse) -> Iterator[Effect]:
    """Reads, listings and searches in one call: each operation has a mode and a path."""
    found = use.argument("operations")
    operations = [entry for entry in found if isinstance(entry, dict)] if isinstance(found, list) else [use.input]
    for entry in operations:
        path = entry.get("path")
        paths = [path] if isinstance(path, str) else entry.get("image_paths", entry.get("paths"))
        texts = [text for text in paths if isinstance(text, str)] if isinstance(paths, list) else []
        if not texts:
            yield _missing(use, "file")
        mode = str(entry.get("mode", "Line")).lower()
        for text in texts:
            if mode == "search":
                search = entry.get("pattern", entry.get("search_pattern"))
                yield ReadPath(
                    target=_target(use, text), how="search", search=search if isinstance(search, str) else ""
                )
            else:
                yield ReadPath(target=_target(use, text), how="list" if mode == "directory" else "content")


@tool_reader("fs_write")
def write_operation(use: ToolUse) -> Iterator[Effect]:
    """One write whose `command` says how: create, str_replace, insert, append."""
    yield from edit(use) if use.text("command") in ("str_replace", "insert") else write(use)


@tool_reader("create_directory", "createDirectory", "mkdir", "make_directory")
def make_folder(use: ToolUse) -> Iterator[Effect]:
    """A folder is made; one that is there stays as it is."""
    path = use.text("dir_path", "path", "directory", "directory_path")
    if path is None:
        yield _missing(use, "folder")
        return
    target = _target(use, path)
    if target.kind != "folder":
        yield WritePath(target=target, how="create", content="")


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
    """What a patch changes, section by section; one that names no file says so."""
    sections = read_patch(text)
    if not sections:
        yield Opaque(reason="a patch that names no file", level=Risk.COMMITMENT)
    for part in sections:
        target = _target(use, part.path)
        if part.how == "delete":
            yield DeletePath(target=target)
            continue
        if part.moved_to:
            yield MovePath(target=target, to=_target(use, part.moved_to))
        added, removed = "\n".join(part.added), "\n".join(part.removed)
        yield WritePath(
            target=target, how="edit" if part.how == "edit" else "overwrite", content=added, removed=removed
        )
