"""docker run and exec: what the container gets of this machine, and what its command does with it.

A new container's own files concern nobody: of its command's effects stay those on mounted folders (told
as the folders of this machine that they are), on volumes, and on the world outside.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import msgspec

from enactd.effects import model as m
from enactd.effects.invocation import Effects, Exit, Invocation, Line, Options, Output, Value, Yield
from enactd.effects.programs.container_engine import Engine
from enactd.effects.values import known, unknown

_RUN_VALUES: Final = """
    -a --attach|--add-host|--annotation|--blkio-weight|--blkio-weight-device|--cap-add|--cap-drop|--cgroup-parent
    |--cgroupns|--cidfile|--cpu-period|--cpu-quota|--cpu-rt-period|--cpu-rt-runtime|-c --cpu-shares|--cpus|--cpuset-cpus
    |--cpuset-mems|--detach-keys|--device|--device-cgroup-rule|--device-read-bps|--device-read-iops|--device-write-bps
    |--device-write-iops|--dns|--dns-option --dns-opt|--dns-search|--domainname|--entrypoint|-e --env|--env-file|--expose
    |--gpus|--group-add|--health-cmd|--health-interval|--health-retries|--health-start-period|--health-timeout
    |--health-start-interval|-h --hostname|--ip|--ip6|--ipc|--isolation|--kernel-memory|-l --label|--label-file|--link
    |--link-local-ip|--log-driver|--log-opt|--mac-address|-m --memory|--memory-reservation|--memory-swap
    |--memory-swappiness|--mount|--name|--network --net|--network-alias|--oom-score-adj|--pid|--pids-limit|--platform
    |-p --publish|--pull|--restart|--runtime|--security-opt|--shm-size|--stop-signal|--stop-timeout|--storage-opt
    |--sysctl|--tmpfs|--ulimit|-u --user|--userns|--uts|-v --volume|--volume-driver|--volumes-from|-w --workdir|--pod
    |--secret|--arch|--os|--authfile|--uidmap|--gidmap|--chrootdirs|--conmon-pidfile|--pidfile|--requires|--sdnotify
    |--seccomp-policy|--systemd|--timeout|--tz|--umask|--variant|--image-volume|--decryption-key|--cgroup-conf
