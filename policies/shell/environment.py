"""Variables that make the next harmless program run code.

Why
    `LD_PRELOAD`, `PAGER`, `GIT_SSH_COMMAND` and the like turn `git branch` into anything.
Instead
    Run the command itself, so that it can be read.
Blind spots
    Variables of programs that are not known.
"""

from enactd.policy import Ask, Context, Opinions, SetEnvironment, policy, tool


@policy(
    watches=SetEnvironment,
    severity="high",
    stage="stable",
    since="0.1",
    incidents=("BY-04",),
    asks=(
        'export PAGER="open -a Calculator"; git branch',
        "LD_PRELOAD=/tmp/x.so ls",
        "BASH_ENV=/tmp/x bash -c true",
        tool("mcp__shell__execute_command", command="LD_PRELOAD=/tmp/x.so ls"),
    ),
    allows=(
        "PAGER=cat git log",
        "GIT_PAGER= git diff",
        "NODE_ENV=test npm test",
        "NODE_OPTIONS=--max-old-space-size=4096 npm test",
    ),
    misses=("CARGO_HOME=vendor cargo build",),
)
def check(change: SetEnvironment, context: Context) -> Opinions:
    if not change.readable:
        yield Ask(
            f"`{change.name}` makes programs run `{change.value if change.value is not None else 'something unknown'}`"
        )
