"""What is decided is durable, and sessions follow from it alone."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest

from enactd import peer
from enactd.agents.base import Outcome, SessionEnded, SessionStarted, SettingsChanged
from enactd.call import HookCall
from enactd.effects.model import CopyPath, DeletePath, ReadPath, Target
from enactd.errors import UsageError
from enactd.gate import Denial
from enactd.ledger import Ledger
from enactd.origin import Holder, Key, Origin
from enactd.peer import Seen
from enactd.receipts import segments
from enactd.receipts.compose import Composer
from enactd.receipts.keys import MacKeys
from enactd.receipts.log import Log
from enactd.receipts.record import Link, Record
from enactd.risk import Risk
from enactd.sessions import Sessions
from enactd.toolcall import ToolCall
from enactd.verdict import Decision, Finding, Verdict

A = "claude-code"


class Book:
    """A ledger with its folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = str(folder / "receipts")
        signer = MacKeys.open(str(folder / "keys"), create=not (folder / "keys").exists()).signer
        log = Log.open(self.folder, signer)
        self.ledger = Ledger(log, Sessions.open(self.folder, signer), Composer(signer, engine="t"), signer)

    def records(self) -> list[Record]:
        return [receipt.record for receipt in segments.receipts(self.folder)]

    def level(self, session: str) -> tuple[str, str]:
        return next((s.risk, s.attempted) for s in self.ledger.sessions_seen() if s.session == session)


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Book]:
    made = Book(tmp_path)
    yield made
    made.ledger.close()


def origin(*parents: Key) -> Origin:
    process = peer.process_of(os.getpid())
    assert process is not None
    holder = Holder(process=process, exe="/a", folder="/w", workspace="/w", home="/h", environment={})
    return Origin(seen=Seen(uid=0, gid=0, process=process), holder=holder, opened=True, parents=parents)


def start(session: str, source: str) -> SessionStarted:
    return SessionStarted(session=session, source=source, cwd="/w")


def change(path: Path, old: bytes, new: bytes) -> None:
    path.write_bytes(path.read_bytes().replace(old, new))


async def decide(
    book: Book, risk: Risk, decision: Decision = Decision.ALLOW, *, session: str = "s", call_id: str = "c",
    attended: bool = False, links: Sequence[Link] = (),
) -> Record:  # fmt: skip
    call = ToolCall(agent=A, session=session, tool="Bash", input={"command": "x"}, cwd="/w", call_id=call_id)
    findings = () if decision is Decision.ALLOW else (Finding("p.q", str(decision), "why"),)
    judged = Denial(verdict=Verdict(decision, findings), risk=risk, digest="d")
    hook = HookCall(A, "PreToolUse", 1000, "1", b'{"tool_input": {"command":  "x"}}')
    receipt = await book.ledger.decided(origin(), hook, call, judged, attended=attended, took_us=5, links=links)
    assert receipt.id
    return next(entry for entry in reversed(book.records()) if entry.kind == "decision")


async def test_a_decision_carries_all_that_led_to_it(book: Book) -> None:
    """Verdict, risk before and after, who was seen, and the exact bytes of the input by their digest."""
    made = await decide(book, Risk.COMMITMENT)
    assert ("allow", "COMMITMENT", "SAFE", "COMMITMENT") == (made.verdict, made.risk, made.risk_before, made.risk_after)
    assert made.input is not None
    assert len(b'{"command":  "x"}') == made.input.size
    assert made.witnessed is not None
    assert (os.getpid(), "/w", "d") == (made.witnessed.agent_pid, made.workspace, made.policy_set)


@pytest.mark.parametrize("decision", [Decision.ASK, Decision.DENY])
async def test_what_was_stopped_does_not_raise_but_is_remembered(book: Book, decision: Decision) -> None:
    """Refused and asked calls leave the level and show as attempted."""
    await decide(book, Risk.IRREVERSIBLE, decision)
    assert ("SAFE", "IRREVERSIBLE") == book.level("s")


async def test_a_question_that_was_answered_yes_raises_with_its_outcome(book: Book) -> None:
    """What ran after a question counts from then on."""
    await decide(book, Risk.COMMITMENT, Decision.ASK)
    await book.ledger.outcome(origin(), A, Outcome(session="s", call_id="c", tool="Bash", ok=True))
    assert "COMMITMENT" == book.level("s")[0]
    assert 0 == book.records()[-1].links[0].seq


async def test_the_agents_own_dialog_is_inferred_from_what_ran(book: Book) -> None:
    """The receipt says that it is inferred; what was asked elsewhere and ran all the same is nobody's approval."""
    await decide(book, Risk.IRREVERSIBLE, Decision.ASK, attended=True)
    await book.ledger.outcome(origin(), A, Outcome(session="s", call_id="c", tool="Bash", ok=True))
    approved, crossed = [entry for entry in book.records() if entry.kind == "approval"]
    assert ("approved", "inferred", "dialog") == (approved.event, approved.detail["proof"], approved.detail["channel"])
    assert ("crossed", "SAFE", "IRREVERSIBLE") == (crossed.event, crossed.risk_before, crossed.risk_after)
    await decide(book, Risk.IRREVERSIBLE, Decision.ASK, session="t")
    await book.ledger.outcome(origin(), A, Outcome(session="t", call_id="c", tool="Bash", ok=True))
    assert 2 == sum(entry.kind == "approval" for entry in book.records())


