"""Tools that nobody has described.

Why
    A tool that may delete, send or pay must not run because its name is new.
Instead
    Use a tool that is known, or let a person allow this one.
Blind spots
    A tool whose name says that it only reads, and lies.
"""

from enactd.policy import Ask, Context, Opinions, UnknownTool, policy, tool


@policy(
    watches=UnknownTool,
    severity="medium",
    stage="stable",
    since="0.1",
    asks=(
        tool("mcp__crm__merge_accounts", id=4),
        tool("mcp__crm__wipe_segment", id=4),
        tool("mcp__x__frobnicate"),
    ),
    allows=(
        tool("mcp__github__list_issues", owner="o", repo="r"),
        tool("TodoWrite", todos=[]),
        tool("mcp__docs__search", query="x"),
    ),
    misses=(tool("mcp__crm__get_and_forget", id=4),),
)
def check(use: UnknownTool, context: Context) -> Opinions:
    if not use.reads:
        yield Ask(f"nobody has said what `{use.tool}` does")
