"""A call that was stopped, tried again in another spelling or by a detour.

Why
    An agent that is refused looks for another way to the same end. The same effect gets the same answer in any
    spelling; this shows that it is a second try, and stops the detours: what may not be deleted is moved away or emptied.
Instead
    Leave it, or tell the person what is needed and why.
Blind spots
    Detours through a third place, or through a program that is not read.
"""

from enactd.policy import (
    Allow,
    Ask,
    Context,
    CopyPath,
    Effect,
    MovePath,
    Opinions,
    RunSql,
    WritePath,
    bash,
    plain_table,
    policy,
)

REFUSED = {"given": ("untracked notes.md", "size notes.md 9000"), "after": ("rm notes.md",)}


@policy(
    watches=Effect,
    severity="high",
    stage="stable",
    since="0.1",
    incidents=("FS-12", "VC-19"),
    asks=(
        bash("mv notes.md /tmp/x/notes.md", **REFUSED),
        bash("python3 -c \"import os; os.rename('notes.md', '/tmp/x/notes.md')\"", **REFUSED),
        bash("cp src/a.py notes.md", **REFUSED),
        bash("true > notes.md", **REFUSED),
        bash('psql app_dev -c "ALTER TABLE posts RENAME TO p2"', after=('psql app_dev -c "DROP TABLE posts"',)),
    ),
    allows=(
        bash("mv notes.md /tmp/x/notes.md", given=("untracked notes.md",)),
        bash("mv notes.md /tmp/x/notes.md", given=("untracked notes.md",), after=("approved: rm notes.md", "ls")),
        bash("cat notes.md", **REFUSED),
        bash("echo more >> notes.md", **REFUSED),
        bash("mv other.md /tmp/x/other.md", **REFUSED),
        bash("git status", after=("rm -rf ~",)),
        bash('psql app_dev -c "SELECT * FROM posts"', after=('psql app_dev -c "DROP TABLE posts"',)),
    ),
    misses=(bash("tar -cf /tmp/n.tar --remove-files notes.md", **REFUSED),),
)
def check(effect: Effect, context: Context) -> Opinions:
    if not context.session.refused:
        return
    if context.refused(effect):
        yield Allow(f"`{effect.source}` is a second try: this session was stopped for the same effect before")
    if isinstance(effect, RunSql):
        old = plain_table(effect.renames[0])
        gone = old and f"RunSql {old}" in context.session.refused
        if gone:
            yield Ask(f"`{old}` may not be dropped or emptied, and would be renamed away instead")
    for path, what in detours(effect):
        if path and f"DeletePath {path}" in context.session.refused:
            yield Ask(f"`{path}` may not be deleted, and `{effect.source}` would {what} instead")


def detours(effect: Effect) -> list[tuple[str | None, str]]:
    """Paths that this effect makes as good as gone, where git does not hold them."""
    if isinstance(effect, MovePath) and effect.target.git != "clean":
        return [(effect.target.path, "move it away")]
    if isinstance(effect, CopyPath) and effect.to.git != "clean":
        return [(effect.to.path, "write over it")]
    if isinstance(effect, WritePath) and effect.how == "overwrite" and effect.target.git != "clean":
        return [(effect.target.path, "write over it")]
    return []
