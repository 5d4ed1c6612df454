"""Compound commands in unusual but valid spellings."""

from __future__ import annotations

import subprocess

import pytest

from enactd.effects.shell.parser import parse
from enactd.effects.shell.readers import names_in

ACCEPTED = (
    "if a\nthen\nb\nfi", "for i\ndo a\ndone", "for i; do a; done", "for i in\ndo a; done", "for ((;;)) do a; done", "for ((i=0;i<1;i++)); { a; }", "while a; do b; done < f > g",
    "case x in esac", "case x in\n\n(a) a;;\nesac", "case x in a|b) a;; *) b\nesac", "case x in a) ;; esac; a", "{ a; } 2>&1 | b", "(a) | (b)", "f () { a; } > x", "f() (a)", "f() if a; then b; fi",
    "function f() { a; }", "function f\n{\na\n}", "coproc a", "coproc { a; }", "coproc N while a; do b; done", "[[ ( a == b ) || ! c ]] && a", "[[ a < b ]]", "[[ x =~ ^(a|b c)$ ]]", "[[ -n x\n&& -n y ]]",
    "((a++)) && a", "(( (1+2) * 3 ))", "! ! a", "time -p a | b", "time", "{ { a; }; }", "((a); b)", "until a; do b; done & c", "select i in 1 2; do a; done", "a; { b; } && c",
)  # fmt: skip


@pytest.mark.parametrize("text", ACCEPTED)
def test_accepted(text: str) -> None:
    """What bash accepts, so do we."""
    assert 0 == subprocess.run(["bash", "-n", "-c", text], capture_output=True, check=False).returncode
    parse(text)


def test_all_commands_are_there() -> None:
    """No branch, condition or redirect is lost."""
    text = 'if a; then b; fi > "$(c)"; case $(d) in $(e)) f;; esac; for i in $(g); do h; done; while i; do j; done < <(k); [[ $(l) ]]; (( $(m) )); n() { o; }'
    assert "abcdefghijklmo" == "".join(sorted(names_in(parse(text))))
