"""Statuses, lists, pipelines, functions, subshells: what may run is followed, what cannot is not."""

from __future__ import annotations

import pytest
from support.scripts import removed


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("rm a; rm b", ["a", "b"]),
        ("true && rm a", ["a"]),
        ("false && rm a", []),
        ("true || rm a", []),
        ("false || rm a", ["a"]),
        ("cmd && rm a", ["a"]),
        ("cmd || rm a", ["a"]),
        ("cmd && rm a || rm b", ["a", "b"]),
        ("false && rm a || rm b", ["b"]),
        ("true || rm a && rm b", ["b"]),
        ("! true || rm a", ["a"]),
        ("! false || rm a", []),
        ("! cmd && rm a", ["a"]),
        ("exit; rm a", []),
        ("exit 3 || rm a", []),
        ("(exit 3) || rm a", ["a"]),
        ("(exit 3) && rm a", []),
        ("(exit 0); rm a", ["a"]),
        ("{ exit; }; rm a", []),
        ("exec cmd; rm a", []),
        ("cmd | exit; rm a", ["a"]),
        ("x=$(exit 1) || rm a", ["a"]),
        ("x=$(exit 1); rm a", ["a"]),
        ("local_() { local x=$(exit 1); }; local_ && rm a", ["a"]),
        ("false | true && rm a", ["a"]),
        ("set -o pipefail; false | true && rm a", []),
        ("set -o pipefail; false | true || rm a", ["a"]),
        ("set -e; false; rm a", []),
        ("set -e; cmd; rm a", ["a"]),
        ("set -e; false || true; rm a", ["a"]),
        ("set -e; if false; then :; fi; rm a", ["a"]),
        ("set -e; ! true; rm a", ["a"]),
        ("(set -e; false; rm a); rm b", ["b"]),
        ("set -e; set +e; false; rm a", ["a"]),
        ("f() { rm a; }; true", []),
        ("f() { rm a; }; f", ["a"]),
        ("f() { rm $1; }; f x; f y", ["x", "y"]),
        ("f() { rm \"$@\"; }; f x 'y z'", ["x", "y z"]),
        ("f() { return 1; rm a; }; f || rm b", ["b"]),
        ("f() { return 0; }; f && rm a", ["a"]),
        ("f() { x=1; }; f; rm $x", ["1"]),
        ("f() { local x=1; g; }; g() { rm $x; }; x=2; f; rm $x", ["1", "2"]),
        ("f() { local x; x=1; }; x=2; f; rm $x", ["2"]),
        ("f() { local x=$x/b; rm $x; }; x=a; f", ["a/b"]),
        ("f() { declare x=1; declare -g y=3; }; x=2; f; rm $x $y", ["2", "3"]),
        ("f() { set -- b; rm $1; }; set -- a; f; rm $1", ["b", "a"]),
        ("x=1 f; f() { rm $x; }", []),
        ("f() { rm $x; }; x=2; x=1 f; rm $x", ["1", "2"]),
        ("f() { rm a; unset -f f; f; }; f", ["a"]),
        ("x=1; (x=2; rm $x); rm $x", ["2", "1"]),
        ("x=1; { x=2; }; rm $x", ["2"]),
        ("x=1; echo | x=2; rm $x", ["1"]),
        ("shopt -s lastpipe; x=1; echo | x=2; rm $x", ["2"]),
        ("x=1; x=2 & wait; rm $x", ["1"]),
        ("cd /a && rm b; (cd /c && rm d); rm e", ["/a/b", "/c/d", "/a/e", "e"]),
        ("cmd && x=a || x=b; rm $x", ["b", "a"]),
        ("if cmd; then x=a; fi; rm \"${x:-c}\"", ["a", "c"]),
        ("eval 'rm a'; eval rm b", ["a", "b"]),
        ("x='rm a'; eval \"$x\"", ["a"]),
        ("x='rm a'; $x", ["a"]),
        ("eval \"$(cmd)\"", ["!"]),
        ("bash -c 'rm $0 $1' a b", ["a", "b"]),
        ("export x=a; bash -c 'rm $x'", ["a"]),
        ("x=a; bash -c 'rm \"$x\"'", []),
        ("f() { rm a; }; export -f f; bash -c f", ["a"]),
        ("coproc rm a; wait", ["a"]),
        ("cat <(rm a) >(rm b)", ["a", "b"]),
        ("alias d='rm a'; d", ["a"]),
        ("time rm a; time -p rm b", ["a", "b"]),
        ("rm a & rm b", ["a", "b"]),
        ("$UNSET rm a", ["a"]),
        ("set -u; rm $UNSET; rm a", []),
        ("rm ${UNSET?gone}; rm a", []),
        ("echo x > f || rm a", ["a"]),
        ("echo x > /dev/null || rm a", []),
        ("{ cd /x; } > f; rm a", ["/x/a", "a"]),
    ],
)  # fmt: skip
def test_what_runs(script: str, expected: list[str]) -> None:
    """Every command that may run is read, with the variables it may see; those that cannot run are not."""
    found = removed(script)
    assert sorted(set(expected)) == sorted(set(found) - ({""} - set(expected)))


@pytest.mark.parametrize(
    "script", [":(){ :|:& };:", "b() { b | b & }; b", "f() { f & f & }; f", "while true; do cmd & done"]
)
def test_fork_bombs(script: str) -> None:
    """What multiplies without bound is found."""
    assert ["!"] == removed(script)


@pytest.mark.parametrize(
    "script",
    [
        "for i in 1 2 3; do cmd & done; wait",
        "while true; do cmd & wait; done",
        "f() { cmd & }; f; f",
        "server & sleep 5",
        "while true; do cmd & sleep 1; done",
    ],
)
def test_no_fork_bombs(script: str) -> None:
    """Bounded loops and servers in the background are none."""
    assert [] == removed(script)
