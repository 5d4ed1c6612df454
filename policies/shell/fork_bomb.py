"""Processes that multiply without bound.

Why
    The machine stops answering, and only a power cycle helps.
Instead
    Start a fixed number of workers.
Blind spots
    Programs that multiply by themselves.
"""

from enactd.policy import Context, ForkBomb, Opinions, policy, tool


@policy(
    watches=ForkBomb,
    severity="critical",
    stage="stable",
    since="0.1",
    incidents=("PI-14",),
    denies=(
        ":(){ :|:& };:",
        "f(){ f|f& };f",
        "while true; do work & done",
        "bash -c ':(){ :|:& };:'",
        tool("mcp__shell__execute_command", command=":(){ :|:& };:"),
    ),
    allows=("for i in 1 2 3; do sleep 1 & done; wait", "npm run dev &", "while true; do work & wait; done"),
    misses=("./bin/spawner",),
)
def check(bomb: ForkBomb, context: Context) -> Opinions:
    yield context.floor(bomb, bomb.how, "start a fixed number of workers")
