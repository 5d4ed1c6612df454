"""What the proof needs from the machine, told before anything is begun: `python3 bench/prerequisites.py`.

Plain Python, so that it runs before there is an environment. Exit 0 where all is there, 2 with the packages to install.
"""

from __future__ import annotations

import importlib.util
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

# Program and Debian package, for the sweep and for the rest.
SWEEP = {
    "bwrap": "bubblewrap", "unshare": "util-linux", "setpriv": "util-linux", "git": "git", "npm": "npm", "curl": "curl",
    "jq": "jq", "sqlite3": "sqlite3", "initdb": "postgresql", "postgres": "postgresql", "psql": "postgresql-client",
    "redis-server": "redis-server", "redis-cli": "redis-tools", "openssl": "openssl",
}  # fmt: skip
BENCH = {"make": "make", "gcc": "gcc", "node": "nodejs"}
_NAMESPACES = (
    "the sandbox cannot be made: {why}; run as root, or let users have namespaces"
    " (sysctl kernel.unprivileged_userns_clone=1, kernel.apparmor_restrict_unprivileged_userns=0)"
)


def where(name: str) -> str:
    """The program's path, or nothing. Debian keeps the servers of PostgreSQL in a folder per version, out of PATH."""
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: path.parent.name, reverse=True)
    search = [os.environ.get("PATH", ""), "/usr/sbin", "/sbin", *map(str, versions)]
    return shutil.which(name, path=os.pathsep.join(search)) or ""


def missing(programs: dict[str, str]) -> list[tuple[str, str]]:
    """Program and package of each that is not here."""
    return [(name, package) for name, package in programs.items() if not where(name)]


def advice(absent: list[tuple[str, str]]) -> str:
    """One line: what is not here, and the command that brings it."""
    packages = dict.fromkeys(package for _, package in absent)
    return f"{', '.join(name for name, _ in absent)}: not on this machine; apt-get install {' '.join(packages)}"


def sandboxes() -> str:
    """Why no sandbox can be made here; empty where one can."""
    outer = ["unshare", "-n"] if os.geteuid() == 0 else ["unshare", "-r", "-n"]
    inner = [where("bwrap"), "--unshare-user", "--unshare-pid", "--ro-bind", "/", "/", "--proc", "/proc", "true"]
    done = subprocess.run([*outer, "--", *inner], capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else (done.stderr.strip().splitlines() or ["no reason given"])[-1]


def faults(*, environment: bool = True) -> list[str]:
    """Everything that stands in the way, one a line."""
    found = []
    if platform.system() != "Linux":
        return [f"{platform.system()}: the sweep needs namespaces of Linux"]
    absent = missing(SWEEP | BENCH)
    if sys.version_info < (3, 11):  # noqa: UP036  # this runs under whatever Python the machine has
        absent.append(("python3.11", "python3.11"))
    elif environment and importlib.util.find_spec("ensurepip") is None:
        absent.append(("ensurepip", "python3-venv"))
    if absent:
        found.append(advice(absent))
    elif why := sandboxes():
        found.append(_NAMESPACES.format(why=why))
    return found


def main() -> int:
    """Say what is missing."""
    found = faults()
    for line in found:
        print(line, file=sys.stderr)
    return 2 if found else 0


if __name__ == "__main__":
    sys.exit(main())
