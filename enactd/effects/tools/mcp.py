"""MCP tools: told by what their arguments are (SQL, shell, paths, addresses) and by the verbs of their names.

A server can call its tools anything; a name is a claim. Arguments that are commands, statements or paths
are read as such whatever the name says, and a tool that changes something nobody can name asks.
"""

from __future__ import annotations

import copy
import posixpath
import re
from collections.abc import Callable, Iterator
from typing import Final

from enactd.effects.http import exchange
from enactd.effects.interpret import ToolUse, tool_reader_where
from enactd.effects.model import (
    AgentTool,
    ChangeInfrastructure,
    DeletePath,
    Effect,
    MovePath,
    ReadPath,
    UnknownTool,
    WritePath,
)
from enactd.effects.tools import mcp_services as services
from enactd.effects.tools.mcp_texts import texts
from enactd.effects.tools.mcp_words import kind_of, words_of
from enactd.effects.tools.web import body, headers
from enactd.effects.values import Hole, Value

_OWN: Final = re.compile(
    r"memory|sequential.?thinking|context7|^time$|todo|ide$|knowledge.?graph|deepwiki|docs$|task.?master|shrimp.?task"
)
_PASSED_ON: Final = ("arguments", "tool_input", "params", "input")
_NOTES: Final = frozenset({"memory", "memories"})
_FILE_SERVERS: Final = re.compile(r"file|desktop.?commander|^fs$|editor|serena|ide$|jetbrains|vscode|cursor|code")
_PATH_KEYS: Final = frozenset(
    "path file_path filepath filename file uri source src repo_path directory dir notebook_path relative_path paths files".split()
)
_TO_KEYS: Final = frozenset("destination dest to target_path new_path output_path output out".split())
_NEW: Final = ("newText", "new_text", "new_string", "newString", "new_str", "replacement")
_OLD: Final = ("oldText", "old_text", "old_string", "oldString", "old_str")
_HTTP_METHODS: Final = frozenset("GET HEAD OPTIONS POST PUT PATCH DELETE".split())
_WRITES: Final = frozenset("write edit create append save update replace insert".split())


def _is_mcp(name: str) -> bool:
    lowered = name.lower()
    return (
        lowered.startswith(("mcp__", "mcp_", "mcp:", "mcp.", "@"))
        or "__" in name
        or lowered in ("use_mcp_tool", "callmcptool")
    )


@tool_reader_where(_is_mcp)
def mcp(use: ToolUse) -> Iterator[Effect]:
    """What an MCP call does, as far as arguments and names tell."""
    server, action = _names(use)
    called = _called(use, server)
    if called is None:
        yield from _read(use, server, action)
        return
    outer, _ = texts(use, server.lower(), words_of(action))
    yield from outer  # what stands beside the call that is passed on is not hidden by it
    yield from _read(*called)


def _called(use: ToolUse, server: str) -> tuple[ToolUse, str, str] | None:
    """The call that a tool passes on to another: `call_tool(server=, tool=, arguments=)`; None where it is none."""
    inner = next((use.input[key] for key in _PASSED_ON if isinstance(use.input.get(key), dict)), None)
    action = use.text("tool_name", "toolName", "tool")
    if inner is None or not action:
        return None
    passed = copy.copy(use)
    passed.input = inner
    return passed, use.text("server_name", "serverName", "server") or server, action


def _read(use: ToolUse, server: str, action: str) -> Iterator[Effect]:
    server, verbs = server.lower(), words_of(action)
    kind = kind_of(verbs)
    found, any_read = texts(use, server, verbs)
    if found and {"migration", "migrations"} & set(verbs):
        found.append(ChangeInfrastructure(tool=server, verb="apply", what="a migration"))
    for reader in _READERS if not any_read else ():
        found += reader(use, server, verbs, kind)
        if found:
            break
    if found:
        yield from found
    elif _OWN.search(server) or any_read or (verbs[-1:] and verbs[-1] in _NOTES and not services.is_remote(server)):
        yield AgentTool(tool=use.tool)
    else:
        yield UnknownTool(tool=use.tool, reads=kind == "read")


def _names(use: ToolUse) -> tuple[str, str]:
    if use.call.mcp_server:
        return use.call.mcp_server, use.tool.rsplit("__", 1)[-1].rsplit(":", 1)[-1]
    if use.tool.startswith("@"):
        return use.tool[1:].partition("/")[0], use.tool.partition("/")[2]
    parts = re.split(r"__|:", use.tool)
    if len(parts) >= 3:
        return parts[1], "__".join(parts[2:])
    if len(parts) == 2 and parts[0].lower() != "mcp":
        return parts[0], parts[1]
    pieces = use.tool.split("_", 2)
    return (pieces[1], pieces[2]) if len(pieces) == 3 else ("", use.tool)


