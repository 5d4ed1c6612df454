"""The operators of `${x op word}`, one by one against bash."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.bash import fields
from support.expanding import Shell
from support.scripts import removed

SETUP = "unset U; x='a b a'; y=; p=/a/b.c.d/; q=\"it's\"; n=2; set -- one two; i=x; arr=(aa ba ca)"
WORDS = [
    "${U-w}", "${U:-w}", "${y-w}", "${y:-w}", "${x:-w}", "${U-a b}", '"${U-a b}"', "${U:-'a b'}", "${U-$x}", "${U-}", "${U+w}", "${y+w}",
    "${y:+w}", "${x:+w}", "${U=w}$U", "${U:=a b}", "${y:=w}$y", "${U:-${y:-${x}}}", "${1-w}", "${3-w}", "${1+w}", "${3:-w}",
    "${p#*/}", "${p##*/}", "${p%/*}", "${p%%/*}", "${p%.*}", "${p%%.*}", "${p#/}", "${p%/}", "${x#a }", "${x% a}", "${x#$i}", "${x#'*'}",
    '"${x#a*}"', '"${x##a*}"', '"${x%a*}"', '"${x%%a*}"', "${y#*}", "${U%x}", "${arr[@]#?}", '"${arr[@]%a}"',
    "${x/a/z}", "${x//a/z}", "${x/#a/z}", "${x/%a/z}", "${x//a}", "${x// /_}", '"${x/a/z z}"', "${x//[ab]/-}", "${p//\\//:}", "${p////:}",
    "${x/b*/}", "${x/'*'/z}", "${x/#/z}", "${x/%/z}", "${arr[@]/a/z}", "${y/#/z}", "${U/#/z}", "${x//a/$n}",
    "${x:2}", "${x:0:1}", "${x: -1}", "${x:(-3):2}", "${x:1:-1}", "${x:n}", "${x:n:n+1}", "${x:9}", "${x: -9}z", "${@:1}", "${@:2:1}", "${@:0:0}z",
    "${x^}", "${x^^}", "${x^^a}", "${x^^[!a]}", "${x,}", "${x,,}", "${x@U}", "${x@u}", "${x@L}", "${arr[@]^}", "${q@Q}", "${x@Q}", '"${y@Q}"',
    '"${U@Q}"', "${#x}", "${#y}", "${#U}", "${#p}", "${!i}", "${!i:-w}", "${!i#a}", "${!U-w}",
    '"${U:-$\'\\x41\'}"', '"${U:-$\'a b\'}"', '"${U:-a"b c"d}"', '"${x:+"$x"_}"', '"${x:+"$n"n}"', '"${x:+$n"n"}"', '"${x:+"$x":}"', "${U:-$'a b'}",
    "\"${U-'w'}\"", "${U-'w w'}", '"${U-\\}}"', "${U-\\}}", '"${x#"a b"}"', '"${x#\'a b\'}"', '"${x/\'a\'/$\'\\x7a\'}"',
]  # fmt: skip


@pytest.mark.parametrize("word", WORDS)
def test_as_in_bash(word: str, tmp_path: Path) -> None:
    """Each operator gives what bash gives."""
    folder = tmp_path / "scratch"
    folder.mkdir()
    real = fields([word], folder, SETUP)[0]
    assert (real if real is not None else [None]) == Shell(folder, SETUP).texts(word)


@pytest.mark.parametrize(
    "word",
    ["${x@P}", "${x@A}", "${x@a}", "${x@E}", "${x/a/&&}", "${x#$(cmd)}", "${x/$(cmd)/b}", "${x:$(cmd)}", "${x:0:$Z}", "${x^^$(cmd)}"],
)  # fmt: skip
def test_what_is_not_followed_is_unknown(word: str, tmp_path: Path) -> None:
    """An operator or operand that is not followed gives a hole."""
    assert [None] == Shell(tmp_path, f"{SETUP}; Z=$(cmd)").texts(f'"{word}"')


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ('rm "${U:?}/x"; rm b', []),
        ('rm "${U?gone}"; rm b', []),
        ('x=$(cmd); rm "${x:?}/a"; rm b', ["?", "b"]),
        ('rm "${x:-$(rm a)}"', ["a"]),
        ('x=b; rm "${x:-$(rm a)}"', ["b"]),
        ('x=b; rm "${x:+$(rm a)}"', ["a"]),
        ("x='$(rm a)'; : \"${x@P}\"", ["a"]),
        ('x=$(cmd); rm "${x:-/etc}"', ["?"]),
        ('rm "${U:-/etc}"', ["/etc"]),
        ('rm "${U:-$\'\\x2f\'}"', ["/"]),
        ("rm \"${U:-$'$(rm a)'}\"", ["!"]),
        ('x=1; rm "${x:+"$"HOME}"', ["!"]),
    ],
)  # fmt: skip
def test_what_operators_run(script: str, expected: list[str]) -> None:
    """A word that is chosen is expanded, one that is not is not; a required variable ends the shell."""
    assert expected == removed(script)
