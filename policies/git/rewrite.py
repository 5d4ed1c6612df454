"""History rewritten, or its safety net cut.

Why
    filter-repo, an expired reflog and an immediate gc leave nothing to go back to.
Instead
    Work on a fresh clone, and let a person run the clean-up.
Blind spots
    Servers that collect garbage by themselves.
"""

from enactd.policy import Ask, Context, GitRewrite, Opinions, bash, policy, tool


@policy(
    watches=GitRewrite,
    severity="high",
    stage="stable",
    since="0.1",
    incidents=("VC-21", "PI-14"),
    asks=(
        "git filter-repo --path big.bin --invert-paths",
        "git reflog expire --expire=now --all",
        "git gc --prune=now --aggressive",
        bash("git commit --amend --no-edit", given="pushed"),
        tool("mcp__shell__execute_command", command="git reflog expire --expire=now --all"),
    ),
    allows=("git gc", "git rebase main", bash("git commit --amend --no-edit", given="unpushed"), "git fsck"),
    misses=("./bin/rewrite-history",),
)
def check(rewrite: GitRewrite, context: Context) -> Opinions:
    if "amend" not in rewrite.how or rewrite.pushed is True:
        yield Ask(f"`{rewrite.source}`: {rewrite.how}")
