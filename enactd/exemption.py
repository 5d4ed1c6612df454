"""A person's standing answer to a question: this rule, about this very effect, here, until then.

An exemption opens an `ask` and nothing else: a denial stays, and so does everything that protects the gate. It
is made from a receipt and says no more than that receipt did: the same rule, the same effect, the same workspace,
on request the same session. An effect on a path is known by its path, in whatever spelling; any other says too
little of itself (what a request carries, which folder a deploy begins in), so its whole call has to be the same:
tool, folder, arguments. What a receipt could not hold whole (a secret was taken out, a text was cut) or what only
the run will tell is nothing that could be recognized again, and gets none.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import msgspec

from enactd.effects.model import Effect
from enactd.errors import UsageError
from enactd.evaluate import FINDINGS_LIMIT
from enactd.receipts.compose import EFFECTS_LIMIT, INPUT_LIMIT, STRING_LIMIT
from enactd.receipts.plain import Plainer
from enactd.receipts.record import Note, Receipt
from enactd.receipts.redact import Redactor
from enactd.report import Exemption, Opening
from enactd.toolcall import ToolCall
from enactd.verdict import Decision, Finding, Verdict, strictest

LONGEST_S: Final = 366 * 86_400
USUAL_S: Final = 7 * 86_400
REASON_LENGTH: Final = 300
_BY_PATH: Final = frozenset({"ReadPath", "WritePath", "DeletePath", "MovePath", "CopyPath", "LinkPath", "ChangeMode"})
_PROSE: Final = frozenset({"description", "timeout", "run_in_background"})
_SHELLS: Final = frozenset({"Bash", "Monitor", "PowerShell"})  # of any other tool a description may be what it sends
_PASSING: Final = frozenset({"source", "chain", "span", "conditional", "content", "removed", "origins", "examples"})
"""What of an effect is another spelling or another moment of the same."""
_TARGET: Final = ("path", "pattern", "everything_in", "nature", "secret")
_TARGETS: Final = ("target", "to")
_NEEDED: Final = {"GitPush": "branch", "Request": "host", "SendData": "to", "GitDeleteRef": "ref"}
"""Fields that are empty where only the run will tell: without them an effect could be any."""
_SESSION_BOUND: Final = re.compile(r"(?:^sequences\.|\.after-)")
"""Rules that ask because of what a session did before: another session never asked that question."""


def from_receipt(
    receipt: Receipt, *, reason: str, seconds: float, session: bool, protected: Iterable[str], now: float
) -> Exemption:
    """The narrowest exemption that answers what this receipt asked. Raises `UsageError` where there is none."""
    entry = receipt.record
    if not reason.strip() or len(reason) > REASON_LENGTH:
        raise UsageError("an exception needs a reason", cause=f"of 1 to {REASON_LENGTH} characters", fix='--reason "…"')
    if not 0 < seconds <= LONGEST_S:
        raise UsageError("an exception ends", cause="at most 366 days from now", fix="--for 7d")
    if entry.kind != "decision" or entry.verdict is None or not entry.workspace:
        raise _none(receipt, f"it is a receipt of the kind `{entry.kind}`, not of a call")
    if entry.verdict == "allow":
        raise _none(receipt, "the call was allowed")
    if entry.verdict == "deny":
        denying = next((note.policy for note in entry.findings if note.decision == "deny"), "the gate")
        raise _none(receipt, f"`{denying}` denied it: that is the floor, which no exception opens")
    asked = [note for note in entry.findings if note.decision == "ask"]
    never = set(protected)
    opens = tuple({(o.policy, str(o.effect)): o for o in (_opening(n, receipt, never) for n in asked)}.values())
    bound = session or any(_SESSION_BOUND.search(note.policy) for note in asked)
    return Exemption(
        id=receipt.hash[:8],
        receipt=receipt.id,
        reason=" ".join(reason.split()),
        workspace=entry.workspace,
        opens=opens,
        since=now,
        until=now + seconds,
        agent=entry.agent,
        session=entry.session if bound else "",
    )


class Exemptions:
    """All answers, ready to be asked of every verdict. Replaced whole; shared by threads."""

    def __init__(self, every: Sequence[Exemption] = ()) -> None:
        self.every = tuple(every)
        self._policies = {one.policy for exemption in every for one in exemption.opens}

    def applied(
        self, verdict: Verdict, effects: Sequence[Effect], call: ToolCall, *, workspace: str, now: float | None = None
    ) -> Verdict:
        """The verdict with the questions answered that have an answer. A denial is handed back as it is."""
        if verdict.decision is not Decision.ASK or not self._policies or len(verdict.findings) >= FINDINGS_LIMIT:
            return verdict
        moment = time.time() if now is None else now
        mine = [
            one
            for one in self.every
            if one.workspace == workspace and one.agent in ("", call.agent) and one.session in ("", call.session)
        ]
        findings = tuple(self._answered(finding, effects, call, mine, moment) for finding in verdict.findings)
        decision = strictest(Decision[finding.decision.upper()] for finding in findings)
        return msgspec.structs.replace(verdict, decision=decision, findings=findings)

    def _answered(
        self, finding: Finding, effects: Sequence[Effect], call: ToolCall, mine: Sequence[Exemption], now: float
    ) -> Finding:
        if finding.decision != "ask" or finding.policy not in self._policies or not 0 <= finding.effect < len(effects):
            return finding
        shape = shape_of(effects[finding.effect], call) if mine else None
        found = next((one for one in mine if shape is not None and one.covers(finding.policy, shape, now)), None)
        if found is None:
            return finding
        reason = f"exception {found.id} from {found.receipt} ({found.reason}): {finding.reason}"
        return msgspec.structs.replace(finding, decision="allow", reason=reason)


def shape_of(effect: Effect, call: ToolCall) -> dict[str, Any] | None:
    """An effect, and its call where that counts, as a receipt has them; None if a receipt could not hold them whole."""
    redactor = Redactor()
    plainer = Plainer(redactor, budget=EFFECTS_LIMIT, string_limit=STRING_LIMIT)
    shape = narrowed(plainer.plain(effect))
    if shape.get("type") not in _BY_PATH:
        given = Plainer(redactor, budget=INPUT_LIMIT, string_limit=INPUT_LIMIT)
        shape["call"] = _call(call.tool, call.cwd, given.plain(call.input))
        plainer.cut = plainer.cut or given.cut
    return None if plainer.cut or redactor.found else shape


def _call(tool: str, cwd: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """A call without what an agent says about it in prose."""
    prose = _PROSE if tool in _SHELLS else frozenset[str]()
    return {"tool": tool, "cwd": cwd, "input": {k: v for k, v in arguments.items() if k not in prose}}


def narrowed(plain: Mapping[str, Any]) -> dict[str, Any]:
    """A plain effect without what is another spelling or another moment of the same."""
    found: dict[str, Any] = {}
    for name, value in plain.items():
        if name in _TARGETS and isinstance(value, Mapping):
            found[name] = {part: value[part] for part in _TARGET if part in value}
        elif name not in _PASSING:
            found[name] = value
    return found


def shown(effect: Mapping[str, Any]) -> str:
    """A narrowed effect in words: type, target, and what else tells it from others."""
    where = [f"on {effect['place']}"] if effect.get("place") else []
    paths = [str(effect[name].get("path", "?")) for name in _TARGETS if isinstance(effect.get(name), Mapping)]
    rest = [
        f"{name}={value if isinstance(value, str) else msgspec.json.encode(value).decode()}"
        for name, value in effect.items()
        if name not in (*_TARGETS, "type", "place", "call")
    ]
    return " ".join([str(effect.get("type", "?")), *where, *paths, *rest])


def _opening(note: Note, receipt: Receipt, protected: set[str]) -> Opening:
    effects = receipt.record.effects
    if note.policy in protected or "." not in note.policy or note.policy.startswith(("gate.", "self.")):
        raise _none(receipt, f"`{note.policy}` protects the gate itself")
    if not 0 <= note.effect < len(effects):
        raise _none(receipt, f"`{note.policy}` looks at the call as a whole, not at one effect of it")
    effect = narrowed(effects[note.effect])
    if effect.get("type") not in _BY_PATH:
        effect["call"] = _call(receipt.record.tool, receipt.record.cwd, _arguments(receipt))
    text = msgspec.json.encode(effect).decode()
    if effect.get("type") in (None, "LeftOut", "Opaque") or "[redacted:" in text or "[cut " in text:
        raise _none(receipt, f"the receipt does not hold what `{note.policy}` saw whole")
    needed = _NEEDED.get(str(effect["type"]))
    if (needed and not effect.get(needed)) or "?" in effect.get("tables", ()):
        raise _none(receipt, f"what `{note.policy}` saw is known only when it runs")
    for name in _TARGETS:
        if name in effects[note.effect] and not effect.get(name, {}).get("path"):
            raise _none(receipt, f"what `{note.policy}` saw has a target that only the run will tell")
    return Opening(policy=note.policy, effect=effect, shown=shown(effect)[:REASON_LENGTH])


def _arguments(receipt: Receipt) -> dict[str, Any]:
    """The tool's arguments. Raises `UsageError` where the receipt has not all of them."""
    given = receipt.record.input
    if given is None or given.cut:
        raise _none(receipt, "the receipt does not hold the whole call")
    try:
        return msgspec.json.decode(given.text, type=dict[str, Any])
    except msgspec.MsgspecError:
        raise _none(receipt, "the receipt does not hold the arguments of the call") from None


def _none(receipt: Receipt, cause: str) -> UsageError:
    return UsageError(
        f"receipt {receipt.id} gives no exception",
        cause=cause,
        effect="nothing was changed",
        fix=f"enactctl explain {receipt.record.seq}   # what would pass",
    )
