"""Names are shown so that a person knows the place, and lists say how much they leave out."""

from __future__ import annotations

import pytest

from enactd.effects.model import Target
from enactd.effects.words.phrase import LISTED, Names, Phrase, cut, data, listed


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/home/ada/shop/src/x", "src/x"),
        ("/home/ada/shop", "the workspace itself (/home/ada/shop)"),
        ("/home/ada/shopping", "~/shopping"),
        ("/home/ada", "your home (/home/ada)"),
        ("/home/adam/x", "/home/adam/x"),
        ("/etc/passwd", "/etc/passwd"),
        ("/home/ada/shop/~/x", "./~/x"),
        ("/home/ada/shop/-rf", "./-rf"),
    ],
)
def test_paths(path: str, expected: str) -> None:
    """Below the workspace relative, below the home with a tilde, and never one for the other."""
    assert expected == Names("/home/ada/shop", "/home/ada").path(path)


def test_paths_without_places() -> None:
    """Where neither is known, paths stay as they are."""
    assert "/home/ada/x" == Names().path("/home/ada/x")


def test_a_pattern_is_part_of_the_path() -> None:
    """A glob below the workspace is shown below it."""
    assert "**/*.txt" == Names("/w").target(Target(word="**/*.txt", path="/w", pattern="**/*.txt"))


def test_several_are_one_sentence() -> None:
    """Counted, listed, and what holds for all of them said once."""
    phrase = Phrase("deletes", "a", "files", ", which no commit has")
    assert "deletes a, which no commit has" == phrase.alone()
    assert "deletes 2 files, which no commit has: a, b" == phrase.together(["a", "b"])


def test_long_lists_say_how_much_is_left_out() -> None:
    """Names up to a number, then `and N more`."""
    names = [f"f{number}" for number in range(LISTED + 5)]
    assert listed(names).endswith(f"f{LISTED - 1} and 5 more")
    assert "a, b" == listed(["a", "b"])


def test_long_names_keep_both_ends() -> None:
    """The middle goes, and how much of it is said."""
    shown = cut("/a/" + "x" * 1000 + "/end.txt")
    assert shown.startswith("/a/x")
    assert shown.endswith("x/end.txt")
    assert "[735 characters]" in shown
    assert 300 >= len(shown)


def test_gravest_data_first() -> None:
    """A secret is named before a file's content."""
    assert "a secret, the content of a file" == data({"file", "secret"})
    assert "" == data(())
