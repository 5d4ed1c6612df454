"""eval, source, exec, command, trap, alias, hash: text and programs that run here or later."""

from __future__ import annotations

import pytest
from support.scripts import removed


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("trap 'rm a' EXIT", ["a"]),
        ("trap 'rm a' EXIT; trap - EXIT", []),
        ("trap 'rm $x' EXIT; x=b", ["b"]),
        ("trap 'rm a' INT", ["a"]),
        ("trap '' INT; trap -l; trap -p", []),
        ("(trap 'rm a' EXIT); rm b", ["a", "b"]),
        ("trap 'rm a' EXIT; (exit)", ["a"]),
        ("x=$(trap 'rm a' EXIT)", ["a"]),
        ("echo 'rm a' > s; . ./s", ["a"]),
        ("echo 'rm $1' > s; . ./s x; rm y", ["x", "y"]),
        ("echo 'rm $1' > s; set -- p; . ./s; . ./s x; rm $1", ["p", "x"]),
        ("echo 'return; rm a' > s; . ./s; rm b", ["b"]),
        ("echo 'exit; rm a' > s; . ./s; rm b", []),
        ("echo 'x=1' > s; source s; rm $x", ["1"]),
        ("echo 'rm a' > s; bash s", ["a"]),
        ("echo 'rm a' > s; cmd && echo 'rm b' > s; bash s", ["a", "b"]),
        ("echo 'rm a' > s; cmd && echo 'rm b' > s; . ./s", ["a", "b"]),
        ("echo 'rm a' > s; echo 'rm b' >> s; bash s", ["a", "b"]),
        ("echo 'rm a' > s; cp s t; sh t", ["a"]),
        ("echo 'rm a' > s; mv s t; sh t", ["a"]),
        ("echo 'rm a' > s; sed -i s/a/b/ s; sh s", ["!"]),
        ("cat > s <<'E'\nrm a\nE\nchmod +x s; ./s", ["a"]),
        ("exec rm a; rm b", ["a"]),
        ("exec -a x rm a", ["a"]),
        ("(exec rm a); rm b", ["a", "b"]),
        ("command rm a; builtin eval 'rm b'", ["a", "b"]),
        ("rm() { :; }; command rm a", ["a"]),
        ("rm() { :; }; rm a", []),
        ("rm() { :; }; \\rm a", []),
        ("command -v rm a", []),
        ("hash -p /bin/rm ls; ls a", ["a"]),
        ("alias x='rm a'; unalias x; x", []),
        ("enable -f ./x.so y", ["!"]),
        ("mapfile -C 'rm a;' -c 1 <<< x", ["a"]),
    ],
)  # fmt: skip
def test_what_is_run(script: str, expected: list[str]) -> None:
    """Text is followed to where it runs, with the values it will see there."""
    assert sorted(expected) == sorted(set(removed(script)))
