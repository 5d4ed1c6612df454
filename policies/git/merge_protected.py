"""Merges into a protected branch on this machine. Optional.

Why
    Where a team merges by pull request only, a local merge is the first half of a push that nobody reviewed.
Instead
    Push the feature branch and open a pull request.
Blind spots
    A branch that is checked out in the same line, and protected names that the settings do not know.
"""

from enactd.policy import Ask, Context, GitCommit, Opinions, bash, policy

PROTECTED = ("main", "master", "trunk", "develop", "production", "prod", "release", "stable", "staging")
JOINS = ("merge", "cherry-pick", "rebase")


@policy(
    watches=GitCommit,
    severity="medium",
    stage="trial",
    since="0.1",
    optional=True,
    incidents=("VC-25", "IN-17"),
    asks=(
        bash("git merge feature/x", given="branch main"),
        bash("git merge --squash feature/x", given="branch master"),
        bash("git cherry-pick abc123", given="branch main"),
    ),
    allows=(
        bash("git merge main", given="branch feature/x"),
        bash("git merge --abort", given="branch main"),
        bash("git pull", given="branch main"),
        bash("git commit -m x", given="branch main"),
    ),
    misses=("git checkout main && git merge feature/x",),
)
def check(commit: GitCommit, context: Context) -> Opinions:
    names = context.setting("protected_branches", PROTECTED)
    if commit.how in JOINS and (context.branch in names or context.site.protected.has_branch(context.branch)):
        yield Ask(f"`{commit.source}` changes the protected branch `{context.branch}`")
