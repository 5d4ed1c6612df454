"""Branches and tags deleted whose commits no other ref keeps.

Why
    `branch -D` drops unmerged work; only the reflog, for a while, still knows it.
Instead
    `git branch -d`, which refuses unmerged branches.
Blind spots
    Commits that were squashed elsewhere.
"""

from enactd.policy import Ask, Context, GitDeleteRef, Opinions, bash, policy, tool


@policy(
    watches=GitDeleteRef,
    severity="medium",
    stage="stable",
    since="0.1",
    incidents=("VC-26", "PI-14"),
    asks=(
        "git branch -D feature/unmerged",
        bash("git branch -D x", given="unmerged x"),
        "git remote remove origin",
        tool("mcp__shell__execute_command", command="git branch -D feature/unmerged"),
    ),
    allows=("git branch -d merged", "git branch feature/new", bash("git branch -D x", given="merged x")),
    misses=("./bin/prune-branches",),
)
def check(delete: GitDeleteRef, context: Context) -> Opinions:
    if delete.kind == "branch" and delete.merged is not True:
        yield Ask(f"`{delete.ref}` may hold commits that no other branch has")
    elif delete.kind == "remote":
        yield Ask(f"the remote `{delete.ref}` would be forgotten")
