"""Stretches of time in a time zone: when changes are frozen, and when deploys may happen."""

from __future__ import annotations

import zoneinfo
from collections.abc import Iterable
from datetime import UTC, datetime, tzinfo
from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta

Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
DAYS: Final[tuple[Day, ...]] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
CLOCK: Final = r"\A(?:(?:[01][0-9]|2[0-3]):[0-5][0-9]|24:00)\Z"


class Window(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"start": "from", "end": "to"}
):
    """A stretch of every named day, within dates if any are given. One that ends before it begins goes over midnight."""

    days: Annotated[tuple[Day, ...], Meta(description="days of the week it begins on", min_length=1)] = DAYS
    start: Annotated[str, Meta(description="when it begins, HH:MM", pattern=CLOCK)] = "00:00"
    end: Annotated[str, Meta(description="when it ends, HH:MM; 24:00 is the end of the day", pattern=CLOCK)] = "24:00"
    zone: Annotated[str, Meta(description="time zone, as `Europe/Berlin`; empty for the machine's")] = ""
    since: Annotated[datetime | None, Meta(description="not before this moment")] = None
    until: Annotated[datetime | None, Meta(description="not from this moment on")] = None
    reason: Annotated[str, Meta(description="why, for whoever is stopped by it")] = ""

    def covers(self, now: datetime) -> bool:
        """Whether `now`, which knows its zone, lies in it."""
        zone = zone_of(self.zone)
        if (self.since and now < _placed(self.since, zone)) or (self.until and now >= _placed(self.until, zone)):
            return False
        local = now.astimezone(zone)
        # By the clock on the wall: where it is set back, an hour counts twice.
        minute = local.hour * 60 + local.minute
        start, end = _minutes(self.start), _minutes(self.end)
        today, yesterday = DAYS[local.weekday()], DAYS[local.weekday() - 1]
        if start < end:
            return today in self.days and start <= minute < end
        return (today in self.days and minute >= start) or (yesterday in self.days and minute < end)

    def shown(self) -> str:
        """In words: `fri 16:00-24:00 Europe/Berlin`."""
        days = "daily" if set(self.days) == set(DAYS) else ",".join(self.days)
        return f"{days} {self.start}-{self.end}" + (f" {self.zone}" if self.zone else "")


def covering(windows: Iterable[Window], now: datetime) -> Window | None:
    """The first window that covers `now`."""
    return next((window for window in windows if window.covers(now)), None)


def zone_of(name: str) -> tzinfo:
    """The time zone of that name, empty for the machine's. Raises `ValueError` for none."""
    if not name:
        return datetime.now().astimezone().tzinfo or UTC
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"`{name}` is no time zone; zones are called as `Europe/Berlin` or `UTC`") from None


def _placed(moment: datetime, zone: tzinfo) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def _minutes(clock: str) -> int:
    hour, _, minute = clock.partition(":")
    return int(hour) * 60 + int(minute)
