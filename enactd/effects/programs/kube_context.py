"""Which cluster a command talks to, and whether it runs on this machine; from the kubeconfig's text alone.

A small reader of the YAML that kubeconfigs are written in: top-level lists of named blocks. What it cannot
read is an unknown context, and an unknown context is not local.
"""

from __future__ import annotations

import posixpath
import re
from typing import Final

import msgspec

from enactd.effects.hosts import address
from enactd.effects.invocation import Invocation, Value

_LOCAL: Final = re.compile(
    r"(?:kind|k3d)-.+|minikube|docker-desktop|docker-for-desktop|rancher-desktop|colima(?:-.+)?|orbstack|microk8s"
    r"|lima(?:-.+)?|podman-desktop|k3s-local|crc-.+|default/api-crc-.*"
)
_FIELD: Final = re.compile(r"^(\s*)(-\s+)?([\w-]+):\s*(.*?)\s*$")


class Cluster(msgspec.Struct, frozen=True):
    """A context by name, "" where nobody can tell, and whether its cluster is on this machine."""

    name: str = ""
    local: bool = False


def cluster_of(call: Invocation, context: Value | None, kubeconfig: Value | None, server: Value | None) -> Cluster:
    """The cluster of a command line; elsewhere (`ssh host kubectl`) nothing is known of it."""
    name = context.shown(80) if context is not None else ""
    if server is not None and server.text:
        return Cluster(server.text, address(server.text).local)
    if call.place:
        return Cluster(name)
    text = _config(call, kubeconfig)
    config = _Config(text) if text is not None else None
    if context is None:
        name = config.current if config is not None else ""
    elif context.text is None:
        return Cluster(name)
    url = config.server(name) if config is not None else ""
    if url:
        # A local-sounding name proves little where the server's address says otherwise.
        near = address(url)
        return Cluster(name, near.local or (_LOCAL.fullmatch(name) is not None and (near.private or near.raw_ip)))
    return Cluster(name, _LOCAL.fullmatch(name) is not None)


def _config(call: Invocation, kubeconfig: Value | None) -> str | None:
    """The text of the kubeconfig in force, several files one after another; None where it cannot be read."""
    if kubeconfig is None:
        kubeconfig = call.variable("KUBECONFIG")
        if kubeconfig is None or not kubeconfig.pieces:
            return call.world.text(posixpath.join(call.world.home, ".kube/config"))
    parts = [call.text_of(part).text for part in kubeconfig.split(":") if part.pieces]
    found = [part for part in parts if part is not None]
    return "\n".join(found) if found else None


class _Config:
    """The names of a kubeconfig. The first file that sets something wins, as for kubectl."""

    def __init__(self, text: str) -> None:
        self.current = ""
        self.contexts: dict[str, str] = {}
        self.clusters: dict[str, str] = {}
        section = ""
        entry: dict[str, str] = {}
        for line in text.splitlines():
            field = _FIELD.match(line)
            if field is None:
                continue
            indent, dash, key, value = field[1], field[2], field[3], field[4].strip("\"'")
            if not indent and not dash:
                self._keep(section, entry)
                section, entry = key, {}
                if key == "current-context" and not self.current:
                    self.current = value
                continue
            if dash and len(indent) <= 2 and section in ("contexts", "clusters"):
                self._keep(section, entry)
                entry = {}
            if value or key not in entry:
                entry.setdefault(key, value)
        self._keep(section, entry)

    def _keep(self, section: str, entry: dict[str, str]) -> None:
        name = entry.get("name", "")
        if name and section == "contexts":
            self.contexts.setdefault(name, entry.get("cluster", ""))
        elif name and section == "clusters":
            self.clusters.setdefault(name, entry.get("server", ""))

    def server(self, context: str) -> str:
        """The server's address of a context, "" where it is not told."""
        return self.clusters.get(self.contexts.get(context, context), "")
