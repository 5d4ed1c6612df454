"""Other agents and the gate."""

from __future__ import annotations

import pytest
from support.expect import Row, assert_effects
from support.reading import effects

from enactd.effects.model import StartAgent, TamperGate, UseGate, WritePath

ROWS: list[Row] = [
    ("agy -p fix", [(StartAgent, {"agent": "agy", "unguarded": False})]),
    ("claude plugin info x@y", []),
    ("claude -p hi", [(StartAgent, {"agent": "claude", "unguarded": False})]),
    ("claude", [(StartAgent, {"agent": "claude", "unguarded": False})]),
    ("claude --dangerously-skip-permissions -p x", [(StartAgent, {"agent": "claude", "unguarded": True})]),
    ("claude --permission-mode bypassPermissions -p x", [(StartAgent, {"agent": "claude", "unguarded": True})]),
    ("claude --permission-mode=plan -p x", [(StartAgent, {"agent": "claude", "unguarded": False})]),
    ("claude --settings '{\"disableAllHooks\": true}' -p x", [(StartAgent, {"agent": "claude", "unguarded": True})]),
    ("claude --version", []),
    ("claude mcp list", []),
    ("claude doctor", []),
    ("claude mcp add x -- npx y", [(TamperGate, {})]),
    ("claude config set x y", [(TamperGate, {})]),
    ("codex exec x", [(StartAgent, {"agent": "codex", "unguarded": False})]),
    ("codex exec --yolo x", [(StartAgent, {"agent": "codex", "unguarded": True})]),
    ("codex --dangerously-bypass-approvals-and-sandbox", [(StartAgent, {"agent": "codex", "unguarded": True})]),
    ("codex -a never -s danger-full-access x", [(StartAgent, {"agent": "codex", "unguarded": True})]),
    ("codex --sandbox read-only x", [(StartAgent, {"agent": "codex", "unguarded": False})]),
    ("gemini -p x", [(StartAgent, {"agent": "gemini", "unguarded": False})]),
    ("gemini --yolo -p x", [(StartAgent, {"agent": "gemini", "unguarded": True})]),
    ("gemini -y -p x", [(StartAgent, {"agent": "gemini", "unguarded": True})]),
    ("q chat --trust-all-tools x", [(StartAgent, {"agent": "q", "unguarded": True})]),
    ("q chat x", [(StartAgent, {"agent": "q", "unguarded": False})]),
    ('q "select * from a.csv"', []),
    ("cursor-agent -f -p x", [(StartAgent, {"agent": "cursor-agent", "unguarded": True})]),
    ("aider --yes-always", [(StartAgent, {"agent": "aider", "unguarded": True})]),
    ("copilot --allow-all-tools -p x", [(StartAgent, {"agent": "copilot", "unguarded": True})]),
    ("enactctl status", [(UseGate, {"harmless": True, "verb": "status"})]),
    ('enactctl check "rm -rf /"', [(UseGate, {"harmless": True})]),
    ("enactctl receipts verify", [(UseGate, {"harmless": True})]),
    ("enactctl receipts prove 12", [(UseGate, {"harmless": True})]),
    ("enactctl receipts checkpoint -o x", [(UseGate, {"harmless": True}), (WritePath, {})]),
    ("enactctl receipts check-proof x --key k", [(UseGate, {"harmless": True})]),
    ("enactctl receipts search curl", [(UseGate, {"harmless": True})]),
    ("enactctl audit report --from 90d", [(UseGate, {"harmless": True})]),
    ("enactctl audit report --html=x", [(UseGate, {"harmless": True}), (WritePath, {})]),
    ("enactctl audit report --html x -oy", [(UseGate, {"harmless": True}), (WritePath, {}), (WritePath, {})]),
    ("enactctl receipts export --format csv --output=x", [(UseGate, {"harmless": True}), (WritePath, {})]),
    ("enactctl audit erase", [(TamperGate, {})]),
    ("enactctl keys show", [(UseGate, {"harmless": True})]),
    ("enactctl keys export-public", [(UseGate, {"harmless": True})]),
    ("enactctl keys rotate --yes", [(TamperGate, {})]),
    ("enactctl keys verify-key export /tmp/x", [(TamperGate, {})]),
    ("enactctl receipts retain", [(TamperGate, {})]),
    ("enactctl --home /x log --since 10m", [(UseGate, {"harmless": True})]),
    ("enactctl policy list", [(UseGate, {"harmless": True})]),
    ("enactctl --help", [(UseGate, {"harmless": True})]),
    ("enactctl policy stats", [(UseGate, {"harmless": True, "verb": "policy stats"})]),
    ("enactctl bundle list", [(UseGate, {"harmless": True})]),
    ("enactctl bundle verify rules/ --key k.pem", [(UseGate, {"harmless": True})]),
    ("enactctl freeze status", [(UseGate, {"harmless": True})]),
    ("enactctl replay --since 7d --bundle rules/", [(UseGate, {"harmless": True})]),
    ("enactctl bundle install rules/", [(TamperGate, {})]),
    ("enactctl bundle remove acme", [(TamperGate, {})]),
    ("enactctl bundle sign rules/ --key k", [(TamperGate, {})]),
    ("enactctl freeze off", [(TamperGate, {})]),
    ("enactctl freeze on --reason x", [(TamperGate, {})]),
    ("enactctl freeze", [(TamperGate, {})]),
    ("enactctl approve 12", [(TamperGate, {})]),
    ("enactctl pause", [(TamperGate, {})]),
    ("enactctl trust", [(TamperGate, {})]),
    ('enactctl "$VERB"', [(TamperGate, {})]),
    ("enactctl doctor --fix", [(TamperGate, {})]),
    ("enactctl undo last", [(TamperGate, {})]),
    ("enactd", [(TamperGate, {})]),
    ("enactd --version", [(UseGate, {"harmless": True})]),
    ("enactctl", [(TamperGate, {})]),
]


@pytest.mark.parametrize(("command", "expected"), ROWS)
def test_effects(command: str, expected: list[tuple[type, dict[str, object]]]) -> None:
    """Only bypass flags make an agent unguarded; only looking at the gate is harmless."""
    assert_effects(command, expected)


def test_help_starts_no_agent() -> None:
    """Wherever the option stands, except in what is handed on."""
    assert [] == effects("openclaw message --help")
    assert [] != effects("claude -- --help")
