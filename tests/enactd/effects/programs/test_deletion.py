"""Deletions and trash."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.reading import effects
from support.summary import summaries

from enactd.effects.model import DeletePath

ROWS = [
    ("rm a.txt", ["delete ./a.txt"]),
    ("fdupes -rdN photos", ["delete bulk ./photos/*"]),
    ("fdupes -r photos", []),
    ("rdfind -deleteduplicates true photos", ["delete bulk ./photos/*"]),
    ("fclones remove --dry-run", []),
    ("rm -f a b", ["delete ./a", "delete ./b"]),
    ("rm -rf build", ["delete recursive ./build"]),
    ("rm -r -f /etc", ["delete recursive /etc"]),
    ("rm --recursive --force x", ["delete recursive ./x"]),
    ("rm --rec x", ["delete recursive ./x"]),
    ("rm -fR x", ["delete recursive ./x"]),
    ("rm -d empty", ["delete only_empty ./empty"]),
    ("rm -- -rf", ["delete ./-rf"]),
    ("rm -f ~/", ["delete ~"]),
    ("rm -rf ~ /", ["delete recursive ~", "delete recursive /"]),
    ("rm -rf ./*", ["delete recursive ./*"]),
    ("rm --help", []),
    ("rm --version", []),
    ('rm -rf "$UNSET"/*', ["delete recursive ?<$UNSET is not known>/*"]),
    ('rm -rf "$UNSET"', ["delete recursive ?<$UNSET is not known>"]),
    ('rm -rf x"$UNSET"', ["delete recursive ?x<$UNSET is not known>"]),
    ("rm $FLAGS x", ["delete recursive ?<$FLAGS is not known>", "delete recursive ./x"]),
    ("rm -i a", ["delete ./a"]),
    ("rm -rf --no-preserve-root /", ["delete recursive /"]),
    ("rm /dev/sda", ["device rm /dev/sda", "delete /dev/sda"]),
    ("rmdir a", ["delete only_empty ./a"]),
    ("rmdir -p a/b/c", ["delete only_empty ./a/b/c", "delete only_empty ./a/b", "delete only_empty ./a"]),
    ("rmdir /s /q d:\\\\", ["delete recursive D:/"]),
    ("rmdir //s //q 'D:\\work'", ["delete recursive D:/work"]),
    ("unlink a", ["delete ./a"]),
    ("shred -u a", ["delete scrub ./a"]),
    ("shred -n 3 -z a", ["delete scrub ./a"]),
    ("shred /dev/sda", ["device shred /dev/sda"]),
    ("shred --help", []),
    ("wipe -rf a", ["delete recursive scrub ./a"]),
    ("srm -z a", ["delete scrub ./a"]),
    ("trash-put a", ["delete recursive ./a"]),
    ("trash a b", ["delete recursive ./a", "delete recursive ./b"]),
    ("trash-empty", ["delete recursive ~/.local/share/Trash/*"]),
    ("trash-list", []),
    ("trash-restore", []),
    ("gio trash a", ["delete recursive ./a"]),
    ("gio remove a", ["delete ./a"]),
    ("gio copy a b", ["copy ./a -> ./b"]),
    ("gio open a", []),
    ("rimraf dist", ["delete recursive ./dist"]),
    ("rimraf -g 'dist/*'", ["delete recursive ./dist/*"]),
    ("rimraf --help", []),
    ("del-cli 'dist/*' '!dist/keep'", ["delete recursive ./dist/*"]),
    ("del-cli --dry-run dist", []),
]


@pytest.mark.parametrize(("command", "expected"), ROWS)
def test_deletion_rows(command: str, expected: list[str]) -> None:
    """Each way to delete a file names what goes, and how."""
    assert expected == summaries(command)


def test_a_link_goes_and_not_what_it_leads_to(tmp_path: Path) -> None:
    """`rm link` removes an entry of the workspace; `rm link/file` goes through it."""
    workspace, other = tmp_path / "proj", tmp_path / "other"
    workspace.mkdir()
    other.mkdir()
    (other / "file").write_text("x")
    (workspace / "link").symlink_to(other)
    found = {}
    for command in ("rm -rf link", "rm link/file", "rm -rf link/"):
        (effect,) = effects(command, cwd=str(workspace), home=str(tmp_path / "home"))
        assert isinstance(effect, DeletePath)
        found[command] = effect.target.path
    assert {
        "rm -rf link": str(workspace / "link"), "rm link/file": str(other / "file"), "rm -rf link/": str(other),
    } == found  # fmt: skip
