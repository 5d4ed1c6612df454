"""OCSF API Activity (6003), one event per line, with the profiles that say what an agent's call is.

`security_control` carries the verdict; from 1.9.0 on `ai_operation` names the agent and `record_integrity` chains
the events of this export: each has a fingerprint over its own canonical form (RFC 8785) and names the one before,
as that profile defines it. The receipt itself is named by number and hash in `metadata`. 1.6.0 to 1.8.0 know no
such profiles: what they would hold stands in `unmapped`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from typing import Any, Final

from enactd import __version__
from enactd.errors import UsageError
from enactd.receipts import canonical
from enactd.receipts.exports import Options, asked
from enactd.receipts.record import Receipt, Record

VERSIONS: Final = ("1.6.0", "1.7.0", "1.8.0", "1.9.0")
CLASS: Final = 6003
CATEGORY: Final = 6
_ACTIVITIES: Final = {1: "Create", 2: "Read", 3: "Update", 4: "Delete", 99: "Other"}
_SEVERITIES: Final = {1: "Informational", 3: "Medium", 4: "High", 5: "Critical"}
_RISKS: Final = {
    "SAFE": (0, "Info"),
    "SENSITIVE": (2, "Medium"),
    "COMMITMENT": (3, "High"),
    "IRREVERSIBLE": (4, "Critical"),
}
_ACTIONS: Final = {
    "allow": (1, "Allowed", 1, "Allowed"),
    "deny": (2, "Denied", 2, "Blocked"),
    "ask": (99, "ask", 23, "Challenge"),
}
_READS: Final = frozenset(("ReadPath", "SearchSecrets", "RevealSecret"))
_DELETES: Final = frozenset(("DeletePath", "GitDiscard", "GitDeleteRef", "ResetDatabase", "RemovePackage"))


def export(receipts: Iterable[Receipt], options: Options) -> Iterator[bytes]:
    """Events in canonical JSON."""
    if options.ocsf not in VERSIONS:
        raise UsageError(f"OCSF `{options.ocsf}` is not known here", fix=f"one of {', '.join(VERSIONS)}")
    before: dict[str, Any] | None = None
    for receipt in receipts:
        event = _event(receipt, options.ocsf)
        if options.ocsf >= "1.9.0":
            attestation = _attested(event, receipt, before)
            before = {"uid": receipt.id, "type_uid": event["type_uid"], "fingerprint": attestation["fingerprint"]}
        yield canonical.encode(event)


def _event(receipt: Receipt, version: str) -> dict[str, Any]:
    entry = receipt.record
    activity = _activity(entry)
    level = asked.severity(entry)
    event: dict[str, Any] = {
        "activity_id": activity,
        "activity_name": _ACTIVITIES[activity],
        "category_uid": CATEGORY,
        "category_name": "Application Activity",
        "class_uid": CLASS,
        "class_name": "API Activity",
        "type_uid": 100 * CLASS + activity,
        "type_name": f"API Activity: {_ACTIVITIES[activity]}",
        "time": entry.time // 1000,
        "severity_id": level,
        "severity": _SEVERITIES[level],
        "message": asked.reason(entry) or asked.operation(entry),
        "metadata": _metadata(receipt, version),
        "actor": _actor(entry),
        "api": _api(entry, receipt),
        "src_endpoint": {"hostname": entry.log.partition(".")[0], "uid": entry.log},
        "resources": [{"name": name} for name in asked.targets(receipt)],
        "unmapped": _unmapped(entry),
        **_control(entry),
        **_status(entry),
    }
    agent = {
        "uid": entry.agent,
        "name": entry.agent,
        "instance_uid": entry.session,
        "version": entry.agent_version,
        "type_id": 99,
        "type": "coding agent",
    }
    if version >= "1.9.0" and entry.agent:
        event["ai_agent"] = agent
    elif entry.agent:
        event["unmapped"]["ai_agent"] = agent
    return {name: _told(value) for name, value in event.items() if value not in ("", [], {})}


def _unmapped(entry: Record) -> dict[str, Any]:
    """What the class has no field for."""
    told = {"kind": entry.kind, "prev": entry.prev, "risk_after": entry.risk_after or ""}
    return {**told, "links": asked.links(entry), "detail": asked.detail(entry)}


def _metadata(receipt: Receipt, version: str) -> dict[str, Any]:
    entry = receipt.record
    profiles = ["security_control", *(["ai_operation", "record_integrity"] if version >= "1.9.0" else [])]
    return {
        "version": version,
        "product": {"name": "enactd", "vendor_name": "enactd", "version": entry.engine or __version__},
        "profiles": profiles,
        "uid": receipt.id,
        "sequence": entry.seq,
        "log_name": entry.log,
        "original_time": asked.when(entry),
        "labels": [f"sha256:{receipt.hash}"],
        "correlation_uid": entry.call_id,
    }


def _actor(entry: Record) -> dict[str, Any]:
    seen = entry.witnessed
    actor: dict[str, Any] = {"app_name": entry.agent or "enactd", "session": {"uid": entry.session}}
    if seen is not None:
        actor["user"] = {"uid": str(seen.uid)}
        name = seen.exe.rpartition("/")[2]
        actor["process"] = {"pid": seen.pid, "name": name, "path": seen.exe} if name else {"pid": seen.pid}
    return actor


def _api(entry: Record, receipt: Receipt) -> dict[str, Any]:
    api: dict[str, Any] = {
        "operation": asked.operation(entry),
        "request": {"uid": entry.call_id or receipt.id, "data": {"input": asked.text(entry)}},
        "service": {"name": entry.agent or "enactd"},
    }
    if entry.outcome is not None and entry.outcome.exit_code is not None:
        api["response"] = {"code": entry.outcome.exit_code, "message": entry.outcome.status}
    return api


def _control(entry: Record) -> dict[str, Any]:
    """The profile `security_control`: what was answered, on whose word."""
    if entry.verdict is None:
        return {}
    action, action_name, disposition, disposition_name = _ACTIONS[entry.verdict]
    risk, risk_name = _RISKS[entry.risk or "SAFE"]
    deciding = asked.deciding(entry)
    return {
        "action_id": action,
        "action": action_name,
        "disposition_id": disposition,
        "disposition": disposition_name,
        "risk_level_id": risk,
        "risk_level": risk_name,
        "policy": {"uid": deciding[0], "name": ", ".join(deciding), "version": entry.policy_set} if deciding else {},
    }


def _status(entry: Record) -> dict[str, Any]:
    if entry.outcome is None:
        return {"duration": entry.duration // 1000} if entry.duration else {}
    status = {"ok": (1, "Success"), "failed": (2, "Failure"), "interrupted": (2, "Failure")}
    number, name = status.get(entry.outcome.status, (99, entry.outcome.status))
    told: dict[str, Any] = {"status_id": number, "status": name, "status_detail": entry.outcome.status}
    return told | ({"duration": entry.outcome.duration // 1000} if entry.outcome.duration else {})


def _activity(entry: Record) -> int:
    """What the gravest of the effects does: delete, change, create, read."""
    types = {str(effect.get("type")) for effect in entry.effects}
    if types & _DELETES:
        return 4
    if not types:
        return 99
    if types <= _READS:
        return 2
    hows = {str(effect.get("how")) for effect in entry.effects if effect.get("type") == "WritePath"}
    return 1 if types == {"WritePath"} and hows == {"create"} else 3


def _attested(event: dict[str, Any], receipt: Receipt, before: dict[str, Any] | None) -> dict[str, Any]:
    """Put the attestation into the event: all but the fingerprint is inside what the fingerprint covers."""
    attestation: dict[str, Any] = {
        "uid": receipt.id,
        "authority_uid": receipt.record.mac_key,
        "chain_uid": receipt.record.log,
        **({"prev_event": before} if before else {}),
    }
    event["attestation_list"] = [attestation]
    digest = hashlib.sha256(canonical.encode(event)).hexdigest()
    attestation["fingerprint"] = {"algorithm_id": 3, "algorithm": "SHA-256", "value": digest}
    return attestation


def _told(value: Any) -> Any:
    """Without members that say nothing."""
    if isinstance(value, dict):
        return {name: _told(member) for name, member in value.items() if member not in ("", [], {}, None)}
    return [_told(member) for member in value] if isinstance(value, list) else value
