"""A session's level never falls, and what it did is remembered from its receipts alone."""

from __future__ import annotations

import random
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.receipts import LEVELS

from enactd.effects import model
from enactd.effects.model import Target
from enactd.receipts.record import Gains, Outcome
from enactd.risk import Risk
from enactd.session_state import GAINED, PENDING, REMEMBERED, Key, Pending, Slice, State, fold, gains, key_of
from enactd.verdict import Finding


def entry(kind: str = "decision", seq: int = 0, **fields: Any) -> Slice:
    given = {"log": "l", "time": 1000 + seq, "mac_key": "k", "mac": "m", "agent": "a", "session": "s"}
    return Slice(kind=kind, seq=seq, **(given | fields))


def folded(*entries: Slice, parent: State | None = None) -> State:
    state = State(agent="a", session="s")
    for number, one in enumerate(entries):
        fold(state, one, f"{number:064d}", parent)
    return state


def decided(verdict: str, risk: str = "COMMITMENT", **fields: Any) -> Slice:
    return entry(verdict=verdict, risk=risk, **fields)


def outcome(status: str = "ok", **fields: Any) -> Slice:
    return entry("outcome", outcome=Outcome(status=status), **fields)  # type: ignore[arg-type]


def test_a_new_session_is_safe() -> None:
    """Nothing done, nothing attempted."""
    view = State(agent="a", session="s").view()
    assert (Risk.SAFE, frozenset(), ()) == (view.level, view.taints, view.refused)


@pytest.mark.parametrize("risk", LEVELS)
@pytest.mark.parametrize(
    ("verdict", "raises", "attempts"), [("allow", True, False), ("ask", False, True), ("deny", False, True)]
)
def test_decisions(verdict: str, raises: bool, attempts: bool, risk: str) -> None:
    """What is allowed raises the level, what is stopped is remembered as attempted."""
    state = folded(decided(verdict, risk))
    assert (Risk[risk] if raises else Risk.SAFE) == state.level
    assert (Risk[risk] if attempts else Risk.SAFE) == state.attempted


def test_counts() -> None:
    """How many calls were allowed, asked about, denied."""
    state = folded(*[decided(verdict) for verdict in ("allow", "allow", "ask", "deny", "deny", "deny")])
    assert (2, 1, 3) == (state.allowed, state.asked, state.denied)


@pytest.mark.parametrize("verdict", ["ask", "deny"])
@pytest.mark.parametrize(
    ("status", "ran"), [("ok", True), ("failed", True), ("interrupted", True), ("unknown", True), ("not-run", False)]
)
def test_what_was_stopped_and_ran(verdict: str, status: str, ran: bool) -> None:
    """An asked call that a person approved in the agent counts once its outcome is told; so does one that evaded us."""
    gained = Gains(taints=("secret",), hosts=("h",))
    state = folded(decided(verdict, call_id="c", gained=gained), outcome(status, call_id="c"))
    assert (Risk.COMMITMENT if ran else Risk.SAFE) == state.level
    assert (["secret"] if ran else []) == state.taints


def test_an_outcome_without_a_decision() -> None:
    """The risk that the outcome's own record names counts; one that names none changes nothing."""
    assert Risk.COMMITMENT == folded(outcome(call_id="x", risk="COMMITMENT")).level
    assert Risk.SAFE == folded(outcome(call_id="x")).level


def test_an_outcome_of_another_call() -> None:
    """Call ids tie outcomes to their own decision."""
    state = folded(decided("ask", call_id="c1"), outcome(call_id="c2"))
    assert Risk.SAFE == state.level
    assert ["c1"] == list(state.pending)


def test_pending_decisions() -> None:
    """A decision waits for its outcome under its call id, with what a link needs."""
    state = folded(decided("allow", call_id="c", seq=7))
    pending = state.pending["c"]
    assert Pending(7, "0" * 64, "allow", Risk.COMMITMENT) == pending
    assert ("decision", 7, "0" * 64) == (pending.link.relation, pending.link.seq, pending.link.hash)
    fold(state, outcome(call_id="c"), "1" * 64, None)
    assert {} == state.pending


def test_pending_is_bounded() -> None:
    """Calls whose outcome never comes are forgotten, oldest first; a repeated id counts as new."""
    state = folded(*[decided("allow", call_id=f"c{number}") for number in range(PENDING)])
    fold(state, decided("allow", call_id="c0"), "f" * 64, None)
    fold(state, decided("allow", call_id="new"), "f" * 64, None)
    assert PENDING == len(state.pending)
    assert "c1" not in state.pending
    assert {"c0", "new"} <= set(state.pending)


