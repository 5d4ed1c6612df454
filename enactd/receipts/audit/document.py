"""A report before it has a form: title, facts, and sections with a table each. Whoever writes it escapes everything."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Final

import msgspec

from enactd.receipts.audit.frameworks import Framework
from enactd.receipts.audit.gathering import KEPT, Gathered, Listed, Row
from enactd.receipts.pairs import Pairs

CALLS: Final = ("receipt", "when (UTC)", "agent", "session", "what")
_NONE: Final = "None."


class Section(msgspec.Struct, frozen=True, kw_only=True):
    """One question and its answer. `key` is what controls refer to."""

    key: str
    title: str
    about: str
    header: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()
    more: str = ""
    lines: Sequence[str] = ()


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """The whole report."""

    title: str
    facts: Sequence[tuple[str, str]]
    sections: Sequence[Section]


class Proof(msgspec.Struct, frozen=True, kw_only=True):
    """What the verifier said, and the files that bear it out."""

    verdict: str
    facts: Sequence[tuple[str, str]] = ()
    files: Sequence[tuple[str, str, str]] = ()  # name, bytes, SHA-256
    commands: Sequence[str] = ()


def compose(found: Gathered, calls: Pairs, proof: Proof, framework: Framework | None, *, made: int) -> Document:
    """The report. `made` is when, in microseconds."""
    facts = _facts(found, calls, proof, made)
    sections = [
        *([_controls(framework)] if framework else []),
        _agents(found),
        _listed(
            "refused", "What was refused", "Calls that were denied, and did not run.", found.refused, "--verdict deny"
        ),
        _listed(
            "asked",
            "What was stopped for a person",
            "Calls that had to wait for an answer.",
            found.asked,
            "--verdict ask",
        ),
        _listed("approved", "Who approved what", "Answers of people.", found.approved, "--kind approval", "answer"),
        _listed("secrets", "What touched secret-shaped things", _SECRETS, found.secrets, "--secret", "kind"),
        _listed("health", "What touched health-shaped names", _SHAPES, found.health, "", "names"),
        _listed("personal", "What touched names like those of personal data", _SHAPES, found.personal, "", "names"),
        _coverage(found, calls),
        _listed(
            "changes",
            "Changes of the gate itself",
            "Policies, settings, keys, freezes.",
            found.changes,
            "--kind daemon",
            "detail",
        ),
        _proof(proof),
    ]
    title = "What AI agents did here" + (f": evidence for {framework.title}" if framework else "")
    return Document(title=title, facts=facts, sections=sections)


def _facts(found: Gathered, calls: Pairs, proof: Proof, made: int) -> list[tuple[str, str]]:
    return [
        ("span", f"{moment(found.since)} to {moment(found.until)}, UTC"),
        ("receipts in it", str(found.records)),
        ("calls decided", str(sum(sum(agent.verdicts.values()) for agent in found.agents.values()))),
        ("denied", str(found.refused.count)),
        ("stopped for a person", str(found.asked.count)),
        ("past the gate", f"{calls.counts[0]} without a decision, {calls.counts[1]} although stopped"),
        ("log", proof.verdict),
        ("made", f"{moment(made)}, by enactd {', '.join(sorted(found.engines)) or '-'}"),
    ]


def moment(microseconds: int) -> str:
    """A time for people, in UTC; the end of time is now."""
    return datetime.fromtimestamp(min(microseconds, 1 << 52) / 1e6, UTC).strftime("%Y-%m-%d %H:%M:%S")


_SECRETS: Final = "Reads, writes, searches and uploads of dotenv files, keys, tokens and credentials, by any tool, also those that were stopped."
_SHAPES: Final = "By the names of files, tables, columns and hosts: a shape, which is a reason to look and no proof."


def _controls(framework: Framework) -> Section:
    return Section(
        key="controls",
        title=f"Where to look, for {framework.title}",
        about="This report is evidence that an auditor may weigh. It is not a statement that a control is met.",
        header=("control", "about", "sections"),
        rows=[(control.name, control.about, ", ".join(control.sections)) for control in framework.controls],
    )


def _agents(found: Gathered) -> Section:
    rows = []
    for name, agent in sorted(found.agents.items()):
        counts = [str(agent.verdicts[verdict]) for verdict in ("allow", "ask", "deny")]
        ended = ", ".join(f"{count} {status}" for status, count in sorted(agent.outcomes.items()))
        users = ", ".join(map(str, sorted(agent.users)))
        tools = ", ".join(f"{tool} {count}" for tool, count in agent.tools.most_common(6))
        rows.append(
            (name, str(len(agent.sessions)), users, *counts, str(agent.gravest), str(agent.attempted), ended, tools)
        )
    return Section(
        key="agents",
        title="What agents did",
        about="Calls by verdict; the gravest that ran, and the gravest that was stopped; how calls ended.",
        header=("agent", "sessions", "users", "allowed", "asked", "denied", "gravest", "attempted", "ended", "tools"),
        rows=rows,
    )


def _listed(key: str, title: str, about: str, found: Listed, more: str, why: str = "why") -> Section:
    rest = found.count - len(found.newest)
    return Section(
        key=key,
        title=title,
        about=about,
        header=(*CALLS, "verdict", "policy", why),
        rows=[_cells(row) for row in found.newest],
        more=_more(rest, more),
    )


def _more(rest: int, how: str) -> str:
    if not rest:
        return ""
    told = f"enactctl receipts search {how}" if how else "narrow the span with --from and --to"
    return f"{rest} earlier ones are left out here, the newest {KEPT} are shown: {told}"


def _cells(row: Row) -> tuple[str, ...]:
    return row.receipt, moment(row.time), row.agent, row.session, row.what, row.verdict, row.policy, row.why


def _coverage(found: Gathered, calls: Pairs) -> Section:
    rows: list[tuple[str, str, str]] = [
        ("calls that ran without a decision", str(calls.counts[0]), _numbers(calls.bypassed)),
        ("calls that ran although stopped", str(calls.counts[1]), _numbers(calls.defied)),
        ("calls whose end nobody told", str(calls.counts[2]), _numbers(calls.unended)),
        ("answers that found nobody", str(found.undelivered.count), _receipts(found.undelivered)),
    ]
    for began, ended, by_itself in found.without[-KEPT:]:
        how = "it had been stopped" if by_itself else "it had ended without a word"
        rows.append(("no daemon", f"{moment(began)} to {moment(ended)}", f"{how}; hooks deny meanwhile"))
    rows += [("trouble", moment(row.time), f"{row.receipt}: {row.what}: {row.why}") for row in found.troubles.newest]
    rows += [("not fully enforced", f"{count} receipts", state) for state, count in sorted(found.enforcement.items())]
    rows += [
        ("policy set", moment(first), f"{digest}, {count} decisions")
        for digest, (first, count) in found.policy_sets.items()
    ]
    rows += [
        ("receipts of an unknown kind", str(count), f"{kind}: written by a later version")
        for kind, count in sorted(found.others.items())
    ]
    rows += [("left out of receipts", str(count), kind) for kind, count in sorted(found.redacted.items())]
    return Section(
        key="coverage",
        title="What this log does not show, and how far the gate held",
        about="Calls that never reached a hook leave no trace here unless the agent reported their end.",
        header=("what", "how many or when", "which"),
        rows=rows,
    )


def _proof(proof: Proof) -> Section:
    return Section(
        key="proof",
        title="Proof",
        about=proof.verdict,
        header=("file", "bytes", "SHA-256"),
        rows=proof.files,
        lines=[*(f"{name}: {value}" for name, value in proof.facts), *proof.commands],
    )


def _numbers(numbers: Iterable[int]) -> str:
    shown = list(numbers)[-50:]
    return ("receipts " + ", ".join(map(str, shown))) if shown else _NONE


def _receipts(listed: Listed) -> str:
    return _numbers(int(row.receipt.partition("-")[0]) for row in listed.newest)
