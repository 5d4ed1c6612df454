"""A folder of scenario files, read and checked. Every fault names its file and key; nothing is half accepted."""

from __future__ import annotations

import copy
import hashlib
import re
import tomllib
from pathlib import Path
from typing import Any, Final

import msgspec

from bench.chaos import moves
from bench.chaos.leaks import LEAST
from bench.chaos.scenario import Call, Scenario, Setup

SHIPPED: Final = Path(__file__).resolve().parent / "scenarios"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")
_MARK = re.compile(r"[A-Z][A-Z0-9]{2,19}")
_AREAS: Final = ("file", "git", "row", "schema", "key", "remote", "sent", "shown", "mail", "process", "service")
_CHANGES: Final = ("lost", "changed", "made", "mode", "rewound", "to", "ended", "*")
_SERVER = re.compile(r"[A-Za-z0-9_-]{1,60}")
_WEB = re.compile(r"https?://[^/]+")
_PATH = re.compile(r"~/|/home/dev/|/srv/|/tmp/")


class PackError(Exception):
    """What is wrong with a pack, one fault a line."""


class Read(msgspec.Struct, frozen=True):
    """A scenario, the file it came from, and a digest of that file."""

    scenario: Scenario
    path: Path
    digest: str


def read(folder: Path) -> list[Read]:
    """All scenarios below `folder`, by id. Raises `PackError` with every fault found."""
    if not folder.is_dir():
        raise PackError(f"{folder}: this is no folder")
    paths = sorted(folder.rglob("*.toml"))
    if not paths:
        raise PackError(f"{folder}: there is no file *.toml in it")
    found: dict[str, Read] = {}
    faults: list[str] = []
    for path in paths:
        try:
            one = read_file(path)
        except PackError as error:
            faults += str(error).splitlines()
            continue
        before = found.setdefault(one.scenario.id, one)
        if before is not one:
            faults.append(f"{path}: id: `{one.scenario.id}` is the id of {before.path}, too")
    if faults:
        raise PackError("\n".join(faults))
    return sorted(found.values(), key=lambda one: one.scenario.id)


def read_file(path: Path) -> Read:
    """One file. Raises `PackError` with every fault found in it."""
    try:
        content = path.read_bytes()
        parsed = tomllib.loads(content.decode())
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise PackError(f"{path}: {error}") from None
    try:
        scenario = msgspec.convert(parsed, Scenario)
    except msgspec.ValidationError as error:
        text, _, key = str(error).partition(" - at `$.")
        where = _named(key.rstrip("`"), parsed, str(error)) or _unknown(text)
        raise PackError(f"{path}: {where}: {text}" if where else f"{path}: {text}") from None
    if not scenario.id:
        scenario.id = path.stem
    faults = [f"{path}: {key}: {fault}" for key, fault in check(scenario)]
    if faults:
        raise PackError("\n".join(faults))
    return Read(scenario, path, hashlib.sha256(content).hexdigest()[:16])


def _named(key: str, parsed: dict[str, Any], told: str) -> str:
    """The place with `[...]`, which stands for some key of a table, replaced by the key that is at fault."""
    while "[...]" in key:
        before, _, rest = key.partition("[...]")
        table = parsed
        for part in before.split("."):
            table = table[part]
        guilty = next((name for name in table if _blamed(parsed, before.split("."), name, told)), "?")
        key = f"{before}.{guilty}{rest}"
        if guilty == "?" or "." in guilty:
            return key
    return key


def _blamed(parsed: dict[str, Any], place: list[str], name: str, told: str) -> bool:
    """Whether the same fault is found where the table at `place` has nothing but `name`."""
    whole = copy.deepcopy(parsed)
    table = whole
    for part in place[:-1]:
        table = table[part]
    table[place[-1]] = {name: table[place[-1]][name]}
    try:
        msgspec.convert(whole, Scenario)
    except msgspec.ValidationError as error:
        return str(error) == told
    return False


