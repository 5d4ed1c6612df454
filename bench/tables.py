"""The tables of both README.md out of results/, between their marks. The rest of the pages is prose."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from bench import results as keeping
from bench.figures import Figures
from bench.results import FOLDER, Accuracy, Grown, Growth, Results, Row

PAGE = FOLDER / "README.md"
FRONT = FOLDER.parent / "README.md"
BAR = 40  # characters of a stage that takes the whole call
_BLOCK = re.compile(r"(<!-- table: ([a-z]+) -->\n).*?(<!-- end -->)", re.DOTALL)


def fill(page: str, results: Results, cases: Accuracy, grown: Growth) -> str:
    """The page with every marked table made anew; raises `KeyError` for a mark that names none."""
    made = {**{name: table(results) for name, table in TABLES.items()}, "accuracy": accuracy(cases)}
    made["growth"] = growth(grown)
    return _BLOCK.sub(lambda match: f"{match[1]}{made[match[2]]}{match[3]}", page)


def write(pages: Iterable[Path] = (PAGE, FRONT)) -> None:
    """Bring the pages up to date with what is kept."""
    for path in pages:
        path.write_text(fill(path.read_text(), keeping.load(), keeping.load_accuracy(), keeping.load_growth()))


def machine(results: Results) -> str:
    """Where, when, and who else was there."""
    m, n = results.machine, results.noise
    text = (
        f"{m.date}, commit {m.commit}: {m.cores} cores of {m.processor}, {m.system}, Python {m.python} "
        f"({m.build or 'build unknown'}), {m.file_system}, network: {m.network or 'unknown'}, load {m.load} when it began.\n"
    )
    if n is not None:
        text += (
            f"The run took {results.seconds / 60:.0f} minutes; load {n.load_before} before and {n.load_after} after, cores busy "
            f"{n.busy:.0%}, stolen by the host {n.stolen:.1%}; a sleep of 1 ms ended {n.late_p50:.0f} us late "
            f"(p99 {n.late_p99:.0f}).\n"
        )
    return text


def headline(results: Results) -> str:
    """What most people ask, with the machine."""
    rows = {row.name: row for row in results.spawned}
    rate, memory = results.rates[-1], results.memory
    lines: list[tuple[str, str]] = [
        (
            f"hook, {name}",
            f"{_x(rows[name])}, {rows[name].figures.p50 / 1000:.1f} ms (p99 {rows[name].figures.p99 / 1000:.1f})",
        )
        for name in ("short command", "Read", "MCP call")
    ]
    lines.append(("the floor: shim and a server that only answers", _x(rows["shim and a server that only answers"])))
    lines.append((f"decisions a second on one core, {rate.callers} callers", f"{rate.per_second:,.0f}"))
    lines.append(
        (
            f"resident memory after {memory[0].calls:,} and {memory[-1].calls:,} calls",
            f"{memory[0].mb:.0f} and {memory[-1].mb:.0f} MB",
        )
    )
    m = results.machine
    head = (f"{m.date}, {m.cores} cores of {m.processor}, Python {m.python}, load {m.load}", "p50, receipt durable")
    return _table(head, lines)


def accuracy(cases: Accuracy) -> str:
    """What each guard caught, and who is missing."""
    head = ("guard", "caught", "of these denied", "false alarms", "no answer", "what it promises")
    table = _table(
        head,
        (
            (
                c.name, f"{c.caught} of {c.stops} ({c.caught / c.stops:.0%})", str(c.denied),
                f"{c.alarms} of {c.allows} ({c.alarms / c.allows:.1%})", str(c.errors), c.scope,
            )
            for c in sorted(cases.rows, key=lambda row: -row.caught)
        ),
    )  # fmt: skip
    part = f", every {cases.every}th case" if cases.every > 1 else ""
    return f"{table}\n{cases.date}, network: {cases.network}{part}.{_missing(cases.absent)}\n"


def growth(found: Growth) -> str:
    """The long run, and what it was measured on."""
    head = (
        "calls", "sessions", "resident MB", "its readers MB", f"{found.callers} callers: p50 ms", "p99 ms",
        "one caller: p50 ms", "opening a session: p50 ms", "receipts MB", "file of open sessions kB",
    )  # fmt: skip

    def line(row: Grown) -> tuple[str, ...]:
        busy = _ms(row.busy.p50, row.busy.p99) if row.busy else ("-", "-")
        return (
            f"{row.calls:,}", f"{row.sessions:,}", f"{row.mb:.1f}", f"{row.readers_mb:.0f}", *busy, *_ms(row.alone.p50),
            *_ms(row.opening.p50), f"{row.receipts_mb:,}", f"{row.agents_kb:,}",
        )  # fmt: skip

    m, n, last = found.machine, found.noise, found.rows[-1].calls
    cut = "" if last == found.wanted else f" **It was ended after {last:,} of {found.wanted:,} calls.**"
    return (
        f"{_table(head, map(line, found.rows))}\n{m.date}, commit {m.commit}: {m.cores} cores of {m.processor}, "
        f"{m.system}, Python {m.python} ({m.build}), {found.seconds / 60:.0f} minutes; load {n.load_before} before and "
        f"{n.load_after} after, cores busy {n.busy:.0%}.{cut}\n"
    )


def _missing(absent: dict[str, str]) -> str:
    return " Not run: " + "; ".join(f"{name}, {why}" for name, why in sorted(absent.items())) + "." if absent else ""


def _x(row: Row) -> str:
    return f"{row.to_true:.1f} x /bin/true"


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
    head = ("stage", "p50 us", "p95 us", "share", "x reference", "")
    return _table(
        head,
        (
            (
                s.name, f"{s.figures.p50:.0f}", f"{s.figures.p95:.0f}", f"{s.share:.0%}", f"{s.ratio:.2f}",
                "█" * max(1, round(BAR * min(1.0, s.share))),
            )
            for s in results.stages
        ),
    )  # fmt: skip


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


def others(results: Results) -> str:
    """Other guards' hooks."""
    kinds = list(dict.fromkeys(o.kind for o in results.others))
    found = {(o.name, o.kind): o for o in results.others}
    names = sorted(
        {o.name for o in results.others}, key=lambda name: min(o.to_true for o in results.others if o.name == name)
    )
    head = (
        "hook",
        *(f"{kind}: p50 ms (p95, p99)" for kind in kinds),
        *(f"x /bin/true: {kind}" for kind in kinds),
        "says",
    )
    table = _table(
        head,
        (
            (
                name,
                *(_spread(found[name, k].figures) if (name, k) in found else "not asked" for k in kinds),
                *(f"{found[name, k].to_true:.1f}" if (name, k) in found else "-" for k in kinds),
                ", ".join(dict.fromkeys(found[name, k].word for k in kinds if (name, k) in found)),
            )
            for name in names
        ),
    )  # fmt: skip
    return table + (f"\n{_missing(results.absent).strip()}\n" if results.absent else "")


