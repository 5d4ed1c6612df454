"""What differs between two policy sets, as whoever has them in force would notice.

Fewer denials are major, a new policy is minor, better wording is patch. A policy's code is compared by what it
does to every example that either side declares, and not line by line.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, Literal

import msgspec

from enactd.effects.shell.readers import Readers
from enactd.evaluate import Policy, PolicySet
from enactd.examples import GATE, judge_example
from enactd.judge import Judge, Judgement
from enactd.policy import Example
from enactd.verdict import Decision, strictest

Size = Literal["major", "minor", "patch"]
KINDS: Final = {"denies": Decision.DENY, "asks": Decision.ASK, "allows": Decision.ALLOW, "misses": Decision.ALLOW}
SIZES: Final[tuple[Size, ...]] = ("major", "minor", "patch")
_STAGES: Final = {"retired": 0, "trial": 1, "stable": 2}
_WORDS: Final = ("title", "why", "instead", "blind_spots")


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One difference, and the example that shows it where there is one."""

    size: Size
    policy: str
    what: str
    example: str = ""


class Wrong(msgspec.Struct, frozen=True, kw_only=True):
    """An example that is not what its policy declares."""

    policy: str
    kind: str
    example: str
    expected: str
    got: str


def rehearse(policies: PolicySet, readers: Readers) -> Iterator[tuple[Policy, int, list[Wrong]]]:
    """For each policy how many examples it declares, and those that are not true."""
    judge = Judge(policies, readers=readers, gate=GATE)
    for policy in policies.policies:
        wrong: list[Wrong] = []
        count = 0
        for kind, expected in KINDS.items():
            for example in getattr(policy.declaration, kind):
                count += 1
                got = opinion(judge_example(judge, example), policy.id)
                if got is not expected:
                    wrong.append(
                        Wrong(policy=policy.id, kind=kind, example=str(example), expected=str(expected), got=str(got))
                    )
        yield policy, count, wrong


def opinion(judgement: Judgement, policy: str) -> Decision:
    """What one policy said, by its strictest finding; an observed one by what it would have said."""
    mine = [found.would or found.decision for found in judgement.verdict.findings if found.policy == policy]
    return strictest(Decision[word.upper()] for word in mine)


def compare(old: PolicySet, new: PolicySet, readers: Readers) -> tuple[Change, ...]:
    """Every difference, the gravest first."""
    found: list[Change] = []
    for identity in old.by_id.keys() | new.by_id.keys():
        before, after = old.by_id.get(identity), new.by_id.get(identity)
        if after is None and before is not None:
            size: Size = "patch" if before.declaration.stage == "retired" else "major"
            found.append(Change(size=size, policy=identity, what="is gone"))
        elif before is None and after is not None:
            found.append(Change(size="minor", policy=identity, what="is new"))
        elif before is not None and after is not None:
            found += _declared(before, after)
    found += _decided(old, new, readers)
    found += _unseen(old, new, {change.policy for change in found})
    return tuple(sorted(found, key=lambda change: (SIZES.index(change.size), change.policy, change.what)))


def largest(changes: Sequence[Change]) -> Size | None:
    """What the next version has to be; None where nothing differs."""
    return min((change.size for change in changes), key=SIZES.index, default=None)


def next_version(version: tuple[int, int, int], size: Size | None) -> tuple[int, int, int]:
    """The smallest version after this one that says as much."""
    major, minor, patch = version
    if size == "major":
        return major + 1, 0, 0
    if size == "minor":
        return major, minor + 1, 0
    return (major, minor, patch + 1) if size else version


def _declared(before: Policy, after: Policy) -> Iterator[Change]:
    """What the declarations themselves say."""
    one, other = before.declaration, after.declaration
    if one.stage != other.stage:
        size: Size = "major" if _STAGES[other.stage] < _STAGES[one.stage] else "minor"
        yield Change(size=size, policy=after.id, what=f"is {other.stage}, was {one.stage}")
    if one.protects_gate != other.protects_gate:
        what = "can be switched off now" if one.protects_gate else "cannot be switched off any more"
        yield Change(size="major" if one.protects_gate else "minor", policy=after.id, what=what)
    if one.optional != other.optional:
        what = "is off by default now" if other.optional else "is on by default now"
        yield Change(size="major" if other.optional else "minor", policy=after.id, what=what)
    names = {kind: {watched.__name__ for watched in side.watches} for kind, side in (("old", one), ("new", other))}
    if (gone := names["old"] - names["new"]) and "Effect" not in names["new"]:
        yield Change(size="major", policy=after.id, what=f"does not look at {', '.join(sorted(gone))} any more")
    if (more := names["new"] - names["old"]) and "Effect" not in names["old"]:
        yield Change(size="minor", policy=after.id, what=f"looks at {', '.join(sorted(more))}, too")
    if one.severity != other.severity:
        yield Change(size="patch", policy=after.id, what=f"severity {other.severity}, was {one.severity}")
    for name in _WORDS:
        if getattr(before, name) != getattr(after, name):
            yield Change(size="patch", policy=after.id, what=f"other words: {name.replace('_', ' ')}")
    if any(getattr(one, kind) != getattr(other, kind) for kind in KINDS):
        yield Change(size="patch", policy=after.id, what="other examples")


def _decided(old: PolicySet, new: PolicySet, readers: Readers) -> Iterator[Change]:
    """Examples of either side on which a policy, or the whole set, changes its mind."""
    before, after = Judge(old, readers=readers, gate=GATE), Judge(new, readers=readers, gate=GATE)
    shared = old.by_id.keys() & new.by_id.keys()
    for example in _examples(old, new):
        first, second = judge_example(before, example), judge_example(after, example)
        moved = False
        for identity in shared:
            one, other = opinion(first, identity), opinion(second, identity)
            if one is not other:
                moved = True
                yield _moved(identity, one, other, example)
        one, other = first.verdict.decision, second.verdict.decision
        if one > other and not moved:
            yield _moved("-", one, other, example)


def _moved(policy: str, one: Decision, other: Decision, example: Example) -> Change:
    what = f"{_said(other)}, and {_said(one)} before"
    return Change(size="major" if other < one else "minor", policy=policy, what=what, example=str(example))


def _said(decision: Decision) -> str:
    return {Decision.ALLOW: "has no objection", Decision.ASK: "asks", Decision.DENY: "denies"}[decision]


def _unseen(old: PolicySet, new: PolicySet, seen: set[str]) -> Iterator[Change]:
    """Files that differ, and nothing shows what it means."""
    for identity in old.by_id.keys() & new.by_id.keys() - seen:
        if old.by_id[identity].digest != new.by_id[identity].digest:
            yield Change(size="patch", policy=identity, what="other code; no example changes sides")


def _examples(*sets: PolicySet) -> list[Example]:
    """Every declared example once, in order."""
    found: dict[str, Example] = {}
    for policies in sets:
        for policy in policies.policies:
            for kind in KINDS:
                for example in getattr(policy.declaration, kind):
                    found.setdefault(repr(example), example)
    return list(found.values())
