"""Deletion of a home, the root, a system folder, or all temporary files.

Why
    An empty variable, a stray `~/` or a wrong folder turns `rm -r` into the loss of everything a person has.
Instead
    Delete named paths inside the workspace.
Blind spots
    What an opaque program deletes by itself.
"""

from enactd.policy import Context, DeletePath, MovePath, Opinions, bash, policy, tool

WORDS = {
    "root": "the root of a file system",
    "home": "a home or what holds one",
    "system-root": "a system folder",
    "temp-root": "everybody's temporary files",
}


@policy(
    watches=(DeletePath, MovePath),
    severity="critical",
    stage="stable",
    since="0.1",
    incidents=(
        "FS-01",
        "FS-03",
        "FS-04",
        "FS-06",
        "FS-07",
        "FS-09",
        "FS-10",
        "FS-11",
        "FS-35",
        "FS-45",
        "FS-46",
    ),
    denies=(
        "rm -rf tests/ patches/ plan/ ~/",
        'rm -rf "$HOME"',
        "cd / && rm -rf *",
        "find ~ -delete",
        "find ~ -type f -print0 | xargs -0 rm -f",
        "sudo rm -rf --no-preserve-root /",
        'rm -rf "$UNSET_FOLDER"/*',
        "mv ~ /tmp/gone",
        "rm -rf /tmp/*",
        "rm -rf /etc",
        "python3 -c \"import shutil, os; shutil.rmtree(os.path.expanduser('~'))\"",
        "node -e \"require('fs').rmSync('/home/u', {recursive: true})\"",
        tool("mcp__filesystem__delete_directory", path="/home/u", recursive=True),
        tool("mcp__shell__execute_command", command="rm -rf ~/"),
        'cmd /c "rmdir /s /q d:\\\\"',
    ),
    asks=("ssh host 'rm -rf /'",),
    allows=(
        "rm -rf build",
        "rm -rf /tmp/build-cache",
        "echo 'rm -rf /'",
        bash("rm -rf node_modules"),
        "python3 -c \"import shutil; shutil.rmtree('build')\"",
    ),
    misses=("./bin/cleaner --everything",),
)
def check(effect: DeletePath | MovePath, context: Context) -> Opinions:
    target = effect.target
    what = WORDS.get(target.area)
    emptied = isinstance(effect, DeletePath) and effect.only_empty
    inside = bool(target.pattern) and target.area in ("home", "temp-root", "system-root")
    if what and not emptied and not inside:
        yield context.floor(
            effect, f"`{target.word}` is `{target.shown}`, {what}", "name the paths inside the workspace"
        )
    if (
        what
        and inside
        and isinstance(effect, DeletePath)
        and (effect.bulk or effect.recursive or not target.pattern.strip("*"))
    ):
        yield context.floor(
            effect, f"`{target.word}` matches in `{target.path}`, {what}", "name the paths inside the workspace"
        )
    worst = WORDS.get(target.worst_area)
    if (
        target.path is None
        and worst
        and isinstance(effect, DeletePath)
        and (target.everything_in or target.worst_area != "root")
    ):
        yield context.floor(
            effect,
            f"`{target.word}` becomes `{target.worst}`, {worst}, if {target.why_unknown or 'a variable'} is empty",
            "write the path out, or use `${NAME:?}`",
        )
