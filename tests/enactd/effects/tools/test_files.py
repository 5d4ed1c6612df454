"""File tools of many agents: the same effects as the shell's."""

from __future__ import annotations

from typing import Any

import pytest
from support.reading import call_effects

from enactd.effects.model import DeletePath, Effect, MovePath, Opaque, ReadPath, SearchSecrets, WritePath

F = "/home/u/proj/a.py"


def only(tool: str, **arguments: Any) -> Any:
    (effect,) = call_effects(tool, arguments)
    return effect


@pytest.mark.parametrize(
    ("tool", "arguments", "kind"),
    [
        ("Read", {"file_path": F}, ReadPath),
        ("NotebookRead", {"notebook_path": F}, ReadPath),
        ("read_file", {"absolute_path": F}, ReadPath),
        ("read_file", {"target_file": "a.py"}, ReadPath),
        ("view", {"path": F, "view_range": [1, 2]}, ReadPath),
        ("view_image", {"path": F}, ReadPath),
        ("view_file", {"AbsolutePath": F}, ReadPath),
        ("readFile", {"filePath": F}, ReadPath),
        ("read", {"filePath": F, "offset": 3}, ReadPath),
        ("Write", {"file_path": F, "content": "x"}, WritePath),
        ("write_file", {"file_path": F, "content": "x"}, WritePath),
        ("create", {"path": F, "file_text": "x"}, WritePath),
        ("create_file", {"filePath": F, "content": "x"}, WritePath),
        ("write_to_file", {"TargetFile": F, "CodeContent": "x"}, WritePath),
        ("fs_write", {"command": "create", "path": F, "file_text": "x"}, WritePath),
        ("Edit", {"file_path": F, "old_string": "a", "new_string": "b"}, WritePath),
        ("MultiEdit", {"file_path": F, "edits": [{"old_string": "a", "new_string": "b"}]}, WritePath),
        ("replace", {"file_path": F, "old_string": "a", "new_string": "b"}, WritePath),
        ("replace_string_in_file", {"filePath": F, "oldString": "a", "newString": "b"}, WritePath),
        ("edit", {"filePath": F, "oldString": "a", "newString": "b"}, WritePath),
        ("str_replace_editor", {"command": "str_replace", "path": F, "old_str": "a", "new_str": "b"}, WritePath),
        ("str_replace_editor", {"command": "view", "path": F}, ReadPath),
        ("NotebookEdit", {"notebook_path": F, "new_source": "x"}, WritePath),
        ("edit_file", {"target_file": "a.py", "code_edit": "x"}, WritePath),
        ("replace_in_file", {"path": F, "diff": "x"}, WritePath),
        ("delete_file", {"target_file": "a.py"}, DeletePath),
        ("delete", {"path": F}, DeletePath),
    ],
)
def test_one_file(tool: str, arguments: dict[str, Any], kind: type[Effect]) -> None:
    """Whatever the agent calls tool and argument, the file is found."""
    effect = only(tool, **arguments)
    assert kind is type(effect)
    assert F == effect.target.path


TOOLS_WITH_A_FILE = [
    "Read",
    "Write",
    "Edit",
    "replace",
    "delete_file",
    "apply_patch",
    "move_file",
    "create_directory",
    "editFiles",
]


@pytest.mark.parametrize("tool", TOOLS_WITH_A_FILE)
def test_a_tool_that_names_no_file_asks(tool: str) -> None:
    """Nothing said is not nothing done."""
    assert [Opaque] == [type(effect) for effect in call_effects(tool, {})]


def test_several_files() -> None:
    """Every file of a list counts, also globs and objects."""
    for arguments in (
        {"paths": ["a", ".env*"]},
        {"include": ["a", ".env*"]},
        {"files": [{"path": "a"}, {"path": ".env"}]},
    ):
        effects = call_effects("read_many_files", arguments)
        assert [False, True] == [bool(effect.target.secret) for effect in effects if isinstance(effect, ReadPath)]
    assert [F, F + "c"] == [
        e.target.path for e in call_effects("editFiles", {"files": ["a.py", "a.pyc"]}) if isinstance(e, WritePath)
    ]


def test_operations_of_one_call() -> None:
    """A read of lines, a listing and a search, told apart by their mode."""
    operations = [
        {"mode": "Line", "path": ".env"},
        {"mode": "Directory", "path": "src"},
        {"mode": "Search", "path": "a", "pattern": "x"},
    ]
    found = [e for e in call_effects("fs_read", {"operations": operations}) if isinstance(e, ReadPath)]
    assert ["content", "list", "search"] == [effect.how for effect in found]
    assert found[0].target.secret
    assert [Opaque] == [type(e) for e in call_effects("fs_read", {"operations": [{"mode": "Line"}]})]


def test_a_tilde_is_expanded_and_a_star_is_not() -> None:
    """As the tools themselves do."""
    assert "/home/u/.ssh/id_rsa" == only("Read", file_path="~/.ssh/id_rsa").target.path
    assert "/home/u/proj/*" == only("Read", file_path="*").target.path


