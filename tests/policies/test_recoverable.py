"""What can be got back is free to go, in every spelling; what cannot asks, in the same spellings."""

from __future__ import annotations

from typing import Final

import pytest
from support.library import USUAL

from enactd.examples import judge_example
from enactd.policy import Example, bash, tool
from enactd.verdict import Decision

CODE: Final = 'python3 -c "{}"'
MISSING, CLEAN = "missing dist", "clean dist"
FREE: Final[list[str | Example]] = [
    # tracked and clean, by name
    "rm src/a.py", "rm -f ./src/a.py", "rm src/a.py src/b.py", "git rm src/a.py", bash("git rm -f src/a.py", given="tidy"), "unlink src/a.py",
    "find src/a.py -delete", CODE.format("import os; os.remove('src/a.py')"), CODE.format("import pathlib; pathlib.Path('src/a.py').unlink()"),
    "node -e \"require('fs').unlinkSync('src/a.py')\"", tool("mcp__filesystem__delete_file", path="src/a.py"),
    # made again by a build
    "rm -rf build", "rm -rf dist node_modules .next", "rm -rf ./dist/*", "find . -name __pycache__ -exec rm -rf {} +",
    "find . -name '*.pyc' -delete", CODE.format("import shutil; shutil.rmtree('build')"), "ruby -e 'require \"fileutils\"; FileUtils.rm_rf(\"dist\")'",
    "node -e \"require('fs').rmSync('node_modules', {recursive: true})\"", bash("rm -rf coverage", given="ignored coverage"),
    "cargo clean", "npx rimraf dist", tool("mcp__filesystem__delete_directory", path="dist", recursive=True),
    # temporary, or not there
    "rm -rf /tmp/x", 'd=$(mktemp -d) && rm -rf "$d"', "rm -rf \"${TMPDIR:-/tmp}/x\"", "rm -f /tmp/x/*.log", bash("rm -rf dist", given=MISSING),
    CODE.format("import shutil; shutil.rmtree('/tmp/x')"), "rmdir empty", "rm -f .git/index.lock",
    # discards and overwrites of what git holds
    bash("git checkout -- src/a.py", given="tidy"), bash("git restore .", given="tidy"), "git reset --soft HEAD~1", "git restore --staged .", "git stash", "> src/a.py", "cp src/a.py src/b.py",
    "mv src/a.py src/b.py", tool("Write", file_path="src/a.py", content="x"), bash("git branch -D x", given="merged x"), "git clean -nd",
]  # fmt: skip
DIRTY: Final = (
    "modified src/a.py",
    "untracked notes.md",
    "untracked notes",
    "size notes.md 9000",
    "size src/a.py 9000",
)
ASKED: Final[list[str | Example]] = [
    *(
        bash(command, given=DIRTY)
        for command in (
            "rm src/a.py", "rm -f ./src/a.py", "rm notes.md", "git rm -f src/a.py", "unlink notes.md", "find notes.md -delete", "rm -rf notes",
            CODE.format("import os; os.remove('src/a.py')"), CODE.format("import pathlib; pathlib.Path('notes.md').unlink()"),
            "node -e \"require('fs').unlinkSync('notes.md')\"", CODE.format("import shutil; shutil.rmtree('notes')"), "mv src/b.py notes.md",
            "cp src/b.py notes.md", "> notes.md", "truncate -s 0 src/a.py", "shred -u notes.md", "npx rimraf notes", "perl -e 'unlink \"notes.md\"'",
        )
    ),
    *(
        bash(command, given="dirty")
        for command in ("git checkout -- src/app.py", "git restore .", "git reset --hard", "git clean -fd", "git checkout -f", "git stash && git clean -fd")
    ),
    "rm -rf src", "rm -rf .git", "rm -rf *", "git stash drop", bash("git branch -D x", given="unmerged x"), bash("rm data/app.db", given="ignored data/app.db"),
    CODE.format("import shutil; shutil.rmtree('src')"), Example("mcp__filesystem__delete_file", {"path": "notes.md"}, DIRTY),
    Example("Write", {"file_path": "notes.md", "content": "x"}, DIRTY), tool("mcp__filesystem__delete_directory", path="src", recursive=True),
    "rm -rf /tmp/*", 'rm -rf "$UNSET"/x', "rm -rf dist src", "cd .. && rm -rf build other", "find . -type f -delete",
]  # fmt: skip


def decision(spelling: str | Example) -> Decision:
    return judge_example(USUAL, bash(spelling) if isinstance(spelling, str) else spelling).verdict.decision


@pytest.mark.parametrize("spelling", FREE, ids=lambda spelling: str(spelling)[:90])
def test_what_can_be_got_back_is_free(spelling: str | Example) -> None:
    """Routine deletions ask nobody."""
    assert Decision.ALLOW is decision(spelling)


@pytest.mark.parametrize("spelling", ASKED, ids=lambda spelling: str(spelling)[:90])
def test_what_cannot_is_not(spelling: str | Example) -> None:
    """The same spellings on what neither git nor a build gives back."""
    assert Decision.ALLOW is not decision(spelling)


def test_there_are_forty_of_each_kind_or_nearly() -> None:
    """Enough to notice a surface that was forgotten."""
    assert len(FREE) >= 40
    assert len(ASKED) >= 39