def _spread(figures: Figures) -> str:
    return f"{figures.p50 / 1000:.1f} ({figures.p95 / 1000:.1f}, {figures.p99 / 1000:.1f})"


def pauses(results: Results) -> str:
    """Starts and reloads."""
    head = ("", "times", "p50 ms", "p95 ms", "p99 ms")
    lines: list[tuple[str, ...]] = []
    if results.starts is not None:
        for name, made in (
            ("start until ready", results.starts.ready),
            ("start until the first decision", results.starts.decided),
        ):
            lines.append((name, str(made.n), *_ms(made.p50, made.p95, made.p99)))
    if results.reloads is not None:
        r = results.reloads
        lines.append(
            ("a policy changed, until it is in force", str(r.until.n), *_ms(r.until.p50, r.until.p95, r.until.p99))
        )
        lines.append(("an MCP call, nothing changing", str(r.quiet.n), *_ms(r.quiet.p50, r.quiet.p95, r.quiet.p99)))
        during = (
            "an MCP call while policies change",
            str(r.meanwhile.n),
            *_ms(r.meanwhile.p50, r.meanwhile.p95, r.meanwhile.p99),
        )
        lines += [during, ("the longest of these", "1", *_ms(r.longest, r.longest, r.longest))]
    return _table(head, lines)


TABLES: dict[str, Callable[[Results], str]] = {
    made.__name__: made
    for made in (
        machine,
        headline,
        spawned,
        others,
        crowds,
        rates,
        stages,
        pauses,
        hostile,
        memory,
        history,
        policies,
    )
}


def _ms(*microseconds: float) -> tuple[str, ...]:
    return tuple(f"{value / 1000:.2f}" for value in microseconds)


def _table(head: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    rule = ["---", *["---:"] * (len(head) - 1)]
    return "".join("| " + " | ".join(cells) + " |\n" for cells in (head, rule, *lines))
