"""Putting the gate's hooks into Claude Code's settings, and taking them out again.

Text in, text out. The same text serves the user's, a project's and the machine's managed settings file;
whatever is not ours keeps its bytes.
"""

from __future__ import annotations

import json
import os.path
import re
import shlex
from collections.abc import Iterator
from typing import Any, Final

import msgspec

from enactd.agents.base import Registration
from enactd.agents.json_text import Document
from enactd.errors import ConfigError, InstallError

MINIMUM: Final = (2, 1, 295)  # the first that closes when a hook cannot run
SHIM: Final = "enact-hook"
AGENT: Final = "claude-code"

# Which events are hooked. Those marked close if the shim itself cannot run; the others must never block.
CLOSING: Final = ("PreToolUse", "ConfigChange")
EVENTS: Final = ("PreToolUse", "PostToolUse", "PostToolUseFailure", "SessionStart", "SessionEnd", "ConfigChange")
HELD: Final = "PreToolUse"
"""The event whose call may wait for a person; its time-out is later by as much as that."""
_EVERYTHING: Final = (None, "", "*", ".*")
_MATCHED: Final = ("PreToolUse", "PostToolUse", "PostToolUseFailure")
OBSERVING_TIMEOUT_S: Final = 10


def check_version(text: str) -> str:
    """The version in the output of `claude --version`. Raises `InstallError` for one that fails open."""
    match = re.search(r"\b(\d{1,6})\.(\d{1,6})\.(\d{1,6})\b", text[:1000])
    if match is None:
        raise InstallError("cannot tell the version of Claude Code", fix="see what `claude --version` says")
    version = tuple(int(part) for part in match.groups())
    if version < MINIMUM:
        raise InstallError(
            f"Claude Code {match.group()} is too old, {'.'.join(map(str, MINIMUM))} or newer is needed",
            cause="older versions run a call when its hook cannot start; on Node 20 npm silently picks 2.1.197",
            effect="nothing was changed, the agent is not guarded",
            fix="install Node 22 or newer, then `npm install -g @anthropic-ai/claude-code@latest`",
        )
    return match.group()


def handler(event: str, registration: Registration) -> dict[str, Any]:
    """The hook entry for one event: exec form, absolute paths, no shell and no variable in between."""
    held = event == HELD and registration.hold_s > 0
    wanted: dict[str, Any] = {
        "type": "command",
        "command": registration.shim,
        "args": [AGENT, event, *registration.words, *(("--hold", str(registration.hold_s)) if held else ())],
        "timeout": OBSERVING_TIMEOUT_S
        if event not in CLOSING
        else registration.timeout_s + (registration.hold_s if held else 0),
    }
    return {**wanted, "onFailure": "block"} if event in CLOSING else wanted


def group(event: str, registration: Registration) -> dict[str, Any]:
    """The matcher group for one event. A matcher that is not `*` would miss tools of tomorrow."""
    hooks = [handler(event, registration)]
    return {"matcher": "*", "hooks": hooks} if event in _MATCHED else {"hooks": hooks}


def register(text: str, registration: Registration) -> str:
    """`text` with the gate's hooks in force, once each. The same text if they are already.

    Raises `ConfigError` for a file that Claude Code would not read either.
    """
    for path in (registration.shim, registration.home or "/", registration.system or "/"):
        if not os.path.isabs(path):
            raise ConfigError(f"`{path}` is not an absolute path")
    document = _document(text)
    for event in EVENTS:
        if _groups(document, event) != [group(event, registration)]:
            _clear(document, event)
            document.add(("hooks", event), group(event, registration))
    problem = registered(str(document), registration)
    if problem:
        raise ConfigError(problem, effect="the agent would not be guarded", fix="correct it by hand")
    return str(document)


def unregister(text: str) -> str:
    """`text` without any hook of the gate, whatever version or place wrote it."""
    document = _document(text)
    ours = [event for event in document.value.get("hooks", {}) if _groups(document, event)]
    for event in ours:
        _clear(document, event)
        if not document.value["hooks"][event]:
            document.remove(("hooks", event))
    if ours and not document.value["hooks"]:
        document.remove(("hooks",))
    return str(document)


def is_ours(entry: Any) -> bool:
    """Whether a hook entry runs the gate's shim, in whatever form."""
    command = entry.get("command") if isinstance(entry, dict) else None
    if not isinstance(command, str):
        return False
    try:
        words = [command] if "args" in entry else shlex.split(command)
    except ValueError:
        words = command.split()
    return any(os.path.basename(word) == SHIM for word in words)


def load(text: str | None) -> dict[str, Any] | None:
    """A settings file as Claude Code reads it: plain JSON, the last of repeated keys wins; None if it would not.

    Raises `ConfigError` for nesting that Claude Code reads and this does not.
    """
    if text is None:
        return None
    try:
        value = json.loads(text.removeprefix("\ufeff"), parse_constant=_refuse_constant, parse_int=_number)
    except RecursionError:
        raise ConfigError("a settings file is nested too deeply to tell what it switches off") from None
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def _number(digits: str) -> int | float:
    """Any length of it: Claude Code reads what Python's integers refuse."""
    try:
        return int(digits)
    except ValueError:
        return float(digits)


