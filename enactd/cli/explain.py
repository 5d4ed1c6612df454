"""`enactctl explain`: everything one receipt says, for a person: which rule, why, and what would pass."""

from __future__ import annotations

from typing import Any, Final

import click
import msgspec

from enactd.cli import entries
from enactd.cli.output import as_json, clock, line, say
from enactd.cli.places import layout_of, local_judge
from enactd.config import Layout
from enactd.effects.words import told_of_record
from enactd.errors import EnactError, UsageError
from enactd.evaluate import Policy
from enactd.receipts import segments
from enactd.receipts.record import Note, Receipt, Record

FAR: Final = 50_000
"""How many later receipts are searched for what refers to this one."""
_SKIPPED: Final = frozenset({"type", "source", "chain", "place", "user", "conditional", "span", "content", "target"})


@click.command()
@click.argument("receipt")
@click.option("--json", "machine", is_flag=True, help="Answer in JSON.")
@click.pass_context
def command(ctx: click.Context, /, *, receipt: str, machine: bool) -> None:
    """Say why a call was answered as it was, and what would make it pass.

    RECEIPT is a number as in `enactctl log`, or the longer id that the agent was told. The daemon need not
    run. Rules are shown with their file and layer as they are now.

    \b
    enactctl explain 1042
    enactctl explain 1042-ab12cd
    """
    layout = layout_of(ctx)
    found = find(str(layout.receipts), receipt)
    later = linked(str(layout.receipts), found)
    policies, now = _policies(layout)
    if machine:
        say(as_json("explain", _described(found, later, policies)))
        return
    say("\n".join(_told(found, later, policies, now)))


def find(folder: str, wanted: str) -> Receipt:
    """The receipt of that id. Raises `UsageError` for none."""
    found = segments.find(folder, wanted)
    if found is None:
        last = segments.newest(folder, 1)
        known = f"the newest is {last[0].id}" if last else "there are none yet"
        raise UsageError(f"there is no receipt `{line(wanted, 60)}`", cause=known, fix="enactctl receipts list")
    return found


def linked(folder: str, wanted: Receipt) -> list[Receipt]:
    """What this receipt points to, and what later points to it."""
    ends = [end for end in (segments.find(folder, str(link.seq)) for link in wanted.record.links) if end is not None]
    for number, receipt in enumerate(segments.receipts(folder, wanted.record.seq + 1)):
        if any(link.seq == wanted.record.seq and link.hash == wanted.hash for link in receipt.record.links):
            ends.append(receipt)
        if number >= FAR:
            break
    return ends


def _policies(layout: Layout) -> tuple[dict[str, Policy], str]:
    """The policies as they load here now, by id, and their digest; nothing where they do not load."""
    try:
        found = local_judge(layout).judge.policies
    except EnactError:
        return {}, ""
    return found.by_id, found.digest


def _described(found: Receipt, later: list[Receipt], policies: dict[str, Policy]) -> dict[str, Any]:
    entry = found.record
    findings = []
    for note in entry.findings:
        rule = policies.get(note.policy)
        place = {"layer": rule.layer, "path": rule.path, "title": rule.title} if rule else {}
        findings.append({**msgspec.to_builtins(note), **place, "to_pass": to_pass(note, rule, found.id)})
    return {
        **entries.summary(found),
        "findings": findings,
        "effects": list(entry.effects),
        "facts": entry.facts,
        "evaluated": list(entry.evaluated),
        "policy_set": entry.policy_set,
        "witnessed": entry.witnessed,
        "risk_before": entry.risk_before,
        "linked": [entries.summary(other) | {"outcome": other.record.outcome} for other in later],
    }


def to_pass(note: Note, rule: Policy | None, receipt: str = "RECEIPT") -> str:
    """What would make a call pass this rule; `receipt` names the call."""
    instead = note.instead or (rule.instead if rule else "")
    if note.decision == "ask":
        opens = "" if rule is not None and rule.declaration.protects_gate else f"; or: enactctl allow --from {receipt}"
        return (
            f"{instead}; or a person runs it" if instead else "a person runs it, or answers the agent's dialog"
        ) + opens
    return instead if note.decision == "deny" else ""


def _told(found: Receipt, later: list[Receipt], policies: dict[str, Policy], now: str) -> list[str]:
    entry = found.record
    lines = [f"receipt   {found.id}, {clock(entry.time)}, {entry.kind}{f' {line(entry.event)}' if entry.event else ''}"]
    lines += [f"{name:<9} {text}" for name, text in _facts(entry) if text]
    for note in entry.findings:
        lines += ["", *_finding(note, policies.get(note.policy), entry)]
    quiet = len(set(entry.evaluated) - {note.policy for note in entry.findings})
    if entry.kind == "decision" and entry.evaluated:
        lines += ["", f"{quiet} other policies looked at it and had nothing against it"]
    if entry.policy_set and now and entry.policy_set != now:
        lines.append("the policies have changed since; rules are shown as they are now")
    if entry.effects:
        lines += ["", "effects", *(f"  {_effect(effect)}" for effect in entry.effects[:40])]
    if entry.facts:
        lines += ["", "facts used", *(f"  {name}: {line(_compact(v), 160)}" for name, v in _flat(entry.facts)[:60])]
    if later:
        lines += ["", "linked", *(f"  {_link(other)}" for other in later)]
    return lines