def test_what_an_edit_takes_away_and_brings() -> None:
    """Over all edits of the call."""
    edits = [{"old_string": "a", "new_string": "b"}, {"oldText": "x"}, {"old_str": "c", "new_str": "d"}, "text"]
    effect = only("MultiEdit", file_path=F, edits=edits)
    assert ("edit", "a\n\nc", "b\n\nd") == (effect.how, effect.removed, effect.content)


def test_globs() -> None:
    """A pattern is read below its folder; one that aims at secrets is told."""
    assert ("/home/u/proj/src", "**/*.py", "list") == (
        (e := only("Glob", pattern="**/*.py", path="src")).target.path, e.target.pattern, e.how,
    )  # fmt: skip
    assert [True, True, False] == [
        bool(only("glob", pattern=p).target.secret) for p in ("**/.ssh/*", "**/*.pem", "**/*.py")
    ]


def test_searches() -> None:
    """Where, for what, and in which files; a search for keys is one, too."""
    effect = only("Grep", pattern="TODO", path="src")
    assert ("search", "TODO", "/home/u/proj/src", True) == (
        effect.how,
        effect.search,
        effect.target.path,
        effect.recursive,
    )
    assert only("Grep", pattern="x", glob=".env*").target.secret
    assert SearchSecrets in [type(e) for e in call_effects("search_file_content", {"pattern": "aws_secret_access_key"})]
    assert not only("Grep", pattern="x", output_mode="count").shown


def test_listing() -> None:
    """No folder means this one."""
    assert ["/home/u/proj", "/home/u/proj/src", "/home/u/.ssh"] == [
        only("LS", **arguments).target.path for arguments in ({}, {"dir_path": "src"}, {"path": "~/.ssh"})
    ]


def test_moves() -> None:
    """Source and destination, in any style."""
    effect = only("move_file", source="a", destination="../b")
    assert isinstance(effect, MovePath)
    assert ("/home/u/proj/a", "/home/u/b") == (effect.target.path, effect.to.path)


def test_a_folder_is_made() -> None:
    """One that is there already stays as it is."""
    assert isinstance(only("create_directory", dirPath="new/sub"), WritePath)
    assert [] == call_effects("create_directory", {"path": "src"})


PATCH = """*** Begin Patch
*** Add File: new.py
+print(1)
*** Update File: src/app.py
*** Move to: ../out/app.py
@@ def f():
-old
+new
*** Delete File: gone.py
*** End Patch
"""


@pytest.mark.parametrize("key", ["input", "patch", "command", "patchText"])
def test_a_patch_adds_updates_moves_and_deletes(key: str) -> None:
    """Each section is an effect of its own, with what it adds and removes."""
    found = [
        (type(e).__name__, e.target.path, getattr(e, "content", ""), getattr(e, "removed", ""))
        for e in call_effects("apply_patch", {key: PATCH})
        if isinstance(e, WritePath | MovePath | DeletePath)
    ]
    assert sorted(
        [
            ("WritePath", "/home/u/proj/new.py", "print(1)", ""),
            ("MovePath", "/home/u/proj/src/app.py", "", ""),
            ("WritePath", "/home/u/proj/src/app.py", "new", "old"),
            ("DeletePath", "/home/u/proj/gone.py", "", ""),
        ]
    ) == sorted(found)


def test_a_unified_diff_is_a_patch_too() -> None:
    """With the usual prefixes taken off."""
    effects = call_effects("patch", {"patch": "--- a/src/app.py\n+++ b/src/app.py\n@@ -1 +1 @@\n-old\n+new\n"})
    assert [("/home/u/proj/src/app.py", "new", "old")] == [
        (e.target.path, e.content, e.removed) for e in effects if isinstance(e, WritePath)
    ]


def test_a_unified_diff_of_several_files_changes_all_of_them() -> None:
    """No file hides behind the first."""
    text = "--- a/x.py\n+++ b/x.py\n@@ -1 +1 @@\n-a\n+b\n--- a/.github/workflows/ci.yml\n+++ b/.github/workflows/ci.yml\n@@ -1 +1 @@\n-c\n+d\n"
    found = [(e.target.path, e.content) for e in call_effects("patch", {"patch": text}) if isinstance(e, WritePath)]
    assert [("/home/u/proj/x.py", "b"), ("/home/u/proj/.github/workflows/ci.yml", "d")] == found


def test_a_unified_diff_deletes_and_adds() -> None:
    """`/dev/null` on one side."""
    gone = call_effects("patch", {"patch": "--- a/x.py\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n"})
    assert [DeletePath] == [type(effect) for effect in gone]
    new = call_effects("patch", {"patch": "--- /dev/null\n+++ b/y.py\n@@ -0,0 +1 @@\n+a\n"})
    assert ["/home/u/proj/y.py"] == [effect.target.path for effect in new if isinstance(effect, WritePath)]


@pytest.mark.parametrize("text", ["", "nothing", "*** Begin Patch\n*** End Patch", "+x\n-y"])
def test_a_patch_that_names_no_file_asks(text: str) -> None:
    """What it changes cannot be told."""
    assert [Opaque] == [type(effect) for effect in call_effects("apply_patch", {"input": text})]