async def test_becoming_irreversible_has_a_receipt_of_its_own(book: Book) -> None:
    """Once, with links to the call and to the answer that it rests on."""
    answer = await book.ledger.approval("granted", reason="x")
    links = (Link(relation="approval", seq=answer.record.seq, hash=answer.hash),)
    first = await decide(book, Risk.IRREVERSIBLE, links=links)
    await decide(book, Risk.IRREVERSIBLE, links=links, call_id="d")
    (crossed,) = [entry for entry in book.records() if entry.event == "crossed"]
    assert ["decision", "approval"] == [link.relation for link in crossed.links]
    assert first.seq == crossed.links[0].seq


async def test_orders_in_an_output_taint_the_session(book: Book) -> None:
    """They are recorded with the outcome, and policies see them from then on."""
    await decide(book, Risk.SAFE)
    told = Outcome(session="s", call_id="c", tool="WebFetch", ok=True, taints=("injected",))
    await book.ledger.outcome(origin(), A, told)
    assert {"injected"} == book.ledger.view(A, "s").taints


async def test_failures_and_refusals_are_remembered_over_a_restart(tmp_path: Path) -> None:
    """What a later call is judged by is a fold of the receipts: the copy that failed, the deletion that was stopped."""
    book = Book(tmp_path)
    there, here = Target(word="b", path="/mnt/b"), Target(word="a", path="/w/a", git="ignored")
    hook = HookCall(A, "PreToolUse", 1000, "1", b"{}")
    for number, (effect, decision) in enumerate(
        ((CopyPath(target=here, to=there), Decision.ALLOW), (DeletePath(target=here), Decision.ASK))
    ):
        call = ToolCall(agent=A, session="s", tool="Bash", input={}, cwd="/w", call_id=f"c{number}")
        findings = () if decision is Decision.ALLOW else (Finding("p.q", str(decision), "why", effect=0),)
        judged = Denial(verdict=Verdict(decision, findings), effects=(effect,), risk=Risk.SAFE)
        await book.ledger.decided(origin(), hook, call, judged, attended=False, took_us=5)
    await book.ledger.outcome(origin(), A, Outcome(session="s", call_id="c0", tool="Bash", ok=False, exit_code=1))
    seen = book.ledger.view(A, "s")
    book.ledger.close()
    again = Book(tmp_path)
    assert seen == again.ledger.view(A, "s")
    again.ledger.close()
    assert ({"copied /w/a"}, ("DeletePath /w/a",)) == (seen.failed, seen.refused)


async def test_levels_never_fall(book: Book) -> None:
    """A harmless call after a grave one changes nothing."""
    await decide(book, Risk.COMMITMENT)
    assert "COMMITMENT" == (await decide(book, Risk.SAFE)).risk_after
    await book.ledger.ended(origin(), A, SessionEnded(session="s"))
    assert "COMMITMENT" == book.level("s")[0]


async def test_a_nested_or_cleared_session_inherits(book: Book) -> None:
    """A session that comes from another begins where that one is."""
    await decide(book, Risk.COMMITMENT)
    await book.ledger.opened(origin((A, "s")), A, "child", None)
    assert "COMMITMENT" == book.level("child")[0]
    assert ("nested", f"{A}/s") == (book.records()[-1].event, book.records()[-1].parent)


@pytest.mark.parametrize(("source", "level"), [("fork", "COMMITMENT"), ("resume", "COMMITMENT"), ("startup", "SAFE")])
async def test_a_fork_in_another_process_inherits_from_the_newest_here(book: Book, source: str, level: str) -> None:
    """Whose fork it is the agent does not say: the newest session of the workspace is taken."""
    await decide(book, Risk.COMMITMENT)
    await book.ledger.opened(origin(), A, "new", start("new", source))
    assert level == book.level("new")[0]


async def test_a_resumed_session_keeps_its_own_past(book: Book) -> None:
    """One that is known inherits from nobody else."""
    await decide(book, Risk.SENSITIVE, session="mine")
    await decide(book, Risk.IRREVERSIBLE, session="other")
    await book.ledger.opened(origin(), A, "mine", start("mine", "resume"))
    assert "SENSITIVE" == book.level("mine")[0]


async def test_everything_is_there_after_a_restart(tmp_path: Path) -> None:
    """State is a fold of receipts: a new daemon knows what the old one knew."""
    book = Book(tmp_path)
    await decide(book, Risk.COMMITMENT)
    before = book.ledger.sessions_seen()
    book.ledger.close()
    again = Book(tmp_path)
    assert before == again.ledger.sessions_seen()
    assert Risk.COMMITMENT is again.ledger.view(A, "s").level
    again.ledger.close()


