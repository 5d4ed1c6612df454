"""Pushes to protected branches, of tags, to deploy remotes, and deletion of remote branches.

Why
    Others build, release and deploy from these the moment they change.
Instead
    Push a feature branch and open a pull request.
Blind spots
    A branch that a server protects by other names: set `protected_branches`.
"""

from enactd.policy import Ask, Context, GitPush, Opinions, bash, policy, tool

PROTECTED = ("main", "master", "trunk", "develop", "production", "prod", "release", "stable", "staging")
DEPLOYS = (
    "heroku",
    "dokku",
    "production",
    "prod",
    "deploy",
    "live",
    "staging",
    "azure",
    "gigalixir",
    "scalingo",
    "clever",
)


@policy(
    watches=GitPush,
    severity="high",
    stage="stable",
    since="0.1",
    incidents=("VC-25", "IN-16", "IN-17"),
    asks=(
        "git push origin main",
        "git push origin HEAD:master",
        "git push heroku prod:main",
        "git push origin --delete feature/x",
        "git push origin :old",
        "git push --tags",
        bash("git push", given="branch main"),
        tool("mcp__git__git_push", repo_path="/home/u/proj", remote="origin", branch="main"),
        "python3 -c \"import subprocess; subprocess.run(['git', 'push', 'origin', 'main'])\"",
        tool("mcp__shell__execute_command", command="git push heroku main"),
    ),
    allows=(
        "git push origin HEAD:feature/parser",
        "git push -u origin fix/crash",
        bash("git push", given="branch feature/x"),
        "git push --dry-run origin main",
    ),
    misses=("git push origin HEAD:live-site",),
)
def check(push: GitPush, context: Context) -> Opinions:
    names = context.setting("protected_branches", PROTECTED)
    remote = (push.remote or "").lower()
    if push.deletes:
        yield Ask(f"`{push.source}` deletes `{push.branch or 'a branch'}` on {push.remote or 'the remote'}")
    elif push.branch is not None and (
        push.branch in names
        or push.branch.split("/")[0] in ("release", "releases", "hotfix")
        or context.site.protected.has_branch(push.branch)
    ):
        yield Ask(f"`{push.branch}` is a protected branch", "push a feature branch and open a pull request")
    if push.tags:
        yield Ask(f"`{push.source}` publishes tags")
    if remote in DEPLOYS or any(host in push.url for host in ("heroku.com", "dokku", "scalingo", "azurewebsites")):
        yield Ask(f"a push to `{push.remote}` deploys")
