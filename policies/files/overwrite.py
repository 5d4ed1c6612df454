"""Overwriting a file that git does not hold with far less than it had.

Why
    Asked to append a line, an agent replaced a whole untracked log by that line.
Instead
    Append, edit in place, or commit the file first.
Blind spots
    Content that is not known before the run.
"""

from enactd.policy import Ask, Context, CopyPath, Example, Opinions, WritePath, bash, policy, tool


@policy(
    watches=(WritePath, CopyPath),
    severity="medium",
    stage="stable",
    since="0.1",
    incidents=("FS-32",),
    asks=(
        bash("truncate -s 0 notes/diary.md", given=("untracked notes/diary.md", "size notes/diary.md 9000")),
        bash("cp src/a.py notes/diary.md", given=("untracked notes/diary.md", "size notes/diary.md 9000")),
        bash("> data/app.db", given=("ignored data/app.db", "size data/app.db 90")),
        Example(
            "Write",
            {"file_path": "notes/diary.md", "content": "x"},
            ("untracked notes/diary.md", "size notes/diary.md 9000"),
        ),
        Example(
            "mcp__filesystem__write_file",
            {"path": "notes/diary.md", "content": "x"},
            ("untracked notes/diary.md", "size notes/diary.md 9000"),
        ),
        bash(
            "python3 -c \"open('notes/diary.md', 'w').write('x')\"",
            given=("untracked notes/diary.md", "size notes/diary.md 9000"),
        ),
    ),
    allows=(
        "echo x > new.txt",
        "cp src/a.py src/b.py",
        bash("cp src/a.py notes/new.md", given="missing notes/new.md"),
        bash("echo line >> notes/diary.md", given=("untracked notes/diary.md", "size notes/diary.md 9000")),
        tool("Write", file_path="README.md", content="short"),
    ),
    misses=(
        bash("node scripts/write.js notes/diary.md", given=("untracked notes/diary.md", "size notes/diary.md 9000")),
    ),
)
def check(write: WritePath | CopyPath, context: Context) -> Opinions:
    least = context.setting("least_bytes", 200)
    if isinstance(write, CopyPath):
        over = write.to
        held = over.git not in ("untracked", "modified", "none") or context.recoverable(over)
        if over.kind == "file" and over.area == "workspace" and over.size >= least and not held:
            yield Ask(f"`{over.shown}` has {over.size} bytes that git does not hold, and would be replaced")
        return
    target = write.target
    if "database" in target.nature and target.area == "workspace" and target.git != "clean" and target.kind == "file":
        if write.how == "overwrite" and write.content == "" and target.size != 0:
            yield Ask(f"`{target.shown}` is a database that git does not hold, and would be emptied")
    loses = target.git in ("untracked", "modified", "none") and target.kind == "file" and target.size >= least
    if loses and write.how == "overwrite" and write.content is not None and not context.recoverable(target):
        if target.area == "workspace" and not target.shown.endswith(".log") and len(write.content) * 10 < target.size:
            yield Ask(
                f"`{target.shown}` has {target.size} bytes that git does not hold, and would keep {len(write.content)}"
            )
