"""`enactctl sessions`: who is at work, and how far each session climbed, by which call and whose answer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import click
import msgspec

from enactd.cli import entries
from enactd.cli.output import as_json, clock, line, say, table
from enactd.cli.places import layout_of
from enactd.control_client import Client
from enactd.errors import UsageError
from enactd.receipts import record, search
from enactd.receipts.query import Query
from enactd.receipts.record import Receipt, Record, level
from enactd.risk import Risk

BARS: Final = {Risk.SAFE: ".", Risk.SENSITIVE: "#", Risk.COMMITMENT: "##", Risk.IRREVERSIBLE: "###"}
MOST: Final = 100_000


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """A call that took the session higher, or wanted to; or what a person said. `at` in microseconds since 1970."""

    at: int
    receipt: str
    call: str
    risk: str
    level: str
    what: str
    by: str = ""


@click.group()
def command() -> None:
    """See the sessions of agents, and how their risk rose."""


@command.command("list")
@click.option("--json", "machine", is_flag=True, help="Answer in JSON.")
@click.pass_context
def listing(ctx: click.Context, /, *, machine: bool) -> None:
    """Show the sessions that did something last.

    \b
    enactctl sessions list
    """
    found = Client(layout_of(ctx)).status().sessions
    rows = [
        (
            s.session,
            s.agent,
            s.risk,
            s.attempted if s.attempted != s.risk else "-",
            clock(int(s.last * 1e6)),
            s.workspace,
        )
        for s in found
    ]
    header = ("session", "agent", "risk", "attempted", "last", "workspace")
    say(as_json("sessions", found) if machine else table(header, rows, empty="No session is known.", limit=44))


@command.command()
@click.argument("session")
@click.option("--all", "everything", is_flag=True, help="Every call, not only the steps of the climb.")
@click.option("--json", "machine", is_flag=True, help="Answer in JSON.")
@click.pass_context
def show(ctx: click.Context, /, *, session: str, everything: bool, machine: bool) -> None:
    """Draw how a session climbed: when, by which call, to which level, and who approved. Reads the receipts.

    \b
    enactctl sessions show 7f3a
    """
    layout = layout_of(ctx)
    found = _receipts(str(layout.receipts), str(layout.search_index), session)
    names = dict.fromkeys(receipt.record.session for receipt in found)
    if len(names) != 1:
        problem = "more than one session begins" if names else "no session begins"
        raise UsageError(f"{problem} with `{line(session, 40)}`", fix="enactctl sessions list")
    steps = climb(found, everything=everything)
    name = next(iter(names))
    if machine:
        say(as_json("session", {"session": name, "agent": found[0].record.agent, "climb": steps}))
        return
    say(f"session {line(name)} of {line(found[0].record.agent)}, {_top(steps)}\n")
    rows = [(clock(s.at), BARS[Risk[s.level]], s.level, s.what, s.call, s.by, s.receipt) for s in steps]
    header = ("when", "", "level", "what", "call", "by", "receipt")
    say(table(header, rows, empty="It did nothing that is more than SAFE.", limit=56))


def climb(receipts: Iterable[Receipt], *, everything: bool = False) -> tuple[Step, ...]:
    """The steps of one session, oldest first."""
    found: list[Step] = []
    calls: dict[int, str] = {}
    reached = Risk.SAFE
    for receipt in receipts:
        entry = receipt.record
        after = max(reached, level(entry.risk_after))
        if entry.kind == "decision":
            calls[entry.seq] = entries.action(entry, 120)
        if everything or after > reached or _is_told(entry):
            found.append(
                Step(
                    at=entry.time, receipt=receipt.id, call=_call(entry, calls), risk=level(entry.risk).name,
                    level=after.name, what=_what(entry), by=_by(entry),
                )
            )  # fmt: skip
        reached = after
    return tuple(found)


def _receipts(folder: str, index: str, session: str) -> list[Receipt]:
    """All of a session, oldest first."""
    hits = search.search(folder, index, Query(session=session), MOST)
    found = (record.receipt(hit.line) for hit in hits)
    return sorted((receipt for receipt in found if receipt.record.session), key=lambda receipt: receipt.record.seq)


def _is_told(entry: Record) -> bool:
    """What is told although nothing rose: people's answers, and what was stopped on the way up."""
    stopped = entry.kind == "decision" and entry.verdict != "allow" and level(entry.risk) > level(entry.risk_before)
    return entry.kind == "approval" or stopped or (entry.kind == "session" and entry.event != "end")


def _what(entry: Record) -> str:
    return str(entry.verdict) if entry.kind == "decision" else entry.event or entry.kind


def _call(entry: Record, calls: dict[int, str]) -> str:
    """The call that it is about: its own, or the one that its links lead to."""
    if entry.kind == "decision":
        return calls[entry.seq]
    return next((calls[link.seq] for link in entry.links if link.seq in calls), "")


def _by(entry: Record) -> str:
    """Who answered, and how that came."""
    detail: dict[str, Any] = entry.detail
    by, channel = detail.get("by", ""), str(detail.get("channel", ""))
    name = ", ".join(map(str, by)) if isinstance(by, list) else str(by)
    if detail.get("proof") == "inferred":
        return "the agent's dialog (inferred)"
    return line(f"{name} ({channel})" if name and channel else name or channel, 60)


def _top(steps: tuple[Step, ...]) -> str:
    reached = max((Risk[step.level] for step in steps), default=Risk.SAFE)
    return f"at {reached.name}"
