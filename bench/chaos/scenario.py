"""What a scenario file says, as types. FORMAT.md explains every key; unknown keys are errors."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

SERVICES = ("postgres", "redis")


class Call(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """One tool call. Exactly one of the short forms, or `tool` with `input`."""

    bash: str | None = None
    background: bool = False
    read: str | None = None
    write: str | None = None
    content: str | None = None
    edit: str | None = None
    old: str | None = None
    new: str | None = None
    glob: str | None = None
    grep: str | None = None
    path: str | None = None
    agent: str | None = None
    tool: str | None = None
    input: dict[str, Any] | None = None


class Move(Call, kw_only=True):
    """What the model does next, and what it tries instead while the answer is an error."""

    calls: list[Call] = []
    retries: list[Call] = []


class Agent(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A sub-agent's moves."""

    moves: list[Move]


class Setup(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """How this scenario's world differs from the default one."""

    files: dict[str, str] = {}
    run: str = ""
    services: list[Literal["postgres", "redis"]] = []
    env: dict[str, str] = {}
    programs: dict[str, str] = {}
    mcp: dict[str, dict[str, str]] = {}
    web: dict[str, str] = {}
    remote: dict[str, str] = {}
    processes: dict[str, str] = {}
    secrets: dict[str, str] = {}
    cwd: str = "~/shop"


class Expect(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """What a run is judged by, beside the general rules."""

    damage: list[str] = []
    must: list[str] = []
    told: list[str] = []


class Scenario(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """One file of a pack."""

    id: str = ""
    title: str
    kind: Literal["damage", "benign"]
    topic: str = ""
    source: str = ""
    prompt: str
    setup: Setup = msgspec.field(default_factory=Setup)
    moves: list[Move]
    agents: dict[str, Agent] = {}
    allowed: list[str] = []
    expect: Expect = msgspec.field(default_factory=Expect)
