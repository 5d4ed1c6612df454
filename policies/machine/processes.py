"""Processes of others, or all of a name, ended.

Why
    Blanket kills ended other people's simulations, editors and the session itself.
Instead
    End the one process by its id.
Blind spots
    A process id that is somebody else's by now.
"""

from enactd.policy import Ask, Context, Opinions, SignalProcess, policy, tool


@policy(
    watches=SignalProcess,
    severity="medium",
    stage="stable",
    since="0.1",
    incidents=("FS-56", "PI-14"),
    denies=(
        "kill -9 -1",
        'python3 -c "import os; os.kill(-1, 9)"',
    ),
    asks=(
        "pkill node",
        "killall python",
        "taskkill //F //IM node.exe",
        tool("mcp__shell__execute_command", command="pkill node"),
    ),
    allows=(
        "kill %1",
        "kill -9 12345",
        "kill -0 4711",
        tool("mcp__shell__execute_command", command="kill 12345"),
    ),
    misses=("./bin/stop-all",),
)
def check(signal: SignalProcess, context: Context) -> Opinions:
    if signal.scope == "all":
        yield context.floor(signal, f"`{signal.source}` ends everything", "end one process by its id")
    elif signal.scope in ("named", "user"):
        yield Ask(f"`{signal.source}` ends every process that matches `{signal.what}`", "end one process by its id")
