"""Words for code that runs, for this machine's processes and settings, and for agents and the gate."""

from __future__ import annotations

from typing import Final

from enactd.effects import model as m
from enactd.effects.words.phrase import Names, Phrase, cut, joined, listed

_ORIGINS: Final = {
    "workspace": "of the workspace", "own": "of its own", "system": "of the system", "outside": "from outside the workspace",
    "download": "that was downloaded", "decoded": "that was decoded", "generated": "that is made on the way",
    "stdin": "that comes by a pipe", "argument": "given as an argument", "unknown": "whose origin is not known",
}  # fmt: skip
_SCOPES: Final = {
    "own": "its own process", "one": "one process", "named": "all processes named", "user": "all processes of a user",
    "all": "all processes",
}  # fmt: skip


def run(effect: m.RunCode, names: Names) -> Phrase:
    """Code that was not wholly read."""
    what = names.target(effect.target) if effect.target is not None else cut(effect.what, 120)
    return Phrase(
        "runs", joined(effect.language, "code", _ORIGINS.get(effect.origin, effect.origin)),
        more=(f": {what}" if what else "") + ", which was not read",
    )  # fmt: skip


def opaque(effect: m.Opaque, names: Names) -> Phrase:
    """Why it could not be read."""
    return Phrase("does something that could not be read:", cut(effect.reason))


def environment(effect: m.SetEnvironment, names: Names) -> Phrase:
    """A variable that makes programs run or trust something."""
    value = f" to `{cut(effect.value, 120)}`" if effect.value is not None else " to what only the run tells"
    return Phrase("sets the variable", effect.name, more=f"{value}, which can make programs run code")


def signal(effect: m.SignalProcess, names: Names) -> Phrase:
    """Which processes end."""
    return Phrase(f"sends the signal {effect.signal} to", joined(_SCOPES[effect.scope], cut(effect.what, 120)))


def service(effect: m.ChangeService, names: Names) -> Phrase:
    """Settings of the machine, in the tool's own words."""
    return Phrase("changes this machine:", joined(effect.tool, effect.verb, cut(effect.what, 160)))


def schedule(effect: m.ScheduleJob, names: Names) -> Phrase:
    """Something that will run unasked."""
    does = "removes a scheduled job" if effect.removes else "schedules"
    return Phrase(does, f"`{cut(effect.what, 160)}`" if effect.what else "", more=f" ({effect.by})")


def power(effect: m.PowerState, names: Names) -> Phrase:
    """The whole machine."""
    return Phrase("changes the power of this machine:", effect.verb)


def fork_bomb(effect: m.ForkBomb, names: Names) -> Phrase:
    """Without bound."""
    return Phrase("multiplies processes without end", f"({effect.how})")


def agent(effect: m.StartAgent, names: Names) -> Phrase:
    """Another one, perhaps without its approvals."""
    return Phrase("starts another agent,", effect.agent, more=", without its approvals" if effect.unguarded else "")


def use_gate(effect: m.UseGate, names: Names) -> Phrase:
    """The gate's own commands."""
    return Phrase("uses the gate:", effect.verb, more="" if effect.harmless else ", which changes it")


def tamper(effect: m.TamperGate, names: Names) -> Phrase:
    """Blinds, weakens or stops the gate."""
    target = f": {names.target(effect.target)}" if effect.target is not None else ""
    return Phrase("tampers with the gate", f"({effect.how})", more=target)


def agent_tool(effect: m.AgentTool, names: Names) -> Phrase:
    """Touches only the agent."""
    return Phrase("uses the agent's own tool", effect.tool, "tools")


def unknown_tool(effect: m.UnknownTool, names: Names) -> Phrase:
    """Nothing is known of it but its name."""
    looks = ", which by its name only looks" if effect.reads else ", of which nothing is known"
    return Phrase("uses the tool", listed((effect.tool,)), more=looks)
