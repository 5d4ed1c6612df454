"""Deletion inside the workspace of what neither git nor a build gives back.

Why
    Untracked and changed files, whole source folders and `.git` itself are gone for good.
Instead
    Commit or stash first, or delete tracked files by name.
Blind spots
    Files that are ignored but not made by a build, when their names look like build output.
"""

from enactd.policy import Ask, Context, DeletePath, MovePath, Opinions, Target, bash, policy, tool

# Folders of these names hold what some tool has left there, wherever git was told to ignore them.
PASSING = ("tmp", "temp", "build", "out", "output", "log", "logs", "cache", "caches", "gen", "generated", "artifacts")


@policy(
    watches=DeletePath,
    severity="high",
    stage="stable",
    since="0.1",
    incidents=(
        "FS-08",
        "FS-18",
        "FS-19",
        "FS-20",
        "FS-26",
        "FS-27",
        "FS-28",
        "FS-29",
        "FS-43",
        "VC-13",
        "FS-24",
        "FS-44",
    ),
    asks=(
        "rm -rf *",
        "rm -rf .git",
        "rm -rf src",
        "rm -rf .",
        "mv src /tmp/x && rm -rf /tmp/x",
        bash("mv notes.txt /tmp/x && rm /tmp/x", given="modified notes.txt"),
        "find . -name '*_new.json' -exec rm {} +",
        bash("rm -f data/backup.sql", given="untracked data/backup.sql"),
        bash("rm -rf photos", given="missing photos"),
        bash("rm -rf photos", given="ignored photos"),
        bash("rm backups/2025.sql", given="ignored backups/2025.sql"),
        bash("rm src/app.py", given="modified src/app.py"),
        "rm .env",
        "python3 -c \"import shutil; shutil.rmtree('src')\"",
        tool("mcp__filesystem__delete_directory", path="src", recursive=True),
    ),
    allows=(
        "rm -rf build dist node_modules",
        "rm -rf ./dist/*",
        "rm notes.txt",
        bash("rm -rf dist", given="missing dist"),
        bash("rm -rf dist", given="clean dist"),
        bash("rm -rf .cache", given="ignored .cache"),
        bash("rm -rf src/generated", given="ignored src/generated"),
        bash("rm old.log", given="ignored old.log"),
        bash("rm -f *.log", given="ignored old.log"),
        "rm -f .git/index.lock",
        "find . -name '*.pyc' -delete",
        "find src/a.py -delete",
        "find . -name __pycache__ -exec rm -rf {} +",
        bash("mv notes.txt old.txt && rm old.txt", given="clean notes.txt"),
        "node -e \"require('fs').rmSync('dist', {recursive: true})\"",
        tool("mcp__filesystem__delete_file", path="src/a.py"),
    ),
    misses=(
        bash("rm build/thesis.tex", given="untracked build/thesis.tex"),
        "./bin/cleaner src",
    ),
)
def check(delete: DeletePath, context: Context) -> Opinions:
    target = delete.target
    recoverable = context.recoverable(target)
    folder = delete.recursive and target.kind not in ("file", "link") and not delete.only_empty
    for move in context.effects:
        if isinstance(move, MovePath) and goes_into(move.to, target) and missed(move.target, delete, context):
            yield Ask(f"`{target.shown}` holds what `{move.source}` has just moved there")
            break
    if delete.place or target.area not in ("workspace", "workspace-root"):
        return
    if "git-dir" in target.nature and "git-lock" not in target.nature:
        yield Ask(f"`{target.shown}` holds the repository's history")
    elif target.area == "workspace-root" and not delete.only_empty and "build-output" not in target.nature:
        yield Ask(f"`{delete.source}` deletes from the whole workspace `{target.shown}`")
    elif (
        target.pattern or target.everything_in or (delete.bulk and target.kind != "file")
    ) and "build-output" not in target.nature:
        if delete.only_empty or litter(delete) or swept(delete):
            return
        if target.git != "ignored":
            yield Ask(f"`{delete.source}` deletes whatever matches `{target.shown}`")
        elif all_of_a_kept_folder(target):
            yield Ask(f"`{target.shown}` is ignored by git and made by no known build")
    elif target.secret and ("dotenv" in target.nature or (target.git != "clean" and target.kind != "missing")):
        yield Ask(f"`{target.shown}` is a {target.secret}, which nothing gives back")
    elif delete.by_project and (recoverable or target.git == "ignored") and "database" not in target.nature:
        return
    elif folder and (
        not recoverable or ((target.git == "clean" or target.kind == "missing") and not made_again(target))
    ):
        if target.git != "ignored" or "database" in target.nature:
            yield Ask(f"`{target.shown}` is a whole folder of the workspace")
        elif target.shown.rpartition("/")[2].lower() not in PASSING:
            yield Ask(f"`{target.shown}` is ignored by git and made by no known build")
    elif not recoverable and not delete.only_empty and target.git in ("modified", "untracked", "none", "unknown"):
        yield Ask(f"`{target.shown}` is {words(target.git)}, so git cannot give it back")
    elif target.git == "ignored" and not recoverable and "database" in target.nature:
        yield Ask(f"`{target.shown}` is a database that git does not hold")


def all_of_a_kept_folder(target: Target) -> bool:
    """Whether the pattern takes in everything in a folder whose name says of no tool that it fills it."""
    folder, _, name = target.shown.rstrip("/").rpartition("/")
    if target.everything_in and "*" not in name:
        folder = target.shown.rstrip("/")
    elif name.strip("*."):
        return False
    last = folder.rpartition("/")[2].lower()
    return bool(last.strip("*.~")) and last not in PASSING


def missed(moved: Target, delete: DeletePath, context: Context) -> bool:
    """Whether a thing of the workspace was moved that nothing gives back, once it is gone from its new place."""
    if moved.area not in ("workspace", "workspace-root"):
        return False
    if delete.by_project and moved.git != "modified" and moved.kind != "folder":
        return False  # a recipe moves and removes what it has made itself
    return not (context.recoverable(moved) and (moved.kind == "file" or "build-output" in moved.nature))


def goes_into(place: Target, target: Target) -> bool:
    """Whether what comes to lie at `place` goes with the target."""
    if place.path is None or target.path is None:
        return False
    return (place.path + "/").startswith(target.path + "/")


def words(state: str) -> str:
    return {
        "modified": "changed since the last commit",
        "untracked": "not tracked by git",
        "none": "in no repository",
    }.get(state, "in a state that cannot be told")


def made_again(target: Target) -> bool:
    return "build-output" in target.nature or "git-lock" in target.nature


def swept(delete: DeletePath) -> bool:
    """A recipe of the project that cleans up where there is nothing to clean: its patterns match no file."""
    return delete.by_project and delete.target.kind == "missing"


def litter(delete: DeletePath) -> bool:
    """Files of one ending (`*.tmp`) that a recipe of the project removes: it says itself that it makes them."""
    return delete.by_project and "." in delete.target.shown.rpartition("/")[2].strip("*?")
