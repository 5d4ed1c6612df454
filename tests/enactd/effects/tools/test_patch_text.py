"""Patch texts are taken apart without applying them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enactd.effects.tools.patch_text import read_patch


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("*** Begin Patch\n*** Add File: a\n+x\n+y\n*** End Patch", [("create", "a", "", ["x", "y"], [])]),
        ("*** Update File: a b.py\n@@\n ctx\n-o\n+n", [("edit", "a b.py", "", ["n"], ["o"])]),
        ("*** Update File: a\n*** Move to: b\n-o", [("edit", "a", "b", [], ["o"])]),
        ("*** Delete File: a\n*** Delete File: b", [("delete", "a", "", [], []), ("delete", "b", "", [], [])]),
        ("*** Delete File: \n*** Add File: b\n+x", [("create", "b", "", ["x"], [])]),
        ("--- a/x\t2024\n+++ b/x\t2024\n@@ -1 +1 @@\n-o\n+n", [("edit", "x", "", ["n"], ["o"])]),
        ("--- a/x\n+++ b/y\n@@ -1 +1 @@\n-o\n+n", [("edit", "x", "y", ["n"], ["o"])]),
        ("--- /dev/null\n+++ b/y\n@@ -0,0 +1 @@\n+n", [("create", "y", "", ["n"], [])]),
        ("--- a/x\n+++ /dev/null\n@@ -1 +0,0 @@\n-o", [("delete", "x", "", [], ["o"])]),
        ("--- a/x\n+++ b/x\n-o\n--- a/y\n+++ b/y\n+n", [("edit", "x", "", [], ["o"]), ("edit", "y", "", ["n"], [])]),
        ("--- a/x\n+++ b/x\n@@\n--- not a head\n+++ nor this", [("edit", "x", "", [], []), ("edit", "not a head", "nor this", [], [])]),
        ("rename from a\nrename to b", [("edit", "a", "b", [], [])]),
        ("+x\n-y", []),
        ("", []),
    ],
)  # fmt: skip
def test_sections(text: str, expected: list[tuple[str, str, str, list[str], list[str]]]) -> None:
    """Every file is a section; a line that could be a head is taken for one, which can only widen."""
    assert expected == [(s.how, s.path, s.moved_to, s.added, s.removed) for s in read_patch(text)]


@given(
    st.lists(
        st.sampled_from(
            ["*** Add File: a", "*** Move to: b", "--- a/x", "+++ b/x", "+y", "-z", "rename to q", "rename from p", " "]
        )
    )
)
def test_any_text_gives_sections(lines: list[str]) -> None:
    """Total, and no section without a path."""
    assert all(section.path for section in read_patch("\n".join(lines)))