""".split("|")
_RUN: Final = Options(
    *(f"{names.strip()} V" for names in _RUN_VALUES),
    "-d --detach", "-i --interactive", "-t --tty", "--rm", "--privileged", "--init",
    "--no-healthcheck", "--oom-kill-disable", "-P --publish-all", "-q --quiet", "--read-only",
    "--sig-proxy", "--disable-content-trust", "--help", "--replace", "--rootfs", "--no-hosts", "--tls-verify",
    "--use-api-socket", "-T --no-TTY --no-tty", "--no-deps", "--service-ports", "--use-aliases", "--build",
    "--remove-orphans", "--index N", "--dry-run", "--pull-x", "-V",
    stop_at_operand=True, abbreviate=False,
)  # fmt: skip
_STRONG_CAPABILITIES: Final = frozenset(
    "ALL SYS_ADMIN SYS_PTRACE SYS_MODULE SYS_RAWIO DAC_READ_SEARCH SYS_BOOT BPF MAC_ADMIN".split()
)
_ENTRYPOINTS: Final = {
    "hashicorp/terraform": "terraform", "opentofu/opentofu": "tofu", "amazon/aws-cli": "aws", "bitnami/kubectl": "kubectl",
    "alpine/git": "git", "alpine/helm": "helm", "curlimages/curl": "curl", "rclone/rclone": "rclone", "minio/mc": "mc",
    "rancher/kubectl": "kubectl", "alpine/k8s": "kubectl", "flyway/flyway": "flyway", "liquibase/liquibase": "liquibase",
    "peakcom/s5cmd": "s5cmd", "migrate/migrate": "migrate", "alpine/psql": "psql", "hashicorp/packer": "packer",
    "hashicorp/vault": "vault", "quay.io/skopeo/stable": "skopeo", "doctl": "doctl", "digitalocean/doctl": "doctl",
}  # fmt: skip
_FILES: Final = (
    m.ReadPath, m.WritePath, m.DeletePath, m.MovePath, m.CopyPath, m.LinkPath, m.ChangeMode,
)  # fmt: skip
_OWN_BUSINESS: Final = (
    m.RemovePackage, m.ChangeService, m.ScheduleJob, m.PowerState, m.SignalProcess, m.SetEnvironment, m.OpenShell,
    m.RevealSecret, m.WriteDevice, m.SearchSecrets,
)  # fmt: skip


class Mount(msgspec.Struct, frozen=True):
    """A folder of the container: a path of this machine, or a named volume (`host` is None)."""

    inside: str
    host: Value | None


def run(engine: Engine, args: Sequence[Value]) -> Effects:
    """A new container from an image; its command is followed as far as it is known."""
    call = engine.call
    line = _RUN.parse(args)
    if line.has("--help", "--dry-run") or not line.operands:
        return
    mounts = tuple(_mounts(line, call.world.home))
    hosts = [mount.host for mount in mounts if mount.host is not None]
    image, *command = line.operands
    name = line.value("--name")
    yield from engine.change(
        "run", "container", [image], everything=False, privileged=_is_privileged(line),
        mounts=tuple(call.target(host) for host in hosts) if not engine.where else (),
    )  # fmt: skip
    for file in line.values("--env-file"):
        yield m.ReadPath(target=call.target(file), shown=False)
    for file in line.values("--cidfile"):
        yield m.WritePath(target=call.target(file), how="create")
    argv = _argv(line, image, command)
    if argv:
        place = f"docker {(name or image).shown(60)}"
        folder = line.value("-w") or unknown("the image's working folder", empty=False)
        items = call.run(argv, via=place, place=place, cwd=folder)
        revealing = line.has("-e", "--env-file")
        yield from _outside(call, items, mounts, revealing=revealing, privileged=_is_privileged(line))


def _argv(line: Line, image: Value, command: list[Value]) -> list[Value]:
    entry = line.value("--entrypoint")
    if entry is not None and entry.pieces:
        return [entry, *command]
    base = (image.text or "").partition("@")[0]
    head, _, tag = base.rpartition(":")
    base = (head if head and "/" not in tag else base).removeprefix("docker.io/").removeprefix("public.ecr.aws/")
    entrypoint = _ENTRYPOINTS.get(base)
    if entrypoint and entry is None and command and command[0].text != entrypoint:
        return [known(entrypoint), *command]
    return command


def _is_privileged(line: Line) -> bool:
    """Whether the container could take the machine: its kernel, processes or devices."""
    if line.has("--privileged") and line.text("--privileged", "true") != "false":
        return True
    capabilities = {(v.text or "ALL").upper().removeprefix("CAP_") for v in line.values("--cap-add")}
    devices = [v.text or "/dev/sd" for v in line.values("--device")]
    return bool(
        capabilities & _STRONG_CAPABILITIES
        or line.text("--pid") == "host"
        or line.text("--userns") == "host"
        or line.has("--use-api-socket")
        or any("=unconfined" in v.visible and "apparmor" in v.visible for v in line.values("--security-opt"))
        or any(d.startswith(("/dev/sd", "/dev/nvme", "/dev/mem", "/dev/disk", "/dev/vd", "/dev/kmem")) for d in devices)
    )


def _mounts(line: Line, home: str) -> Iterator[Mount]:
    for volume in line.values("-v"):
        parts = volume.split(":")
        if len(parts) < 2:
            continue
        host, inside = parts[0], parts[1]
        if len(parts) > 2 and len(host.text or "xx") == 1 and parts[1].startswith("\\"):
            host, inside = host + known(":") + parts[1], parts[2]
        yield Mount(inside.text or inside.prefix or "/", _at_home(host, home) if _is_path(host) else None)
    for mount in line.values("--mount"):
        fields: dict[str, Value] = {}
        for field in mount.split(","):
            pair = field.split("=", 1)
            if len(pair) == 2 and pair[0].text:
                fields[pair[0].text] = pair[1]
        source = fields.get("source") or fields.get("src")
        inside = fields.get("target") or fields.get("dst") or fields.get("destination") or known("/")
        is_bind = fields.get("type", known("volume")).text == "bind"
        if source is not None:
            yield Mount(inside.text or inside.prefix or "/", _at_home(source, home) if is_bind else None)


def _at_home(host: Value, home: str) -> Value:
    """`~:/h` reaches docker as it is written: what its author means is the home."""
    is_home = host.text == "~" or host.prefix.startswith("~/")
    return known(home) + host.cut(1) if is_home else host


def _is_path(word: Value) -> bool:
    return not word.known or "/" in word.visible or word.prefix.startswith((".", "~")) or "\\" in word.visible


def _outside(
    call: Invocation, items: Iterable[Yield], mounts: Sequence[Mount], *, revealing: bool, privileged: bool
) -> Iterator[Yield]:
    """Of a new container's effects, those that reach beyond it."""
    shared = any(mount.host is not None for mount in mounts)
    for item in items:
        if isinstance(item, Output | Exit):
            yield item
        elif isinstance(item, _FILES):
            yield from _mapped(call, item, mounts)
        elif isinstance(item, m.InstallPackage):
            if item.scope != "system" and shared:
                yield item
        elif isinstance(item, m.RunCode | m.Opaque):
            if shared or privileged:
                yield item
        elif (isinstance(item, m.RevealSecret) and revealing) or privileged or not isinstance(item, _OWN_BUSINESS):
            yield item


