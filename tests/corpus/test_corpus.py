"""Thousands of lines of attack and of everyday work, each with the answer that the shipped policies give.

A file holds sections `STOP` (asked or denied), `DENY` and `ALLOW`, one call a line: a shell command, or
`@Tool {json}`. `␤` is a line break, ` #= words` says what holds (see `enactd/examples.py`), and ` ==> ` joins calls
of one session, of which the last is judged. `open_lines.txt` lists lines that are known to be answered wrongly.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from enactd import resources
from enactd.bundle import load
from enactd.effects.shell.readers import Readers
from enactd.examples import GATE, HOME, WORKSPACE, ExampleWorld
from enactd.judge import Judge, Judgement
from enactd.session_state import State, gains
from enactd.toolcall import ToolCall
from enactd.verdict import Decision

FOLDER: Final = Path(__file__).parent
OPEN_FILE: Final = FOLDER / "open_lines.txt"
FILES: Final = sorted(path.stem for path in FOLDER.glob("*.txt") if path != OPEN_FILE)
OPEN: Final = frozenset(OPEN_FILE.read_text().splitlines())
ACCEPTED: Final = {
    "STOP": {Decision.ASK, Decision.DENY},
    "DENY": {Decision.DENY},
    "ALLOW": {Decision.ALLOW},
}


@dataclass(frozen=True)
class Line:
    """One line of a corpus, and the section it stands in."""

    section: str
    text: str


def lines(name: str) -> Iterator[Line]:
    """The lines of a corpus in their order."""
    section = ""
    for text in (FOLDER / f"{name}.txt").read_text().splitlines():
        if text in ACCEPTED:
            section = text
        elif text and not text.startswith("## "):
            yield Line(section, text)


@pytest.fixture(scope="module")
def judge() -> Judge:
    return Judge(load([("shipped", str(resources.policies_folder()))]), readers=Readers(None), gate=GATE)


def _judged(judge: Judge, line: Line) -> Judgement:
    state = State(agent="corpus", session="s")
    *before, last = line.text.split(" ==> ")
    for step in before:
        state.gain(gains(_call(judge, step, state).effects))
    return _call(judge, last, state)


def _call(judge: Judge, step: str, state: State) -> Judgement:
    text, _, given = step.replace("␤", "\n").partition(" #= ")
    words = [word.strip() for word in given.split(";") if word.strip()]
    tool, arguments = "Bash", {"command": text}
    if text.startswith("@"):
        tool, _, body = text[1:].partition(" ")
        arguments = json.loads(body, strict=False)
    call = ToolCall(agent="corpus", session="s", tool=tool, input=arguments, cwd=WORKSPACE)
    return judge.judge(
        call, workspace=WORKSPACE, home=HOME, session=state.view(), world=ExampleWorld(words),
        frozen="a freeze" if "freeze" in words else "",
    )  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_corpus(name: str, judge: Judge) -> None:
    """Every line is answered as its section says, except for those that are listed as open."""
    wrong = []
    for line in lines(name):
        if line.text not in OPEN:
            verdict = _judged(judge, line).verdict
            if verdict.decision not in ACCEPTED[line.section]:
                wrong.append(f"{line.section} got {verdict.decision}: {line.text[:200]} | {verdict.reason[:120]}")
    assert [] == wrong


def test_open_lines_are_few_and_known() -> None:
    """What is answered wrongly stands in a corpus, and is less than two in a hundred."""
    every = [line.text for name in FILES for line in lines(name)]
    assert set() == OPEN - set(every)
    assert len(OPEN) <= len(every) * 2 // 100


def test_corpus_has_both_sides() -> None:
    """Each file shows harm and near misses."""
    for name in FILES:
        sections = {line.section for line in lines(name)}
        assert {"STOP", "ALLOW"} <= sections, name
