"""Many destructive calls in a row.

Why
    A big deletion asked for once is refused; cut into slices of five rows or single files it looks like routine.
Instead
    Say what shall go as one call, with its count, and let a person look at it.
Blind spots
    Slices with other calls between them.
"""

from enactd.policy import Ask, Context, DeletePath, Opinions, RunSql, bash, policy

ROW = tuple(f"rm src/old{number}.py" for number in range(12))


@policy(
    watches=(DeletePath, RunSql),
    severity="medium",
    stage="trial",
    since="0.1",
    incidents=("DB-21", "FS-29"),
    asks=(
        bash("rm src/last.py", after=ROW),
        bash('psql app_dev -c "DELETE FROM posts WHERE id < 60"', after=ROW),
        bash("git rm src/last.py", after=ROW),
    ),
    allows=(
        bash("rm src/last.py", after=ROW[:6]),
        bash("rm src/last.py", after=(*ROW[:9], "ls", *ROW[:6])),
        bash("rm -rf build", after=ROW),
        bash("rm /tmp/x/a", after=ROW),
        bash('psql app_dev -c "SELECT 1"', after=ROW),
    ),
    misses=(bash("rm src/last.py", after=("rm src/a.py", "ls") * 12),),
)
def check(effect: DeletePath | RunSql, context: Context) -> Opinions:
    if context.session.destructive < context.setting("calls", 12):
        return
    goes = effect.verb in ("delete", "drop", "truncate") if isinstance(effect, RunSql) else not free(effect, context)
    if goes:
        yield Ask(f"{context.session.destructive} calls in a row have destroyed something, and this is the next")


def free(delete: DeletePath, context: Context) -> bool:
    passing = delete.target.area in ("temp", "stream") or "build-output" in delete.target.nature
    return passing or delete.only_empty or delete.target.kind == "missing"
