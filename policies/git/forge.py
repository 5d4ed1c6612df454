"""Changes on GitHub, GitLab and the like that others notice or cannot take back.

Why
    Merges, releases, deletions and settings act at once and for everybody.
Instead
    Open a pull request or an issue in your own repository.
Blind spots
    What a bot does after a comment.
"""

from enactd.policy import Ask, ChangeForge, Context, Opinions, policy, tool

FREE = ("create", "comment", "edit", "read", "view", "list", "run", "reopen", "label", "review", "assign", "checkout")
FREE_OBJECTS = ("pr", "issue", "comment", "review", "run", "workflow-read")


@policy(
    watches=ChangeForge,
    severity="high",
    stage="stable",
    since="0.1",
    incidents=("VC-22", "VC-23"),
    asks=(
        "gh pr merge 12 --squash",
        "gh repo delete org/app --yes",
        "gh release create v1",
        "gh api repos/org/app --method DELETE",
        "gh secret set TOKEN",
        tool("mcp__github__merge_pull_request", owner="o", repo="r", pullNumber=4),
        tool("mcp__github__delete_repository", owner="o", repo="r"),
        "python3 -c \"import subprocess; subprocess.run(['gh', 'repo', 'delete', 'o/r', '--yes'])\"",
        "gh gist create notes.txt --public",
        "glab mr merge 4",
    ),
    allows=(
        "gh pr create --fill",
        "gh issue list",
        "gh pr view 12 --comments",
        "gh api repos/org/app/pulls/12/files",
        tool("mcp__github__get_pull_request", owner="o", repo="r", pullNumber=4),
        "python3 -c \"import subprocess; subprocess.run(['gh', 'pr', 'view', '12'])\"",
    ),
    misses=("gh pr comment 4 --body '/merge'",),
)
def check(change: ChangeForge, context: Context) -> Opinions:
    free = change.verb in FREE and change.what in FREE_OBJECTS and change.own is not False
    if change.verb not in ("read", "view", "list", "checkout", "clone") and not free:
        yield Ask(f"`{change.source}`: {change.verb} {change.what} on {change.service}")
