"""kubectl and oc: which objects of which cluster are read, changed, deleted, entered."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final

from enactd.effects.hosts import address
from enactd.effects.invocation import Effects, Invocation, Output, Value, known, program
from enactd.effects.model import ChangeInfrastructure, Opaque, OpenShell, ReadPath, WritePath
from enactd.effects.programs.kube_context import Cluster
from enactd.effects.programs.kubectl_line import Command, read_command
from enactd.effects.programs.pod_commands import copy, enter, run_pod
from enactd.effects.values import NETWORK, SECRET, unknown
from enactd.risk import Risk

_HARMLESS: Final = frozenset(
    """
    explain api-resources api-versions version completion help options plugin kustomize port-forward
    whoami projects project login logout krew ctx ns tree neat who-can access-matrix view-utilization
    """.split()
)
_READING: Final = frozenset("get describe logs log top events diff wait cluster-info status history tail stern".split())
_CHANGES: Final[dict[str, str]] = {
    "apply": "apply", "create": "create", "replace": "change", "patch": "change", "edit": "change", "set": "change",
    "label": "change", "annotate": "change", "expose": "create", "autoscale": "scale", "scale": "scale",
    "cordon": "change", "uncordon": "change", "taint": "change", "drain": "restart", "certificate": "access",
    "new-app": "create", "new-project": "create", "new-build": "create", "start-build": "deploy", "import-image": "change",
    "adm": "access", "policy": "access", "process": "nothing", "tag": "change", "idle": "scale", "deploy": "deploy",
    "rollback": "deploy", "cancel-build": "change", "extract": "secret-read", "convert": "nothing", "proxy": "nothing",
    "serviceaccounts": "secret-read", "registry": "nothing", "image": "nothing", "observe": "read",
    "import": "import", "secrets": "secret-write", "sa": "secret-read",
}  # fmt: skip
_ACCESS: Final = re.compile(r"(?:cluster)?role(?:binding)?s?|serviceaccounts?|sa|csr|certificatesigningrequests?|token")
_SECRET_KINDS: Final = re.compile(r"(?:.*,)?(?:secrets?|sealedsecrets?)(?:\.v1|\.)?(?:,.*|/.*)?", re.IGNORECASE)
_SECRET_MARK: Final = re.compile(r"(?<!meta)data|\*|@|\.\}|tojson|toJson|printf|\{\{\s*\.\s*\}\}")


@program("kubectl", "oc", "k", "kubecolor", "kubectl.exe")
def kubectl(call: Invocation) -> Effects:
    """One command; plugins that nobody described are changes."""
    yield from _command(call, call.args)


@program("microk8s", "k3s")
def bundled(call: Invocation) -> Effects:
    """Clusters of this machine with their own kubectl."""
    texts = [word.text for word in call.args]
    if texts[:1] == ["kubectl"]:
        yield from _command(call, call.args[1:], local=True)
    elif texts[:1] and texts[0] in ("reset", "stop", "disable", "enable", "leave", "server", "etcd-snapshot"):
        yield ChangeInfrastructure(tool=call.name, verb="change", what=texts[0] or "", local=True)


@program("minikube", "minikube.exe")
def minikube(call: Invocation) -> Effects:
    """A cluster of this machine."""
    texts = [word.text for word in call.args]
    if texts[:1] == ["kubectl"]:
        words = list(call.args[1:])
        yield from _command(call, words[1:] if words and words[0].text == "--" else words, local=True)
    elif texts and texts[0] in ("ssh", "cp") and len(texts) > 1:
        words = [word for word in call.args[1:] if not word.prefix.startswith("-")]
        if texts[0] == "ssh" and words:
            yield from call.run(words, via="minikube", place="minikube")
    elif texts and texts[0] in ("start", "stop", "delete", "pause", "unpause", "addons", "node", "image"):
        verb = "delete" if texts[0] == "delete" else "change"
        yield ChangeInfrastructure(tool="minikube", verb=verb, what=texts[0] or "", local=True)


def _command(call: Invocation, args: Sequence[Value], *, local: bool = False) -> Effects:
    command = read_command(call, args)
    if local:
        command.cluster = Cluster(command.cluster.name or call.name, local=True)
    if command.line.has("--help", "-h") or command.verb == "":
        return
    yield from _manifests(command)
    special = _SPECIAL.get(command.verb or "")
    if command.verb is None:
        yield Opaque(reason="kubectl command known only at run time", level=Risk.COMMITMENT)
    elif special is not None:
        yield from special(command)
    elif command.verb in _READING:
        yield from _read(command)
    elif command.verb not in _HARMLESS and not command.dry:
        yield from _change(command)


def _manifests(command: Command) -> Effects:
    """Files that are sent; those of a URL come from others."""
    if command.verb in ("logs", "log", "cp", "exec", "kustomize"):
        return
    for word in (*command.line.values("-f"), *command.line.values("-k")):
        if word.text != "-" and "://" not in word.prefix and not word.prefix.startswith("github.com"):
            for part in word.text.split(",") if word.text else ():
                command.call.given(known(part), deep=command.on("-R") or word in command.line.values("-k"))
            target = command.call.target(word)
            if not target.secret:
                yield ReadPath(target=target, shown=False, recursive=target.kind == "folder")


def _source_is_remote(command: Command) -> bool:
    return any(
        ("://" in word.prefix and not address(word.prefix).local) or word.prefix.startswith("github.com/")
        for word in (*command.line.values("-f"), *command.line.values("-k"))
    )


def _read(command: Command) -> Effects:
    """Objects are shown; secrets only where the form of output shows their data."""
    line, words = command.line, command.words
    raw = line.value("--raw") if command.verb == "get" else None
    kinds = [word.text or "?" for word in (words if any("/" in w.visible for w in words) else words[:1])]
    secret = any(_SECRET_KINDS.fullmatch(kind) for kind in kinds) or (raw is not None and "/secrets" in raw.visible)
    form = line.value("-o", "--template")
    shows = raw is not None or (form is not None and _shows_data(form))
    if command.verb == "get" and secret and shows:
        yield command.change("secret-read")
        yield Output(unknown("secrets of a cluster", SECRET))
        return
    dump = command.verb == "cluster-info" and words[:1] and words[0].text == "dump"
    yield command.change("read", "cluster-info dump" if dump else "")
    directory = line.value("--output-directory")
    if dump and directory is not None and directory.text != "-":
        yield WritePath(target=command.call.target(directory), recursive=True)
    network = command.verb in ("logs", "log") and not command.cluster.local
    yield Output(unknown(f"output of kubectl {command.verb}", *((NETWORK,) if network else ())))


def _shows_data(form: Value) -> bool:
    """Whether this `-o` prints what a secret holds: names and metadata alone do not."""
    text = form.text
    if text is None:
        return True
    if text in ("name", "wide", ""):
        return False
    if text.startswith(("jsonpath", "go-template", "custom-columns", "template")) and "file" not in text.split("=")[0]:
        return _SECRET_MARK.search(text.partition("=")[2] or "*") is not None
    return True


def _change(command: Command) -> Effects:
    """Objects are made or changed."""
    verb = command.verb or ""
    line = command.line
    if verb in ("set", "label", "annotate", "taint") and (command.on("--list") or command.on("--local")):
        return
    meaning = _CHANGES.get(verb, "change")
    kind = command.words[0].visible.partition("/")[0].lower() if command.words else ""
    if verb in ("create", "edit", "patch", "replace", "apply") and kind:
        if _ACCESS.fullmatch(kind):
            meaning = "access"
        elif re.fullmatch(r"secrets?", kind):
            meaning = "secret-write"
    if verb == "apply" and command.words and kind in ("view-last-applied",):
        yield command.change("read")
        return
    if verb == "auth":
        yield from _auth(command)
        return
    if meaning == "nothing":
        return
    if meaning == "read":
        yield command.change("read")
        return
    what = command.resources + (" from the network" if _source_is_remote(command) else "")
    yield command.change(meaning, f"{verb} {what}".strip())
    if line.has("--prune") and command.on("--prune"):
        yield command.change("delete", "what the manifests no longer name")
    if verb == "replace" and command.on("--force"):
        yield command.change("delete", what)


def _delete(command: Command) -> Effects:
    if not command.dry:
        yield command.change("delete")


def _rollout(command: Command) -> Effects:
    action = command.words[0].text if command.words else ""
    if action not in ("status", "history", "") and not command.dry:
        meaning = "deploy" if action in ("undo", "latest") else "restart"
        yield command.change(meaning, f"rollout {command.resources}")
    elif action:
        yield command.change("read", f"rollout {command.resources}")


def _auth(command: Command) -> Effects:
    action = command.words[0].text if command.words else ""
    if action == "reconcile" and not command.dry:
        yield command.change("access", "auth reconcile")


def _config(command: Command) -> Effects:
    """The kubeconfig itself: raw views print keys; the rest is a file of one's own."""
    action = command.words[0].text if command.words else ""
    if action == "view":
        if command.line.has("--raw") or any(word.text == "--raw" for word in command.call.args):
            yield command.change("secret-read", "the kubeconfig with its keys")
            yield Output(unknown("the kubeconfig", SECRET))
    elif action in ("use-context", "use", "set-context", "rename-context"):
        name = " ".join(word.shown(60) for word in command.words[1:2])
        yield ChangeInfrastructure(tool=command.call.name, verb="read", what=f"config {action} {name}", local=True)
    elif action in (
        "delete-context",
        "delete-cluster",
        "delete-user",
        "unset",
        "set",
        "set-credentials",
        "set-cluster",
    ):
        target = command.line.value("--kubeconfig") or known(f"{command.call.world.home}/.kube/config")
        yield WritePath(target=command.call.target(target), how="edit")


