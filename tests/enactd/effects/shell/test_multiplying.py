"""Fork bombs are told from loops and servers."""

from __future__ import annotations

import pytest
from support.scripts import reading

from enactd.effects.model import ForkBomb


@pytest.mark.parametrize(
    "script",
    [
        ":(){ :|:& };:", "bomb() { bomb | bomb & }; bomb", "f() { f & f & }; f", "f() { (f) & (f) & }; f", "f() { if true; then f | f; fi; }; f",
        "function f { f|f& }; f", "f() { { f & f; } & }; f", "while true; do sh -c x & done", "while :; do (x &) ; done", "for ((;;)); do x & done",
        "until false; do x & done", "while ! false; do x & done", "while [ 1 ]; do x & done", "while [[ 1 ]]; do x & done", "while test -n a; do x & done",
        "until [ a = b ]; do x & done", "while ((1)); do x & done", "while echo; do x & done", "while true && :; do x & done", "for ((;1;)); do x & done",
        "a() { b & }; b() { a & a; }; a", "f() { $FUNCNAME & $FUNCNAME & }; f", "f() { g; }; g() { f | f; }; f",
        "while true; do x & if false; then wait; fi; done",
    ],
)  # fmt: skip
def test_fork_bombs(script: str) -> None:
    """What starts itself twice, or starts processes for ever without a wait."""
    assert any(isinstance(effect, ForkBomb) for effect in reading(script)[1])


@pytest.mark.parametrize(
    "script",
    [
        "f() { f; }; f", "f() { g | h; }; f", "serve() { node x & }; serve", "for i in 1 2 3; do x & done; wait", "while read l; do x & done < f",
        "while true; do x & wait; done", "while true; do x & sleep 1; done", "while :; do x; done", "f() { x & }; f; f; f", "x & y & z & wait",
        "f() { [ $1 = 0 ] || f $(($1-1)); }; f 3", ":(){ echo x; }; :", "f() { f2 | f2 & }; f2() { x; }; f", "while [ -f lock ]; do x & done", "while ((i++ < 3)); do x & done", "while read l; do x & done",
        "while kill -0 $p; do x & done", "until [ -e done ]; do x & done", "a() { b; }; b() { a; }; a", "f() { g & h; }; g() { x; }; h() { y; }; f", "while [ ]; do x & done",
    ],
)  # fmt: skip
def test_loops_and_servers(script: str) -> None:
    """Bounded loops, recursion in one process and servers in the background multiply nothing."""
    assert not any(isinstance(effect, ForkBomb) for effect in reading(script)[1])
