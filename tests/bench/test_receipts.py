"""The load on the log: that the instruments measure what they say, on a small log. No time is compared with anything."""

from __future__ import annotations

import asyncio
import itertools
from pathlib import Path

import pytest

from bench import receipts


def test_a_small_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every stage has its figures, the log verifies, and each question finds what a scan would."""
    monkeypatch.setattr(receipts, "PROBES", 3)
    told: list[str] = []
    filled = asyncio.run(receipts.fill(tmp_path, 1280, told.append))
    assert receipts.STAGES + 1 == len(filled["stages"])
    assert receipts.STAGES == len(filled["crowds"]) == len(told)
    assert {"p50", "p99"} == filled["crowds"][0]["append"].keys()
    sizes = [stage["size"] for stage in filled["stages"]]
    assert sorted(sizes) == sizes
    read = receipts.read(tmp_path)
    assert 1280 + 3 * (receipts.STAGES + 1) == read["records"]
    assert read["answers"].keys() == receipts.QUESTIONS.keys()
    assert 0 == read["answers"]["a word that is nowhere"]["found"]
    assert receipts.first_and_last(filled) > 0


def test_drafts_are_alike_every_time() -> None:
    """The same seed, the same log: figures of two runs are of the same work."""
    one, other = (list(itertools.islice(receipts.drafts(), 50)) for _ in range(2))
    assert one == other
    assert 50 == len({draft.call_id for draft in one})


def test_spread() -> None:
    """Median and the 99th of a hundred."""
    assert {"p50": 50.5, "p99": 99.0} == receipts.spread([float(number) for number in range(1, 101)])
