"""Moving what must stay where it is, or over what nothing gives back.

Why
    A moved home is as gone as a deleted one, and `mv` over a file replaces it without a word.
Instead
    Copy, look, and let a person remove the original.
Blind spots
    A destination folder that holds a file of the same name, when it is on another machine.
"""

from enactd.policy import Ask, Context, MovePath, Opinions, Target, policy, tool


@policy(
    watches=MovePath,
    severity="high",
    stage="stable",
    since="0.1",
    incidents=("FS-30",),
    asks=(
        "mv src /tmp/x",
        "mv src ../elsewhere",
        "grep -rl TODO src | xargs -I{} mv {} /tmp/x/",
        "mv *.py /tmp/x/",
        "mv ~/notes.txt .",
        "mv .git .git.bak",
        tool("mcp__filesystem__move_file", source="src", destination="/home/u/elsewhere/src"),
        "python3 -c \"import shutil; shutil.move('/home/u/notes.txt', '.')\"",
    ),
    allows=(
        "mv src/a.py src/b.py",
        "mv a.txt /tmp/x/a.txt",
        "mv dist old-dist",
        "mv coverage/* /tmp/x/",
        tool("mcp__filesystem__move_file", source="src/a.py", destination="src/b.py"),
        "python3 -c \"import os; os.rename('src/a.py', 'src/b.py')\"",
    ),
    misses=("./bin/mover src /tmp/x",),
)
def check(move: MovePath, context: Context) -> Opinions:
    source, to = move.target, move.to
    inside = ("workspace", "temp", "stream", "agent")
    if move.place:
        yield Ask(f"`{move.source}` moves files on {move.place}")
    if source.path is None and not move.place:
        yield Ask(f"`{source.word}` is known only at run time")
    elif source.area not in inside and source.area not in ("home", "root", "system-root", "temp-root"):
        yield Ask(f"`{source.shown}` lies outside the workspace")
    elif to.area == "temp" and several(source) and source.area == "workspace" and not made_again(source):
        yield Ask(f"`{source.shown}` would leave the workspace for a temporary folder")
    elif "git-dir" in source.nature:
        yield Ask(f"`{source.shown}` belongs to the repository itself")
    if to.path is None and not move.place:
        yield Ask(f"`{to.word}` is known only at run time")
    elif to.area not in (*inside, "workspace-root"):
        yield Ask(f"`{move.source}` moves to `{to.shown}`, outside the workspace")
    elif to.kind == "file" and to.area == "workspace" and not context.recoverable(to):
        yield Ask(f"`{to.shown}` exists and would be replaced")


def several(source: Target) -> bool:
    return source.kind == "folder" or bool(source.pattern) or source.everything_in


def made_again(source: Target) -> bool:
    return "build-output" in source.nature or source.git == "ignored"
