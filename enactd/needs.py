"""What a level of risk needs, whatever the policies say: a word in the receipt, a person, or somebody else's hands.

No policy lets a call be IRREVERSIBLE without an answer: where none of them asks, the level itself does. Only where
a person had a policy look on instead of asking, that is the answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec

from enactd.config import Settings
from enactd.effects.model import Effect
from enactd.levels import level_of
from enactd.risk import Risk
from enactd.verdict import Decision, Finding, Verdict

POLICY: Final = "risk"
INSTEAD: Final = "let a person do it, or do what can be taken back"


def needed(verdict: Verdict, risk: Risk, effects: Sequence[Effect], settings: Settings) -> Verdict:
    """The verdict, made as strict as the settings want it for a call of this level."""
    wanted = settings.risk.wanted(risk.name)
    if wanted == "record" or Decision[wanted.upper()] <= verdict.decision:
        return verdict
    if verdict.observed and not settings.observe:
        return verdict
    index = next((at for at, effect in enumerate(effects) if level_of(effect) is risk), -1)
    name = f"{POLICY}.{risk.name.lower()}"
    reason = f"what it does is {risk.name}" + (f": `{effects[index].source[:120]}`" if index >= 0 else "")
    if settings.observe:
        finding = Finding(name, "allow", reason, INSTEAD, index, would=wanted)
        return msgspec.structs.replace(verdict, findings=(*verdict.findings, finding))
    finding = Finding(name, wanted, reason, INSTEAD, index)
    return msgspec.structs.replace(verdict, decision=Decision[wanted.upper()], findings=(finding, *verdict.findings))
