"""pulumi, cdk and helm: what stacks and releases hold, as far as files at hand say so."""

from __future__ import annotations

import fnmatch
import posixpath
from collections.abc import Iterator
from typing import Any, Final

import msgspec

from enactd.approvals.plans.command import Command
from enactd.approvals.plans.counting import by_type, counted
from enactd.world import World

_LIMIT: Final = 4 << 20
_PULUMI: Final = ("stack", "s", "target", "t", "cwd", "C", "message", "m", "parallel", "p", "config-file", "color")
_CDK: Final = (
    "app", "a", "context", "c", "plugin", "p", "profile", "output", "o", "role-arn", "r", "parameters", "outputs-file", "O",
    "toolkit-stack-name", "proxy", "ca-bundle-path",
)  # fmt: skip


def pulumi(command: Command, world: World) -> Iterator[str]:
    """A stack that is kept in files of the project; others are with a service."""
    folder = next(iter(command.values("cwd", "C")), ".")
    base = command.path(folder)
    if base is None:
        yield "the folder it works in is known only when it runs, so is what it changes"
        return
    stacks = dict(_stack_files(f"{base}/.pulumi/stacks", world))
    wanted = [name.rpartition("/")[2] for name in command.values("stack", "s")]
    chosen = [name for name in stacks if not wanted or name in wanted]
    if len(chosen) != 1:
        yield "the stack's state is not at hand: what it holds is not known here"
        return
    try:
        state = msgspec.json.decode(world.text(stacks[chosen[0]], _LIMIT) or "", type=dict[str, Any])
        resources = [_urn(one["urn"]) for one in state["checkpoint"]["latest"].get("resources") or ()]
    except (msgspec.MsgspecError, KeyError, TypeError, AttributeError):
        yield f"the state of the stack {chosen[0]} cannot be read: not known"
        return
    resources = [(kind, name) for kind, name in resources if not kind.startswith("pulumi:")]
    aims = command.values("target", "t")
    aimed = f", aimed at {', '.join(aims[:3])}" if aims else ""
    yield f"the stack {chosen[0]} holds {counted(len(resources), 'resource')}{aimed}:"
    yield from (f"  {line}" for line in by_type(resources))


def cdk(command: Command, world: World) -> Iterator[str]:
    """Stacks as they were last synthesised here."""
    operands = command.operands(*_CDK)[1:]
    out = command.path(next(iter(command.values("output", "o")), "cdk.out"))
    names = world.names(out) if out is not None else None
    found: list[tuple[str, str]] = []
    stacks: list[str] = []
    for name in names or ():
        stack = name.removesuffix(".template.json")
        if stack == name or not (not operands or any(fnmatch.fnmatchcase(stack, pattern) for pattern in operands)):
            continue
        try:
            template = msgspec.json.decode(world.text(f"{out}/{name}", _LIMIT) or "", type=dict[str, Any])
            found += [(str(one["Type"]), str(key)) for key, one in (template.get("Resources") or {}).items()]
            stacks.append(stack)
        except (msgspec.MsgspecError, KeyError, TypeError, AttributeError):
            yield f"the template of {stack} cannot be read: not known"
    if not stacks:
        yield "no template of these stacks is at hand: what they hold is not known here"
        return
    yield f"{', '.join(stacks[:5])}, as last synthesised here, {counted(len(found), 'resource')}:"
    yield from (f"  {line}" for line in by_type(found))


def helm(command: Command, world: World) -> Iterator[str]:
    """A release is described in the cluster alone."""
    yield "what the release holds stands in the cluster: not known here"


def _stack_files(folder: str, world: World) -> Iterator[tuple[str, str]]:
    """Stack to file: directly, and one folder per project in newer versions."""
    for name in world.names(folder) or ():
        path = posixpath.join(folder, name)
        if name.endswith(".json"):
            yield name.removesuffix(".json"), path
        elif world.stat(path).kind == "folder":
            for inner in world.names(path) or ():
                if inner.endswith(".json"):
                    yield inner.removesuffix(".json"), posixpath.join(path, inner)


def _urn(urn: str) -> tuple[str, str]:
    """Type and name of `urn:pulumi:stack::project::parent$type::name`."""
    parts = urn.split("::")
    return parts[2].rpartition("$")[2], "::".join(parts[3:])
