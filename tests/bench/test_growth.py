"""The long run looks at a real daemon when it has started and on the way."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from bench import growth, results
from bench.ground import Ground


def test_a_run_says_what_it_saw_at_each_step(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory of the daemon and its readers, calls of many and of one, openings; and it is kept as it was."""
    monkeypatch.setattr(growth, "ALONE", 4)
    monkeypatch.setattr(growth, "PART", 40)
    monkeypatch.setattr(growth, "SHARES", (0.5, 1.0))
    with Ground() as ground:
        where = results.machine(ground.folder)
        rows = list(growth.long_run(ground, 120))
    assert [0, 60, 120] == [row.calls for row in rows]
    assert None is rows[0].busy
    assert all(row.busy for row in rows[1:])
    assert {4} == {row.opening.n for row in rows} | {row.alone.n for row in rows}
    assert all(row.mb > 20 and row.readers_mb > 20 and row.agents_kb for row in rows)
    noise = results.Noise(load_before=0, load_after=0, busy=0, stolen=0, late_p50=0, late_p99=0)
    found = results.Growth(machine=where, noise=noise, seconds=1, wanted=120, callers=growth.CALLERS, rows=rows)
    results.save_growth(found, tmp_path / "found.json")
    assert msgspec.to_builtins(found) == msgspec.to_builtins(results.load_growth(tmp_path / "found.json"))