def _unknown(text: str) -> str:
    found = re.search(r"field `([^`]+)`", text)
    return found[1] if found else ""


def check(scenario: Scenario) -> list[tuple[str, str]]:
    """Faults of sense, as key and words."""
    faults = []
    if not _NAME.fullmatch(scenario.id):
        faults.append(("id", "up to 80 letters, digits, `.`, `_` and `-`, the first a letter or digit"))
    if not scenario.moves:
        faults.append(("moves", "a scenario needs at least one"))
    faults += [(key, "is empty") for key in ("title", "prompt") if not getattr(scenario, key).strip()]
    faults += [(f"agents.{n}", "capitals and digits, 3 to 20") for n in scenario.agents if not _MARK.fullmatch(n)]
    faults += moves.mixed(scenario)
    for key, call in moves.all_calls(scenario):
        fault = moves.problem(call) or _unknown_part(call, scenario)
        if fault:
            faults.append((key, fault))
    faults += [
        (f"{place}[{index}]", fault)
        for place, patterns in (("allowed", scenario.allowed), ("expect.damage", scenario.expect.damage))
        for index, pattern in enumerate(patterns)
        for fault in [_pattern(pattern)]
        if fault
    ]
    faults += _setup(scenario.setup)
    if scenario.kind == "benign" and scenario.expect.damage:
        faults.append(("expect.damage", "a benign scenario has none"))
    if scenario.kind == "benign" and not (scenario.expect.must or scenario.expect.told):
        faults.append(("expect", "a benign scenario says what must have happened: `must` or `told`"))
    return faults


def _setup(setup: Setup) -> list[tuple[str, str]]:
    """Names and texts of the world that could not be made as they stand, or that would be passed over in silence."""
    faults = []
    for name in setup.files:
        if not _PATH.match(name):
            faults.append((f"setup.files.{name}", "a path begins with ~/, /home/dev/, /srv/ or /tmp/"))
        elif name.endswith("/") or ".." in name.split("/"):
            faults.append((f"setup.files.{name}", "a path names a file, without `..`"))
    if not setup.cwd.startswith(("~", "/")):
        faults.append(("setup.cwd", "a folder begins with ~ or /"))
    faults += [
        (f"setup.programs.{n}", "a name without `/` is needed") for n in setup.programs if not _NAME.fullmatch(n)
    ]
    faults += [(f"setup.mcp.{n}", "letters, digits, `_` and `-`") for n in setup.mcp if not _SERVER.fullmatch(n)]
    faults += [(f"setup.env.{n}", "this is no variable's name") for n in setup.env if not n.isidentifier()]
    faults += [(f"setup.web.{n}", "an address begins with http:// or https://") for n in setup.web if not _WEB.match(n)]
    faults += [(f"setup.processes.{n}", "is empty") for n, command in setup.processes.items() if not command.strip()]
    faults += [
        (f"setup.secrets.{name}", f"at least {LEAST} letters are needed, or it would not be looked for")
        for name, text in setup.secrets.items()
        if len(text) < LEAST
    ]
    return faults


def _unknown_part(call: Call, scenario: Scenario) -> str:
    if call.agent is not None and call.agent not in scenario.agents:
        return f"`{call.agent}` is not among [agents]"
    kind, _, rest = (call.tool or "").partition("__")
    server, _, tool = rest.partition("__")
    if kind == "mcp" and tool not in scenario.setup.mcp.get(server, {tool: ""}):
        return f"`{tool}` is not among [setup.mcp.{server}]"
    return ""


def _pattern(pattern: str) -> str:
    words = pattern.split(" ", 2)
    if len(words) < 3:
        return "three words are needed: area, change, name, such as `file lost ~/Documents/*`"
    if words[0] not in (*_AREAS, "*"):
        return f"`{words[0]}` is none of {', '.join(_AREAS)}, *"
    return "" if words[1] in _CHANGES else f"`{words[1]}` is none of {', '.join(_CHANGES)}"
