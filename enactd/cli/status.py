"""`enactctl status`: is the gate there, is it well, who uses it, how far did they go."""

from __future__ import annotations

import time
from typing import Final

import click
import msgspec

from enactd import __version__
from enactd.cli.output import as_json, clock, line, say, table
from enactd.cli.places import layout_of
from enactd.control_client import Client
from enactd.errors import ExitCode, ReceiptError
from enactd.receipts import pairs
from enactd.receipts.pairs import Pairs
from enactd.report import Ailment, PlaceSeen, SessionSeen, Status
from enactd.setup.selftest import PREFIX

DAY_S: Final = 86_400


@click.command()
@click.option("--all", "everything", is_flag=True, help="Show ended sessions and the gate's own self-tests, too.")
@click.option("--json", "machine", is_flag=True, help="Answer in JSON.")
@click.pass_context
def command(ctx: click.Context, /, *, everything: bool, machine: bool) -> int:
    """Show the daemon, its policies, its health, agents and sessions.

    RISK is the gravest thing a session was allowed; ATTEMPTED what it wanted and did not get. Exits 4 when the
    daemon does not answer, 6 when something is red.

    \b
    enactctl status
    enactctl status --json | jq '.status.sessions[] | select(.risk == "IRREVERSIBLE")'
    """
    layout = layout_of(ctx)
    status = Client(layout).status()
    calls = _calls(str(layout.receipts))
    if machine:
        more = {"colour": _colour(status.health), "calls": calls}
        say(as_json("status", {**msgspec.to_builtins(status), **msgspec.to_builtins(more)}))
    else:
        say(_told(status, calls, everything=everything))
    return ExitCode.UNHEALTHY if _colour(status.health) == "red" else ExitCode.OK


def _calls(folder: str) -> Pairs | None:
    """Decisions and outcomes of the last day; None where the log is another user's or cannot be read."""
    try:
        return pairs.recent(folder, int((time.time() - DAY_S) * 1e6))
    except ReceiptError:
        return None


def _told(status: Status, calls: Pairs | None, *, everything: bool) -> str:
    parts = [_head(status, calls)]
    agents = [(agent.name, _moment(agent.last_call), agent.calls, agent.shim) for agent in status.agents]
    parts.append(
        table(("agent", "last call", "calls", "shim"), agents, empty="No agent has called since the daemon started.")
    )
    shown = [session for session in status.sessions if everything or _is_current(session)]
    rows = [
        (s.session, s.agent, s.risk, s.attempted if s.attempted != s.risk else "-", _moment(s.last), s.workspace)
        for s in shown
    ]
    header = ("session", "agent", "risk", "attempted", "last", "workspace")
    parts.append(table(header, rows, empty="No session is open.", limit=44))
    return "\n\n".join(parts)


def _head(status: Status, calls: Pairs | None) -> str:
    replaced = f", not {__version__} like this program: enactd start" if status.version != __version__ else ""
    policies = "none: every call is denied"
    if status.policies is not None:
        loaded = _moment(status.policies.loaded)
        policies = f"{status.policies.count} in force since {loaded}, digest {status.policies.digest[:12]}"
    lines = [
        f"daemon    enactd {status.version}{replaced}, process {status.pid}, up {_span(time.time() - status.started)}",
        f"socket    {line(status.socket)}",
        f"policies  {policies}",
        f"health    {_colour(status.health)}",
    ]
    for ailment in status.health:
        lines.append(f"          {ailment.severity}: {line(ailment.title)}: {line(ailment.text, 400)}")
        lines.append(f"          fix: {line(ailment.fix, 400)}")
    if calls is not None and calls.calls + calls.outcomes:
        lines.append(f"calls     {calls.told}, since this time yesterday")
    if calls is not None and calls.gate_was_passed_by:
        lines.append("          fix: enactctl doctor; enactctl audit report names the receipts")
    lines += _observed(status)
    if status.pending:
        lines.append(f"waiting   {status.pending} for your answer: enactctl pending")
    if status.freeze:
        lines.append(f"freeze    {line(status.freeze)}")
    for place in status.places:
        lines.append(f"place     {line(place.place)}: {_standing(place)}")
    lines += [f"{line(name, 8):<8}  {line(state)}" for name, state in sorted(status.mechanisms.items())]
    return "\n".join(lines)


def _standing(place: PlaceSeen) -> str:
    """How far behind a second place is, and why."""
    whole = {"receipts": "has every receipt", "time stamps": "has stamped the newest checkpoint"}
    behind = {"receipts": "receipts behind", "time stamps": "signed receipts since the newest time stamp"}
    state = f"{place.behind} {behind.get(place.what, 'signed receipts behind')}"
    if not place.behind:
        state = whole.get(place.what, "has everything that is signed")
    if place.missed:
        state += f"; {place.missed} were dropped by retention before they could be taken there"
    return f"{state}: {line(place.failing)}" if place.failing else state


def _observed(status: Status) -> list[str]:
    """Loud, because whoever reads this may believe that calls are stopped."""
    policies = status.policies
    if policies is None:
        return []
    lines = [
        f"bundle    {line(one.name)} {one.version}, digest {one.digest[:12]}, "
        + (f"signed with key {one.signed_by}" if one.signed_by else "no signature checked")
        for one in policies.bundles
    ]
    if policies.observing:
        lines.append("OBSERVING EVERYTHING IS LET THROUGH but what touches the gate itself; calls are only recorded")
    elif policies.observed:
        names = ", ".join(policies.observed)
        lines.append(f"OBSERVING {len(policies.observed)} policies stop nothing, they only record: {line(names, 400)}")
    return lines


def _is_current(session: SessionSeen) -> bool:
    return not session.ended and not session.session.startswith(PREFIX)


def _colour(health: tuple[Ailment, ...]) -> str:
    severities = {ailment.severity for ailment in health}
    return "red" if "red" in severities else "yellow" if severities else "green"


def _moment(seconds: float) -> str:
    return clock(int(seconds * 1e6)) if seconds else "-"


def _span(seconds: float) -> str:
    """A duration in its two largest units."""
    minutes, hours = int(seconds // 60), int(seconds // 3600)
    if hours >= 48:
        return f"{hours // 24} d {hours % 24} h"
    return f"{hours} h {minutes % 60} min" if hours else f"{minutes} min {int(seconds % 60)} s"
