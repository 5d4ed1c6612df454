"""The shipped policies for tests: as people get them, and whole, the optional ones switched on."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from enactd import resources
from enactd.bundle import load, policy_id
from enactd.effects.shell.readers import Readers
from enactd.evaluate import Policy, PolicySet
from enactd.examples import GATE, judge_example
from enactd.judge import Judge
from enactd.policy import Example
from enactd.verdict import Decision

FOLDER: Final = Path(str(resources.policies_folder()))
KINDS: Final = {"denies": Decision.DENY, "asks": Decision.ASK, "allows": Decision.ALLOW, "misses": Decision.ALLOW}


def whole() -> PolicySet:
    """All shipped policies, the optional ones among them."""
    every = [policy_id(str(path.relative_to(FOLDER))) for path in FOLDER.rglob("*.py")]
    return load([("shipped", str(FOLDER))], {identity: {"enabled": True} for identity in every})


USUAL: Final = Judge(load([("shipped", str(FOLDER))]), readers=Readers(None), gate=GATE)
WHOLE: Final = Judge(whole(), readers=Readers(None), gate=GATE)
LIBRARY: Final = WHOLE.policies


def opinion(judge: Judge, policy: Policy, example: Example) -> Decision:
    """What one policy says of a call, whatever the others think of it."""
    found = judge_example(judge, example).verdict.findings
    return max((Decision[f.decision.upper()] for f in found if f.policy == policy.id), default=Decision.ALLOW)
