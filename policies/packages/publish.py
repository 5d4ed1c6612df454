"""Packages published, withdrawn, or given away.

Why
    A published version can be used by others within seconds and never be taken back whole.
Instead
    Do a dry run and let the release pipeline publish.
Blind spots
    Pipelines that publish on a tag: see `git.protected-push`.
"""

from enactd.policy import Ask, Context, Opinions, PublishPackage, policy, tool


@policy(
    watches=PublishPackage,
    severity="high",
    stage="stable",
    since="0.1",
    incidents=("PI-14",),
    asks=(
        "npm publish",
        "cargo publish",
        "twine upload dist/*",
        "npm unpublish x --force",
        "npm owner add bob x",
        tool("mcp__shell__execute_command", command="npm publish"),
        "python3 -c \"import os; os.system('twine upload dist/*')\"",
    ),
    allows=("npm publish --dry-run", "npm pack", "cargo package", "python -m build"),
    misses=("./bin/release --now",),
)
def check(publish: PublishPackage, context: Context) -> Opinions:
    yield Ask(f"`{publish.source}`: {publish.verb} {publish.what}".rstrip())
