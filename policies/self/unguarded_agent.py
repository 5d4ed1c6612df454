"""Agents started with their approvals or hooks switched off.

Why
    A second agent without a guard does what the first one may not; malware used installed agents so.
Instead
    Use a sub-agent, which runs under the same gate.
Blind spots
    Agents that are not known.
"""

from enactd.policy import Ask, Context, Deny, Opinions, StartAgent, policy


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
    ),
    asks=("claude -p 'fix it'", "gemini -p x"),
    allows=("claude --version", "codex --help"),
)
def check(start: StartAgent, context: Context) -> Opinions:
    if start.unguarded:
        yield Deny(f"`{start.source}` starts {start.agent} with its approvals switched off", "use a sub-agent")
    else:
        yield Ask(f"`{start.source}` starts another agent, {start.agent}")
