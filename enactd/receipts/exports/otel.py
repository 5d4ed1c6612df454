"""OpenTelemetry logs as OTLP/JSON, one export request per line: what a collector's file receiver and OTLP/HTTP take.

Attributes are those of the semantic conventions for generative AI where there is one (they are in development, so
`otel_schema` in the scope says which mapping this is), else `enactd.*`.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Iterator
from typing import Any, Final

from enactd import __version__
from enactd.receipts.exports import Options, asked
from enactd.receipts.record import Receipt

BATCH: Final = 100
MAPPING: Final = "1"
_SEVERITIES: Final = {1: (9, "INFO"), 3: (11, "INFO3"), 4: (13, "WARN"), 5: (17, "ERROR")}


def export(receipts: Iterable[Receipt], options: Options) -> Iterator[bytes]:
    """A request per hundred receipts."""
    for batch in itertools.batched(receipts, BATCH) if hasattr(itertools, "batched") else _batched(receipts):
        yield json.dumps(_request(list(batch)), separators=(",", ":")).encode()


def _batched(receipts: Iterable[Receipt]) -> Iterator[tuple[Receipt, ...]]:
    waiting = iter(receipts)
    while batch := tuple(itertools.islice(waiting, BATCH)):
        yield batch


def _request(batch: list[Receipt]) -> dict[str, Any]:
    host = batch[0].record.log.partition(".")[0]
    resource = {"service.name": "enactd", "service.version": __version__, "host.name": host}
    scope = {"name": "enactd.receipts", "version": __version__, "attributes": _attributes({"enactd.mapping": MAPPING})}
    scoped = {"scope": scope, "logRecords": [_record(receipt) for receipt in batch]}
    return {"resourceLogs": [{"resource": {"attributes": _attributes(resource)}, "scopeLogs": [scoped]}]}


def _record(receipt: Receipt) -> dict[str, Any]:
    entry = receipt.record
    number, name = _SEVERITIES[asked.severity(entry)]
    outcome = entry.outcome
    attributes = {
        "gen_ai.operation.name": "execute_tool" if entry.kind in ("decision", "outcome") else "",
        "gen_ai.agent.name": entry.agent,
        "gen_ai.agent.id": entry.subagent,
        "gen_ai.conversation.id": entry.session,
        "gen_ai.tool.name": entry.tool,
        "gen_ai.tool.call.id": entry.call_id,
        "gen_ai.tool.call.arguments": asked.text(entry),
        "process.working_directory": entry.cwd,
        "user.id": str(entry.witnessed.uid) if entry.witnessed else "",
        "process.pid": entry.witnessed.pid if entry.witnessed else None,
        "process.exit.code": outcome.exit_code if outcome else None,
        "enactd.outcome": outcome.status if outcome else "",
        "enactd.verdict": entry.verdict or "",
        "enactd.risk": entry.risk or "",
        "enactd.session.risk": entry.risk_after or "",
        "enactd.policies": asked.deciding(entry),
        "enactd.reason": asked.reason(entry),
        "enactd.targets": asked.targets(receipt),
        "enactd.workspace": entry.workspace,
        "enactd.links": asked.links(entry),
        "enactd.detail": asked.detail(entry),
        "enactd.policy_set": entry.policy_set,
        **_named(receipt),
    }
    return {
        "timeUnixNano": str(entry.time * 1000),
        "observedTimeUnixNano": str(entry.time * 1000),
        "severityNumber": number,
        "severityText": name,
        "eventName": f"enactd.{entry.kind}",
        "body": {"stringValue": f"{entry.verdict or entry.event or entry.kind}: {asked.operation(entry)}"},
        "attributes": _attributes(attributes),
    }


def _named(receipt: Receipt) -> dict[str, Any]:
    """Which receipt it is, and where in which log."""
    entry = receipt.record
    return {
        "enactd.receipt.id": receipt.id,
        "enactd.receipt.seq": entry.seq,
        "enactd.receipt.log": entry.log,
        "enactd.receipt.sha256": receipt.hash,
        "enactd.receipt.prev": entry.prev,
    }


def _attributes(values: dict[str, Any]) -> list[dict[str, Any]]:
    """Those that say something, as typed values."""
    return [{"key": key, "value": _value(value)} for key, value in values.items() if value not in ("", None, [])]


def _value(value: Any) -> dict[str, Any]:
    if isinstance(value, list):
        return {"arrayValue": {"values": [_value(item) for item in value]}}
    return {"intValue": str(value)} if isinstance(value, int) else {"stringValue": value}
