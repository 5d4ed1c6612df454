"""Deletion outside the workspace, or of something that only the run will tell.

Why
    Agents have removed sibling projects, other people's clones and synced folders while tidying up.
Instead
    Delete named paths inside the workspace; leave the rest to a person.
Blind spots
    Links that appear after the call was read.
"""

from enactd.policy import Ask, Context, DeletePath, Opinions, policy, tool


@policy(
    watches=DeletePath,
    severity="high",
    stage="stable",
    since="0.1",
    incidents=(
        "FS-13",
        "FS-17",
        "FS-21",
        "FS-47",
        "FS-53",
        "FS-33",
        "FS-34",
        "FS-48",
    ),
    asks=(
        "rm -rf ../sibling",
        'rm -rf "$TARGET"',
        "rm /srv/data/file",
        "rm -rf /var/data",
        "rm ~/*.txt",
        "rm -f /etc/*.conf",
        "ssh buildhost 'rm -rf src/app'",
        "python3 -c \"import shutil; shutil.rmtree('/home/u/other')\"",
        tool("mcp__filesystem__delete_file", path="/home/u/other/a.txt"),
        tool("mcp__ssh__exec", command="rm -rf /srv/app", host="prod"),
    ),
    allows=(
        "rm -rf dist",
        "rm /tmp/x/log",
        "docker exec web rm -f /tmp/cache.sqlite",
        'd=$(mktemp -d) && rm -rf "$d"',
        "rmdir empty",
        "python3 -c \"import os; os.remove('/tmp/x/a')\"",
    ),
    misses=("./bin/tidy ../sibling",),
)
def check(delete: DeletePath, context: Context) -> Opinions:
    target = delete.target
    if delete.place and (delete.elsewhere or target.area != "temp"):
        yield Ask(f"`{delete.source}` deletes `{target.shown}` on {delete.place}")
    elif target.pattern and target.area in ("home", "root", "system-root") and not delete.only_empty:
        yield Ask(f"`{delete.source}` deletes whatever matches `{target.shown}`, outside the workspace")
    elif target.path is None and not delete.only_empty:
        yield Ask(f"`{target.word}` is known only at run time: {target.why_unknown or 'it depends on the run'}")
    elif target.area in ("in-home", "system", "repository", "elsewhere", "agent") and not delete.only_empty:
        if not ("build-output" in target.nature and target.area == "repository"):
            yield Ask(f"`{delete.source}` deletes `{target.shown}`, outside the workspace")