def _proxy(command: Command) -> Effects:
    """An unfiltered door to the cluster for whoever reaches the port."""
    if command.line.has("--address") and command.line.text("--address") not in ("127.0.0.1", "localhost"):
        yield command.change("access", "proxy for everybody")


def _debug(command: Command) -> Effects:
    if command.rest and not command.line.has("-t"):
        yield from enter(command)
    elif not command.dry:
        yield command.change("run", f"debug {command.resources}")


def _attach(command: Command) -> Effects:
    if command.line.has("-i", "-t"):
        yield OpenShell(by=command.call.name, to=command.resources)


def _remote_shell(command: Command) -> Effects:
    """oc rsh: a shell, or a command behind the pod's name."""
    if command.words[1:] or command.rest:
        command.rest = [*command.words[1:], *command.rest]
        command.words = command.words[:1]
        yield from enter(command)
    else:
        yield OpenShell(by=command.call.name, to=command.resources)


def _wait_for(command: Command) -> Effects:
    yield command.change("read")


def _create(command: Command) -> Effects:
    """`create token` prints one; everything else is made."""
    if command.words and command.words[0].text == "token":
        yield command.change("secret-read", "a token")
        yield Output(unknown("a token", SECRET))
    elif not command.dry:
        yield from _change(command)


_SPECIAL: Final[dict[str, Callable[[Command], Effects]]] = {
    "delete": _delete, "rollout": _rollout, "config": _config, "exec": enter, "run": run_pod, "cp": copy,
    "rsync": copy, "proxy": _proxy, "debug": _debug, "attach": _attach, "rsh": _remote_shell, "auth": _auth,
    "wait": _wait_for, "create": _create,
}  # fmt: skip
