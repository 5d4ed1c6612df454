"""Commits that hold live keys, pushed to a remote.

Why
    From the moment of the push the key is everybody's, and taking the commit back does not take the key back.
Instead
    Take the key out of the commits that are not pushed yet, and replace the key.
Blind spots
    Keys without a known shape.
"""

from enactd.policy import Context, Example, GitPush, Opinions, bash, policy, tool


@policy(
    watches=GitPush,
    severity="critical",
    stage="stable",
    since="0.1",
    incidents=("SE-03", "SE-04"),
    denies=(
        Example("Bash", {"command": "git push origin feature/x"}, ("unpushed key",)),
        bash("git push -u origin fix/crash", given="unpushed key"),
        bash("git -C . push origin HEAD:feature/x", given="unpushed key"),
        tool(
            "mcp__github__push_files",
            branch="feature/x",
            files=[{"path": "a.py", "content": "key = 'AKIAZ3TQ7XWLD2VKMRHB'"}],
        ),
    ),
    allows=(
        "git push origin feature/x",
        "git push --dry-run origin main",
        bash("git commit -m x", given="unpushed key"),
    ),
    misses=("git push origin feature/with-a-key-of-no-known-shape",),
)
def check(push: GitPush, context: Context) -> Opinions:
    if push.secrets:
        yield context.floor(
            push, f"commits to be pushed hold {', '.join(push.secrets)}", "take the key out of the commits first"
        )
