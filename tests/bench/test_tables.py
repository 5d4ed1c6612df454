"""The page says what the last run found."""

from __future__ import annotations

import re

import pytest

from bench import results, tables


def test_the_page_is_generated_from_the_kept_run() -> None:
    """Whoever edits a table or the figures by hand is found out."""
    for path in (tables.PAGE, tables.FRONT):
        page = path.read_text()
        assert tables.fill(page, results.load(), results.load_accuracy(), results.load_growth()) == page


def test_every_table_is_on_the_page_once() -> None:
    """Nothing that was measured is kept from the reader."""
    measured = {*tables.TABLES, "accuracy", "growth"} - {"headline"}
    assert sorted(measured) == sorted(_marks(tables.PAGE.read_text()))
    assert ["headline", "accuracy"] == _marks(tables.FRONT.read_text())


def test_the_kept_run_is_whole() -> None:
    """Every part has figures, and every ratio its reference."""
    kept = results.load()
    assert 1.0 == next(row.to_true for row in kept.spawned if row.name == "/bin/true")
    assert {1, 16, 64} == {rate.callers for rate in kept.rates}
    assert 20_000 <= kept.memory[-1].calls
    assert 100_000 == kept.history[-1].receipts
    assert kept.machine.commit
    assert kept.machine.date


def test_the_long_run_is_level() -> None:
    """What was kept of a daemon after many calls is no more than after a tenth of them, in memory and in time."""
    kept = results.load_growth()
    early, last = next(row for row in kept.rows if 10 * row.calls >= kept.wanted), kept.rows[-1]
    assert early.calls < last.calls
    assert last.mb < 1.1 * early.mb
    assert kept.rows[0].calls == 0
    assert kept.machine.commit


def test_what_was_made_to_hurt_was_stopped() -> None:
    """A kept run in which hostile input was let through is none to be shown."""
    assert [] == [case.name for case in results.load().hostile if case.answer == "allowed"]


def test_a_mark_without_a_table_is_an_error() -> None:
    """A misspelt mark does not leave an old table standing."""
    with pytest.raises(KeyError):
        tables.fill(
            "<!-- table: nothing -->\n<!-- end -->", results.load(), results.load_accuracy(), results.load_growth()
        )


def _marks(page: str) -> list[str]:
    return re.findall(r"<!-- table: ([a-z]+) -->", page)
