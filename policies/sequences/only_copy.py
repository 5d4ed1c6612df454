"""Deletion of a place that earlier calls of the session moved files to.

Why
    Files were moved, not copied, into a folder; when the folder was tidied away, the only copies went with it.
Instead
    Move the files back, or to where they shall stay, before the folder goes.
Blind spots
    Files moved by a program that is not read, or in an earlier session.
"""

from enactd.policy import Ask, Context, DeletePath, Example, Opinions, bash, policy


@policy(
    watches=DeletePath,
    severity="high",
    stage="stable",
    since="0.1",
    incidents=("FS-18", "FS-19"),
    asks=(
        bash("rm -rf /tmp/x", given="untracked notes.md", after=("mv notes.md /tmp/x/",)),
        bash("find /tmp/x -delete", given="untracked notes.md", after=("mv notes.md /tmp/x/a/notes.md",)),
        bash("rm /tmp/x/*", given="untracked notes.md", after=("mv notes.md /tmp/x/",)),
        Example(
            "mcp__filesystem__delete_directory",
            {"path": "/tmp/x", "recursive": True},
            ("untracked notes.md",),
            ("mv notes.md /tmp/x/",),
        ),
    ),
    allows=(
        bash("rm -rf /tmp/x", after=("mv src/a.py /tmp/x/",)),
        bash("rm -rf /tmp/x", after=("mv dist /tmp/x/",)),
        bash("rm -rf /tmp/y", given="untracked notes.md", after=("mv notes.md /tmp/x/",)),
        bash("rm -rf /tmp/x", given="untracked notes.md", after=("cp notes.md /tmp/x/",)),
        bash(
            "rm -rf /tmp/x",
            given=("untracked notes.md", "missing a.md"),
            after=("mv notes.md /tmp/x/", "mv /tmp/x/notes.md a.md"),
        ),
    ),
    misses=(bash("rm -rf /tmp/x", given="untracked a.zip", after=("python3 archive.py a.zip /tmp/x",)),),
)
def check(delete: DeletePath, context: Context) -> Opinions:
    path = delete.target.path
    if path is None or delete.only_empty or not context.session.deeds:
        return
    deeds = context.session.deeds
    held = [deed.removeprefix("moved-to ") for deed in sorted(deeds) if deed.startswith("moved-to ")]
    here = [place for place in held if (place + "/").startswith(path + "/") and f"copied {place}" not in deeds]
    if here and delete.target.kind != "missing":
        yield Ask(f"`{here[0]}` was moved there by this session and is nowhere else; `{delete.source}` would delete it")
