"""Brace expansion is bash's own, to the oddest brace."""

from __future__ import annotations

from pathlib import Path

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from support.bash import fields
from support.expanding import Shell
from support.fuzz import examples

from enactd.effects.shell.braces import LIMIT

PIECES = st.sampled_from(["{", "}", ",", "{", "}", ",", "a", "b", "..", "1", "3", '"x"', "{1..3}", "{a,b}"])
WORDS = st.lists(PIECES, min_size=1, max_size=11).map("".join)


@settings(max_examples=examples(20), deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(words=st.lists(WORDS, min_size=60, max_size=60))
def test_braces_expand_as_in_bash(tmp_path: Path, words: list[str]) -> None:
    """Nested, empty, unclosed, with one element or a sequence: the words are bash's, in its order."""
    for word, expected in zip(words, fields(words, tmp_path, "set -f"), strict=True):
        if expected is not None and len(expected) <= LIMIT:
            assert expected == Shell(tmp_path, "set -f").texts(word), word


def test_many_words_become_one_hole(tmp_path: Path) -> None:
    """A word that multiplies beyond reason is unknown, not enumerated."""
    assert [None] == Shell(tmp_path, "set -f").texts("{1..100000}")
    assert len(Shell(tmp_path, "set -f").texts("{a,b}" * 12)) <= LIMIT
