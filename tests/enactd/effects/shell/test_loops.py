"""Loops over known lists are unrolled; in others, what a round changes is forgotten."""

from __future__ import annotations

import pytest
from support.scripts import removed


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("for i in a b; do rm $i; done", ["a", "b"]),
        ("for i in; do rm a; done", []),
        ("set -- a b; for i; do rm $i; done", ["a", "b"]),
        ("for i in 'a b' c; do rm \"$i\"; done", ["a b", "c"]),
        ("for i in {1..3}; do rm f$i; done", ["f1", "f2", "f3"]),
        ("for i in a b; do [ $i = a ] && continue; rm $i; done", ["b"]),
        ("for i in a b; do break; rm $i; done; rm c", ["c"]),
        ("for i in a b; do for j in 1 2; do break 2; done; rm x; done; rm y", ["y"]),
        ("for i in a b; do for j in 1; do continue 2; done; rm x; done; rm y", ["y"]),
        ("for i in a b; do exit; done; rm c", []),
        ("for i in a; do false; done || rm b", ["b"]),
        ("for i in; do false; done && rm b", ["b"]),
        ("while false; do rm a; done && rm b", ["b"]),
        ("until true; do rm a; done; rm b", ["b"]),
        ("while true; do rm a; break; done; rm b", ["a", "b"]),
        ("i=0; while ((i < 3)); do rm f$i; ((i++)); done", ["f0", "f1", "f2"]),
        ("i=0; until [[ $i -ge 2 ]]; do rm f$i; i=$((i+1)); done", ["f0", "f1"]),
        ("for ((i=0; i<2; i++)); do rm f$i; done", ["f0", "f1"]),
        ("for ((i=0; i<2; i++)) { rm f$i; }", ["f0", "f1"]),
        ("x=a; while cmd; do rm $x; x=b; done", ["a", "*"]),
        ("a=1 b=1 c=1; while cmd; do rm /x/$c; c=$b; b=$a; a=../y; done", ["/x/1", "?"]),
        ("while cmd; do cd ..; rm a; done; rm b", ["/nowhere/a", "?", "b", "a"]),
        ("while read -r x; do rm $x; done <<< 'a'", ["a"]),
        ("while read -r x; do rm $x; done <<< $'a\nb'", ["a", "b"]),
        ("printf 'a\nb\n' | while read -r x; do rm $x; done", ["a", "b"]),
        ("while read x y; do rm $y; done <<< 'a b c'", ["b", "c"]),
        ("cmd | while read -r x; do rm \"$x\"; done", ["?"]),
        ("while read -r x; do shift; done <<< a; set -- p q; while shift; do rm \"$1\"; done", ["q"]),
        ("select x in a b; do rm $x; break; done", ["a", "b"]),
    ],
)  # fmt: skip
def test_what_loops_do(script: str, expected: list[str]) -> None:
    """Every round that may happen is read."""
    found = removed(script)
    assert set(expected) <= set(found), found
    assert not {"x", "!"} & (set(found) - set(expected))


def test_a_pattern_is_one_of_its_matches() -> None:
    """`for f in dir/*.log` without files at hand: below the folder, ending as the pattern ends."""
    assert ["d/*.log"] == removed('for f in d/*.log; do rm "$f"; done')
    assert ["d/*.old"] == removed('for f in d/*.log; do rm "${f%.log}.old"; done') or ["?"] == removed(
        'for f in d/*.log; do rm "${f%.log}.old"; done'
    )


def test_real_names_are_used(tmp_path) -> None:  # type: ignore[no-untyped-def]
    """With files at hand the loop goes over them, until the call itself changed the folder."""
    for name in ("a.log", "b.log", "c.txt"):
        (tmp_path / name).touch()
    assert ["a.log", "b.log"] == removed('for f in *.log; do rm "$f"; done', tmp_path)
    assert ["*.log"] == removed("touch d.log; rm *.log", tmp_path)
    assert ["a.log", "b.log"] == removed("touch d.txt; rm *.log", tmp_path)
    assert ["*.log"] == removed("make; rm *.log", tmp_path)[1:]


def test_more_rounds_than_are_unrolled() -> None:
    """Beyond the limit the variable is one of all items."""
    found = removed("for i in {1..100} /etc; do rm $i; done")
    assert "?" in found
