"""Patterns match what bash's match, and never take for ever."""

from __future__ import annotations

import shlex
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from support.bash import outputs
from support.fuzz import examples

from enactd.effects.shell.patterns import compiled, escaped, matches, plain

PATTERNS = st.lists(
    st.sampled_from(["a", "b", "*", "?", "[ab]", "[!a]", "[^b]", "[a-c]", r"\*", "[[:alpha:]]", "[]]", "[", "]", ".", "@(a|b)", "?(a)", "+(a)", "*(b)", "-", r"\\"]), max_size=5
).map("".join)  # fmt: skip
TEXTS = st.text("abc*.]-\\[", max_size=5)


@settings(max_examples=examples(10), deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(pairs=st.lists(st.tuples(TEXTS, PATTERNS), min_size=120, max_size=120))
def test_as_bash_matches(tmp_path_factory: pytest.TempPathFactory, pairs: list[tuple[str, str]]) -> None:
    """A verdict is bash's; what is not read has none."""
    folder = Path(tmp_path_factory.mktemp("patterns"))
    scripts = [f"p={shlex.quote(pattern)}; t={shlex.quote(text)}; [[ $t == $p ]]" for text, pattern in pairs]
    real = outputs(scripts, folder, "shopt -s extglob")
    wrong = [
        (text, pattern, status == 0, found)
        for (text, pattern), (_, status) in zip(pairs, real, strict=True)
        if (found := matches(text, pattern)) is not None and found is not (status == 0)
    ]
    assert [] == wrong


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [("a.b", "a.b"), (r"a\*b", "a*b"), ("a*", None), ("[a]", None), ("@(a)", None), (r"\\", "\\"), ("", "")],
)
def test_plain(pattern: str, expected: str | None) -> None:
    """Without active characters a pattern is one text."""
    assert expected == plain(pattern)


def test_escaping_and_limits() -> None:
    """Escaped text matches itself; what cannot be matched in time has no verdict."""
    for text in ("a*b", "[x]", "@(a)", "a\\b", "!?"):
        assert matches(text, escaped(text))
    assert matches("a", "!(b)") is None
    assert matches("a" * 40 + "b", "+(a|aa)") is None
    assert compiled("*" * 5_000) is None
    start = time.process_time()
    assert matches("a" * 2_000, "*a" * 200 + "b") is False
    assert time.process_time() - start < 1.0