def test_gains_of_an_allowed_call() -> None:
    """Taints, hosts, downloads and renames add up, each once."""
    one = Gains(taints=("network",), hosts=("a", "b"), downloads=("/tmp/x",), renamed=(("users_old", "users"),))
    two = Gains(taints=("network", "secret"), hosts=("b", "c"))
    view = folded(decided("allow", gained=one), decided("allow", gained=two)).view()
    assert {"network", "secret"} == view.taints
    assert {"a", "b", "c"} == view.hosts
    assert {"/tmp/x"} == view.downloads
    assert {"users_old": "users"} == view.renamed


@pytest.mark.parametrize("verdict", ["ask", "deny"])
def test_no_gains_of_a_stopped_call(verdict: str) -> None:
    """What did not happen leaves no taint."""
    assert [] == folded(decided(verdict, gained=Gains(taints=("secret",)))).taints


def test_renames_are_followed() -> None:
    """Over any number of renames a table is known by its first name."""
    state = State(agent="a", session="s")
    for now, before in (("b", "a"), ("c", "b"), ("d", "c"), ("x", "y")):
        state.gain(Gains(renamed=((now, before),)))
    assert ("a", "a", "y") == (state.renamed["d"], state.renamed["c"], state.renamed["x"])


def stopped(number: int, verdict: str = "deny") -> Slice:
    return decided(verdict, gained=Gains(stopped=(f"DeletePath /{number}",)), call_id=f"c{number}")


@pytest.mark.parametrize("verdict", ["ask", "deny"])
def test_refused_calls_are_remembered(verdict: str) -> None:
    """By what they were stopped for, whatever their spelling; the newest are kept."""
    limit = REMEMBERED["refused"]
    state = folded(*[stopped(number, verdict) for number in range(limit + 10)], stopped(limit, verdict))
    assert limit == len(state.refused)
    assert f"DeletePath /{limit + 9}" == state.refused[-1]
    assert "DeletePath /0" not in state.refused


@pytest.mark.parametrize(("status", "left"), [("ok", ()), ("failed", ()), ("not-run", ("DeletePath /1",))])
def test_what_ran_after_all_was_not_refused(status: str, left: tuple[str, ...]) -> None:
    """A question that was answered with yes leaves nothing behind."""
    assert left == folded(stopped(1, "ask"), outcome(status, call_id="c1")).view().refused


def did(*deeds: str, call: str = "c") -> Slice:
    return decided("allow", "SAFE", gained=Gains(deeds=deeds), call_id=call)


def test_deeds_are_done_until_they_are_known_to_have_failed() -> None:
    """A failed call did not do what it was to do; when it is done again and succeeds, that is forgotten."""
    state = folded(did("copied /a"))
    assert ({"copied /a"}, set()) == (state.view().deeds, state.view().failed)
    for status in ("failed", "partial"):
        state = folded(did("copied /a"), outcome(status, call_id="c"))
        assert (set(), {"copied /a"}) == (state.view().deeds, state.view().failed)
    state = folded(did("copied /a"), outcome("failed", call_id="c"), did("copied /a", call="d"), outcome(call_id="d"))
    assert ({"copied /a"}, set()) == (state.view().deeds, state.view().failed)
    assert not folded(did("copied /a"), outcome("unknown", call_id="c")).failed


def test_a_second_failure_is_told_from_the_first() -> None:
    """Until it succeeds."""
    row = [did("deleted /a"), outcome("failed", call_id="c")] * 3
    assert ["deleted /a"] == folded(*row[:2]).failed
    assert ["deleted /a", "deleted /a twice"] == folded(*row[:4]).failed
    assert ["deleted /a", "deleted /a twice"] == folded(*row).failed
    assert [] == folded(*row, did("deleted /a"), outcome(call_id="c")).failed


def test_destructive_calls_are_counted_in_a_row() -> None:
    """Any other call, and any question, begins the count anew."""
    row = [did("destroyed", call=str(number)) for number in range(3)]
    assert 3 == folded(*row).view().destructive
    assert 0 == folded(*row, decided("allow", "SAFE")).destructive
    assert 0 == folded(*row, stopped(1, "ask")).destructive
    assert 1 == folded(*row, decided("allow"), row[0]).destructive
    assert [] == folded(*row).deeds


def test_orders_in_an_output_stay_with_the_session() -> None:
    """A taint of what came back, whatever became of the call."""
    told = outcome("ok", gained=Gains(taints=("injected",)), call_id="c")
    assert {"injected"} == folded(did(call="c"), told).view().taints
    assert {"injected"} == folded(told).view().taints


def test_gains_name_what_a_call_was_stopped_for() -> None:
    """Of the effects that stopped it, and of no others; what only the run will tell is not named."""
    gone = model.DeletePath(target=Target(word="src", path="/w/src", area="workspace"))
    hidden = model.DeletePath(target=Target(word="$X"))
    findings = [Finding("p", "ask", "r", effect=0), Finding("p", "ask", "r", effect=1), Finding("gate", "deny", "r")]
    found = gains((gone, hidden), findings)
    assert found is not None
    assert (("DeletePath /w/src",), ("deleted /w/src", "destroyed")) == (found.stopped, found.deeds)


