"""What cannot be read before it runs.

Why
    A gate that lets pass what it does not understand is no gate.
Instead
    Write it plainly: fixed words, one step at a time.
Blind spots
    None: this is the list of blind spots.
"""

from enactd.policy import Ask, Context, Opaque, Opinions, policy, tool


@policy(
    watches=Opaque,
    severity="high",
    stage="stable",
    since="0.1",
    incidents=("BY-01", "BY-05"),
    asks=(
        "rm -rf 'unclosed",
        "$CMD --now",
        'eval "$(cat',
        "for x in; do",
        tool("mcp__shell__execute_command", command="$CMD --now"),
    ),
    allows=("echo $X", "for i in 1 2; do echo $i; done", "ls"),
)
def check(opaque: Opaque, context: Context) -> Opinions:
    yield Ask(opaque.reason)
