"""What Claude Code's settings files do to the gate's hooks.

Claude Code adds up the hooks of all layers and reads changed files within a second. One value of a wrong
type makes it ignore a whole file, hooks included, without a word. So a changed file counts as good only
where every part of it is known to be; what cannot be checked waits for the next session.
"""

from __future__ import annotations

import os.path
from collections.abc import Mapping
from typing import Any, Final

from enactd.agents.base import Registration
from enactd.agents.claude_registration import CLOSING, SHIM, is_ours, load, registered
from enactd.errors import ConfigError

USER: Final = "user_settings"
PROJECT: Final = "project_settings"
LOCAL: Final = "local_settings"
MANAGED: Final = "policy_settings"

_TITLES: Final = {USER: "user", PROJECT: "project", LOCAL: "local", MANAGED: "managed"}

# Variables that move Claude Code away from its settings or start it without hooks, or reach into the shim.
_UNHOOKING: Final = frozenset(("CLAUDE_CONFIG_DIR", "CLAUDE_CODE_SIMPLE", "CLAUDE_CODE_SAFE_MODE"))
_LOADER: Final = ("LD_", "DYLD_")

# Keys of which a type is enough to know that the file stays valid. All others are compared with before.
_BOOLEAN: Final = frozenset(
    """respectGitignore includeCoAuthoredBy includeGitInstructions enableAllProjectMcpServers disableWorkflows
    enableWorkflows respondToBashCommands skipWebFetchPreflight spinnerTipsEnabled syntaxHighlightingDisabled
    terminalTitleFromRename alwaysThinkingEnabled fastMode promptSuggestionEnabled prefersReducedMotion
    autoMemoryEnabled showThinkingSummaries skipDangerousModePermissionPrompt verbose autoCompactEnabled
    autoScrollEnabled fileCheckpointingEnabled showTurnDuration terminalProgressBarEnabled todoFeatureEnabled
    voiceEnabled""".split()
)
_TEXT: Final = frozenset("$schema apiKeyHelper model outputStyle language agent plansDirectory minimumVersion".split())
_TEXTS: Final = frozenset("enabledMcpjsonServers disabledMcpjsonServers companyAnnouncements".split())
_MODES: Final = ("acceptEdits", "auto", "bypassPermissions", "default", "dontAsk", "plan")


def files(*, home: str, project: str, moved: str = "") -> dict[str, str]:
    """The settings files of a session started in `project`: layer to path. `moved` is its CLAUDE_CONFIG_DIR."""
    return {
        MANAGED: "/etc/claude-code/managed-settings.json",
        USER: os.path.join(project, moved or os.path.join(home, ".claude"), "settings.json"),
        PROJECT: os.path.join(project, ".claude", "settings.json"),
        LOCAL: os.path.join(project, ".claude", "settings.local.json"),
    }


def disarms(
    settings: Mapping[str, str | None],
    registration: Registration,
    before: Mapping[str, str | None] | None = None,
) -> str | None:
    """Why the gate's hooks would not run under these files, in words for a person; None while they would.

    `before` are the texts under which they ran so far: what is the same in both needs no check, and what
    cannot be checked is not accepted. Without it only what is known to be wrong counts.
    """
    try:
        loaded = {layer: load(text) for layer, text in settings.items()}
        known = {layer: load(text) for layer, text in (before or {}).items()}
    except ConfigError as error:
        return error.problem
    problems: dict[str, str] = {}
    for layer, text in settings.items():
        problem = registered(text, registration) or _unchecked(loaded[layer], known.get(layer))
        if problem is None and layer == MANAGED:
            return _switched_off(MANAGED, loaded[MANAGED] or {})
        if problem:
            problems[layer] = problem
    if len(problems) == len(settings):
        layer = _registering(settings)
        return f"the {_TITLES.get(layer, layer)} settings would drop the gate's hooks: {problems.get(layer, 'no file')}"
    for layer, value in loaded.items():
        switched_off = _switched_off(layer, value or {})
        if switched_off:
            return switched_off
    return None


def _registering(settings: Mapping[str, str | None]) -> str:
    """The layer that a registration was meant for: the one that still names the shim, else the user's."""
    named = [layer for layer, text in settings.items() if text and SHIM in text]
    return named[0] if named else USER


def _switched_off(layer: str, settings: Mapping[str, Any]) -> str | None:
    """What in a file stops hooks of other files. A value of a wrong type makes Claude Code ignore the file."""
    where = f"the {_TITLES.get(layer, layer)} settings"
    if settings.get("disableAllHooks") is True:
        return f"{where} would switch off all hooks (`disableAllHooks`)"
    if layer == MANAGED:
        if settings.get("allowManagedHooksOnly") is True and not _names_shim(settings):
            return f"{where} allow only managed hooks (`allowManagedHooksOnly`), and the gate's are not among them"
        return None
    environment = settings.get("env")
    for name, value in environment.items() if isinstance(environment, dict) else ():
        if name.startswith(_LOADER) or (name in _UNHOOKING and value not in ("", "0", "false", 0, False)):
            return f"{where} would set `{name}`, under which Claude Code or the gate's hook is not what it was"
    return None


def _names_shim(settings: Mapping[str, Any]) -> bool:
    hooks = settings.get("hooks")
    groups = hooks.get(CLOSING[0]) if isinstance(hooks, dict) else None
    found = [group.get("hooks") for group in groups or () if isinstance(group, dict)]
    return any(is_ours(entry) for hooks in found if isinstance(hooks, list) for entry in hooks)


def _unchecked(settings: Mapping[str, Any] | None, before: Mapping[str, Any] | None) -> str | None:
    """The first changed key with which Claude Code might not read the file any more."""
    for key, value in (settings or {}).items():
        if before is not None and key in before and before[key] == value and type(before[key]) is type(value):
            continue
        valid = _valid(key, value)
        if valid is False:
            return f"`{key}` has a wrong type, so Claude Code ignores the file"
        if valid is None and before is not None:
            return f"`{key}` was changed and cannot be checked while a session runs; it is in force in the next one"
    return None


def _valid(key: str, value: Any) -> bool | None:
    """Whether Claude Code accepts a setting; None where that is not known here."""
    if key == "hooks":
        return isinstance(value, dict)
    if key == "disableAllHooks" or key in _BOOLEAN:
        return isinstance(value, bool)
    if key in _TEXT:
        return isinstance(value, str)
    if key in _TEXTS:
        return _texts(value)
    if key == "env":
        return isinstance(value, dict)
    if key == "permissions":
        return isinstance(value, dict) and all(_permission(name, item) for name, item in value.items())
    return None


def _permission(name: str, value: Any) -> bool:
    if name in ("allow", "deny", "ask", "additionalDirectories"):
        return _texts(value)
    return value in _MODES if name == "defaultMode" else isinstance(value, str | bool)


def _texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def answers_questions(settings: Mapping[str, str | None]) -> bool:
    """Whether something else could answer a permission dialog before a person does.

    A `PermissionRequest` hook was seen to approve what the gate had asked about, in bypass mode too. A plugin
    may bring one; those that the user enabled for every project are the user's own word.
    """
    for layer, text in settings.items():
        try:
            found = load(text) or {}
        except ConfigError:
            return True
        hooks, plugins = found.get("hooks"), found.get("enabledPlugins")
        if isinstance(hooks, dict) and hooks.get("PermissionRequest"):
            return True
        if layer in (PROJECT, LOCAL) and isinstance(plugins, dict) and any(plugins.values()):
            return True
    return False
