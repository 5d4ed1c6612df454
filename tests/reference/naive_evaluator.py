"""A second evaluator, written from the description alone: slow, plain, and compared with the real one.

Each policy that is not retired is asked about each effect that it watches. What it yields counts; if it raises
or yields anything else, that is a denial of its own. A trial policy's denials count as questions. The answer is
the strictest of all, and silence is an allow.
"""

from __future__ import annotations

from collections.abc import Sequence

from enactd.effects.model import Effect
from enactd.evaluate import Policy
from enactd.policy import Context
from enactd.verdict import Allow, Ask, Deny


def decide(policies: Sequence[Policy], effects: Sequence[Effect], context: Context) -> str:
    """`deny`, `ask` or `allow`."""
    words: list[str] = []
    for policy in policies:
        for effect in effects:
            words += _words(policy, effect, context)
    if "deny" in words:
        return "deny"
    if "ask" in words:
        return "ask"
    return "allow"


def _words(policy: Policy, effect: Effect, context: Context) -> list[str]:
    declared = policy.declaration
    if declared.stage == "retired":
        return []
    if type(effect) not in declared.watches and Effect not in declared.watches:
        return []
    denial = "ask" if declared.stage == "trial" else "deny"
    said: list[str] = []
    try:
        for opinion in declared.check(effect, context):
            if type(opinion) is Deny:
                said.append(denial)
            elif type(opinion) is Ask:
                said.append("ask")
            elif type(opinion) is Allow:
                said.append("allow")
            else:
                said.append(denial)
                break
    except Exception:
        said.append(denial)
    return said
