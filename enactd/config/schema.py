"""A JSON schema of `config.toml`, for editors: types, bounds and meanings come from the settings themselves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

import msgspec

from enactd.config.files import LEVELS
from enactd.config.settings import Written

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"


def schema(policies: Iterable[tuple[str, str, Mapping[str, Any]]] = ()) -> dict[str, Any]:
    """The schema. `policies` are (id, title, parameters with their defaults) of those that may be configured."""
    (top,), parts = msgspec.json.schema_components([Written], ref_template="#/$defs/{name}")
    defs: dict[str, Any] = {name: _without_defaults(part) for name, part in parts.items()}
    root = defs.pop(str(top["$ref"]).rsplit("/", 1)[-1]) if "$ref" in top else dict(top)
    named = {identity: _policy(title, parameters) for identity, title, parameters in policies}
    for part in (root, *defs.values()):
        if "policies" in part.get("properties", {}):
            known = (
                {"properties": named, "additionalProperties": False}
                if named
                else {"additionalProperties": _policy("", {})}
            )
            meaning = part["properties"]["policies"].get("description", "")
            part["properties"]["policies"] = {"type": "object", "description": meaning, **known}
    return {"$schema": DIALECT, "title": "enactd config.toml", **root, "$defs": defs}


def _policy(title: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """What a policy's table may hold."""
    general = {
        "enabled": {"type": "boolean", "description": "whether it is asked at all"},
        "level": {"enum": list(LEVELS), "description": "observe: stops nothing; ask: at most asks; deny: never asks"},
    }
    own = {name: {**_kind(default), "default": default} for name, default in parameters.items()}
    found: dict[str, Any] = {"type": "object", "properties": {**general, **own}}
    return {**found, "description": title, "additionalProperties": False} if title else found


def _kind(default: Any) -> dict[str, Any]:
    if isinstance(default, bool):
        return {"type": "boolean"}
    if isinstance(default, int):
        return {"type": "integer"}
    if isinstance(default, str):
        return {"type": "string"}
    if isinstance(default, list | tuple):
        texts = bool(default) and all(isinstance(item, str) for item in default)
        return {"type": "array", **({"items": {"type": "string"}} if texts else {})}
    return {}


def _without_defaults(part: Any) -> Any:
    """Defaults of whole tables say nothing that the tables do not; those of values stay."""
    if isinstance(part, list):
        return [_without_defaults(item) for item in part]
    if not isinstance(part, dict):
        return part
    dropped = {"default"} if isinstance(part.get("default"), dict) else set()
    return {name: _without_defaults(value) for name, value in part.items() if name not in dropped}
