"""Past receipts against other policies: what would be stopped now, what would pass.

A decision's effects, facts and session are in the receipts, so nothing is read from the world and nothing of a
call is run. What a receipt does not hold whole (an effect that was cut) is counted and not guessed. Policies that
look at content see it redacted, as it was kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, Literal

import msgspec

from enactd.effects.model import AnyEffect, Effect
from enactd.evaluate import PolicySet, evaluate
from enactd.policy import Context
from enactd.receipts.record import Receipt, Record
from enactd.risk import Risk
from enactd.session_state import Key, State, fold, key_of
from enactd.site import Site
from enactd.verdict import Decision, Verdict

FREEZE: Final = "self.freeze"
Direction = Literal["newly refused", "newly allowed", "stricter", "looser"]


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """A call that would be decided otherwise. `policy` is the one that decides, then or now."""

    direction: Direction
    receipt: Receipt
    before: str
    after: str
    policy: str
    reason: str


class Against(msgspec.Struct, frozen=True, kw_only=True):
    """What past calls are decided by: policies, and what the settings say beside them.

    `base` are the policies that the answer is compared with; without, it is compared with the receipt. `same` is
    the digest under which just these policies decide in the daemon: a receipt of it has to come out alike.
    """

    policies: PolicySet
    home: str
    base: PolicySet | None = None
    site: Site = Site()
    same: str = ""


class Tally(msgspec.Struct, kw_only=True):
    """How many decisions were looked at, and how many could not be: by why."""

    replayed: int = 0
    skipped: dict[str, int] = {}

    def skip(self, why: str) -> None:
        """One more that cannot be replayed."""
        self.skipped[why] = self.skipped.get(why, 0) + 1


def replay(receipts: Iterable[Receipt], since: int, against: Against, tally: Tally) -> Iterator[Difference]:
    """The decisions since a moment (microseconds since 1970) that would be others.

    `receipts` are all there are, oldest first: sessions are folded from their beginning.
    """
    states: dict[Key, State] = {}
    for receipt in receipts:
        entry = receipt.record
        if entry.kind == "decision" and entry.time >= since and entry.verdict:
            found = _one(receipt, states, against, tally)
            if found is not None:
                yield found
        if entry.session:
            _fold(states, receipt)


def revive(recorded: Iterable[Mapping[str, Any]]) -> tuple[Effect, ...] | None:
    """The effects again; None where the receipt does not hold them whole."""
    try:
        return tuple(msgspec.convert([_levels(one) for one in recorded], list[AnyEffect]))
    except (msgspec.ValidationError, KeyError):
        return None


def _one(receipt: Receipt, states: dict[Key, State], against: Against, tally: Tally) -> Difference | None:
    policies, base = against.policies, against.base
    entry = receipt.record
    if not entry.tool or any(note.policy.startswith("gate") for note in entry.findings):
        tally.skip("refused before it was read")
        return None
    effects = revive(entry.effects)
    if effects is None:
        tally.skip("its effects were cut")
        return None
    context = _context(entry, effects, against, states)
    after = evaluate(policies, effects, context)
    before = evaluate(base, effects, context) if base else None
    then = before.decision if before else Decision[(entry.verdict or "deny").upper()]
    if (
        base is None
        and entry.policy_set
        and entry.policy_set in (policies.digest, against.same)
        and after.decision is not then
    ):
        # The same policies said otherwise of the whole call: what made the difference is not in the receipt.
        tally.skip("what decided is not in the receipt")
        return None
    tally.replayed += 1
    if after.decision is then:
        return None
    return _difference(receipt, then, after, before)


def _difference(receipt: Receipt, then: Decision, after: Verdict, before: Verdict | None) -> Difference:
    if after.decision > then:
        first = after.stopping[0]
        policy, reason = first.policy, first.reason
        direction: Direction = "newly refused" if then is Decision.ALLOW else "stricter"
    else:
        notes = [note for note in receipt.record.findings if note.decision == str(then)]
        policy = before.stopping[0].policy if before else notes[0].policy if notes else "-"
        reason = before.stopping[0].reason if before else notes[0].reason if notes else ""
        direction = "newly allowed" if after.decision is Decision.ALLOW else "looser"
    return Difference(
        direction=direction, receipt=receipt, before=str(then), after=str(after.decision), policy=policy, reason=reason
    )


def _context(entry: Record, effects: tuple[Effect, ...], against: Against, states: dict[Key, State]) -> Context:
    state = states.get(key_of(entry.agent, entry.session))
    frozen = next((note.reason for note in entry.findings if note.policy == FREEZE), "")
    branch = next((value for key, value in entry.facts.items() if key.endswith(" branch")), None)
    context = Context(
        workspace=entry.workspace, home=against.home, cwd=entry.cwd, agent=entry.agent, tool=entry.tool, effects=effects,
        branch=branch if isinstance(branch, str) else None, frozen=frozen, site=against.site, input=_arguments(entry),
    )  # fmt: skip
    return msgspec.structs.replace(context, session=state.view()) if state else context


def _arguments(entry: Record) -> dict[str, Any]:
    if entry.input is None or not entry.input.text:
        return {}
    try:
        return msgspec.json.decode(entry.input.text, type=dict[str, Any])
    except msgspec.DecodeError:
        return {}


def _fold(states: dict[Key, State], receipt: Receipt) -> None:
    entry = receipt.record
    key = key_of(entry.agent, entry.session)
    state = states.setdefault(key, State(agent=key.agent, session=key.session))
    parent = None
    if entry.parent and entry.parent != str(key):
        above = key_of(*entry.parent.partition("/")[::2])
        parent = states.setdefault(above, State(agent=above.agent, session=above.session))
    fold(state, entry, receipt.hash, parent)


def _levels(recorded: Mapping[str, Any]) -> dict[str, Any]:
    """Levels are kept by name; everything else is kept as it is decoded."""
    found = dict(recorded)
    if isinstance(found.get("level"), str):
        found["level"] = Risk[found["level"]].value
    return found
