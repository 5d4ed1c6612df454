"""Clicks and submissions that destroy, send or buy.

Why
    A button does what a command does, and a confirmation dialog is just another click.
Instead
    Describe the step and let a person click.
Blind spots
    Buttons whose words say nothing.
"""

from enactd.policy import ActInBrowser, Ask, Context, Opinions, policy, tool


@policy(
    watches=ActInBrowser,
    severity="high",
    stage="stable",
    since="0.1",
    incidents=("DB-22",),
    asks=(
        tool("mcp__browser__click", selector="button.delete", text="Delete"),
        tool("mcp__playwright__browser_click", element="Confirm purchase"),
        tool("mcp__puppeteer__puppeteer_click", selector="#delete-account"),
    ),
    allows=(
        tool("mcp__playwright__browser_navigate", url="http://localhost:3000"),
        tool("mcp__playwright__browser_click", element="Next page"),
        tool("mcp__playwright__browser_snapshot"),
    ),
    misses=(tool("mcp__playwright__browser_click", element="OK"),),
)
def check(act: ActInBrowser, context: Context) -> Opinions:
    yield Ask(f"`{act.what}` would be clicked: {act.verb}")
