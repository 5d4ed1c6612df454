"""From a tool call to a verdict: read it, rank it, ask every policy. Shared by the gate and `enactctl check`.

Synchronous and bounded; runs off the event loop. It never raises: what breaks becomes a denial.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import msgspec

from enactd.config import Settings
from enactd.effects.areas import Places, normal
from enactd.effects.budget import FAULTS
from enactd.effects.environments import placed
from enactd.effects.interpret import Read, interpret, unreadable
from enactd.effects.model import Effect, Opaque, RunCode, UnknownTool
from enactd.effects.programs.packages import trusted_registries
from enactd.effects.shell.readers import Readers
from enactd.effects.steps import Step
from enactd.evaluate import PolicySet, Watch, evaluate
from enactd.granted import Asked, Granted, is_protected, without_prose
from enactd.levels import level_of_all
from enactd.needs import needed
from enactd.policy import Context, Session
from enactd.risk import Risk
from enactd.standing import Standing
from enactd.toolcall import ToolCall, well_formed
from enactd.verdict import Decision, Finding, Verdict
from enactd.world import World, open_world

UNREAD: Final = (Opaque, RunCode, UnknownTool)
"""Effects that stand for something nobody has read: never certainly SAFE."""

ASKING: Final = frozenset({"", "default", "acceptEdits"})
"""Modes of agents in which sparing a question spares nothing else: a plan stays a plan."""


class Ruling(msgspec.Struct, frozen=True):
    """Policies and settings that calls are judged by: those of one agent in one workspace."""

    policies: PolicySet
    settings: Settings = Settings()


Rulings = Callable[[str, str], Sequence[Ruling]]
"""By agent and workspace. More than one while a change that loosens waits: the strictest answer holds."""


class Judgement(msgspec.Struct, frozen=True):
    """A verdict with everything that led to it."""

    verdict: Verdict
    effects: tuple[Effect, ...]
    risk: Risk
    facts: Mapping[str, Any]
    digest: str
    trace: tuple[Step, ...] = ()
    spare: bool = False  # the settings spare the agent's own question, and the call is certainly SAFE
    grants: tuple[str, ...] = ()  # what people opened that it rests on
    bond: str = ""  # of a question: names the call, what it would do, and what was looked up for it


class Bond:
    """What an answer to one call is bound to: the call without its prose, its effects, its facts, the policies.

    Made when it is first asked for: only questions need one.
    """

    def __init__(self, call: ToolCall, read: Read, world: World, digests: tuple[str, ...]) -> None:
        self._call = call
        self._read = read
        self._world = world
        self._digests = digests
        self._name = ""

    def name(self) -> str:
        """The same for the same call in the same world under the same policies."""
        call = self._call
        if not self._name:
            parts = (
                call.agent, call.session, call.subagent, call.tool, call.cwd, without_prose(call.tool, call.input),
                self._read.effects, self._world.facts, self._digests,
            )  # fmt: skip
            self._name = hashlib.sha256(msgspec.json.encode(parts, order="deterministic")).hexdigest()
        return self._name


class Judge:
    """One policy set, ready to judge. Replaced whole when policies or settings change.

    `gate` are the gate's own folders and `pids` its processes; `watch` measures the policies. `rulings` says
    what holds for an agent in a workspace, where that is not the same for all; `granted` what people have
    opened already.
    """

    def __init__(
        self,
        policies: PolicySet,
        *,
        readers: Readers,
        gate: tuple[str, ...] = (),
        temp: tuple[str, ...] = (),
        pids: tuple[int, ...] = (),
        watch: Watch | None = None,
        rulings: Rulings | None = None,
        granted: Callable[[], Granted] = Granted,
        world: Callable[..., World] = open_world,
    ) -> None:
        self._open_world = world
        self.policies = policies
        self.readers = readers
        self.gate = gate
        self._standing = Standing(gate, temp)
        self.pids = pids
        self.watch = watch
        self.rulings: Rulings = rulings or (lambda agent, workspace: (Ruling(policies),))
        self.granted = granted

    @property
    def digest(self) -> str:
        return self.policies.digest

    def judge(
        self,
        call: ToolCall,
        *,
        workspace: str,
        home: str,
        session: Session | None = None,
        environment: Mapping[str, str] | None = None,
        complete: bool = False,
        frozen: str = "",
        world: World | None = None,
        assume: bool = False,
    ) -> Judgement:
        """Judge one call. `environment` is what the call's shell really has; `complete` if it is all of it.

        `assume` is for calls on another machine: a workspace that is not here is then taken for an ordinary one.
        """
        call = well_formed(call)
        workspace, home, cwd = normal(workspace), normal(home), normal(call.cwd)
        world = world or self._open_world(
            cwd=cwd, workspace=workspace, home=home, environment=environment, complete=complete, assume=assume
        )
        own, temp = self._standing.folders()
        places = Places(workspace=workspace, home=home, temp=temp, gate=own, gate_pids=self.pids)
        rulings = self.rulings(call.agent, workspace) or (Ruling(self.policies),)
        try:
            with trusted_registries(_registries(rulings)):
                read = interpret(call, world, places, self.readers)
        except FAULTS as fault:
            read = unreadable(call, f"reading this call failed: {type(fault).__name__}")
        context = Context(
            workspace=workspace, home=home, cwd=cwd, agent=call.agent, tool=call.tool,
            session=session or Session(), frozen=frozen, branch=_branch(world, read), input=call.input,
        )  # fmt: skip
        bond = Bond(call, read, world, tuple(ruling.policies.digest for ruling in rulings))
        found = [self._ruled(ruling, read, context, call, world, bond) for ruling in rulings]
        strictest = _together(found, bond)
        return _blind(strictest, world.trouble) if world.trouble else strictest

    def _ruled(
        self, ruling: Ruling, read: Read, context: Context, call: ToolCall, world: World, bond: Bond
    ) -> Judgement:
        """What one set of policies under its settings says to what was read."""
        settings = ruling.settings
        site = settings.site()
        effects = placed(read.effects, site)
        mine = msgspec.structs.replace(
            context, effects=effects, site=site, frozen=context.frozen or settings.frozen()
        )  # fmt: skip
        verdict = evaluate(ruling.policies, effects, mine, self.watch)
        risk = level_of_all(effects)
        verdict = needed(verdict, risk, effects, settings)
        verdict, grants = self.granted().applied(
            Asked(
                verdict=verdict, effects=effects, call=call, workspace=context.workspace, bond=bond.name,
                needs=settings.approvals.needs,
                protected=lambda policy: is_protected(policy) or _protects(ruling.policies, policy),
            )
        )  # fmt: skip
        spare = settings.allow == "approve-safe" and call.mode in ASKING and _is_certainly_safe(verdict, effects, risk)
        return Judgement(verdict, effects, risk, world.facts, ruling.policies.digest, read.trace, spare, grants)


def _together(found: Sequence[Judgement], bond: Bond) -> Judgement:
    """The strictest of them, with what all of them agree on. Grants go with a yes alone: else nothing rests on them."""
    strictest = max(found, key=lambda judgement: judgement.verdict.decision)
    opened = found if strictest.verdict.decision is Decision.ALLOW else ()
    return msgspec.structs.replace(
        strictest,
        spare=all(judgement.spare for judgement in found),
        grants=tuple(dict.fromkeys(name for judgement in opened for name in judgement.grants)),
        bond=bond.name() if strictest.verdict.decision is Decision.ASK else "",
    )


def _blind(judgement: Judgement, why: str) -> Judgement:
    """A judgement without the look-ups that it rests on: a no, whatever it was."""
    fix = "the call again; if it stays so: enactctl status"
    blind, known = Finding("gate.scout", "deny", why, fix), judgement.verdict
    findings = (*known.findings, blind) if known.decision is Decision.DENY else (blind, *known.findings)
    verdict = msgspec.structs.replace(known, decision=Decision.DENY, findings=findings)
    return msgspec.structs.replace(judgement, verdict=verdict, spare=False, grants=(), bond="")


def _protects(policies: PolicySet, name: str) -> bool:
    policy = policies.by_id.get(name)
    return policy is not None and policy.declaration.protects_gate


def _registries(rulings: Sequence[Ruling]) -> tuple[str, ...]:
    """The registries that all of them trust."""
    first, *others = (ruling.settings.packages.registries for ruling in rulings)
    return tuple(place for place in first if all(place in other for other in others))


def _is_certainly_safe(verdict: Verdict, effects: Sequence[Effect], risk: Risk) -> bool:
    """Whether everything about a call was read, all of it is SAFE, and no policy had a word to say."""
    quiet = verdict.decision is Decision.ALLOW and not verdict.findings
    return quiet and risk is Risk.SAFE and not any(isinstance(effect, UNREAD) for effect in effects)


def _branch(world: World, read: Read) -> str | None:
    """The checked-out branch, looked up only where an effect of git needs it."""
    if not any(type(effect).__name__.startswith("Git") for effect in read.effects):
        return None
    repository = world.repository(world.cwd)
    return None if repository is None else repository.branch
