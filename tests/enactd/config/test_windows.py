"""A window is what the clock on the wall says in its zone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
import pytest

from enactd.config.windows import Window, covering, zone_of

BERLIN = ZoneInfo("Europe/Berlin")


def at(text: str, zone: ZoneInfo = BERLIN) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


@pytest.mark.parametrize(
    ("given", "moment", "expected"),
    [
        ({"days": ["fri"], "from": "16:00", "to": "24:00"}, "2026-11-20T15:59", False),
        ({"days": ["fri"], "from": "16:00", "to": "24:00"}, "2026-11-20T16:00", True),
        ({"days": ["fri"], "from": "16:00", "to": "24:00"}, "2026-11-20T23:59:59", True),
        ({"days": ["fri"], "from": "16:00", "to": "24:00"}, "2026-11-21T00:00", False),
        ({"days": ["fri"], "from": "22:00", "to": "06:00"}, "2026-11-21T05:59", True),
        ({"days": ["fri"], "from": "22:00", "to": "06:00"}, "2026-11-20T05:59", False),
        ({"days": ["sun"], "from": "22:00", "to": "06:00"}, "2026-11-23T01:00", True),
        ({}, "2026-11-23T01:00", True),
        ({"since": "2026-12-20T00:00:00"}, "2026-12-19T23:59", False),
        ({"since": "2026-12-20T00:00:00", "until": "2027-01-05T00:00:00"}, "2026-12-25T12:00", True),
        ({"since": "2026-12-20T00:00:00", "until": "2027-01-05T00:00:00"}, "2027-01-05T00:00", False),
    ],
)
def test_covers(given: dict[str, object], moment: str, expected: bool) -> None:
    """Its beginning belongs to it, its end does not; over midnight it belongs to the day it began on."""
    window = msgspec.convert({"zone": "Europe/Berlin", **given}, Window)
    assert expected == window.covers(at(moment))
    assert expected == window.covers(at(moment).astimezone(UTC))


def test_zones_and_summer_time() -> None:
    """Nine o'clock is nine o'clock in summer and in winter, and another moment elsewhere."""
    window = msgspec.convert({"from": "09:00", "to": "10:00", "zone": "Europe/Berlin"}, Window)
    assert window.covers(datetime(2026, 7, 1, 7, 30, tzinfo=UTC))
    assert not window.covers(datetime(2026, 12, 1, 7, 30, tzinfo=UTC))
    assert window.covers(datetime(2026, 12, 1, 8, 30, tzinfo=UTC))
    begins = datetime(2026, 10, 25, 0, 0, tzinfo=UTC)  # the night the clock is set back: 02:00-03:00 comes twice
    night = msgspec.convert({"from": "02:00", "to": "03:00", "zone": "Europe/Berlin"}, Window)
    assert [True, True] == [night.covers(begins + timedelta(minutes=m)) for m in (30, 90)]


@pytest.mark.parametrize("name", ["Europe/Berlyn", "../../etc/passwd", "/etc/passwd", "x" * 5000, "Europe"])
def test_what_is_no_zone_is_told(name: str) -> None:
    """And nothing but the zone files is opened."""
    with pytest.raises(ValueError, match="no time zone"):
        zone_of(name)


@pytest.mark.parametrize("clock", ["9:00", "24:01", "12", "12:60", "noon", "12:00\n"])
def test_clocks_have_one_form(clock: str) -> None:
    """HH:MM, or 24:00."""
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"from": clock}, Window)


def test_the_first_that_covers_is_shown() -> None:
    """In words that a person knows again."""
    one, other = Window(days=("mon",), zone="UTC"), Window(days=("tue",), start="08:00", end="09:00", zone="UTC")
    assert other == covering((one, other), datetime(2026, 11, 24, 8, 30, tzinfo=UTC))
    assert covering((one, other), datetime(2026, 11, 25, 8, 30, tzinfo=UTC)) is None
    assert "tue 08:00-09:00 UTC" == other.shown()
    assert Window().shown().startswith("daily 00:00")
