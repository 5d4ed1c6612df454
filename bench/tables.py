"""The tables of README.md out of results/latest.json, between their marks. The rest of the page is prose."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from bench.results import FOLDER, Results

PAGE = FOLDER / "README.md"
_BLOCK = re.compile(r"(<!-- table: ([a-z]+) -->\n).*?(<!-- end -->)", re.DOTALL)


def fill(page: str, results: Results) -> str:
    """The page with every marked table made anew; raises `KeyError` for a mark that names none."""
    return _BLOCK.sub(lambda match: f"{match[1]}{TABLES[match[2]](results)}{match[3]}", page)


def write(results: Results, path: Path = PAGE) -> None:
    """Bring the page up to date."""
    path.write_text(fill(path.read_text(), results))


def machine(results: Results) -> str:
    """One sentence."""
    m = results.machine
    return (
        f"{m.date}, commit {m.commit}: {m.cores} cores of {m.processor}, {m.system}, Python {m.python}, "
        f"{m.file_system}, load {m.load} when it began.\n"
    )


def spawned(results: Results) -> str:
    """Spawn to exit, one after the other."""
    head = ("one call at a time", "p50 ms", "p95 ms", "p99 ms", "x /bin/true", "x python3")
    return _table(
        head,
        (
            (r.name, *_ms(r.figures.p50, r.figures.p95, r.figures.p99), f"{r.to_true:.2f}", f"{r.to_python:.2f}")
            for r in results.spawned
        ),
    )


def crowds(results: Results) -> str:
    """Spawn to exit, many at once."""
    head = ("callers at once", "program", "p50 ms", "p95 ms", "p99 ms", "calls/s", "x /bin/true")
    return _table(
        head,
        (
            (
                str(c.callers), c.name, *_ms(c.figures.p50, c.figures.p95, c.figures.p99), f"{c.per_second:.0f}",
                f"{c.to_true:.2f}",
            )
            for c in results.crowds
        ),
    )  # fmt: skip


def rates(results: Results) -> str:
    """Decisions a second."""
    head = ("callers", "decisions/s", "p50 ms", "p95 ms", "p99 ms")
    return _table(
        head,
        (
            (str(r.callers), f"{r.per_second:.0f}", *_ms(r.figures.p50, r.figures.p95, r.figures.p99))
            for r in results.rates
        ),
    )


def stages(results: Results) -> str:
    """Where the time goes."""
    head = ("stage", "p50 us", "p95 us", "share", "x reference")
    return _table(
        head,
        (
            (s.name, f"{s.figures.p50:.0f}", f"{s.figures.p95:.0f}", f"{s.share:.0%}", f"{s.ratio:.2f}")
            for s in results.stages
        ),
    )


def hostile(results: Results) -> str:
    """Hostile inputs."""
    head = ("input", "answer", "slowest ms", "ordinary call meanwhile p50 ms", "p99 ms")
    quiet = ("(nothing)", "-", "-", *_ms(results.quiet.p50, results.quiet.p99))
    lines = ((h.name, h.answer, f"{h.ms:.0f}", *_ms(h.meanwhile.p50, h.meanwhile.p99)) for h in results.hostile)
    return _table(head, (quiet, *lines))


def memory(results: Results) -> str:
    """Memory."""
    return _table(("calls", "resident MB"), ((f"{m.calls:,}", f"{m.mb:.1f}") for m in results.memory))


def history(results: Results) -> str:
    """The length of the log."""
    head = ("receipts before", "start to first answer ms", "call p50 ms", "p95 ms")
    return _table(
        head,
        ((f"{h.receipts:,}", f"{h.start_ms:.0f}", *_ms(h.figures.p50, h.figures.p95)) for h in results.history),
    )


def policies(results: Results) -> str:
    """What policies cost a call."""
    head = ("policies", "look at a call", "p50 us", "p95 us", "one fdatasync p50 us", "x fdatasync")
    return _table(
        head,
        (
            (
                f"{p.policies}", f"{p.evaluated:.1f}", f"{p.figures.p50:.0f}", f"{p.figures.p95:.0f}",
                f"{p.sync.p50:.0f}", f"{p.to_sync:.3f}",
            )
            for p in results.policies
        ),
    )  # fmt: skip


TABLES: dict[str, Callable[[Results], str]] = {
    made.__name__: made for made in (machine, spawned, crowds, rates, stages, hostile, memory, history, policies)
}


def _ms(*microseconds: float) -> tuple[str, ...]:
    return tuple(f"{value / 1000:.2f}" for value in microseconds)


def _table(head: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    rule = ["---", *["---:"] * (len(head) - 1)]
    return "".join("| " + " | ".join(cells) + " |\n" for cells in (head, rule, *lines))
