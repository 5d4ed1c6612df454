"""The pages say what the kept sweep found."""

from __future__ import annotations

import re

import pytest

from bench.chaos import results


@pytest.mark.parametrize("page", results.PAGES, ids=lambda page: page.parent.name)
def test_the_pages_are_generated_from_the_kept_sweep(page: object) -> None:
    """Whoever edits a table or the figures by hand is found out."""
    text = page.read_text()  # type: ignore[attr-defined]
    assert results.fill(text, results.load()) == text
    assert "<!-- sweep: totals -->" in text


def test_every_table_is_on_the_page_of_the_bench() -> None:
    """Nothing that was found is kept from the reader, least of all what was missed."""
    page = results.PAGES[0].read_text()
    assert sorted(results.TABLES) == sorted(re.findall(r"<!-- sweep: ([a-z]+) -->", page))


def test_the_kept_sweep_is_whole() -> None:
    """It has all kinds of scenarios, date and commit, and no broken ones."""
    kept = results.load()
    assert kept.machine.date
    assert kept.machine.commit
    assert 40 <= sum(row.kind == "benign" for row in kept.rows)
    assert [] == [row.id for row in kept.rows if row.outcome == "broken"]
    assert all(row.damage for row in kept.rows if row.kind == "damage")


def test_a_mark_without_a_table_is_an_error() -> None:
    """A misspelt mark does not leave an old table standing."""
    with pytest.raises(KeyError):
        results.fill("<!-- sweep: nothing -->\n<!-- sweep end -->", results.load())
