"""Force pushes.

Why
    They overwrite what others have pushed; the reflog of the remote is out of reach.
Instead
    `git push --force-with-lease` to your own feature branch.
Blind spots
    Pushes made by a script that is not read.
"""

from enactd.policy import Ask, Context, GitPush, Opinions, policy, tool

PROTECTED = ("main", "master", "trunk", "develop", "production", "prod", "release", "stable", "staging")


@policy(
    watches=GitPush,
    severity="critical",
    stage="stable",
    since="0.1",
    incidents=("VC-19", "VC-20", "PI-14"),
    asks=(
        "git push --force origin main",
        "git push -f",
        "git push origin +HEAD:main",
        "git push --force --force-with-lease origin feature/x",
        "git push --mirror origin",
        "git push --force-with-lease origin main",
        'git push --force "$REMOTE"',
        tool("mcp__shell__execute_command", command="git push --force origin main"),
        tool("mcp__git__git_push", repo_path="/home/u/proj", remote="origin", branch="main", force=True),
        "python3 -c \"import subprocess; subprocess.run(['git', 'push', '-f'])\"",
    ),
    allows=(
        "git push origin feature/x",
        "git push --force-with-lease origin feature/mine",
        "git push --dry-run --force origin main",
        "git commit -m 'never push --force'",
    ),
    misses=("npm run publish-docs",),
)
def check(push: GitPush, context: Context) -> Opinions:
    names = context.setting("protected_branches", PROTECTED)
    where = f"`{push.branch}`" if push.branch else "a branch that only the run will tell"
    if push.force == "plain":
        yield Ask(
            f"`{push.source}` overwrites {where} on {push.remote or 'the remote'}",
            "use --force-with-lease on your own feature branch",
        )
    if push.mirror:
        yield Ask(f"`{push.source}` makes the remote a mirror, deletions included")
    protected = context.site.protected.has_branch(push.branch)
    if push.force == "lease" and (push.branch is None or push.branch.split("/")[0] in names or protected):
        yield Ask(f"`{push.source}` rewrites {where}")
