"""OCSF: events that the published schemas accept, chained as the profile for it says."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import rfc8785
from jsonschema import Draft202012Validator
from ocsf_json_schema import OcsfJsonSchemaEmbedded, get_ocsf_schema
from support.exported import export, write

from enactd.errors import UsageError
from enactd.receipts.exports.ocsf import VERSIONS

PUBLISHED = VERSIONS[:-1]
NEW = {"ai_agent", "attestation_list"}  # 1.9.0 adds them to the class, by profiles


@cache
def validator(version: str) -> Draft202012Validator:
    """The class with the profiles that we say we use, every object in it, other members refused."""
    schema = OcsfJsonSchemaEmbedded(get_ocsf_schema(version)).get_class_schema("api_activity", ["security_control"])
    return Draft202012Validator(schema)


def events(tmp_path: Path, version: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in export("ocsf", write(tmp_path), ocsf=version)]


@pytest.mark.parametrize("version", PUBLISHED)
def test_valid_by_the_published_schema(tmp_path: Path, version: str) -> None:
    """No error in any event, of any kind and verdict."""
    for event in events(tmp_path, version):
        assert [] == [f"{list(error.path)}: {error.message}" for error in validator(version).iter_errors(event)]
        assert version == event["metadata"]["version"]


def test_the_schema_refuses(tmp_path: Path) -> None:
    """The check can fail: a missing, a wrong and an unknown member are errors."""
    event = events(tmp_path, "1.8.0")[2]
    wrong = ({**event, "api": {}}, {**event, "class_uid": 7}, {**event, "time": "now"}, {**event, "colour": 1})
    for changed in wrong:
        assert [*validator("1.8.0").iter_errors(changed)]


def test_1_9(tmp_path: Path) -> None:
    """What 1.9.0 adds apart, events are valid by 1.8.0; the agent is named by the profile's own object."""
    for event in events(tmp_path, "1.9.0"):
        old = {name: value for name, value in event.items() if name not in NEW}
        old["metadata"] = {**event["metadata"], "version": "1.8.0", "profiles": ["security_control"]}
        assert [] == [error.message for error in validator("1.8.0").iter_errors(old)]
        assert {"security_control", "ai_operation", "record_integrity"} == set(event["metadata"]["profiles"])
        agent = event.get("ai_agent", {})
        assert agent.keys() <= {"uid", "name", "instance_uid", "version", "type_id", "type"}
        assert bool(agent) == (event["metadata"]["log_name"] and event["actor"]["app_name"] != "enactd")


def test_record_integrity(tmp_path: Path) -> None:
    """Each fingerprint is that of the event without it, in canonical form, and names the event before."""
    before = None
    for event in events(tmp_path, "1.9.0"):
        (attestation,) = event["attestation_list"]
        fingerprint = attestation.pop("fingerprint")
        assert hashlib.sha256(rfc8785.dumps(event)).hexdigest() == fingerprint["value"]
        assert 3 == fingerprint["algorithm_id"]
        assert before == attestation.get("prev_event")
        before = {"uid": event["metadata"]["uid"], "type_uid": event["type_uid"], "fingerprint": fingerprint}


def test_words(tmp_path: Path) -> None:
    """Verdicts as actions and dispositions, effects as activities."""
    decided = [event for event in events(tmp_path, "1.8.0") if "action_id" in event]
    assert {(1, 1), (2, 2), (99, 23)} == {(event["action_id"], event["disposition_id"]) for event in decided}
    assert {2, 4, 99} == {event["activity_id"] for event in decided}
    assert all(event["type_uid"] == 600_300 + event["activity_id"] for event in decided)


def test_unknown_version(tmp_path: Path) -> None:
    """A version that was never checked is not made up."""
    with pytest.raises(UsageError, match=r"2\.0\.0"):
        events(tmp_path, "2.0.0")
