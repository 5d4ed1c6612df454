"""echo and printf print what bash's print."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from support.bash import outputs
from support.fuzz import examples

from enactd.effects.shell.printing import echo_text, printf_text
from enactd.effects.values import known, unknown

SCRAPS = st.lists(
    st.sampled_from(["a", "b c", r"\n", r"\t", r"\x41", r"\101", r"\0101", r"\\", r"\"", "'", "-n", "-e", "%", "é", r"\u00e9", r"\c", "1", "12", "-3"]), max_size=4
).map("".join)  # fmt: skip
FORMATS = st.lists(
    st.sampled_from(["%s", "%d", "%5s", "%-5s|", "%05d", "%x", "%c", "%b", "%%", "%q", "%.2s", "%i", "%o", "%X", r"\n", "x", r"\x41", r"\101", " "]), min_size=1, max_size=4
).map("".join)  # fmt: skip
BATCHES = settings(
    max_examples=examples(8), deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
)


@BATCHES
@given(lines=st.lists(st.lists(SCRAPS, max_size=4), min_size=60, max_size=60))
def test_echo(tmp_path_factory: pytest.TempPathFactory, lines: list[list[str]]) -> None:
    """Options, words and escapes."""
    folder = Path(tmp_path_factory.mktemp("echo"))
    real = outputs(["echo " + shlex.join(words) for words in lines], folder)
    wrong = [
        (words, expected, found)
        for words, (expected, _) in zip(lines, real, strict=True)
        if (found := echo_text([known(word) for word in words]).text) is not None and found != expected
    ]
    assert [] == wrong


@BATCHES
@given(lines=st.lists(st.tuples(FORMATS, st.lists(SCRAPS, max_size=3)), min_size=60, max_size=60))
def test_printf(tmp_path_factory: pytest.TempPathFactory, lines: list[tuple[str, list[str]]]) -> None:
    """Formats, used again for every further argument."""
    folder = Path(tmp_path_factory.mktemp("printf"))
    real = outputs([f"printf -- {shlex.join([form, *words])}" for form, words in lines], folder)
    wrong = [
        (form, words, expected, found)
        for (form, words), (expected, status) in zip(lines, real, strict=True)
        if status == 0
        and (found := printf_text(known(form), [known(word) for word in words]).text) is not None
        and found != expected
    ]
    assert [] == wrong


def test_holes_stay_holes() -> None:
    """Unknown arguments leave the text around them known."""
    assert "a <x>\n" == echo_text([known("a"), unknown("x")]).shown()
    assert "-<x>-" == printf_text(known("-%s-"), [unknown("x")]).shown()
    assert printf_text(unknown("x"), []).text is None
    assert printf_text(known("%999999999d"), [known("1")]).text is None
    assert "a\0b" == printf_text(known(r"a\0b"), []).text
