"""Variables, arrays, parameters and options as builtins change them."""

from __future__ import annotations

import pytest
from support.scripts import removed


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("declare x=a; rm $x", ["a"]),
        ("declare x={a,b}; rm $x", ["b"]),
        ("x={a,b}; rm $x", ["{a,b}"]),
        ("export x=a y=b; rm $x $y", ["a", "b"]),
        ("n=x; export \"$n=a\"; rm $x", ["a"]),
        ("readonly x=a; x=b; rm $x", ["a"]),
        ("x=a; unset x; rm \"${x-gone}\"", ["gone"]),
        ("x=(a b); unset 'x[0]'; rm \"${x[@]}\"", ["b"]),
        ("f() { rm a; }; unset -f f; f", []),
        ("x=a; x+=b; rm $x", ["ab"]),
        ("x=(a); x+=(b 'c d'); rm \"${x[@]}\"", ["a", "b", "c d"]),
        ("x=([2]=a b [0]='c d'); rm \"${x[@]}\"", ["c d", "a", "b"]),
        ("x=([k]=a); rm \"${x[0]}\"", ["a"]),
        ("declare -A m=([a b]=1 ['c']=2); rm \"${m[a b]}\" \"${m[c]}\"", ["1", "2"]),
        ("declare -A m; m[x]=a; m[y]=b; k=y; rm \"${m[$k]}\"", ["b"]),
        ("x[1]=a; x[3]=b; rm \"${x[-1]}\" \"${!x[@]}\"", ["b", "1", "3"]),
        ("x=a; x[1]=b; rm \"$x\" \"${x[1]}\"", ["a", "b"]),
        ("set -- a b c; shift; rm $1 $#", ["b", "2"]),
        ("set -- a; shift 5; rm $1", ["a"]),
        ("set -- a b; shift $(cmd); rm \"$1\"", ["?"]),
        ("set -- a 'b c'; rm \"$*\"", ["a b c"]),
        ("set -- a 'b c'; rm $*", ["a", "b", "c"]),
        ("set a b; rm $2", ["b"]),
        ("set -- -e a; rm $2", ["a"]),
        ("set -x a; rm $1", ["a"]),
        ("set -f; rm *", ["*"]),
        ("declare -n r=x; x=a; rm \"$r\"", ["a"]),
        ("let x=1+2; rm $x", ["3"]),
        ("x=a y=$x; rm $y", ["a"]),
        ("IFS=:; x=a:b; rm $x", ["a", "b"]),
    ],
)  # fmt: skip
def test_what_variables_hold(script: str, expected: list[str]) -> None:
    """A deletion shows what the variables were."""
    assert expected == removed(script)
