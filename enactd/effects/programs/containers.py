"""docker, podman, nerdctl: containers, images, volumes, networks, and clusters of engines."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from enactd.effects import http
from enactd.effects.hosts import address
from enactd.effects.invocation import Effects, Invocation, Line, Options, Output, Value, program
from enactd.effects.model import Opaque, OpenShell, ReadPath, RevealSecret, RunCode, SendData, WritePath
from enactd.effects.programs.compose import compose, copy
from enactd.effects.programs.container_engine import GLOBAL, Engine, engine_of
from enactd.effects.programs.container_runs import execute, run
from enactd.effects.values import NETWORK, SECRET, known, unknown
from enactd.risk import Risk

_PLAIN: Final = Options(
    "-f --force", "-v --volumes", "-l --link --latest", "-a --all", "--filter F", "-h --help", "-t --time --tag N",
    "-s --signal S", "-i --input F", "-o --output F", "-i --ignore", "--no-prune", "-q --quiet", "--dry-run",
    "--cidfile F", "--pod-id-file F", "--build", "--external", "--depend", "--rmi", "-L --follow-link", "--no-trunc",
    "--format F", "-c --change C", "-m --message M", "--author A", "-p --pause", "--platform P", "--last N",
    "--from F", "--keep-storage S", "--all-tags", "--replicas N", "--image I", "--detach", "--insecure", "--purge",
    "--connection C", "--restart P", "--memory M", "--cpus N", "--tls-verify", "--creds C", "--compose-file F",
    "--with-registry-auth", "--prune", "--description D", "--docker S", "-n --tail N", "--since T", "--until T",
    abbreviate=False,
)  # fmt: skip
_BUILD: Final = Options(
    "-f --file F", "-t --tag T", "--build-arg A", "--target T", "--platform P", "--secret S", "--ssh S", "-o --output O",
    "--push", "--load", "--cache-from C", "--cache-to C", "--no-cache", "--pull", "--progress P", "--network N",
    "--label L", "--build-context C", "--allow E", "--builder B", "--iidfile F", "--metadata-file F", "-q --quiet",
    "--rm", "--force-rm", "--squash", "--compress", "--add-host H", "--annotation A", "--attest A",
    "--provenance P", "--sbom S", "--shm-size S", "--ulimit U", "--isolation I", "-m --memory M", "--cpu-shares N",
    "--cpuset-cpus C", "--no-cache-filter F", "--security-opt O", "--memory-swap M", "-v --volume V", "--format F",
    "--layers", "--isolation-x", "--set S", "--print", "--check", "--call C", "-h --help", "--cgroup-parent C",
    "--userns U", "--jobs N", "--authfile F", "--creds C", "--env E", "--ignorefile F", "-D --debug",
    abbreviate=False,
)  # fmt: skip
_SHORT: Final = {
    ("image", "rm"): "rmi", ("image", "remove"): "rmi", ("image", "ls"): "images", ("image", "list"): "images",
    ("container", "ls"): "ps", ("container", "list"): "ps", ("container", "ps"): "ps", ("container", "remove"): "rm",
    ("volume", "remove"): "volume rm", ("network", "remove"): "network rm", ("builder", "build"): "build",
    ("buildx", "build"): "build", ("buildx", "b"): "build", ("buildx", "prune"): "builder prune",
    ("buildx", "bake"): "bake", ("buildx", "f"): "bake", ("image", "build"): "build", ("manifest", "push"): "push",
    ("builder", "prune"): "builder prune", ("secret", "remove"): "secret rm", ("stack", "up"): "stack deploy",
    ("stack", "down"): "stack rm", ("stack", "remove"): "stack rm", ("service", "remove"): "service rm",
}  # fmt: skip
_OBJECTS: Final = frozenset(
    """
    container image volume network system builder buildx context swarm service stack node secret config plugin trust
    manifest pod machine kube play generate checkpoint compose farm artifact healthcheck quadlet namespace apparmor
    """.split()
)
_READING: Final = frozenset(
    """
    ps images inspect logs stats top diff history version info events port search wait login logout tag rename
    scan scout sbom init desktop feedback container-ls healthcheck untag mount unmount umount exists list ls
    sandbox-ls model mcp ai extension help debug-help generate completion internal namespace apparmor offload cagent
    """.split()
)
_REGISTRIES: Final = (
    "docker.io", "ghcr.io", "gcr.io", "pkg.dev", "quay.io", "azurecr.io", "amazonaws.com", "public.ecr.aws", "gitlab.com",
    "digitalocean.com", "docker.com", "icr.io", "ocir.io", "mcr.microsoft.com", "scw.cloud", "redhat.io", "redhat.com",
)  # fmt: skip
_LIFECYCLE: Final = {
    "start": "start", "restart": "start", "unpause": "start", "stop": "stop", "kill": "stop", "pause": "stop",
    "update": "start", "attach": "", "commit": "build", "init": "start",
}  # fmt: skip
_SWARM: Final = {
    "service create": "create", "service update": "deploy", "service rollback": "deploy", "service scale": "scale",
    "service rm": "delete", "stack deploy": "deploy", "stack rm": "delete", "node rm": "delete", "node update": "change",
    "node promote": "access", "node demote": "access", "swarm leave": "destroy", "swarm update": "change",
    "swarm ca": "access", "swarm join": "change", "swarm unlock-key": "secret-read", "swarm join-token": "secret-read",
    "secret create": "secret-write", "secret rm": "delete", "config create": "create", "config rm": "delete",
    "plugin install": "change", "plugin enable": "change", "plugin rm": "delete", "plugin remove": "delete",
    "trust sign": "access", "trust revoke": "access", "trust key": "access", "trust signer": "access",
}  # fmt: skip


@program("docker", "podman", "nerdctl", "docker.exe", "finch", "podman-remote")
def docker(call: Invocation) -> Effects:
    """`docker OBJECT VERB` and its short forms are one command."""
    line = GLOBAL.parse(call.args)
    if line.has("--help", "-v", "-h") or not line.operands:
        return
    words = list(line.operands)
    engine = engine_of(call, line)
    if words[0].text == "compose":
        yield from compose(call, words[1:], engine)
        return
    if words[0].text == "help" or any(word.text == "--help" for word in words[:3]):
        return
    verb, args = _verb(words)
    if verb is None:
        yield Opaque(reason=f"{call.name} command known only at run time", level=Risk.COMMITMENT)
        return
    yield from command(engine, verb, args)


def _verb(words: Sequence[Value]) -> tuple[str | None, list[Value]]:
    """The command in its short form where there is one, and what follows it."""
    first = words[0].text
    if first not in _OBJECTS:
        return first, list(words[1:])
    rest = [word for word in words[1:] if word.text not in ("--builder",)]
    if not rest:
        return "ps", []
    second = rest[0].text
    if second is None or first is None:
        return None, rest
    short = _SHORT.get((first, second))
    if short is None:
        short = second if first in ("container", "image") and second != "prune" else f"{first} {second}"
    return short, rest[1:]


def command(engine: Engine, verb: str, args: list[Value]) -> Effects:
    """The effects of one command in its short form."""
    special = _SPECIAL.get(verb)
    if special is not None:
        yield from special(engine, args)
        return
    line = _PLAIN.parse(args)
    if line.has("-h"):
        return
    last = verb.rpartition(" ")[2]
    if last == "prune" or verb == "system reset":
        yield from _prune(engine, verb, line)
    elif verb in ("rm", "rmi") or last in ("rm", "remove"):
        if verb in _SWARM:
            yield engine.infrastructure(_SWARM[verb], " ".join(word.shown(60) for word in line.operands[:3]))
        else:
            yield from _remove(engine, verb, line)
    elif verb in _LIFECYCLE:
        yield from engine.change(_LIFECYCLE[verb] or "read", "container", line.operands) if _LIFECYCLE[verb] else ()
        if verb == "attach":
            yield OpenShell(by=f"{engine.name} attach", to=" ".join(word.shown(60) for word in line.operands[:1]))
    elif verb in _SWARM:
        meaning = _SWARM[verb]
        yield engine.infrastructure(meaning, " ".join([verb, *(word.shown(60) for word in line.operands[:3])]))
        if meaning == "secret-read":
            yield Output(unknown("a key of the swarm", SECRET))
    elif verb.startswith(("pod ", "machine ", "kube ", "play ")):
        yield from _podman(engine, verb, line)
    elif " " not in verb and verb not in _READING:
        yield Opaque(reason=f"unknown {engine.name} command {verb}")
    elif verb == "logs":
        yield Output(unknown("logs of a container", NETWORK))
    elif verb.endswith("inspect") and any(".Config.Env" in word.visible or ".Env}}" in word.visible for word in args):
        yield RevealSecret(what="the environment of a container", by=f"{engine.name} inspect")


def _prune(engine: Engine, verb: str, line: Line) -> Effects:
    what = verb.partition(" ")[0]
    if line.has("--dry-run"):
        return
    everything = line.has("-a") or verb == "system reset"
    volumes = what == "volume" or (what == "system" and (line.has("-v") or verb == "system reset"))
    yield from engine.change("prune", what, everything=everything, volumes=volumes, force=line.has("-f"))


def _remove(engine: Engine, verb: str, line: Line) -> Effects:
    what = {"rm": "container", "rmi": "image"}.get(verb, verb.partition(" ")[0])
    if what in ("context", "buildx", "builder", "manifest", "farm", "artifact", "quadlet"):
        return
    if what == "machine":
        what = "system"
    unknown_names = any(word.text is None for word in line.operands)
    yield from engine.change(
        "remove", what, line.operands, everything=line.has("-a") or unknown_names, force=line.has("-f"),
        volumes=what == "volume" or (what in ("container", "pod") and line.has("-v")),
    )  # fmt: skip


def _podman(engine: Engine, verb: str, line: Line) -> Effects:
    last = verb.rpartition(" ")[2]
    if last in ("start", "stop", "restart", "kill", "pause", "unpause"):
        yield from engine.change(_LIFECYCLE[last], "container", line.operands)
    elif last in ("create", "play", "kube", "apply"):
        yield from engine.change("run", "project", line.operands)
        if last == "apply":
            yield engine.infrastructure("apply", "kube apply")
    elif last == "down":
        yield from engine.change("stop", "project", line.operands)
    elif verb == "machine ssh" and len(line.operands) > 1:
        yield from engine.call.run(line.operands[1:], place=f"podman {line.operands[0].shown(40)}")


def build(engine: Engine, args: Sequence[Value]) -> Effects:
    """An image is built from a folder, or from what lies at a URL."""
    call = engine.call
    line = _BUILD.parse(args)
    if line.has("-h", "--print", "--check"):
        return
    tags = line.values("-t")
    yield from engine.change("push" if _pushes(line) else "build", "image", tags, privileged=_is_insecure(line))
    for word in line.operands[:1]:
        if "://" in word.prefix or word.prefix.startswith(("git@", "github.com/")):
            yield RunCode(language="dockerfile", origin="download", what=word.shown(120))
        elif word.text != "-":
            yield ReadPath(target=call.target(word), shown=False, recursive=True)
    for file in line.values("-f"):
        if file.text != "-" and "://" not in file.prefix:
            yield ReadPath(target=call.target(file), shown=False)
    for output in line.values("-o"):
        place = next((f.cut(5) for f in output.split(",") if f.startswith("dest=")), output)
        if not place.startswith("type=") and place.text != "-":
            yield WritePath(target=call.target(place), recursive=True)


def _pushes(line: Line) -> bool:
    return line.has("--push") or any(
        "push=true" in v.visible or "type=registry" in v.visible for v in line.values("-o")
    )


def _is_insecure(line: Line) -> bool:
    return any("security.insecure" in (v.text or "security.insecure") for v in line.values("--allow"))


def bake(engine: Engine, args: Sequence[Value]) -> Effects:
    line = _BUILD.parse(args)
    if not line.has("-h", "--print", "--check"):
        yield from engine.change("push" if line.has("--push") else "build", "image", line.operands)


def push(engine: Engine, args: Sequence[Value]) -> Effects:
    """An image leaves for a registry; one on this machine is as good as a build."""
    line = _PLAIN.parse(args)
    if line.has("-h", "--dry-run"):
        return
    here = bool(line.operands) and all(
        "/" in w.prefix and address("https://" + w.prefix.removeprefix("docker://")).local for w in line.operands[-1:]
    )
    yield from engine.change("build" if here else "push", "image", line.operands)


def pull(engine: Engine, args: Sequence[Value]) -> Effects:
    yield from engine.change("pull", "image", _PLAIN.parse(args).operands, everything=False)


def save(engine: Engine, args: Sequence[Value]) -> Effects:
    """Images and containers as archives of this machine."""
    line = _PLAIN.parse(args)
    for file in line.values("-o"):
        yield WritePath(target=engine.call.target(file))


def load(engine: Engine, args: Sequence[Value]) -> Effects:
    line = Options("-i --input F", "-q --quiet", "--platform P", "-c --change C", "-m --message M").parse(args)
    for file in (*line.values("-i"), *line.operands[:1]):
        if file.text != "-" and "://" not in file.prefix:
            yield ReadPath(target=engine.call.target(file), shown=False)
    yield from engine.change("pull", "image", line.operands[1:], everything=False)


def login(engine: Engine, args: Sequence[Value]) -> Effects:
    """A password goes to a registry: to its own it belongs, a foreign token does not."""
    line = Options("-u --username U", "-p --password P", "--password-stdin", "-h --help", "--authfile F").parse(args)
    host = next((word for word in line.operands), known("docker.io"))
    password = line.value("-p") or (engine.call.stdin if line.has("--password-stdin") else None)
    if password is not None and not line.has("-h"):
        place = host if "://" in host.prefix else known("https://") + host
        sent = http.request("GET", place, headers=[known("Authorization: Bearer ") + password])
        ordinary = sent.host is not None and sent.host.endswith(_REGISTRIES) and not sent.token_kinds
        if SECRET in sent.carries and not ordinary:
            yield SendData(to=sent.host, by=f"{engine.name} login", carries=sent.carries, local=sent.local)
    yield Output(known("Login Succeeded\n"))


def copy_files(engine: Engine, args: Sequence[Value]) -> Effects:
    yield from copy(engine.call, _PLAIN.parse(args).operands)


def debug(engine: Engine, args: Sequence[Value]) -> Effects:
    line = Options("-c --command C", "--shell S", "--host H", "-h --help").parse(args)
    text = line.value("-c")
    place = f"docker {' '.join(word.shown(60) for word in line.operands[:1])}"
    if text is not None:
        yield from engine.call.shell(text, via=place, place=place)
    elif not line.has("-h"):
        yield OpenShell(by="docker debug", to=place)


def unshare(engine: Engine, args: Sequence[Value]) -> Effects:
    """podman unshare: a program with the user's own files, as another user."""
    yield from engine.call.run([word for word in args if not word.prefix.startswith("--rootless")])


