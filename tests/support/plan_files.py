"""States, plans and folders of infrastructure tools, as those tools write them."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from enactd.effects.areas import Places
from enactd.effects.interpret import Read, interpret
from enactd.toolcall import ToolCall
from enactd.world import World


def state(*resources: dict[str, Any], serial: int = 12) -> str:
    """A state of version 4."""
    return json.dumps({"version": 4, "terraform_version": "1.9.0", "serial": serial, "resources": list(resources)})


def resource(
    kind: str, name: str, *keys: Any, module: str = "", mode: str = "managed", needs: Sequence[str] = ()
) -> Any:
    """One resource of a state with an instance per key; one without a key where none is given."""
    instances: list[dict[str, Any]] = [{"index_key": key, "dependencies": list(needs)} for key in keys]
    made = {"mode": mode, "type": kind, "name": name, "instances": instances or [{"dependencies": list(needs)}]}
    return {**made, "module": module} if module else made


def plan_file(*changes: tuple[str, int]) -> bytes:
    """The archive that `plan -out` writes: addresses with the numbers of their actions."""
    message = _number_field(1, 3) + _bytes_field(14, b"1.9.0")
    for address, action in changes:
        change = _number_field(1, action) + _bytes_field(2, b"\x0a\x01\xc0")
        message += _bytes_field(3, _bytes_field(13, address.encode()) + _bytes_field(9, change))
    return archive(tfplan=message)


def archive(**members: bytes) -> bytes:
    """A ZIP of these members."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as written:
        for name, content in members.items():
            written.writestr(name, content)
    return data.getvalue()


def read(folder: Path, command: str) -> tuple[Read, World]:
    """A Bash call in a folder, as the judge reads it."""
    world = World(cwd=str(folder), workspace=str(folder), home="/nonexistent")
    call = ToolCall(agent="a", session="s", tool="Bash", input={"command": command}, cwd=str(folder))
    return interpret(call, world, Places(workspace=str(folder), home="/nonexistent")), world


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes((*out, value))


def _number_field(number: int, value: int) -> bytes:
    return _varint(number << 3) + _varint(value)


def _bytes_field(number: int, value: bytes) -> bytes:
    return _varint(number << 3 | 2) + _varint(len(value)) + value
