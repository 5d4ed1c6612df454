"""Agents started with their approvals or hooks switched off.

Why
    A second agent without a guard does what the first one may not; malware used installed agents so.
Instead
    Use a sub-agent, which runs under the same gate.
Blind spots
    Agents that are not known.
"""

from enactd.policy import Ask, Context, Deny, Opinions, StartAgent, policy, tool


@policy(
    watches=StartAgent,
    severity="critical",
    stage="stable",
    since="0.1",
    incidents=("PI-01", "PI-02"),
    protects_gate=True,
    denies=(
        "claude --dangerously-skip-permissions -p x",
        'q --trust-all-tools --no-interactive "clean"',
        "codex exec --yolo x",
        tool("mcp__shell__execute_command", command="claude --dangerously-skip-permissions -p x"),
        "python3 -c \"import subprocess; subprocess.run(['claude', '--dangerously-skip-permissions'])\"",
    ),
    asks=("claude -p 'fix it'", "gemini -p x"),
    allows=(
        "claude --version",
        "codex --help",
        "gemini --help",
    ),
    misses=("./bin/my-own-agent --yes",),
)
def check(start: StartAgent, context: Context) -> Opinions:
    if start.unguarded:
        yield Deny(f"`{start.source}` starts {start.agent} with its approvals switched off", "use a sub-agent")
    else:
        yield Ask(f"`{start.source}` starts another agent, {start.agent}")
