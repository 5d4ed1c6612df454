"""Commands inside pods and files that go in and out of them."""

from __future__ import annotations

import re
from typing import Final

from enactd.effects.invocation import Effects, Output, Value
from enactd.effects.model import Opaque, OpenShell, ReadPath, SendData, WritePath
from enactd.effects.programs.kubectl_line import Command
from enactd.effects.values import FILE, NETWORK, SECRET, unknown
from enactd.risk import Risk

SHELLS: Final = re.compile(r"(?:.*/)?(?:ba|z|a|da|k|fi|tc|c)?sh$|(?:.*/)?(?:pwsh|powershell)$")
_POD_PATH: Final = re.compile(r"(?:[\w.-]+/)?[\w.-]+:")


def place_of(command: Command) -> str:
    """The pod for effects that happen inside: `kubectl api-0`, `local kubectl api-0` on a cluster of this machine."""
    names = [word.shown(60) for word in command.words[:1]]
    namespace = command.line.value("-n")
    near = ["local"] if command.cluster.local else []
    return " ".join([*near, "kubectl", *([namespace.shown(40)] if namespace is not None else []), *names])


def enter(command: Command) -> Effects:
    """A program inside a pod; a bare interactive shell is one that nobody sees into."""
    argv = command.rest or command.words[1:]
    place = place_of(command)
    if not argv:
        if command.words:
            yield Opaque(reason="command in a pod known only at run time", level=Risk.SENSITIVE)
        return
    if len(argv) == 1 and argv[0].text is not None and SHELLS.match(argv[0].text):
        if command.call.stdin is not None:
            yield from command.call.shell(command.call.stdin, via=place, place=place, origin="stdin", cwd=_folder())
        else:
            yield OpenShell(by=f"{command.call.name} exec", to=place)
        return
    yield from command.call.run(argv, via=place, place=place, cwd=_folder())


def _folder() -> Value:
    return unknown("the container's working folder", empty=False)


def run_pod(command: Command) -> Effects:
    """A new pod; what is known of its command happens inside."""
    if command.dry:
        return
    image = command.line.value("--image")
    yield command.change("run", f"pod {command.resources} {image.shown(80) if image is not None else ''}".strip())
    overrides = command.line.value("--overrides")
    if overrides is not None and re.search(r"privileged|hostPID|hostPath|hostNetwork", overrides.visible):
        yield command.change("access", "a pod with the node's rights")
    if command.rest:
        place = place_of(command)
        yield from command.call.run(command.rest, via=place, place=place, cwd=_folder())


def copy(command: Command) -> Effects:
    """Files between this machine and a pod, both ways; told by `pod:path`."""
    if len(command.words) < 2:
        return
    source, target = command.words[0], command.words[1]
    call = command.call
    inward = _POD_PATH.match(target.prefix) is not None or ":" in target.visible[2:]
    if inward and not _POD_PATH.match(source.prefix):
        found = call.target(source)
        taints = frozenset({FILE, SECRET} if found.secret else {FILE})
        yield SendData(
            to=target.shown(80), by=f"{call.name} {command.verb}", carries=taints, uploads=(found,),
            local=command.cluster.local,
        )  # fmt: skip
        if not command.cluster.local:
            yield command.change("change", f"files of {target.shown(80)}")
        return
    place = f"kubectl {source.shown(60).partition(':')[0]}"
    inside = source.split(":", 1)
    if len(inside) == 2:
        yield ReadPath(target=call.target(inside[1], place=place), place=place, shown=False)
    yield WritePath(target=call.target(target), origins=frozenset({NETWORK}), recursive=True)
    yield Output(unknown("output of kubectl cp"))
