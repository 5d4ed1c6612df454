"""From a tool call to a verdict: read it, rank it, ask every policy. Shared by the gate and `enactctl check`.

Synchronous and bounded; runs off the event loop. It never raises: what breaks becomes a denial.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from enactd.effects.areas import Places, normal
from enactd.effects.budget import FAULTS
from enactd.effects.interpret import Read, interpret, unreadable
from enactd.effects.model import Effect
from enactd.effects.shell.readers import Readers
from enactd.evaluate import PolicySet, Watch, evaluate
from enactd.levels import level_of_all
from enactd.policy import Context, Session
from enactd.risk import Risk
from enactd.toolcall import ToolCall, well_formed
from enactd.verdict import Verdict
from enactd.world import World, open_world


class Judgement(msgspec.Struct, frozen=True):
    """A verdict with everything that led to it."""

    verdict: Verdict
    effects: tuple[Effect, ...]
    risk: Risk
    facts: Mapping[str, Any]
    digest: str
    trace: tuple[tuple[int, str, str], ...] = ()


class Judge:
    """One policy set, ready to judge. Replaced whole when policies or settings change.

    `gate` are the gate's own folders and `pids` its processes; `watch` measures the policies.
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
    ) -> None:
        self.policies = policies
        self.readers = readers
        self.gate = gate
        self.temp = temp
        self.pids = pids
        self.watch = watch

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
        world = world or open_world(
            cwd=cwd, workspace=workspace, home=home, environment=environment, complete=complete, assume=assume
        )
        places = Places(workspace=workspace, home=home, temp=self.temp, gate=self.gate, gate_pids=self.pids)
        try:
            read = interpret(call, world, places, self.readers)
        except FAULTS as fault:
            read = unreadable(call, f"reading this call failed: {type(fault).__name__}")
        context = Context(
            workspace=workspace, home=home, cwd=cwd, agent=call.agent, tool=call.tool,
            session=session or Session(), frozen=frozen, effects=read.effects, branch=_branch(world, read),
            input=call.input,
        )  # fmt: skip
        verdict = evaluate(self.policies, read.effects, context, self.watch)
        return Judgement(
            verdict, read.effects, level_of_all(read.effects), world.facts, self.policies.digest, read.trace
        )


def _branch(world: World, read: Read) -> str | None:
    """The checked-out branch, looked up only where an effect of git needs it."""
    if not any(type(effect).__name__.startswith("Git") for effect in read.effects):
        return None
    repository = world.repository(world.cwd)
    return None if repository is None else repository.branch
