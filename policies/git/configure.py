"""Git settings that make git run a program, or trust other places.

Why
    A hook path, an alias or an ssh command runs with the next harmless `git status`.
Instead
    Say which setting is needed and let a person set it.
Blind spots
    Settings of tools that git calls.
"""

from enactd.policy import Ask, Context, GitConfigure, Opinions, policy, tool


@policy(
    watches=GitConfigure,
    severity="high",
    stage="stable",
    since="0.1",
    incidents=("BY-01", "BY-04"),
    asks=(
        "git config core.hooksPath /tmp/x",
        "git config --global alias.st '!rm x'",
        "git -c core.sshCommand='sh x' fetch",
        "git config core.fsmonitor ./x",
        tool("mcp__shell__execute_command", command="git config core.hooksPath /tmp/x"),
    ),
    allows=(
        "git config user.name",
        "git config --get remote.origin.url",
        "git config user.email a@b.c",
        "git -c color.ui=false log",
        "git lfs install",
    ),
    misses=("./bin/git-setup",),
)
def check(change: GitConfigure, context: Context) -> Opinions:
    if change.runs:
        yield Ask(f"`{change.key}` makes git run a program")
    elif change.scope in ("global", "system") and change.value != "git-lfs filter-process":
        yield Ask(f"`{change.key}` would change for every repository")
