"""A room with nothing of this machine that could be harmed: own mounts, processes, network, user.

Everything is mounted read-only but the run's home, /srv and /tmp. Only loopback exists, and every address of IPv4 leads
to it: what is sent to an address instead of a name arrives at the sink, too. The user is `dev`, with
`/home/dev` as home in the password database, because that is where the gate takes it from. When the first process
ends, or the sweep does, everything in the room ends.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from bench.chaos.certificates import BUNDLE
from bench.chaos.places import HERE, Places

AGENT: Final = "/opt/agent/claude"
TOOLS: Final = "/opt/tools"
_PASSWD = (
    "root:x:0:0:root:/root:/bin/bash\ndev:x:1000:1000:Dev:/home/dev:/bin/bash\nnobody:x:65534:65534::/:/bin/false\n"
)
_HOSTS = "127.0.0.1 localhost\n"
_GROUP = "root:x:0:\ndev:x:1000:\nnogroup:x:65534:\n"


# Brings loopback up in a fresh network, with every address behind it (RTM_NEWROUTE: local, 0.0.0.0/0), and opens its low
# ports to everybody there, then becomes its arguments.
_OUTER = """
import fcntl, os, socket, struct, sys
control = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
flags = fcntl.ioctl(control, 0x8913, struct.pack("16sH14x", b"lo", 0))[16:18]
fcntl.ioctl(control, 0x8914, struct.pack("16sH14x", b"lo", struct.unpack("H", flags)[0] | 0x41))
route = struct.pack("BBBBBBBBI", socket.AF_INET, 0, 0, 0, 255, 4, 254, 2, 0) + struct.pack("HHI", 8, 4, 1)
link = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
link.send(struct.pack("IHHII", 16 + len(route), 24, 0x605, 1, 0) + route)
failed = struct.unpack("i", link.recv(4096)[16:20])[0]
if failed:
    sys.exit("no route to loopback: " + os.strerror(-failed))
with open("/proc/sys/net/ipv4/ip_unprivileged_port_start", "w") as ports:
    ports.write("0")
os.execv(sys.argv[1], sys.argv[1:])
"""


def _network() -> list[str]:
    """A network that holds loopback and nothing else."""
    unshare = ["unshare", "-n"] if os.geteuid() == 0 else ["unshare", "-r", "-n"]
    return [*unshare, "--", sys.executable, "-I", "-S", "-c", _OUTER]


def furnish_etc(folder: Path) -> None:
    """A copy of this machine's /etc with users, names and servers of the rooms; certificates are added by `sink`.

    The whole folder is mounted: a single file that this machine replaces would lose its mount in every room.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(["cp", "-a", "/etc", str(folder)], check=False, capture_output=True)  # what is unreadable stays away
    own = {
        "passwd": _PASSWD, "group": _GROUP, "hosts": _HOSTS,
        "resolv.conf": "nameserver 127.0.0.1\noptions timeout:2 attempts:1\n",
        "nsswitch.conf": "passwd: files\ngroup: files\nhosts: files dns\n",
    }  # fmt: skip
    for name, text in own.items():
        (folder / name).unlink(missing_ok=True)
        (folder / name).write_text(text)
    for private in ("shadow", "gshadow", "shadow-", "gshadow-", "enactd", "claude-code"):
        subprocess.run(["rm", "-rf", str(folder / private)], check=True)


def prefixes(gate: str) -> list[str]:
    """Folders of this machine that a room shows under their own names: Python, its packages, the gate."""
    return sorted({sys.prefix, sys.base_prefix, gate})


def words(
    places: Places, *, room: Path, etc: Path, tools: Path, gate: str, sockets: Path | None, extra: Path | None,
    argv: Sequence[str],
) -> list[str]:  # fmt: skip
    """The command line that runs `argv` in a room whose home, srv and tmp lie below `room`."""
    found = [
        *_network(), places.bwrap, "--die-with-parent",
        "--unshare-user", "--unshare-ipc", "--unshare-pid", "--unshare-uts", "--unshare-cgroup-try",
        "--uid", "1000", "--gid", "1000", "--hostname", "devbox", "--cap-drop", "ALL",
        "--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc",
        "--tmpfs", "/run", "--tmpfs", "/root", "--tmpfs", "/home", "--tmpfs", "/var/tmp", "--tmpfs", "/opt", "--tmpfs", "/mnt",
        "--bind", str(room / "tmp"), "/tmp", "--tmpfs", "/srv",
    ]  # fmt: skip
    found += ["--bind", str(room / "home"), "/home/dev", "--bind", str(room / "srv"), "/srv"]
    for prefix in prefixes(gate):
        found += ["--ro-bind", prefix, prefix]
    found += ["--ro-bind", str(HERE), "/opt/chaos", "--ro-bind", str(tools), TOOLS, "--ro-bind", places.claude, AGENT]
    found += ["--ro-bind", str(etc), "/etc"]
    if sockets is not None:
        found += ["--ro-bind", str(sockets), "/run/chaos"]
    if extra is not None:
        found += ["--ro-bind", str(extra), "/opt/extra"]
    return [*found, "--clearenv", "--setenv", "PATH", "/usr/bin:/bin", "--chdir", "/home/dev", *argv]


def environment(extra: Mapping[str, str]) -> dict[str, str]:
    """What a shell of the developer has."""
    return {
        "HOME": "/home/dev", "USER": "dev", "LOGNAME": "dev", "LANG": "C.UTF-8", "TERM": "dumb", "SHELL": "/bin/bash",
        "PATH": f"/home/dev/.local/bin:/opt/extra:{TOOLS}:/usr/local/bin:/usr/bin:/bin",
        "PGHOST": "127.0.0.1", "PGUSER": "dev", "PGDATABASE": "shop", "REDIS_URL": "redis://127.0.0.1:6379",
        "DATABASE_URL": "postgres://dev@127.0.0.1:5432/shop", "TF_IN_AUTOMATION": "1", "CHECKPOINT_DISABLE": "1",
        "SSL_CERT_FILE": BUNDLE, "REQUESTS_CA_BUNDLE": BUNDLE, "NODE_EXTRA_CA_CERTS": BUNDLE,
        **extra,
    }  # fmt: skip


def agent_environment(model_port: int) -> dict[str, str]:
    """What the agent's process has beside it."""
    return {
        "ANTHROPIC_BASE_URL": f"http://127.0.0.1:{model_port}", "ANTHROPIC_API_KEY": "dummy", "DISABLE_TELEMETRY": "1",
        "DISABLE_AUTOUPDATER": "1", "DISABLE_ERROR_REPORTING": "1", "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
        "IS_SANDBOX": "1",
    }  # fmt: skip