def _facts(entry: Record) -> list[tuple[str, str]]:
    verdict = f"{entry.verdict}, risk {entry.risk or '-'}" if entry.verdict else ""
    moved = f"{entry.risk_before or 'SAFE'} -> {entry.risk_after or 'SAFE'}"
    seen = entry.witnessed
    who = f"{entry.agent or '?'}, session {entry.session or '?'}"
    taken = ", ".join(f"{one.count} {one.kind}" for one in entry.redacted)
    return [
        ("verdict", verdict),
        ("call", f"{line(entry.tool)}: {entries.action(entry, 400)}" if entry.tool else entries.action(entry)),
        ("in", line(entry.cwd)),
        ("agent", line(who) if entry.agent or entry.session else ""),
        ("session", f"{moved}, workspace {line(entry.workspace) or '-'}" if entry.session else ""),
        ("caller", f"process {seen.pid} of user {seen.uid}, {line(seen.exe)}" if seen else ""),
        ("left out", line(taken)),
        ("outcome", _outcome(entry)),
        ("detail", line(_compact(entry.detail), 400) if entry.detail else ""),
    ]


def _finding(note: Note, rule: Policy | None, entry: Record) -> list[str]:
    lines = [f"{note.decision:<5} {line(note.policy)}: {line(note.reason, 600)}"]
    if note.would:
        lines.append(f"      observed only: it would have said {line(note.would)}, and stopped nothing")
    if 0 <= note.effect < len(entry.effects):
        lines.append(f"      matched  {_effect(entry.effects[note.effect])}")
        target = entry.effects[note.effect].get("target")
        if isinstance(target, dict):
            lines.append(f"      target   {_target(target)}")
    if passing := to_pass(note, rule, str(entry.seq)):
        lines.append(f"      to pass  {line(passing, 400)}")
    where = f"{rule.title} ({rule.layer}: {rule.path})" if rule else "the gate itself, or a policy that is gone"
    lines.append(f"      rule     {line(where, 300)}")
    return lines


def _effect(effect: dict[str, Any]) -> str:
    """One line about an effect, in words; its fields where the receipt does not hold it whole."""
    if told := told_of_record(effect):
        return line(f"{told} ({effect['type']})", 300)
    target = effect.get("target")
    touched = f" {target.get('path') or target.get('word') or 'unknown'}" if isinstance(target, dict) else ""
    fields = ", ".join(f"{name}={_compact(value)}" for name, value in effect.items() if name not in _SKIPPED)
    chain = effect.get("chain") or []
    via = f"  via {' > '.join(map(str, chain))}" if isinstance(chain, list) and chain else ""
    where = f" on {effect['place']}" if effect.get("place") else ""
    return line(f"{effect.get('type', '?')}{where}{touched}" + (f" ({fields})" if fields else "") + via, 300)


def _target(target: dict[str, Any]) -> str:
    word, path = str(target.get("word", "")), str(target.get("path") or "unknown before it runs")
    rest = [
        f"{name} {_compact(target[name])}" for name in ("area", "git", "kind", "nature", "worst") if target.get(name)
    ]
    return line(f"`{word}` is {path}" + (f" [{', '.join(rest)}]" if rest else ""), 300)


def _outcome(entry: Record) -> str:
    if entry.outcome is None:
        return ""
    code = f", exit code {entry.outcome.exit_code}" if entry.outcome.exit_code is not None else ""
    took = f", {entry.outcome.duration // 1000} ms" if entry.outcome.duration else ""
    said = f": {line(entry.outcome.text, 300)}" if entry.outcome.text else ""
    return f"{entry.outcome.status}{code}{took}{said}"


def _link(other: Receipt) -> str:
    entry = other.record
    what = _outcome(entry) or entry.verdict or line(entry.event)
    return f"{other.id}  {clock(entry.time)}  {entry.kind}  {what}"


def _flat(value: dict[str, Any], before: str = "") -> list[tuple[str, Any]]:
    """Nested facts as lines: `git.branch: main`."""
    found: list[tuple[str, Any]] = []
    for name, inner in value.items():
        key = f"{before}.{name}" if before else str(name)
        found += _flat(inner, key) if isinstance(inner, dict) and inner and not before else [(line(key), inner)]
    return found


def _compact(value: Any) -> str:
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()
