"""A network namespace that holds `lo` and nothing else, for everything an end-to-end test starts."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

# Brings lo up, says so, and stays until its standard input ends.
_HOLDER = """
import fcntl, socket, struct, sys
control = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
flags = fcntl.ioctl(control, 0x8913, struct.pack("16sH14x", b"lo", 0))[16:18]
fcntl.ioctl(control, 0x8914, struct.pack("16sH14x", b"lo", struct.unpack("H", flags)[0] | 0x41))
if len(sys.argv) > 1:
    import subprocess
    subprocess.run(["mount", "--bind", sys.argv[1], "/etc"], check=True)
print("up", flush=True)
sys.stdin.read()
"""


class Loopback:
    """Runs commands in the namespace of a holding process."""

    def __init__(self, pid: int, *, privileged: bool, mounts: bool = False) -> None:
        namespaces = ["-n"] if privileged else ["-U", "-n", "--preserve-credentials"]
        namespaces += ["-m"] if mounts else []
        self.prefix = ("nsenter", "-t", str(pid), *namespaces, "--")

    def argv(self, argv: Sequence[str]) -> list[str]:
        """`argv` as a command that runs inside."""
        return [*self.prefix, *argv]


@contextmanager
def loopback(etc: Path | None = None) -> Iterator[Loopback]:
    """A fresh namespace; it vanishes with its last process. Fails where the kernel allows none.

    With `etc` it has mounts of its own, too, in which that folder is `/etc`.
    """
    privileged = os.geteuid() == 0
    unshare = ["unshare", "-n"] if privileged else ["unshare", "-r", "-n"]
    unshare += ["-m", "--propagation", "private"] if etc else []
    holder = subprocess.Popen(
        [*unshare, sys.executable, "-I", "-c", _HOLDER, *([str(etc)] if etc else [])],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    with holder:
        assert holder.stdin is not None
        assert holder.stdout is not None
        if holder.stdout.readline() != "up\n":
            pytest.fail("no network namespace to be had: run as root or allow unprivileged user namespaces")
        yield Loopback(holder.pid, privileged=privileged, mounts=etc is not None)
        holder.stdin.close()
