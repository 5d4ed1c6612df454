"""Other agents (claude, codex, gemini ...) and the gate's own commands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from enactd.effects.invocation import Effects, Invocation, Output, Value, Yield, program
from enactd.effects.model import StartAgent, TamperGate, UseGate, WritePath
from enactd.effects.programs import migration_tools
from enactd.effects.values import unknown

# What switches an agent's approvals, hooks or sandbox off, in any agent's spelling.
_UNGUARDED: Final = re.compile(
    r"--(?:(?:allow-)?dangerously[\w-]*|yolo|full-auto|auto-approve[\w-]*|trust-all-tools|allow-all(?:-tools|-paths"
    r"|-urls)?|yes-always|skip-permissions[\w-]*"
    r"|no-confirm|bypass[\w-]*|unsafe[\w-]*|force|bare|safe-mode|no-hooks|disable-hooks|dangerous|permissive"
    r"|autonomous|no-approval[\w-]*|approve-all"
    r"|always-approve|skip-approval[\w-]*)(?:=(?:true|1|yes|all))?$",
    re.IGNORECASE,
)
_MODES: Final = re.compile(
    r"(?:bypassPermissions|dontAsk|yolo|danger-full-access|never|auto_edit_all|full-auto|unsafe|unrestricted)$",
    re.IGNORECASE,
)
_MODE_NAMES: Final = frozenset(
    "--permission-mode --approval-mode --ask-for-approval -a --sandbox -s --mode --approval-policy --auto".split()
)
_SETTINGS: Final = re.compile(
    r"disableAllHooks|bypassPermissions|defaultMode|\"hooks\"\s*:|approval_policy\s*=\s*[\"']?never"
    r"|sandbox_mode\s*=\s*[\"']?danger"
    r"|dangerously|autoApprove|skipDangerousModePermissionPrompt"
)
_QUIET: Final = frozenset("--version -v -V version --help -h help".split())
# Sub-commands that start no agent, per agent; "x y" for two words.
_HARMLESS: Final = re.compile(
    r"(?:doctor|status|debug|completion|completions|features|about|whoami|usage|stats|models|sessions?(?: list)?|list|ls"
    r"|info|diagnostics?|issue"
    r"|(?:mcp|config|plugins?|extensions?|settings?|skills?|hooks?|agents?)(?: (?:list|ls|get|show|status|help|view|info))"
    r"|login status|auth status|auth list|mcp)$"
)
_SETTING: Final = re.compile(
    r"(?:mcp|config|plugins?|extensions?|settings?|skills?|hooks?)(?: (?:set|add|remove|rm|add-json"
    r"|add-from-claude-desktop|install|uninstall|enable|disable|update|edit"
    r"|unset|reset|marketplace|link|reset-project-choices|new|delete))"
)
_UPKEEP: Final = re.compile(
    r"(?:update|upgrade|install|migrate-installer|logout|login|auth(?: login| logout)?|uninstall|setup-token|init)$"
)
_SHORT_BYPASS: Final = {
    "gemini": "-y", "qwen": "-y", "cursor-agent": "-f", "crush": "-y", "q": "-a", "iflow": "-y", "agent": "-f",
}  # fmt: skip
_NAMES: Final = """
    claude codex gemini copilot opencode cursor-agent aider amp goose q qchat kiro-cli kiro qwen qwen-code crush
    droid cline cn roo plandex openhands auggie iflow kimi devin codebuff letta claude-code gemini-cli codex-cli
    openclaw vibe rovodev jules agy