def test_memory_is_bounded() -> None:
    """A session that meets a million hosts does not grow without end; the first ones stay."""
    state = State(agent="a", session="s")
    for number in range(100):
        state.gain(Gains(hosts=tuple(f"h{number}-{part}" for part in range(GAINED))))
        state.gain(Gains(renamed=tuple((f"n{number}-{part}", "x") for part in range(GAINED))))
    assert REMEMBERED["hosts"] == len(state.hosts)
    assert REMEMBERED["renamed"] == len(state.renamed)
    assert "h0-0" in state.hosts


def full() -> State:
    return State(
        agent="a",
        session="parent",
        level=Risk.COMMITMENT,
        attempted=Risk.IRREVERSIBLE,
        taints=["secret"],
        hosts=["h"],
        downloads=["/d"],
        renamed={"new": "old"},
        refused=["DeletePath /a"],
        deeds=["copied /a"],
        failed=["copied /b"],
        pending={"c": Pending(1, "f" * 64, "ask", Risk.COMMITMENT)},
        allowed=5,
    )


@pytest.mark.parametrize("event", ["resume", "fork", "clear", "nested", "start"])
def test_a_child_starts_where_its_parent_is(event: str) -> None:
    """Level, taints and history are inherited; what is pending and counted stays with the parent."""
    state = folded(entry("session", event=event, parent="a/parent"), parent=full())
    assert (Risk.COMMITMENT, Risk.IRREVERSIBLE) == (state.level, state.attempted)
    assert full().view() == state.view()
    assert ("a/parent", {}, 0) == (state.parent, state.pending, state.allowed)


def test_parent_and_child_go_their_own_ways() -> None:
    """After the fork neither changes the other."""
    parent = full()
    child = folded(entry("session", event="fork", parent="a/parent"), parent=parent)
    child.gain(Gains(taints=("network",), hosts=("x",), renamed=(("p", "q"),)))
    parent.gain(Gains(hosts=("y",)))
    assert full().taints == parent.taints
    assert (["h", "x"], ["h", "y"]) == (child.hosts, parent.hosts)
    assert "p" not in parent.renamed


def test_the_record_of_a_level_is_enough() -> None:
    """`risk_after` of any record raises, also where the details are gone."""
    assert Risk.COMMITMENT == folded(entry("session", event="start", risk_after="COMMITMENT")).level
    assert Risk.IRREVERSIBLE == folded(entry("approval", risk_after="IRREVERSIBLE")).level


def test_times_and_places() -> None:
    """When it began and was last seen, where it works, whether it ended and began again."""
    state = folded(
        entry("session", seq=1, event="start", workspace="/w"),
        decided("allow", seq=5),
        entry("session", seq=9, event="end"),
    )
    assert (1001, 1009, 9, "/w", True) == (state.began, state.seen, state.last, state.workspace, state.ended)
    fold(state, entry("session", seq=10, event="resume"), "f" * 64, None)
    assert not state.ended


slices = st.builds(
    entry,
    st.sampled_from(["decision", "outcome", "session", "undelivered", "approval"]),
    verdict=st.none() | st.sampled_from(["allow", "ask", "deny"]),
    risk=st.none() | st.sampled_from(LEVELS),
    risk_after=st.none() | st.sampled_from(LEVELS),
    call_id=st.sampled_from(["", "c1", "c2"]),
    event=st.sampled_from(["", "start", "end"]),
    outcome=st.none() | st.builds(Outcome, status=st.sampled_from(["ok", "not-run", "failed"])),
    gained=st.none() | st.builds(Gains, taints=st.tuples(st.sampled_from(["x", "y"]))),
)


@given(st.lists(slices, max_size=12), st.randoms())
def test_the_level_never_falls(entries: list[Slice], chance: random.Random) -> None:
    """Whatever comes, in whatever order: level, attempted and taints only grow."""
    chance.shuffle(entries)
    state = State(agent="a", session="s")
    for one in entries:
        before = (state.level, state.attempted, set(state.taints), set(state.hosts))
        fold(state, one, "f" * 64, None)
        assert state.level >= before[0]
        assert state.attempted >= before[1]
        assert before[2] <= set(state.taints)
        assert before[3] <= set(state.hosts)


names = st.lists(st.sampled_from(["a", "b", "c", "destroyed", *"123456"]), max_size=6).map(tuple)
eventful = st.builds(
    entry,
    st.sampled_from(["decision", "outcome", "session"]),
    verdict=st.sampled_from(["allow", "ask", "deny"]),
    call_id=st.sampled_from(["c1", "c2"]),
    outcome=st.builds(Outcome, status=st.sampled_from(["ok", "not-run", "failed", "partial"])),
    gained=st.none() | st.builds(Gains, taints=names, hosts=names, downloads=names, deeds=names, stopped=names),
)


