"""The schema that editors get says what the settings themselves say."""

from __future__ import annotations

import json
from typing import Any

from enactd.config.files import known_keys
from enactd.config.schema import schema


def looked_up(found: dict[str, Any], dotted: str) -> dict[str, Any]:
    """The part of the schema for a key."""
    part: dict[str, Any] = found
    for name in dotted.split("."):
        part = part["properties"][name]
        while "$ref" in part or "allOf" in part or "anyOf" in part:
            options = [part] if "$ref" in part else part.get("allOf", part.get("anyOf", []))
            target = next((option["$ref"] for option in options if "$ref" in option), None)
            if target is None:
                break
            part = found["$defs"][target.rsplit("/", 1)[-1]]
    return part


def test_every_setting_is_in_it() -> None:
    """With type or choices; unknown keys are errors for the editor, too."""
    found = schema()
    json.dumps(found)
    for key in known_keys():
        part = looked_up(found, key)
        assert {"type", "enum", "anyOf", "items"} & set(part), key
    assert found["additionalProperties"] is False
    assert {"ge": 1, "le": 64} == {
        "ge": looked_up(found, "daemon.threads")["minimum"], "le": looked_up(found, "daemon.threads")["maximum"],
    }  # fmt: skip
    assert {"silent", "approve-safe"} == set(looked_up(found, "allow")["enum"])


def test_policies_with_their_parameters() -> None:
    """By id; what every policy has, and its own with type and default."""
    found = schema([("a.b", "Title", {"n": 3, "names": ["x"], "on": True, "odd": None})])
    policy = found["properties"]["policies"]["properties"]["a.b"]
    assert {"enabled", "level", "n", "names", "on", "odd"} == set(policy["properties"])
    assert ("integer", 3) == (policy["properties"]["n"]["type"], policy["properties"]["n"]["default"])
    assert {"type": "string"} == policy["properties"]["names"]["items"]
    assert policy["additionalProperties"] is False
    assert found["properties"]["policies"]["additionalProperties"] is False
