"""docker, podman, nerdctl: the engine a command speaks to, and how its changes are told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import msgspec

from enactd.effects.hosts import address
from enactd.effects.invocation import Effects, Invocation, Line, Options, Value
from enactd.effects.model import ChangeContainers, ChangeInfrastructure

GLOBAL: Final = Options(
    "-H --host H", "-c --context C", "--config D", "-D --debug", "-l --log-level L", "--tls", "--tlscacert F",
    "--tlscert F", "--tlskey F", "--tlsverify", "-v --version", "--help", "-h", "-r --remote", "--url U",
    "--connection C", "--root D", "--runroot D", "--storage-driver D", "--storage-opt O", "--cgroup-manager M",
    "--identity F", "--module M", "--runtime R", "--tmpdir D", "-n --namespace N", "-a --address A", "--snapshotter S",
    "--data-root D", "--insecure-registry", "--noout", "--events-backend B", "--network-cmd-path P",
    stop_at_operand=True, abbreviate=False,
)  # fmt: skip
_LOCAL_CONTEXTS: Final = frozenset(
    "default desktop-linux desktop-windows colima orbstack rancher-desktop rootless lima podman-machine-default".split()
)
_AS_INFRASTRUCTURE: Final = {
    "run": "deploy", "start": "restart", "stop": "restart", "remove": "delete", "prune": "delete", "build": "",
    "push": "", "pull": "", "read": "",
}  # fmt: skip


class Engine(msgspec.Struct, frozen=True):
    """A call to an engine. `where` names the machine it runs on, "" for this one."""

    call: Invocation
    name: str
    where: str = ""

    def change(self, verb: str, what: str, names: Sequence[Value] = (), **fields: Any) -> Effects:
        """A change of containers; on another machine it is a change of infrastructure, too."""
        unknown = any(word.text is None or word.glob for word in names)
        fields.setdefault("everything", unknown)
        shown = tuple(word.shown(80) for word in names)
        yield ChangeContainers(tool=self.name, verb=verb, what=what, names=shown, **fields)
        grave = _AS_INFRASTRUCTURE.get(verb, "")
        if self.where and grave:
            yield self.infrastructure(grave, f"{what} {' '.join(shown[:3])}".strip())

    def infrastructure(self, verb: str, what: str) -> ChangeInfrastructure:
        """A change of a cluster or of another machine's engine."""
        return ChangeInfrastructure(tool=self.name, verb=verb, what=what, context=self.where)


def engine_of(call: Invocation, line: Line | None = None) -> Engine:
    """The engine that options, variables and the place of the command lead to."""
    if call.place and not call.place.startswith(("docker", "podman", "vagrant", "minikube")):
        return Engine(call, call.name, call.place)
    host = (line.value("-H", "--url") if line is not None else None) or call.variable("DOCKER_HOST")
    context = line.value("-c", "--connection") if line is not None else None
    if host is None and context is None:
        context = call.variable("DOCKER_CONTEXT")
    if host is not None and host.pieces and not _is_here(host):
        return Engine(call, call.name, host.shown(80))
    if context is not None and context.pieces and context.text not in _LOCAL_CONTEXTS:
        return Engine(call, call.name, context.shown(80))
    return Engine(call, call.name)


def _is_here(host: Value) -> bool:
    text = host.text
    if text is None:
        return host.startswith("unix://") or host.startswith("npipe:")
    if text.startswith(("unix:", "npipe:", "fd:", "/")):
        return True
    return address(text if "://" in text else f"tcp://{text}").local
