"""What people's answers mean for a verdict: which questions a grant opens, and what break-glass lets through.

A grant opens an `ask` and nothing else: a denial stays, and what protects the gate asks again unless the person saw
just that call. One of the scope `shape` is made from a receipt and says no more than that receipt did: the same
rule, the same effect, the same workspace, on request the same session. An effect on a path is known by its path, in
whatever spelling; any other says too little of itself (what a request carries, which folder a deploy begins in), so
its whole call has to be the same: tool, folder, arguments. What a receipt could not hold whole (a secret was taken
out, a text was cut) or what only the run will tell is nothing that could be recognized again, and gets none.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

import msgspec

from enactd.effects.model import Effect
from enactd.errors import UsageError
from enactd.evaluate import FINDINGS_LIMIT
from enactd.receipts.compose import EFFECTS_LIMIT, INPUT_LIMIT, STRING_LIMIT
from enactd.receipts.plain import Plainer
from enactd.receipts.record import Note, Receipt
from enactd.receipts.redact import Redactor
from enactd.report import Grant, Opening, Pause
from enactd.toolcall import ToolCall
from enactd.verdict import Decision, Finding, Verdict, strictest

Seal = Callable[[str], str]

LONGEST_S: Final = 366 * 86_400
USUAL_S: Final = 7 * 86_400
REASON_LENGTH: Final = 300
_BY_PATH: Final = frozenset({"ReadPath", "WritePath", "DeletePath", "MovePath", "CopyPath", "LinkPath", "ChangeMode"})
_PROSE: Final = frozenset({"description", "timeout", "run_in_background"})
"""Arguments of a shell in which an agent says what it means, or how long it waits; they change nothing of what happens."""
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
) -> Grant:
    """The narrowest standing grant that answers what this receipt asked. Raises `UsageError` where there is none."""
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
    return Grant(
        id=receipt.hash[:8],
        scope="shape",
        receipt=receipt.id,
        reason=" ".join(reason.split()),
        workspace=entry.workspace,
        opens=opens,
        since=now,
        until=now + seconds,
        agent=entry.agent,
        session=entry.session if bound else "",
    )


def is_protected(policy: str) -> bool:
    """Whether a policy protects the gate by its name alone; more of them say so themselves."""
    return "." not in policy or policy.startswith(("gate.", "self."))


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What grants are held against: a verdict and the call that it is about. `bond` names that call, see `judge`."""

    verdict: Verdict
    effects: Sequence[Effect]
    call: ToolCall
    workspace: str
    protected: Callable[[str], bool] = is_protected
    bond: Callable[[], str] = str
    needs: Callable[[str], int] = lambda policy: 1  # how many people have to approve what this policy stops


class Granted:
    """All that people have opened, ready to be asked of every verdict. Replaced whole; shared by threads."""

    def __init__(self, every: Sequence[Grant] = (), pauses: Sequence[Pause] = (), *, seal: Seal = str) -> None:
        self.every = tuple(sorted(every, key=lambda grant: grant.count > 0))  # what is counted is used last
        self.pauses = tuple(pauses)
        self._seal = seal

    def applied(self, asked: Asked, *, now: float | None = None) -> tuple[Verdict, tuple[str, ...]]:
        """The verdict with the questions answered that have an answer, and by which grants and pauses.

        Without a change there are none: a question that stays uses nothing up.
        """
        verdict = asked.verdict
        if verdict.decision is Decision.ALLOW or not (self.every or self.pauses):
            return verdict, ()
        moment = time.time() if now is None else now
        pause = next((one for one in self.pauses if _is_paused(one, asked.call, moment)), None)
        if pause is None and verdict.decision is Decision.DENY:
            return verdict, ()
        # Of every policy at least one finding is kept; where policies are missing nobody knows what they said.
        if len(verdict.findings) >= FINDINGS_LIMIT <= len({finding.policy for finding in verdict.findings}):
            return verdict, ()
        mine = [grant for grant in self.every if grant.holds(moment) and _is_here(grant, asked)]
        used: dict[str, None] = {}
        findings = tuple(self._answered(finding, asked, mine, pause, used) for finding in verdict.findings)
        decision = strictest(Decision[finding.decision.upper()] for finding in findings)
        return msgspec.structs.replace(verdict, decision=decision, findings=findings), (
            tuple(used) if decision is Decision.ALLOW else ()
        )

    def _answered(
        self, finding: Finding, asked: Asked, mine: Sequence[Grant], pause: Pause | None, used: dict[str, None]
    ) -> Finding:
        """One opinion, with the answer to it where there is one."""
        if finding.decision == "allow":
            return finding
        if pause is not None and not asked.protected(finding.policy) and asked.needs(finding.policy) <= 1:
            used[pause.id] = None
            reason = f"let through by break-glass {pause.id} ({pause.reason}): {finding.reason}"
            return msgspec.structs.replace(finding, decision="allow", reason=reason)
        found = (
            next((one for one in mine if self._opens(one, finding, asked)), None) if finding.decision == "ask" else None
        )
        if found is None:
            return finding
        used[found.id] = None
        why = f" ({found.reason})" if found.reason else ""
        reason = f"grant {found.id} from {found.receipt}{why}: {finding.reason}"
        return msgspec.structs.replace(finding, decision="allow", reason=reason)

    def _opens(self, grant: Grant, finding: Finding, asked: Asked) -> bool:
        """What takes several people is opened by as many, whatever the scope; nobody who grants widely is two."""
        if len(set(grant.by)) < (needs := asked.needs(finding.policy)) and needs > 1:
            return False
        match grant.scope:
            case "call":
                bound = finding.policy in grant.policies and not finding.policy.startswith("gate.")
                return bound and grant.bond == self._seal(asked.bond())
            case "policy":
                return finding.policy in grant.policies and not asked.protected(finding.policy)
            case "session":
                return not asked.protected(finding.policy)
            case _:
                return self._has_shape(grant, finding, asked)

    def _has_shape(self, grant: Grant, finding: Finding, asked: Asked) -> bool:
        """Of findings that were cut the effects are not known, so none is recognized."""
        known = 0 <= finding.effect < len(asked.effects) and len(asked.verdict.findings) < FINDINGS_LIMIT
        mine = [opening.effect for opening in grant.opens if opening.policy == finding.policy] if known else []
        if not mine or asked.protected(finding.policy):
            return False
        shape = shape_of(asked.effects[finding.effect], asked.call)
        return shape is not None and shape in mine


def _is_paused(pause: Pause, call: ToolCall, now: float) -> bool:
    return pause.holds(now) and pause.agent in ("", call.agent) and pause.session in ("", call.session)


def _is_here(grant: Grant, asked: Asked) -> bool:
    """Whether a grant is for this agent, session and place."""
    call = asked.call
    return (
        grant.workspace in ("", asked.workspace)
        and grant.agent in ("", call.agent)
        and grant.session in ("", call.session)
        and grant.cwd in ("", call.cwd)
    )


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
    return {"tool": tool, "cwd": cwd, "input": without_prose(tool, arguments)}


def without_prose(tool: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """What an approval is bound to: all arguments, of a shell without what the agent says about its command."""
    prose = _PROSE if tool in _SHELLS else frozenset[str]()
    return {name: value for name, value in arguments.items() if name not in prose}


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
    if note.policy in protected or is_protected(note.policy):
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
