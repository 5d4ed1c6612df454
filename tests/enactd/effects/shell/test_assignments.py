"""What assignments of every form leave in variables, as bash leaves it."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.bash import fields
from support.expanding import Shell
from support.scripts import reading, removed

from enactd.effects.model import SetEnvironment

SHOWN = ['"$x"', '"${x[@]}"', '"${!x[@]}"', '"$y"', '"${y[@]}"', '"$r"']
SETUPS = [
    "x=a", "x='a b'; y=$x", "x=a y=${x}b", "x=a; x+=b; x+=' c'", "x=5; x+=1; y=$((x+=1))", "x=~; y=a:~", "x={a,b}",
    "x=(a 'b c' '' d)", "x=(a); x+=(b c)", "x=a; x+=(b)", "x=([3]=a b [0]=c)", "x=(a b); x[1]=c; x[5]=d", "x[2]=a",
    "x=a; x[1]=b", "x=(a b); x=c", "x=(a b); x+=c", "x=(a b); y=(\"${x[@]}\" \"${x[*]}\")", "x=(a b); x[-1]=c",
    "x=([1]=a); x[1]+=b", "i=1; x=(a b c); x[i+1]=z", "x=([1]='a b' ['2']=c [$((1+2))]=d)", "x=()", "x=; y=()",
    "declare x=a y='b c'", "declare -a x=(a b)", "typeset x={a,b}", "export x=a y=b", "readonly x=a; y=1",
    "n=x; declare $n=a", "n=x; declare \"$n=a b\"", "f() { local x=a; y=$x; }; x=o; f", "f() { local x=$x; y=$x; }; x=o; f",
    "f() { declare -g x=a; }; f", "f() { local x; x=in; y=$x; }; x=out; f", "x=1 y=2 f=3", "IFS=: x=a:b; y=$x",
    "declare -n r=x; r=a", "declare -n r=x; r=a; r+=b", "x=(a b); declare -n r=x; r[1]=c; y=(\"${r[@]}\")",
    "declare -n r; r=x; r=b", "declare -n r=x; x=1; unset r", "declare -n r=x; x=1; unset -n r", "declare -n r=x; read r <<< 7",
    "f() { local -n o=$1; o=found; }; f y; f x", "for n in x y; do declare -n r=$n; r=$n; unset -n r; done",
    "declare -n r; for r in x y; do r=z; done", "declare -n r=s; declare -n s=x; r=5", "declare -n r=x; printf -v r %s k",
    "declare -n r=x; y=${r:=q}", "declare -n r=x; y=${!r}", "declare -n r=x; r=(1 2)", "export -n x=1",
]  # fmt: skip


@pytest.mark.parametrize("setup", SETUPS)
def test_as_in_bash(setup: str, tmp_path: Path) -> None:
    """After each assignment the variables show what they show in bash, and nothing of it is unknown."""
    folder = tmp_path / "scratch"
    folder.mkdir()
    setup = "unset x y r s n\n" + setup
    assert fields(SHOWN, folder, setup) == [Shell(folder, setup).texts(word) for word in SHOWN]


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ('n=$(cmd); declare -n r=$n; x=build; r=/; rm -rf "$x"', ["?"]),
        ('declare -n r=$(cmd); r=/; rm -rf "$new"', ["?"]),
        ("x=(a b); declare -n r='x[1]'; r=c; rm \"${x[1]}\"", ["?"]),
        ('declare -n r=x; if cmd; then declare -n r=y; fi; x=1; r=3; rm "$x"', ["1", "3"]),
        ('for i in $(cmd); do declare -n r=x$i; done; x=a; r=b; rm "$x"', ["a", "?"]),
        ('readonly k=a; declare -n r=$(cmd); r=b; rm "$k"', ["a"]),
        ('x=a; declare -n r=s; declare -n s=r; r=1; rm "$x"', ["?"]),
        ("x[$(cmd)]=a; rm \"${x[0]}\"", ["?"]),
        ("declare -A m; m[$(cmd)]=a; rm \"${m[k]}\"", ["?"]),
    ],
)  # fmt: skip
def test_what_nobody_can_name(script: str, expected: list[str]) -> None:
    """Where it is not known which variable or element was assigned, none of those that may be is known any more."""
    assert set(expected) == set(removed(script))


def test_assignments_that_make_programs_run_code_are_effects() -> None:
    """A variable that programs run is an effect of its own, however it is set."""
    for script in (
        "GIT_PAGER=./x git log",
        "export GIT_PAGER=./x",
        "declare -x GIT_PAGER=./x",
        "n=GIT_PAGER; export $n=./x",
    ):
        names = {effect.name for effect in reading(script)[1] if isinstance(effect, SetEnvironment)}
        assert {"GIT_PAGER"} == names, script
    assert [] == [e for e in reading("GIT_PAGER=cat git log; GIT_PAGER=./x")[1] if isinstance(e, SetEnvironment)]