async def test_a_cancelled_caller_does_not_lose_what_was_written(book: Book) -> None:
    """A decision whose caller gave up is in the log and in the session, or in neither."""
    call = asyncio.ensure_future(decide(book, Risk.COMMITMENT))
    await asyncio.sleep(0)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    await asyncio.sleep(0.2)
    assert 1 == len(book.records())
    assert "COMMITMENT" == book.level("s")[0]


async def test_gains_reach_the_next_call(book: Book) -> None:
    """A secret that was read taints the session."""
    call = ToolCall(agent=A, session="s", tool="Read", input={}, cwd="/w", call_id="c")
    read = ReadPath(target=Target(word=".env", path="/w/.env", secret="dotenv"))
    judged = Denial(verdict=Verdict(Decision.ALLOW), effects=(read,), risk=Risk.SENSITIVE)
    await book.ledger.decided(origin(), HookCall(A, "E", 1, "1", b""), call, judged, attended=False, took_us=0)
    assert book.ledger.view(A, "s").taints


@pytest.mark.parametrize(("why_not", "event"), [("", "settings-changed"), ("it unhooks", "settings-refused")])
async def test_changed_settings_are_recorded(book: Book, why_not: str, event: str) -> None:
    """What was let through and what was not."""
    change = SettingsChanged(session="s", source="user_settings", path="/p", cwd="/w")
    await book.ledger.settings_changed(origin(), A, change, why_not)
    assert event == book.records()[-1].event


async def test_a_refused_message_is_recorded_without_its_secrets(book: Book) -> None:
    """Even what was not understood leaves a receipt, redacted."""
    hook = HookCall(A, "PreToolUse", 1, "1", b'{"password": "hunter2-hunter2-hunter2"')
    await book.ledger.refused(origin().seen, hook, "not JSON", "malformed")
    made = book.records()[-1]
    assert ("deny", "malformed") == (made.verdict, made.event)
    assert b"hunter2" not in msgspec.json.encode(made)


async def test_macs_are_checked_by_range(book: Book) -> None:
    """Right ones are counted, the first wrong one is named, and nonsense is refused."""
    for number in range(4):
        await decide(book, Risk.SAFE, call_id=str(number))
    assert (4, None) == ((await book.ledger.verify_macs(0, None)).checked, None)
    assert 2 == (await book.ledger.verify_macs(1, 2)).checked
    path = Path(segments.list_segments(book.folder)[0].path)
    await asyncio.to_thread(change, path, b'"call_id":"2"', b'"call_id":"9"')
    wrong = await book.ledger.verify_macs(0, None)
    assert (2, 2) == (wrong.checked, wrong.first_bad)
    for first, last in ((-1, None), (3, 2)):
        with pytest.raises(UsageError):
            await book.ledger.verify_macs(first, last)


async def let_through(book: Book, *targets: Path) -> None:
    """A call that would delete these, allowed on the judging thread."""
    effects = tuple(DeletePath(target=Target(word=path.name, path=str(path))) for path in targets)
    judged = Denial(verdict=Verdict(Decision.ALLOW), effects=effects)
    call = ToolCall(agent=A, session="s", tool="Bash", input={}, cwd="/w", call_id="c")
    place = book.ledger.reserve(A, "s")
    hook = HookCall(A, "PreToolUse", 1000, "1", b"{}")
    await asyncio.to_thread(book.ledger.decide, place, origin(), hook, call, judged, 5)
    receipt = await place.receipt()
    assert receipt is not None
    assert "allow" == receipt.record.verdict


@pytest.mark.parametrize(
    ("told", "removed", "expected"),
    [
        ({"ok": True}, 2, "ok"),
        ({"ok": False, "exit_code": 1}, 1, "partial"),
        ({"ok": False, "exit_code": 1}, 0, "failed"),
        ({"ok": False, "interrupted": True}, 0, "partial"),
        ({"ok": False, "ran": False}, 0, "not-run"),
    ],
)
async def test_how_far_a_call_came(
    book: Book, tmp_path: Path, told: dict[str, Any], removed: int, expected: str
) -> None:
    """Of several parts some are seen done: partial; the files that differ are named."""
    paths = [tmp_path / "one", tmp_path / "two"]
    for path in paths:
        path.touch()
    await let_through(book, *paths)
    for path in paths[:removed]:
        path.unlink()
    await book.ledger.outcome(origin(), A, Outcome(session="s", call_id="c", tool="Bash", **told))
    last = book.records()[-1]
    assert last.outcome is not None
    assert (expected, 1) == (last.outcome.status, len(last.links))
    changed = [{"path": str(path), "how": "removed"} for path in paths[:removed]]
    assert changed == last.detail.get("changed", [])


async def test_a_call_that_nobody_asked_about(book: Book) -> None:
    """Its outcome has no link, and is counted."""
    await book.ledger.outcome(origin(), A, Outcome(session="s", call_id="x", tool="Bash", ok=True))
    assert ((), 1) == (book.records()[-1].links, book.ledger.undecided)