@given(st.lists(eventful, max_size=12), st.lists(eventful, max_size=4))
def test_what_policies_are_shown_is_what_is_remembered(entries: list[Slice], of_parent: list[Slice]) -> None:
    """After every record, and as often as it is asked: just what the index would give back."""
    parent, state = State(agent="a", session="p"), State(agent="a", session="s")
    for one in of_parent:
        fold(parent, one, "f" * 64, None)
    for number, one in enumerate(entries):
        fold(state, one, "f" * 64, parent if number == 2 else None)
        kept = msgspec.json.decode(msgspec.json.encode(state), type=State)
        assert kept == state
        assert kept.view() == state.view() == state.view()


def test_a_child_that_inherits_more_than_fits_keeps_the_bound() -> None:
    """As many as one may remember, the first of the hosts, the newest of nothing else; each name once."""
    parent = State(agent="a", session="p", hosts=[f"h{n}" for n in range(1024)], deeds=[f"d{n}" for n in range(1024)])
    child = State(agent="a", session="s", hosts=["h7", "own"], deeds=["d3"])
    child.inherit(parent)
    assert (1024, 1024) == (len(set(child.hosts)), len(child.hosts))
    assert ["h7", "own", "h0"] == child.hosts[:3]
    assert set(parent.deeds) == set(child.deeds)
    assert frozenset(child.hosts) == child.view().hosts


@given(st.lists(slices, max_size=10), st.randoms())
def test_allowed_risk_is_counted_in_any_order(entries: list[Slice], chance: random.Random) -> None:
    """The level is at least the gravest of what was allowed, however the records are ordered."""
    chance.shuffle(entries)
    allowed = [one.risk for one in entries if one.kind == "decision" and one.verdict == "allow" and one.risk]
    assert folded(*entries).level >= max((Risk[name] for name in allowed), default=Risk.SAFE)


@pytest.mark.parametrize(
    ("effect", "expected"),
    [
        (model.Request(method="GET", host="example.com"), Gains(taints=("network",), hosts=("example.com",))),
        (model.Request(method="GET", host=None), Gains(taints=("network",))),
        (model.Request(method="GET", host="localhost", local=True), Gains(hosts=("localhost",))),
        (model.SendData(to="h", by="nc"), Gains(hosts=("h",))),
        (model.SendData(to=None, by="nc"), None),
        (model.ReadPath(target=Target(word=".env", secret="dotenv file")), Gains(taints=("secret",))),
        (model.ReadPath(target=Target(word=".env", secret="dotenv file"), how="search"), Gains(taints=("secret",))),
        (model.ReadPath(target=Target(word=".env", secret="dotenv file"), how="exists"), None),
        (model.ReadPath(target=Target(word=".env", secret="dotenv file"), shown=False), None),
        (model.ReadPath(target=Target(word="x")), None),
        (model.RevealSecret(what="token", by="gh"), Gains(taints=("secret",))),
        (model.PublishPackage(manager="npm", verb="publish"), Gains(taints=("published",))),
        (
            model.WritePath(target=Target(word="x", path="/t/x"), origins=frozenset({"network"})),
            Gains(downloads=("/t/x",)),
        ),
        (model.WritePath(target=Target(word="x"), origins=frozenset({"network"})), None),
        (model.WritePath(target=Target(word="x", path="/t/x")), None),
        (model.RunSql(verb="rename", renames=("users", "u2")), Gains(renamed=(("u2", "users"),))),
        (model.RunSql(verb="select", tables=("users",)), None),
        (model.DeletePath(target=Target(word="x")), Gains(deeds=("destroyed",))),
        (model.CopyPath(target=Target(word="x"), to=Target(word="y")), None),
    ],
    ids=str,
)
def test_gains_of_effects(effect: model.Effect, expected: Gains | None) -> None:
    """What each effect adds to its session."""
    assert expected == gains([effect])


def test_gains_add_up_in_order() -> None:
    """Several effects give one sorted, bounded list of each kind."""
    many = [model.Request(method="GET", host=f"h{number:03d}") for number in range(200)]
    found = gains([*many, model.RevealSecret(what="x", by="y")])
    assert found is not None
    assert ("network", "secret") == found.taints
    assert tuple(f"h{number:03d}" for number in range(GAINED)) == found.hosts
    assert gains([]) is None


def test_keys() -> None:
    """A session is named by agent and session, long names shortened without loss."""
    assert "a/s" == str(Key("a", "s"))
    assert key_of("a", "x" * 300) != key_of("a", "x" * 301)
    assert Key("a", "s") == State(agent="a", session="s").key