def _refuse_constant(name: str) -> Any:
    raise ValueError(name)


def registered(text: str | None, registration: Registration) -> str | None:
    """None if this file alone keeps every hook of the gate in force; else the first thing that is wrong."""
    if text is None:
        return "there is no such file"
    try:
        settings = load(text)
    except ConfigError as error:
        return error.problem
    if settings is None:
        return "the file is not JSON, so Claude Code ignores it"
    hooks = settings.get("hooks")
    if not isinstance(hooks, dict):
        return "it registers no hooks"
    for event in EVENTS:
        problem = _event_problem(hooks.get(event), event, registration)
        if problem:
            return problem
    return None


def _event_problem(groups: Any, event: str, registration: Registration) -> str | None:
    if not isinstance(groups, list):
        return f"no hook is registered for `{event}`"
    found = False
    for group in groups:
        if not isinstance(group, dict) or not isinstance(group.get("hooks"), list):
            return f"a group under `{event}` has a wrong shape, so Claude Code ignores the file"
        if not isinstance(group.get("matcher", ""), str):
            return f"a matcher under `{event}` is not a text, so Claude Code ignores the file"
        for entry in group["hooks"]:
            if not _valid(entry):
                return f"a hook under `{event}` has a wrong shape, so Claude Code ignores the file"
            found = found or (group.get("matcher") in _EVERYTHING and _in_force(entry, event, registration))
    return None if found else f"the gate's hook for `{event}` is missing or was changed"


def _valid(entry: Any) -> bool:
    """Whether Claude Code accepts a hook entry; one that it does not costs the whole file."""
    if not isinstance(entry, dict):
        return False
    required = {"command": "command", "http": "url", "prompt": "prompt", "agent": "prompt", "mcp_tool": "tool"}
    needed = required.get(str(entry.get("type")))
    if needed is None or not isinstance(entry.get(needed), str):
        return False
    arguments, timeout = entry.get("args", []), entry.get("timeout", 1)
    return (
        isinstance(arguments, list)
        and all(isinstance(argument, str) for argument in arguments)
        and isinstance(timeout, int | float)
        and not isinstance(timeout, bool)
        and timeout > 0
        and entry.get("onFailure", "block") in ("block", "continue")
        and entry.get("shell", "bash") in ("bash", "powershell")
        and all(isinstance(entry.get(key, False), bool) for key in ("async", "asyncRewake", "once"))
        and all(isinstance(entry.get(key, ""), str) for key in ("if", "statusMessage"))
    )


def _in_force(entry: dict[str, Any], event: str, registration: Registration) -> bool:
    """Whether an entry runs the registered shim for every call, closes if it cannot, and outlasts any wait."""
    wanted = handler(event, msgspec.structs.replace(registration, hold_s=_hold_of(entry)))
    compared = [key for key in wanted if key != "timeout"]
    return (
        is_ours(entry)
        and all(entry.get(key) == wanted[key] for key in compared)
        and entry.get("timeout", 600) >= wanted["timeout"]
        and not entry.keys() - {*wanted, "statusMessage"}
    )


def _hold_of(entry: dict[str, Any]) -> int:
    """How long an entry lets a call wait for a person; 0 if it does not say so in the way we do."""
    arguments = entry.get("args")
    match arguments[-2:] if isinstance(arguments, list) else ():
        case ["--hold", str(text)] if text.isascii() and text.isdecimal() and len(text) < 5:
            return int(text)
    return 0


def _document(text: str) -> Document:
    document = Document(text)
    if not isinstance(document.value, dict) or not isinstance(document.value.get("hooks", {}), dict):
        raise ConfigError("the file is no settings file: an object with `hooks` as an object is expected")
    return document


def _entries(document: Document, event: str) -> Iterator[tuple[int, int]]:
    """Positions of our hooks under an event: group, hook."""
    groups = document.value.get("hooks", {}).get(event)
    for g, found in enumerate(groups if isinstance(groups, list) else ()):
        hooks = found.get("hooks") if isinstance(found, dict) else None
        for h, entry in enumerate(hooks if isinstance(hooks, list) else ()):
            if is_ours(entry):
                yield g, h


def _groups(document: Document, event: str) -> list[Any]:
    return [document.value["hooks"][event][g] for g, _ in _entries(document, event)]


def _clear(document: Document, event: str) -> None:
    """Take our hooks out of an event, and the groups that held nothing else."""
    for g, h in reversed(list(_entries(document, event))):
        document.remove(("hooks", event, g, "hooks", h))
        if not document.value["hooks"][event][g]["hooks"]:
            document.remove(("hooks", event, g))