_SPECIAL: Final[dict[str, Callable[[Engine, list[Value]], Effects]]] = {
    "run": run, "create": run, "exec": execute, "build": build, "bake": bake, "push": push, "pull": pull,
    "save": save, "export": save, "load": load, "import": load, "cp": copy_files, "login": login, "debug": debug, "unshare": unshare,
}  # fmt: skip


@program("buildah", "skopeo", "crane", "oras", "regctl")
def image_tool(call: Invocation) -> Effects:
    """Images without an engine: built, copied between registries, deleted there."""
    line = _BUILD.parse(call.args)
    words = line.operands
    verb = words[0].text if words else ""
    engine = engine_of(call)
    rest = words[1:]
    if line.has("-h") or not verb:
        if words and verb is None:
            yield Opaque(reason=f"{call.name} command known only at run time", level=Risk.COMMITMENT)
    elif verb in ("bud", "build", "build-using-dockerfile"):
        yield from build(engine, call.args[1:])
    elif verb == "run":
        yield from call.run(rest[1:], place="docker build")
    elif verb in ("push", "copy", "cp", "sync", "attach", "append", "mutate", "tag") and rest:
        near = ("dir:", "oci:", "docker-archive:", "oci-archive:", "docker-daemon:", "containers-storage:")
        if not (call.name == "skopeo" and rest[-1].prefix.startswith(near)) and verb != "tag":
            yield from push(engine, rest[-1:])
    elif verb in ("delete", "rmi", "prune") or (verb in ("manifest", "repo", "blob") and rest and rest[0].text == "delete"):  # fmt: skip
        yield engine.infrastructure("delete", " ".join(word.shown(60) for word in words[:3]))
    elif verb in ("rm", "remove"):
        yield from engine.change(
            "remove", "container", rest, everything=any(w.text in ("--all", "-a") for w in call.args)
        )
