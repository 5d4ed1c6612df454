"""An ordered freeze is a layer above all files; it adds, and takes nothing away."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from enactd import config
from enactd.config import Layout, freezing
from enactd.config.freezing import Order
from enactd.errors import ConfigError

NOW = datetime.now(UTC)


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    found = Layout.under(tmp_path / "e")
    found.prepare()
    return found


def order(reason: str = "release", hours: float | None = 2.0) -> Order:
    until = None if hours is None else NOW + timedelta(hours=hours)
    return Order(reason=reason, until=until, since=NOW)


def test_an_order_holds_until_it_is_taken_back(layout: Layout) -> None:
    """What was given is read again as it was, and gone once."""
    assert freezing.ordered(layout) is None
    freezing.give(layout, order())
    assert order() == freezing.ordered(layout)
    assert "release" == config.load(layout).frozen()
    assert freezing.take_back(layout)
    assert not freezing.take_back(layout)
    assert "" == config.load(layout).frozen()


def test_an_order_ends_by_itself(layout: Layout) -> None:
    """At `until`, without anybody reading the file again."""
    freezing.give(layout, order())
    settings = config.load(layout)
    assert "release" == settings.frozen(NOW + timedelta(hours=1.9))
    assert "" == settings.frozen(NOW + timedelta(hours=2.1))
    assert not order().holds(NOW + timedelta(hours=3))


@pytest.mark.parametrize(
    ("ordered", "written", "after_one", "after_three"),
    [
        (2.0, 4.0, True, True),
        (4.0, 2.0, True, True),
        (None, 2.0, True, True),
        (2.0, None, True, True),
        (2.0, 2.5, True, False),
        (-1.0, 2.0, True, False),
        (-1.0, -2.0, False, False),
    ],
)
def test_of_two_freezes_the_longer_holds(
    ordered: float | None, written: float | None, after_one: bool, after_three: bool, layout: Layout
) -> None:
    """An order never shortens what is in `config.toml`, nor the other way round."""
    until = "" if written is None else f"until = {(NOW + timedelta(hours=written)).isoformat()}\n"
    layout.config_file.write_text(f'[freeze]\nreason = "audit"\n{until}')
    freezing.give(layout, order(hours=ordered))
    settings = config.load(layout)
    assert after_one == bool(settings.frozen(NOW + timedelta(hours=1)))
    assert after_three == bool(settings.frozen(NOW + timedelta(hours=3)))


def test_an_order_that_cannot_be_read_is_an_error(layout: Layout) -> None:
    """A broken file is no end of a freeze."""
    layout.freeze_file.write_text("{}")
    with pytest.raises(ConfigError, match=r"freeze\.json"):
        config.load(layout)


def test_windows_stay(layout: Layout) -> None:
    """An order does not replace the windows of the configuration."""
    layout.config_file.write_text(
        '[[freeze.windows]]\ndays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]\nfrom = "00:00"\nto = "24:00"\n'
    )
    windows = config.load(layout).freeze.windows
    freezing.give(layout, order())
    assert windows == config.load(layout).freeze.windows
