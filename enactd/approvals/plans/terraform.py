"""terraform and tofu: what state and plan files at hand say that a command destroys. Nothing is run."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any, Final

import msgspec

from enactd.approvals.plans.command import Command
from enactd.approvals.plans.counting import by_type, counted
from enactd.approvals.plans.terraform_plan import Change, NotAPlan, read_plan
from enactd.disk import digest_of, read_file
from enactd.world import World

STATE_LIMIT: Final = 4 << 20
PLAN_LIMIT: Final = 16 << 20
_TAKING: Final = (
    "chdir", "var", "var-file", "target", "exclude", "state", "state-out", "backup", "lock-timeout", "parallelism", "replace",
)  # fmt: skip
_COMMENTS: Final = re.compile(r"/\*[^*]*(?:\*(?!/)[^*]*)*(?:\*/|\Z)|^[ \t]*(?:#|//).*$", re.MULTILINE)
_BACKEND: Final = re.compile(r'\b(backend\s+"([\w-]+)"|cloud)\s*\{([^{}]*)')
_ENDS: Final = re.compile(r"[.\[]")
_DEEP: Final = 100  # parts of an address
_PATH: Final = re.compile(r'^\s*(path|workspace_dir)\s*=\s*"([^"$]*)"\s*$', re.MULTILINE)


def summary(command: Command, world: World) -> Iterator[str]:
    """Sentences about one `destroy` or `apply`."""
    folder = command.folder
    for moved in command.values("chdir"):
        folder = command.path(moved)
    if folder is None:
        yield "the folder it works in is known only when it runs, so is what it changes"
        return
    operands = command.operands(*_TAKING)
    if operands[:1] == ["apply"] and len(operands) > 1:
        yield from _of_plan(posixpath.normpath(posixpath.join(folder, operands[-1])), world)
        return
    destroys = operands[:1] == ["destroy"] or any(
        word.lstrip("-") in ("destroy", "destroy=true") for word in command.words
    )
    yield from _of_state(command, folder, world, destroys=destroys)


def _of_plan(path: str, world: World) -> Iterator[str]:
    data = None if world.assumed else read_file(world.real(path), PLAN_LIMIT)
    if data is None:
        yield f"the plan file {path} cannot be read here: what it changes is not known"
        return
    if world.digest(path) != digest_of(data):
        yield f"the plan file {path} changes while it is looked at: what it says is not known"
        return
    try:
        plan = read_plan(data)
    except NotAPlan as error:
        yield f"the plan file {path}: {error}; what it changes is not known"
        return
    for action, changes in plan.grouped():
        yield f"by the plan file, {action} {counted(len(changes), 'resource')}:"
        yield from (f"  {line}" for line in by_type((change.type, change.name) for change in changes))
    if not plan.changes:
        yield "by the plan file nothing changes"
    if plan.incomplete:
        yield "the plan file has more in it than is told here"


def _of_state(command: Command, folder: str, world: World, *, destroys: bool) -> Iterator[str]:
    path, problem = _state_path(command, folder, world)
    if path is None:
        yield problem
        return
    text = world.text(path, STATE_LIMIT)
    if text is None:
        missing = world.stat(path).kind == "missing"
        yield f"there is no state at {path}" if missing else f"the state at {path} cannot be read: not known"
        return
    try:
        found, serial = _resources(text)
    except (msgspec.MsgspecError, TypeError, ValueError, KeyError, AttributeError):
        yield f"the state at {path} is in no form that is known"
        return
    targets = [target for target in command.values("target") if target]
    if targets:
        found = _aimed(found, targets)
    what = f"{counted(len(found), 'resource')} of {counted(len({one.type for one in found}), 'type')}"
    by = f"by {posixpath.basename(path)} (serial {serial})"
    aimed = f", aimed at {', '.join(targets[:5])} and what depends on it" if targets else ""
    if destroys:
        yield f"{by} this destroys {what}{aimed}" + (":" if found else "")
    else:
        yield f"without a plan file, what it changes is decided when it runs; {by} there are {what}{aimed}:"
    yield from (f"  {line}" for line in by_type((one.type, one.name) for one in found))


class Resource(msgspec.Struct, frozen=True):
    """One instance of the state. `needs` are addresses it depends on."""

    address: str
    type: str
    name: str
    needs: tuple[str, ...] = ()


def _resources(text: str) -> tuple[list[Resource], int]:
    """The managed instances of a state of version 3 or 4, and its serial."""
    state = msgspec.json.decode(text, type=dict[str, Any])
    if state["version"] not in (3, 4):
        raise ValueError("another version")
    found = list(_newer(state) if state["version"] == 4 else _older(state))
    return found, int(state.get("serial", 0))


def _newer(state: dict[str, Any]) -> Iterator[Resource]:
    for resource in state.get("resources") or ():
        if resource.get("mode", "managed") != "managed":
            continue
        kind, name, module = str(resource["type"]), str(resource["name"]), str(resource.get("module") or "")
        base = f"{module}.{kind}.{name}" if module else f"{kind}.{name}"
        for instance in resource.get("instances") or ():
            key = instance.get("index_key")
            index = "" if key is None else f"[{key}]" if isinstance(key, int) else f'["{key}"]'
            needs = tuple(map(str, instance.get("dependencies") or ()))
            shown = f"{module}.{name}{index}" if module else f"{name}{index}"
            yield Resource(base + index, kind, shown, needs)


def _older(state: dict[str, Any]) -> Iterator[Resource]:
    for module in state.get("modules") or ():
        path = "".join(f"module.{part}." for part in (module.get("path") or ["root"])[1:])
        for address, resource in (module.get("resources") or {}).items():
            if address.startswith("data."):
                continue
            needs = tuple(path + str(need) for need in resource.get("depends_on") or ())
            kind = str(resource["type"])
            yield Resource(path + address, kind, path + address.removeprefix(f"{kind}."), needs)


def _aimed(found: list[Resource], targets: list[str]) -> list[Resource]:
    """What the targets name, and all that depends on it: that goes, too."""
    plain = [target.replace("'", '"') for target in targets]
    needing: dict[str, list[Resource]] = {}
    for one in found:
        for need in one.needs:
            needing.setdefault(need, []).append(one)
    chosen = {one.address for one in found if any(_within(one.address, target) for target in plain)}
    fresh = list(chosen)
    while fresh:
        more = {one.address for part in _enclosing(fresh.pop()) for one in needing.pop(part, ())} - chosen
        chosen |= more
        fresh += more
    return [one for one in found if one.address in chosen]


def _enclosing(address: str) -> Iterator[str]:
    """All that a dependency may name to mean this: itself, its module, all its instances."""
    yield address
    for end in islice(_ENDS.finditer(address), _DEEP):
        yield address[: end.start()]


def _within(address: str, target: str) -> bool:
    return address == target or address.startswith((f"{target}.", f"{target}["))


def _state_path(command: Command, folder: str, world: World) -> tuple[str | None, str]:
    """Where the state lies here, or why it is not known."""
    for given in command.values("state"):
        path = command._replace(folder=folder).path(given)
        return path, "the state's place is known only when it runs"
    names = world.names(folder)
    if names is None:
        return None, f"the folder {folder} cannot be read: what is destroyed is not known"
    backend, settings = _backend(folder, names, world)
    if backend not in ("", "local"):
        return None, f"the state is remote (backend {backend}): what it holds is not known here"
    own = dict(_PATH.findall(settings))
    workspace = (world.variable("TF_WORKSPACE") or world.text(f"{folder}/.terraform/environment") or "default").strip()
    if workspace != "default":
        base = posixpath.join(folder, own.get("workspace_dir", "terraform.tfstate.d"))
        return posixpath.normpath(posixpath.join(base, workspace, "terraform.tfstate")), ""
    return posixpath.normpath(posixpath.join(folder, own.get("path", "terraform.tfstate"))), ""


def _backend(folder: str, names: tuple[str, ...], world: World) -> tuple[str, str]:
    """The backend that the configuration names and its settings; what was initialised here counts before that."""
    text = world.text(f"{folder}/.terraform/terraform.tfstate", STATE_LIMIT)
    if text is not None:
        try:
            kept = msgspec.json.decode(text, type=dict[str, Any]).get("backend") or {}
            config = kept.get("config") or {}
            lines = [f'{name} = "{config[name]}"' for name in ("path", "workspace_dir") if config.get(name)]
            if isinstance(kept.get("type"), str):
                return kept["type"], "\n".join(lines)
        except (msgspec.MsgspecError, AttributeError, TypeError):
            return "not known", ""
    for name in names:
        if name.endswith((".tf", ".tofu")):
            found = _BACKEND.search(_COMMENTS.sub("", world.text(f"{folder}/{name}") or ""))
            if found is not None:
                return found[2] or "cloud", found[3]
        elif name.endswith((".tf.json", ".tofu.json")) and '"backend"' in (world.text(f"{folder}/{name}") or ""):
            return "of a JSON configuration", ""
    return "", ""


__all__ = ["Change", "summary"]
