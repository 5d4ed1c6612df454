"""`enactctl freeze`: for a while nothing may be changed or shipped."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Final

import click

from enactd.cli.answering import LONG_S, proof
from enactd.cli.entries import UNITS
from enactd.cli.output import as_json, line, say
from enactd.cli.places import layout_of
from enactd.control_client import Client
from enactd.errors import UsageError
from enactd.report import FreezeSeen

_SPAN: Final = re.compile(r"(\d{1,6})\s*([smhdw])", re.ASCII)
_CLOCK: Final = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)", re.ASCII)


@click.group()
def command() -> None:
    """Stop every change while it lasts; reads go on.

    Freezes that come again, and one for everybody on the machine, belong into config.toml: [freeze]. An agent that
    is started with `ENACT_FREEZE=reason` in its environment is frozen by that alone; the variable ends none.
    """


@command.command()
@click.option(
    "--until", metavar="TIME", help="`18:00`, `2h`, `3d`, or a date and time. [default: until it is taken back]"
)
@click.option("--reason", required=True, help="What agents and people are told.")
@click.option("--json", "machine", is_flag=True, help="Answer in JSON.")
@click.pass_context
def on(ctx: click.Context, /, *, until: str | None, reason: str, machine: bool) -> None:
    """Begin a freeze, or change the one that was ordered. Agents may not do it.

    \b
    enactctl freeze on --until 18:00 --reason "release day"
    enactctl freeze on --until 2026-12-01T08:00 --reason "audit"
    """
    end = parse_end(until, datetime.now().astimezone()) if until else None
    found = Client(layout_of(ctx)).freeze_on(reason, end)
    say(as_json("freeze", found) if machine else _told(found))


@command.command()
@click.option("--json", "machine", is_flag=True, help="Answer in JSON.")
@click.pass_context
def off(ctx: click.Context, /, *, machine: bool) -> None:
    """End the freeze that was ordered. Agents may not do it.

    \b
    enactctl freeze off
    """
    found = Client(layout_of(ctx), timeout=LONG_S).freeze_off(given=proof(layout_of(ctx)))
    say(as_json("freeze", found) if machine else _told(found))


@command.command()
@click.option("--json", "machine", is_flag=True, help="Answer in JSON.")
@click.pass_context
def status(ctx: click.Context, /, *, machine: bool) -> None:
    """Say whether a freeze is on for everybody, why, and until when.

    \b
    enactctl freeze status
    """
    found = Client(layout_of(ctx)).freeze()
    say(as_json("freeze", found) if machine else _told(found))


def parse_end(text: str, now: datetime) -> datetime:
    """The next time the clock shows `18:00`, `2h` from now, or a date and time. Raises `UsageError`."""
    given = text.strip()
    if span := _SPAN.fullmatch(given):
        return now + timedelta(seconds=int(span[1]) * UNITS[span[2]])
    if clock := _CLOCK.fullmatch(given):
        end = now.replace(hour=int(clock[1]), minute=int(clock[2]), second=0, microsecond=0)
        return end if end > now else end + timedelta(days=1)
    try:
        moment = datetime.fromisoformat(given)
    except ValueError:
        raise UsageError(f"`{line(text, 60)}` is no time", fix="18:00, 2h, 3d, or 2026-12-01T08:00") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=now.tzinfo)


def _told(found: FreezeSeen) -> str:
    if not found.reason:
        return "no freeze is on"
    end = f"until {found.until.astimezone():%F %H:%M %Z}" if found.until else "until it is ended"
    text = f"frozen, {end}: {line(found.reason)}"
    if found.waiting:
        return f"{text}\nits end waits for you: enactctl reload --confirm"
    if found.ordered:
        return f"{text}\nend it: enactctl freeze off"
    return f"{text}\nit is in {line(found.source) or 'the configuration'}, and ends there"
