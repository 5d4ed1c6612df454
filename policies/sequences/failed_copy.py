"""Deletion of what an earlier call tried to copy or move away, and failed.

Why
    The copy went wrong, its error was not looked at, and the clean-up removed the only original there was.
Instead
    Look at the copy first: `ls` and a checksum of both sides, then delete.
Blind spots
    Copies that fail without saying so; copies made by a program that is not read.
"""

from enactd.policy import Ask, Context, DeletePath, Example, Opinions, bash, policy


@policy(
    watches=DeletePath,
    severity="high",
    stage="stable",
    since="0.1",
    incidents=("FS-17", "FS-37", "FS-38"),
    asks=(
        bash("rm -rf dist", after=("failed: cp -r dist /mnt/backup",)),
        bash("rm -rf /tmp/out", after=("failed: mv /tmp/out ../archive",)),
        bash("rm -rf build", after=("failed: rsync -a build/ /mnt/x/", "failed: cp -r build/assets /mnt/x")),
        bash("python3 -c \"import shutil; shutil.rmtree('dist')\"", after=("failed: cp -r dist /mnt/backup",)),
        Example(
            "mcp__filesystem__delete_directory",
            {"path": "dist", "recursive": True},
            (),
            ("failed: cp -r dist /mnt/backup",),
        ),
    ),
    allows=(
        bash("rm -rf dist", after=("approved: cp -r dist /mnt/backup",)),
        bash("rm -rf dist", after=("failed: cp -r dist /mnt/backup", "approved: cp -r dist /mnt/backup")),
        bash("rm -rf build", after=("failed: cp -r dist /mnt/backup",)),
        bash("rm src/a.py", after=("failed: cp src/a.py /mnt/backup",)),
        bash("rm -rf dist", after=("failed: npm run build",)),
        bash("python3 -c \"import shutil; shutil.rmtree('build')\"", after=("failed: cp -r dist /mnt/backup",)),
    ),
    misses=(bash("npm run clean", after=("failed: cp -r dist /mnt/backup",)),),
)
def check(delete: DeletePath, context: Context) -> Opinions:
    path = delete.target.path
    kept = delete.target.git == "clean" or delete.target.kind == "missing"
    if path is None or kept or delete.only_empty or not context.session.failed:
        return
    sources = [deed.removeprefix("copied ") for deed in context.session.failed if deed.startswith("copied ")]
    lost = [source for source in sources if (source + "/").startswith(path + "/")]
    if lost:
        yield Ask(f"`{lost[0]}` was to be copied and that failed; `{delete.source}` would delete the original")
