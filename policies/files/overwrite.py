"""Overwriting a file that git does not hold with far less than it had.

Why
    Asked to append a line, an agent replaced a whole untracked log by that line.
Instead
    Append, edit in place, or commit the file first.
Blind spots
    Content that is not known before the run.
"""

from enactd.policy import Ask, Context, Opinions, WritePath, bash, policy, tool


@policy(
    watches=WritePath,
    severity="medium",
    stage="stable",
    since="0.1",
    incidents=("FS-32",),
    asks=(bash("truncate -s 0 notes/diary.md", given=("untracked notes/diary.md", "size notes/diary.md 9000")),),
    allows=(
        "echo x > new.txt",
        bash("echo line >> notes/diary.md", given=("untracked notes/diary.md", "size notes/diary.md 9000")),
        tool("Write", file_path="README.md", content="short"),
    ),
)
def check(write: WritePath, context: Context) -> Opinions:
    target = write.target
    least = context.setting("least_bytes", 200)
    loses = target.git in ("untracked", "modified", "none") and target.kind == "file" and target.size >= least
    if loses and write.how == "overwrite" and write.content is not None and not context.recoverable(target):
        if target.area == "workspace" and not target.shown.endswith(".log") and len(write.content) * 10 < target.size:
            yield Ask(
                f"`{target.shown}` has {target.size} bytes that git does not hold, and would keep {len(write.content)}"
            )
