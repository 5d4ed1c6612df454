"""The registry of builtins, and those that print or decide where control goes on."""

from __future__ import annotations

import subprocess

import pytest
from support.scripts import removed

from enactd.effects.invocation import find_program, load_programs
from enactd.effects.shell.builtins import find_builtin


def test_every_builtin_of_bash_is_known() -> None:
    """What bash lists as its builtins is a builtin here, or a program of the same name and meaning."""
    load_programs()
    listed = subprocess.run(["bash", "--norc", "-c", "compgen -b"], capture_output=True, text=True, check=True).stdout
    assert [] == [name for name in listed.split() if find_builtin(name) is None and find_program(name) is None]
    assert find_builtin("rm") is None


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("rm $(echo a)", ["a"]),
        ("rm $(printf '%s\\n' a b)", ["a", "b"]),
        ("printf -v x %s a; rm $x", ["a"]),
        ("printf -vx -- %s a; rm $x", ["a"]),
        ("printf -v 'x[$(rm a)]' b", ["!", "a"]),
        ("exit; rm a", []),
        ("(exit 3) || rm a", ["a"]),
        ("(exit 0) || rm a", []),
        ("(exit 256) && rm a", ["a"]),
        ("(exit $(cmd)) && rm a || rm b", ["a", "b"]),
        ("f() { return 1; rm a; }; f || rm b", ["b"]),
        ("f() { return; }; false; f && rm a || rm b", ["b"]),
        ("for i in a b; do break; done; rm $i", ["a"]),
        ("for i in a b; do for j in c d; do break 2; done; done; rm $i$j", ["ac"]),
        ("for i in a b; do continue; rm x; done; rm $i", ["b"]),
        ("true && rm a; false && rm b; : && rm c", ["a", "c"]),
        ("wait && rm a || rm b", ["a", "b"]),
        ("enable -n rm; rm a", ["!", "a"]),
        ("enable -f ./x.so y", ["!"]),
        ("enable -a; rm a", ["a"]),
        ("[ a = a ] && rm b", ["b"]),
        ("umask 0; help x; bind x; rm a", ["a"]),
    ],
)  # fmt: skip
def test_where_control_goes_on(script: str, expected: list[str]) -> None:
    """Statuses, jumps and what is printed are followed into the words of later commands."""
    assert sorted(expected) == sorted(set(removed(script)))


@pytest.mark.parametrize("command", ["compgen -v", "jobs -p", "umask", "complete -p", "help x"])
def test_what_the_shell_tells_of_itself_is_unknown_and_not_nothing(command: str) -> None:
    """A loop over it runs, and its words are holes."""
    assert {"?"} == set(removed(f"for i in $({command}); do rm $i; done"))


def test_an_escape_into_a_name_is_seen() -> None:
    """A command hidden in the name of a variable is shown whichever builtin gets it."""
    for builtin in ("printf -v", "read", "unset", "declare", "export", "mapfile"):
        assert "a" in removed(f"{builtin} 'x[$(rm a)]' y"), builtin
