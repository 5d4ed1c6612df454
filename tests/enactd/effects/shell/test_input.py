"""read, mapfile and getopts: known input gives known variables, other input holes."""

from __future__ import annotations

import pytest
from support.scripts import removed


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("read x <<< a; rm $x", ["a"]),
        ("read x y <<< 'a b c'; rm \"$x\" \"$y\"", ["a", "b c"]),
        ("read x <<< '  a b  '; rm \"$x\"", ["a b"]),
        ("IFS= read x <<< ' a '; rm \"$x\"", [" a "]),
        ("IFS=: read x y <<< 'aa:bb:cc'; rm \"$x\" \"$y\"", ["aa", "bb:cc"]),
        ("IFS=: read x y <<< 'a:b:'; rm \"$y\"", ["b"]),
        ("IFS=: read x y z <<< 'a::c'; rm \"$x\" \"$z\"", ["a", "c"]),
        (r'''read x <<< 'a\b'; rm "$x"''', ["ab"]),
        (r'''read -r x <<< 'a\b'; rm "$x"''', ["a\\b"]),
        (r'''read x <<< $'a\\\nb'; rm "$x"''', ["ab"]),
        ("read -a v <<< 'a b'; rm \"${v[1]}\"", ["b"]),
        ("{ read x; read y; } <<< $'a\nb'; rm $x $y", ["a", "b"]),
        ("exec 3<<< $'a\nb'; read x <&3; read -u 3 y; rm $x $y", ["a", "b"]),
        ("read; rm \"$REPLY\"", ["?"]),
        ("read <<< ' a '; rm \"$REPLY\"", [" a "]),
        ("read -n 1 x <<< ab; rm \"$x\"", ["?"]),
        (r'''printf 'a\0b' | { IFS= read -r -d '' x; rm "$x"; }''', ["a"]),
        ("read x < <(cmd); rm \"$x\"", ["?"]),
        ("echo a | read x; rm \"${x-none}\"", ["none"]),
        ("mapfile -t v <<< $'a\nb c'; rm \"${v[@]}\"", ["a", "b c"]),
        ("mapfile v <<< a; rm \"${v[0]}\"", ["a\n"]),
        ("mapfile -t v < <(git ls-files); rm \"${v[@]}\"", ["*"]),
        ('grep -rn x src | while IFS=: read -r f n rest; do rm "$f"; done', ["src/*"]),
        ('X=$(cat l); echo "a:$X" | while IFS=: read -r f rest; do rm "$f"; done', ["?", "?"]),
        ("readarray -t v < <(printf 'a\nb\n'); rm \"${v[1]}\"", ["b"]),
        ("mapfile -t v < <(cmd); rm \"${v[0]}\"", ["?"]),
        ("while getopts a:b o; do rm \"$OPTARG\"; done", ["?"]),
    ],
)  # fmt: skip
def test_what_is_read(script: str, expected: list[str]) -> None:
    """A deletion shows what the variables were."""
    assert expected == removed(script)