def _files(use: ToolUse, server: str, verbs: list[str], kind: str) -> list[Effect]:
    paths = _paths(use, server, _PATH_KEYS)
    if not paths:
        return []
    to = _paths(use, server, _TO_KEYS)
    content, removed = _written(use)
    found: list[Effect] = []
    for path in paths:
        target = use.invocation.target(path)
        if kind == "destroy":
            recursive = bool(use.input.get("recursive")) or target.kind == "folder" or "directory" in verbs
            found.append(DeletePath(target=target, recursive=recursive))
            if not _FILE_SERVERS.search(server):
                found.append(UnknownTool(tool=use.tool))
        elif to and {"move", "rename"} & set(verbs):
            found.append(MovePath(target=target, to=use.invocation.target(to[0])))
        elif {"directory", "folder", "dir", "mkdir"} & set(verbs) and kind == "change":
            made = target.kind != "folder"
            found.append(
                WritePath(target=target, how="create", content="")
                if made
                else ReadPath(target=target, how="exists", shown=False)
            )
        elif kind != "read" and (content is not None or _WRITES & set(verbs)):
            how = (
                "append" if "append" in verbs else "edit" if {"edit", "replace", "insert"} & set(verbs) else "overwrite"
            )
            found.append(WritePath(target=target, how=how, content=content, removed=removed))  # type: ignore[arg-type]
        elif {"list", "tree", "ls", "search", "find", "glob"} & set(verbs):
            found += _listed(use, path)
        elif kind in ("read", "unknown"):
            found.append(ReadPath(target=target))
    return found


def _written(use: ToolUse) -> tuple[str | None, str]:
    """What a call puts into a file, and what it takes out, where it says so; of many edits all together."""
    edits = use.input.get("edits")
    pieces = [piece for piece in edits if isinstance(piece, dict)] if isinstance(edits, list) else []
    added = [text for piece in pieces for key in _NEW if isinstance(text := piece.get(key), str)]
    removed = [text for piece in pieces for key in _OLD if isinstance(text := piece.get(key), str)]
    if added or removed:
        return "\n".join(added), "\n".join(removed)
    return use.text("content", "contents", "text", "data", "new_text", "newText", "body"), use.text(*_OLD) or ""


def _listed(use: ToolUse, path: Value) -> list[Effect]:
    """A folder's names, or those in it that match."""
    pattern = use.text("pattern", "glob", "file_pattern", "filePattern", "name")
    if not pattern:
        return [ReadPath(target=use.invocation.target(path), how="list")]
    wanted = Value((posixpath.join(path.text or ".", pattern),), glob=True)
    return [ReadPath(target=use.invocation.target(wanted), how="list", recursive=True)]


def _paths(use: ToolUse, server: str, keys: frozenset[str]) -> list[Value]:
    """Arguments that are paths of this machine; a service's relative paths are names there."""
    if services.is_forge(use.tool.lower()):
        return []
    found: list[Value] = []
    for name, content in use.input.items():
        if name.lower() not in keys:
            continue
        for text in content if isinstance(content, list) else [content]:
            if not isinstance(text, str) or ("://" in text and not text.startswith("file://")):
                continue
            plain = text.removeprefix("file://")
            if not services.is_remote(server) or plain.startswith(("/", "~")):
                found.append(use.path(plain))
    return found


def _address(use: ToolUse, server: str, verbs: list[str], kind: str) -> list[Effect]:
    url = use.text("url", "uri", "endpoint", "href")
    if url is None or "://" not in url:
        return []
    method = use.text("method", "http_method", "httpMethod") or ("POST" if body(use) is not None else "GET")
    return list(exchange(method, Value((url,)), headers=headers(use), body=body(use)))


def _http(use: ToolUse, server: str, verbs: list[str], kind: str) -> list[Effect]:
    """A request that goes where the server sends it: an HTTP method with a path there, which is none of this machine."""
    method = (use.text("method", "httpMethod", "http_method", "requestMethod") or "").upper()
    place = use.text("path", "endpoint", "route", "url", "uri", "pathname")
    if method not in _HTTP_METHODS or place is None or "://" in place:
        return []
    url = Value(("https://", Hole(f"the address of {server}"), "/", place.lstrip("/")))
    return list(exchange(method, url, headers=headers(use), body=body(use)))


_Reader = Callable[[ToolUse, str, list[str], str], list[Effect]]
_READERS: Final[tuple[_Reader, ...]] = (
    services.git, services.browser, services.message, services.money, services.forge, services.secrets, _http, _files, services.store,
    services.build, _address, services.cloud,
)  # fmt: skip