def _mapped(call: Invocation, effect: m.Effect, mounts: Sequence[Mount]) -> Iterator[m.Effect]:
    """A file effect as one on this machine's files; nothing where only the container's own are touched."""
    target = getattr(effect, "target")  # noqa: B009 - every type in _FILES has one
    to: m.Target | None = getattr(effect, "to", None)
    ours = _ours(call, target, mounts)
    theirs = _ours(call, to, mounts) if to is not None else []
    if to is None:
        recursive = getattr(effect, "recursive", False)
        for found, below in ours:
            if below and not recursive:
                continue
            yield msgspec.structs.replace(effect, target=found, place="") if found is not target else effect
        return
    for found, _ in ours[:1]:
        if theirs:
            yield msgspec.structs.replace(effect, target=found, to=theirs[0][0], place="")
        elif isinstance(effect, m.MovePath):
            yield m.DeletePath(target=found, recursive=True)
        elif not isinstance(effect, m.LinkPath):
            yield m.ReadPath(target=found, shown=False, recursive=True)
    if not ours and theirs:
        yield m.WritePath(target=theirs[0][0])


def _ours(call: Invocation, target: m.Target, mounts: Sequence[Mount]) -> list[tuple[m.Target, bool]]:
    """This machine's paths that a container's path stands for; the flag marks mounts below the path."""
    if target.path is None:
        return [(target, False)] if mounts else []
    path = target.path
    best: Mount | None = None
    for mount in mounts:
        folder = posixpath.normpath(mount.inside)
        if (path == folder or path.startswith(folder.rstrip("/") + "/")) and (
            best is None or len(mount.inside) > len(best.inside)
        ):
            best = mount
    if best is not None:
        if best.host is None:
            return [(target, False)]
        rest = path[len(posixpath.normpath(best.inside).rstrip("/")) :]
        # The mount point itself cannot go away, what is in it can.
        everything = target.everything_in or rest.strip("/") == ""
        return [(call.target(best.host + known(rest), pattern=target.pattern, everything=everything), False)]
    inside = path.rstrip("/") + "/"
    return [
        (call.target(mount.host, everything=True) if mount.host is not None else target, True)
        for mount in mounts
        if mount.inside.startswith(inside) and not target.pattern
    ]


def execute(engine: Engine, args: Sequence[Value]) -> Effects:
    """A command in a container that already runs: its effects are that container's."""
    call = engine.call
    line = _RUN.parse(args)
    if line.has("--help", "--dry-run") or not line.operands:
        return
    container, *command = line.operands
    place = f"docker {container.shown(60)}"
    if engine.where:
        place = f"{engine.where} {place}"
    if not command:
        if line.uncertain:
            yield m.Opaque(reason="command in a container known only at run time")
        return
    folder = line.value("-w") or unknown("the container's working folder", empty=False)
    yield from call.run(command, via=place, place=place, cwd=folder)
