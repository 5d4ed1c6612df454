"""Words of machine: what runs, and what of it was not read."""

from __future__ import annotations

import pytest
from support.effect_words import NAMES

from enactd.effects import model as m
from enactd.effects import words

CASES: list[tuple[m.Effect, str]] = [
    (m.RunCode(language="shell", origin="download", what="<output of curl>"),
     "runs shell code that was downloaded: <output of curl>, which was not read"),
    (m.Opaque(reason="a program that is encrypted"), "does something that could not be read: a program that is encrypted"),
    (m.SignalProcess(scope="all", what="-1", signal="9"), "sends the signal 9 to all processes -1"),
    (m.UnknownTool(tool="mcp__x__y"), "uses the tool mcp__x__y, of which nothing is known"),
    (m.TamperGate(how="stops the daemon"), "tampers with the gate (stops the daemon)"),
    (m.ScheduleJob(by="crontab", what="* * * * * x"), "schedules `* * * * * x` (crontab)"),
]  # fmt: skip


@pytest.mark.parametrize(("effect", "expected"), CASES, ids=[expected[:50] for _, expected in CASES])
def test_sentences(effect: m.Effect, expected: str) -> None:
    """Resolved targets and what is lost; what is not known is said to be unknown."""
    assert expected == words.told(effect, NAMES)
