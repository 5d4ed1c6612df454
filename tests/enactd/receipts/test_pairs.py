"""Pairs of decisions and outcomes: what ran past the gate is found, what is on its way is let alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from support.receipts import decision, open_log, ticking

from enactd.receipts import pairs
from enactd.receipts.pairs import PATIENCE, Pairs
from enactd.receipts.record import Draft, Outcome, Receipt


class Story:
    """A log that is written step by step."""

    def __init__(self, folder: Path, step: int = 1000) -> None:
        self.folder = folder
        self.log = open_log(folder, clock=ticking(1_000_000, step))

    def asked(self, call: str, verdict: str = "allow", **fields: Any) -> Receipt:
        return self.log.append_now(decision(verdict, call_id=call, **fields))

    def ran(self, call: str, of: Receipt | None = None, status: Any = "ok", **fields: Any) -> Receipt:
        given = {"agent": "claude-code", "session": "s1", "call_id": call, "links": (of.link(),) if of else ()} | fields
        return self.log.append_now(Draft(kind="outcome", outcome=Outcome(status=status), **given))

    def over(self) -> None:
        self.log.append_now(Draft(kind="session", event="end", agent="claude-code", session="s1"))

    def pairs(self, **edges: int) -> Pairs:
        return pairs.of_folder(str(self.folder), **edges)


def test_a_good_story(tmp_path: Path) -> None:
    """Asked and run, denied and not run, asked a person and run: nothing stands alone."""
    story = Story(tmp_path)
    story.ran("1", story.asked("1"))
    story.asked("2", "deny")
    story.ran("3", story.asked("3", "ask", claimed={"attended": "yes"}))
    story.over()
    found = story.pairs()
    assert (2, 2, (0, 0, 0), False) == (found.calls, found.outcomes, found.counts, found.gate_was_passed_by)


def test_past_the_gate(tmp_path: Path) -> None:
    """An outcome that no decision goes with, and one of a call that was denied or asked about in vain."""
    story = Story(tmp_path)
    unasked = story.ran("1")
    denied = story.ran("2", story.asked("2", "deny"))
    unanswered = story.ran("3", story.asked("3", "ask"))
    found = story.pairs()
    assert ((unasked.record.seq,), (denied.record.seq, unanswered.record.seq)) == (found.bypassed, found.defied)
    assert found.gate_was_passed_by


def test_never_ended(tmp_path: Path) -> None:
    """At the session's end, or after an hour of the log; before that a call may still be running."""
    story = Story(tmp_path)
    first = story.asked("1")
    assert () == story.pairs().unended
    story.over()
    assert (first.record.seq,) == story.pairs().unended
    slow = Story(tmp_path / "slow", step=PATIENCE)
    left = slow.asked("1")
    slow.asked("2", session="s2")
    assert () == slow.pairs().unended
    slow.asked("3", session="s2")
    assert left.record.seq in slow.pairs().unended


def test_not_run(tmp_path: Path) -> None:
    """What the agent says never ran is neither a bypass nor open."""
    story = Story(tmp_path)
    story.ran("1", story.asked("1"), "not-run")
    story.ran("2", None, "not-run")
    story.over()
    assert (0, 0, 0) == story.pairs().counts


def test_a_span_of_time(tmp_path: Path) -> None:
    """What happened before or after is not counted, but pairs with what did."""
    story = Story(tmp_path, step=1000)
    first = story.asked("1")
    story.ran("0")
    cut = story.asked("2").record.time
    story.ran("1", first)
    story.ran("9")
    assert ((1, 2), (1,)) == (
        (story.pairs(since=cut).calls, story.pairs(since=cut).outcomes),
        story.pairs(until=cut).bypassed,
    )


def test_other_lines() -> None:
    """What is no receipt is the verifier's matter; calls without an id cannot be paired."""
    assert Pairs() == pairs.pair([b"", b"{}", b"[" * 10_000, b'{"kind":"decision","seq":1,"time":2,"verdict":"allow"}'])
