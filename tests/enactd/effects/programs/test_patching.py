"""patch."""

from __future__ import annotations

import pytest
from support.summary import summaries

from enactd.effects.programs.patching import named_files

ROWS = [
    ("patch -p1 -i fix.diff", ["content hidden ./fix.diff", "edit below ."]),
    ("patch --dry-run -p1 -i fix.diff", ["content hidden ./fix.diff"]),
    ("patch a fix.diff", ["content hidden ./fix.diff", "edit ./a"]),
    ("patch -o out a fix.diff", ["content hidden ./fix.diff", "overwrite ./out"]),
    ("patch -d /srv -p0 -i x", ["content hidden ./x", "edit below /srv"]),
    ("patch --help", []),
]


@pytest.mark.parametrize(("command", "expected"), ROWS)
def test_patching_rows(command: str, expected: list[str]) -> None:
    """A patch edits what it names, or what lies below where it cannot be read."""
    assert expected == summaries(command)


@pytest.mark.parametrize(
    ("strip", "expected"),
    [("1", ["src/a.py", "b.py"]), ("0", ["a/src/a.py", "b/src/a.py", "b/b.py"]), ("", ["a.py", "b.py"])],
)
def test_named_files(strip: str, expected: list[str]) -> None:
    """Names are stripped as `-p` says, and `/dev/null` is none."""
    text = "--- a/src/a.py\t2020\n+++ b/src/a.py\n@@ -1 +1 @@\n-x\n+y\n--- /dev/null\n+++ b/b.py\n"
    assert expected == named_files(text, strip)


def test_patch_from_a_pipe() -> None:
    """A patch that flows in says which files change."""
    assert ["edit ./x.py"] == summaries("patch -p1", stdin="--- a/x.py\n+++ b/x.py\n@@ -1 +1 @@\n-x\n+y")
