"""`if`, `case`, `[[ ]]`: every branch that may be taken."""

from __future__ import annotations

import pytest
from support.scripts import removed


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("if true; then rm a; else rm b; fi", ["a"]),
        ("if false; then rm a; else rm b; fi", ["b"]),
        ("if cmd; then rm a; else rm b; fi", ["a", "b"]),
        ("if false; then rm a; elif true; then rm b; else rm c; fi", ["b"]),
        ("if cmd; then rm a; elif cmd; then rm b; fi; rm c", ["a", "b", "c"]),
        ("if false; then rm a; fi && rm b", ["b"]),
        ("if cmd; then exit; fi; rm a", ["a"]),
        ("if true; then exit; fi; rm a", []),
        ("case x in x) rm a;; *) rm b;; esac", ["a"]),
        ("case y in x) rm a;; *) rm b;; esac", ["b"]),
        ("case y in x) rm a;; esac && rm b", ["b"]),
        ("case $(cmd) in x) rm a;; y) rm b;; esac", ["a", "b"]),
        ("case ab in a*) rm a;; esac", ["a"]),
        ("case ab in 'a*') rm a;; esac", []),
        ("case ab in a$x*) rm a;; esac", ["a"]),
        ("case a in (a|b) rm a;; esac", ["a"]),
        ("case x in x) rm a;& y) rm b;; z) rm c;; esac", ["a", "b"]),
        ("case x in x) rm a;;& y) rm b;; *) rm c;; esac", ["a", "c"]),
        ("case x in [[:alpha:]]) rm a;; esac", ["a"]),
        ("case 5 in [!0-4]) rm a;; esac", ["a"]),
        ("[[ a == a ]] && rm a", ["a"]),
        ("[[ a == b ]] && rm a", []),
        ("[[ abc == a* ]] && rm a", ["a"]),
        ("[[ abc == 'a*' ]] && rm a", []),
        ("[[ a != b ]] && rm a", ["a"]),
        ("[[ -z $UNSET ]] && rm a", ["a"]),
        ("[[ -n $UNSET ]] && rm a", []),
        ("[[ 2 -gt 1 ]] && rm a", ["a"]),
        ("x=3; [[ x -lt 1 ]] && rm a", []),
        ("[[ $(cmd) == b ]] && rm a", ["a"]),
        ("[[ a =~ b ]] && rm a", ["a"]),
        ("[[ a == b || c == c ]] && rm a", ["a"]),
        ("[[ -f x ]] || rm a", ["a"]),
        ("((1 > 2)) && rm a", []),
        ("((2 > 1)) && rm a", ["a"]),
        ("((x = 0)) || rm a", ["a"]),
        ("let x=0 || rm a", ["a"]),
    ],
)  # fmt: skip
def test_which_branches(script: str, expected: list[str]) -> None:
    """Known conditions take one branch, others all."""
    assert sorted(expected) == sorted(set(removed(script)))
