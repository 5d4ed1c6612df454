"""docker compose: a project's containers, volumes and images together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from enactd.effects.invocation import Effects, Invocation, Line, Options, Output, Value, program
from enactd.effects.model import CopyPath, Opaque, ReadPath, RevealSecret, WritePath
from enactd.effects.programs.container_engine import Engine, engine_of
from enactd.effects.programs.container_runs import execute
from enactd.effects.values import SECRET, unknown
from enactd.risk import Risk

_GLOBAL: Final = Options(
    "-f --file F", "-p --project-name N", "--profile P", "--env-file F", "--project-directory --workdir D", "--ansi M",
    "--progress M", "--parallel N", "--compatibility", "--dry-run", "--all-resources", "-H --host H",
    "-c --context C", "--verbose", "--log-level L", "--no-ansi", "-v --version", "-h --help", "--tls",
    "--tlsverify", "--podman-path P", "--in-pod B", "--podman-run-args A",
    stop_at_operand=True, abbreviate=False,
)  # fmt: skip
_VERB: Final = Options(
    "-v --volumes", "--rmi T", "--remove-orphans", "-t --timeout N", "-f --force", "-s --stop", "-a --all",
    "--services", "--images", "--profiles", "-q --quiet", "--hash H", "--no-interpolate", "--environment",
    "--variables", "--networks", "--models", "--format F", "-o --output F", "-V --renew-anon-volumes", "-h --help",
    "--dry-run", "--push", "--build", "-d --detach", "--index N", "--signal S", "-L --follow-link", "--volumes-x",
    "--scale N", "--tail N", "--build-arg A", "--pull [P]", "--wait", "--resolve-image-digests",
    "--lock-image-digests", "--no-consistency", "--no-normalize", "--no-path-resolution",
    abbreviate=False,
)  # fmt: skip
_READING: Final = frozenset(
    "ps logs top events images port version ls stats wait alpha volumes attach help bridge".split()
)
_STARTING: Final = frozenset("up start create restart unpause watch scale".split())
_STOPPING: Final = frozenset("stop kill pause".split())
_NAMES_ONLY: Final = (
    "--services", "--images", "--profiles", "-q", "--hash", "--no-interpolate", "--variables", "--networks", "--models"
)  # fmt: skip


@program("docker-compose", "podman-compose", "docker-compose.exe")
def standalone(call: Invocation) -> Effects:
    """The older spelling of `docker compose`."""
    yield from compose(call, call.args, None)


def compose(call: Invocation, args: Sequence[Value], engine: Engine | None) -> Effects:
    """One command for a project; `--dry-run` may stand before or behind its verb."""
    head = _GLOBAL.parse(args)
    if head.has("-h", "-v", "--dry-run") or not head.operands:
        return
    engine = engine or engine_of(call, head)
    verb = head.operands[0].text
    rest = head.operands[1:]
    for file in head.values("-f", "--env-file"):
        if file.text != "-":
            yield ReadPath(target=call.target(file), shown=False)
    if verb is None:
        yield Opaque(reason="compose command known only at run time", level=Risk.COMMITMENT)
    elif verb in ("exec", "run"):
        yield from execute(engine, rest)
    else:
        line = _VERB.parse(rest)
        if not line.has("--dry-run", "-h"):
            yield from _project(call, engine, verb, line)


def _project(call: Invocation, engine: Engine, verb: str, line: Line) -> Effects:
    names = line.operands
    if verb in _STARTING:
        yield from engine.change("start" if verb in ("start", "restart", "unpause") else "run", "project", names)
        if verb == "up" and line.has("-V"):
            yield from engine.change("remove", "volume", names, volumes=True)
    elif verb in _STOPPING:
        yield from engine.change("stop", "project", names)
    elif verb == "down":
        yield from _down(engine, line)
    elif verb == "rm":
        yield from engine.change("remove", "container", names, volumes=_volumes(line))
    elif verb in ("build", "pull", "push"):
        pushes = verb == "push" or (verb == "build" and line.has("--push"))
        yield from engine.change("push" if pushes else verb, "image", names)
    elif verb == "publish":
        yield from engine.change("push", "project", names)
    elif verb in ("config", "convert"):
        yield from _config(call, line)
    elif verb == "cp":
        yield from copy(call, names)
    elif verb in ("commit", "export"):
        for file in line.values("-o"):
            yield WritePath(target=call.target(file))
    elif verb not in _READING:
        yield Opaque(reason=f"unknown compose command {verb}")


def _down(engine: Engine, line: Line) -> Effects:
    yield from engine.change("stop", "project", line.operands, volumes=_volumes(line))
    if line.has("--rmi"):
        yield from engine.change("remove", "image", everything=line.text("--rmi", "all") == "all")


def _volumes(line: Line) -> bool:
    return line.has("-v") and line.text("-v", "true") != "false"


def _config(call: Invocation, line: Line) -> Effects:
    """The whole file with all variables filled in: passwords included."""
    if line.has(*_NAMES_ONLY):
        return
    target = line.value("-o")
    if target is not None:
        yield WritePath(target=call.target(target), origins=frozenset({SECRET}))
        return
    yield RevealSecret(what="a project's settings with all variables filled in", by=f"{call.name} config")
    yield Output(unknown("compose settings", SECRET))


def copy(call: Invocation, words: Sequence[Value]) -> Effects:
    """Files between this machine and a container, both ways; told by `container:path`."""
    if len(words) < 2:
        return
    source, target = words[0], words[1]
    if _inside(source):
        name, _, path = source.shown(200).partition(":")
        place = f"docker {name}"
        yield ReadPath(target=call.target(path, place=place), place=place, shown=target.text == "-")
        if target.text != "-":
            yield WritePath(target=call.target(target), recursive=True)
    elif source.text != "-":
        from_here = call.target(source)
        yield ReadPath(target=from_here, shown=False, recursive=True)
        if from_here.secret:
            name, _, path = target.shown(200).partition(":")
            yield CopyPath(target=from_here, to=call.target(path, place=f"docker {name}"))


def _inside(word: Value) -> bool:
    head, separator, _ = word.visible.partition(":")
    return bool(separator) and not word.prefix.startswith((".", "/")) and "/" not in head and len(head) != 1