""".split()


@program(*_NAMES)
def agent(call: Invocation) -> Effects:
    words = [word.text for word in call.args]
    if call.name == "q" and any(re.match(r"\s*select\b", word or "", re.IGNORECASE) for word in words):
        return  # the other `q`, which asks text files questions in SQL
    if call.name == "goose" and migration_tools.is_goose_migration(call):
        yield from migration_tools.goose(call)
        return
    if "--help" in words and "--" not in words:
        return
    if any(word in _QUIET for word in words[:1]) or (len(words) == 1 and words[0] in _QUIET):
        return
    if any(word is not None and re.match(r"--(?:list|show)-[\w-]+(?:=|$)", word) for word in words):
        return
    operands = [word for word in words if word is not None and not word.startswith("-")]
    verb = " ".join(operands[:2])
    first = operands[0] if operands else ""
    leads = bool(words) and words[0] == first
    if leads and (_HARMLESS.match(verb) or _HARMLESS.match(first)) and not _SETTING.match(verb):
        return
    if leads and _SETTING.match(verb):
        yield TamperGate(how=f"`{call.name} {verb}` changes the agent's own settings")
        return
    if leads and _UPKEEP.match(first) and call.name != "q":
        return
    yield StartAgent(agent=call.name, unguarded=_is_unguarded(call))
    yield Output(unknown(f"output of {call.name}"))


def _is_unguarded(call: Invocation) -> bool:
    short = _SHORT_BYPASS.get(call.name, "")
    previous = ""
    for word in call.args:
        text = word.text if word.text is not None else word.prefix
        name, equals, attached = text.partition("=")
        if _UNGUARDED.match(text) and not (name == "--force" and call.name not in ("cursor-agent", "agent", "crush")):
            return True
        if (short and text == short) or (call.name == "aider" and text == "--yes"):
            return True
        if (equals and name in _MODE_NAMES and _MODES.match(attached)) or (
            previous in _MODE_NAMES and _MODES.match(text)
        ):
            return True
        if previous in ("--settings", "-c", "--config", "--config-override") and _overrides(call, word):
            return True
        if name == "--settings" and equals and _SETTINGS.search(attached):
            return True
        if previous in ("--allowedTools", "--allowed-tools", "--allow-tool") and re.match(
            r"(?:\*|Bash(?:\(\*\))?|shell)$", text
        ):
            return True
        previous = name
    return _by_environment(call)


def _overrides(call: Invocation, word: Value) -> bool:
    """Whether inline or filed settings switch the guard off; a file that cannot be read counts."""
    text = word.visible
    if _SETTINGS.search(text):
        return True
    if "{" in text or "=" in text or not text:
        return False
    return bool(_SETTINGS.search(call.text_of(word).visible))


def _by_environment(call: Invocation) -> bool:
    for name in ("GOOSE_MODE", "CLAUDE_CODE_BYPASS", "AIDER_YES_ALWAYS", "OPENCODE_PERMISSION", "GEMINI_YOLO"):
        found = call.env.get(name)
        if found is not None and (found.text or "").lower() in ("auto", "1", "true", "yes", "allow", '{"*":"allow"}'):
            return True
    return any(name in call.env for name in ("CLAUDE_CONFIG_DIR", "CODEX_HOME", "ENACT_HOME"))


# --- the gate --------------------------------------------------------------------------------------

_READING: Final = re.compile(
    r"(?:status|check|explain|log|doctor|version|help|pending"
    r"|(?:receipts|receipt) (?:list|show|search|verify|find|get|export|count|checkpoint|prove|connect|check-proof)"
    r"|keys (?:show|export-public)|audit report"
    r"|(?:policy|policies) (?:list|explain|diff|test|show|stats)|bundle (?:list|verify)|freeze status"
    r"|sessions?(?: (?:list|show))?|replay|approvals? list|grants? list|trust (?:list|status|show)|health"
    r"|undo (?:list|show)|config (?:show|get|list|path|check|schema))$"
)
_LOOKING: Final = {"allow": {"--list", "--json"}, "trust": {"--list", "--show", "--json"}}
"""Options with which a verb that changes something only looks."""


@program("enactctl", "enactd", "enact-hook", "hookshim", "enact")
def gate(call: Invocation) -> Effects:
    words = [word.text for word in call.args]
    if any(word in ("--help", "-h", "--version", "-V") for word in words) and None not in words:
        yield UseGate(verb="help", harmless=True)
        return
    operands = _gate_operands(call.args)
    verb = " ".join(operands[:2])
    reads = (
        bool(operands) and (_READING.match(operands[0]) or _READING.match(verb)) and call.name in ("enactctl", "enact")
    )
    if len(operands) > 0 and operands[0] in _LOOKING and len(words) > 1 and {"--list", "--show"} & set(words):
        reads = {word for word in words if word is None or word.startswith("-")} <= _LOOKING[operands[0]]
    if reads and not any(word in ("--fix", "--repair", "--write", "--apply", "--reset", "--link") for word in words):
        yield UseGate(
            verb=verb if _READING.match(verb) and not _READING.match(operands[0]) else operands[0], harmless=True
        )
        yield from _gate_output(call, words)
        return
    shown = " ".join([call.name, *(word.shown(60) for word in call.args)])[:200]
    yield TamperGate(how=f"`{shown}` is for the person at the terminal")


_OUTPUTS: Final = ("--output", "--out", "--html")


def _gate_output(call: Invocation, words: list[str | None]) -> Iterator[Yield]:
    for index, word in enumerate(call.args):
        text = words[index] or word.prefix
        name, equals, _ = text.partition("=")
        if equals and name in _OUTPUTS:
            yield WritePath(target=call.target(word.cut(len(name) + 1)))
        elif text.startswith("-o") and len(text) > 2:
            yield WritePath(target=call.target(word.cut(2)))
        elif text in ("-o", *_OUTPUTS) and index + 1 < len(call.args):
            yield WritePath(target=call.target(call.args[index + 1]))


def _gate_operands(args: tuple[Value, ...]) -> list[str]:
    """Verbs; a word that is not known counts as one that cannot be harmless."""
    found = []
    skip = False
    for word in args:
        if skip:
            skip = False
            continue
        if word.text in (
            "--home",
            "--socket",
            "--config",
            "--agent",
            "--format",
            "--since",
            "--until",
            "--cwd",
            "--limit",
            "-n",
        ):
            skip = True
        elif not word.prefix.startswith("-"):
            found.append(word.text if word.text is not None else "?")
    return found
