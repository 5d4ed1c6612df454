"""What real bash does: programs run in a disposable namespace under strace, and their file events are parsed.

The namespace has no network, every mount is read-only but one private memory file system, and the programs
run as nobody. The folder of each program is a fresh copy of the template.
"""

from __future__ import annotations

import base64
import os
import posixpath
import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from .grammar import FILES, FOLDERS, LINKS

ENVIRONMENT: Final = {"PATH": "/usr/bin:/bin", "HOME": "/nonexistent", "LC_ALL": "C"}
CALLS: Final = (
    "unlink,unlinkat,rmdir,rename,renameat,renameat2,openat,open,creat,truncate,chmod,fchmodat,mkdir,mkdirat,symlink,"
    "symlinkat,link,linkat,execve,chdir,fchdir,fork,vfork,clone,clone3"
)
_INSIDE: Final = r"""
set -e
mount --make-rprivate /
mount -t tmpfs -o size=256m,mode=755 none "$ROOT"
# A null device of its own: the machine's may be anything, and what is written there must be gone.
mknod -m 666 "$ROOT/null" c 1 3 && mount --bind "$ROOT/null" /dev/null || true
awk '{print $2}' /proc/mounts | grep -vx -e "$ROOT" -e /dev/null | sort -ru | while read -r m; do
  mount -o remount,bind,ro "$(printf "$m")" 2>/dev/null || true
done
mkdir "$ROOT/t"; base64 -d > "$ROOT/in.tar"; tar -xf "$ROOT/in.tar" -C "$ROOT"
mkdir "$ROOT/run"; chmod 755 "$ROOT/run"
for p in "$ROOT"/programs/*; do
  n=${p##*/}; cp -a "$ROOT/t" "$ROOT/run/$n"; chown -Rh nobody "$ROOT/run/$n"
done
cat > "$ROOT/drive" <<'DRIVE'
ulimit -t 3 -u 4000
export PATH=/usr/bin:/bin HOME=/nonexistent LC_ALL=C
unset CALLS OLDPWD
for p in "$ROOT"/programs/*; do
  cd "$ROOT/run/${p##*/}"
  read -r -d '' text < "$p"
  out=$(unset ROOT; exec bash --norc --noprofile -c "$text" 2>&1 </dev/null)
done
DRIVE
strace -u nobody -f --seccomp-bpf -y -s 4096 -e trace="$CALLS" -o "$ROOT/log" bash --norc "$ROOT/drive" >/dev/null 2>&1 || true
cat "$ROOT/log"
"""
_LINE: Final = re.compile(r"(\d+)\s+(\w+)\((.*)\)\s+=\s+(-?\d+)")
_ARGUMENT: Final = re.compile(r'(?:AT_FDCWD|\d+)<((?:[^>\\]|\\.)*)>|"((?:[^"\\]|\\.)*)"|([A-Z_|0-9]+)')
_UNFINISHED: Final = re.compile(r"(\d+)\s+(\w+\(.*) <unfinished \.\.\.>$")
_BORN: Final = re.compile(r"^(\d+) +(?:<\.\.\. )?(?:v?fork|clone3?)\b.*= (\d+)$", re.M)
_RESUMED: Final = re.compile(r"(\d+)\s+<\.\.\. \w+ resumed>(.*)$")


@dataclass(frozen=True)
class Event:
    """One thing that happened: delete | write | make | mode | rename | exec. Paths are absolute.

    `chain` has the programs in which it happened, the outermost first, without the shell that ran the text.
    """

    kind: str
    path: str
    to: str = ""
    chain: tuple[str, ...] = field(default=(), compare=False)


@dataclass
class Run:
    """What one program did below its folder, paths written below the template's folder."""

    events: list[Event] = field(default_factory=list)


def template(folder: Path) -> None:
    """Fill a folder with the files that programs play with."""
    for name in FOLDERS:
        (folder / name).mkdir(parents=True, exist_ok=True)
    for name, text in FILES.items():
        (folder / name).write_text(text)
    for name, goal in LINKS.items():
        (folder / name).symlink_to(goal)


def execute(programs: Sequence[str], root: Path) -> list[Run]:
    """Run programs in one namespace. `root/t` must hold the template."""
    folder = root / "programs"
    folder.mkdir(exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    for index, text in enumerate(programs):
        (folder / f"{index:05d}").write_text(text)
    packed = subprocess.run(["tar", "-cf", "-", "-C", str(root), "t", "programs"], capture_output=True, check=True)
    done = subprocess.run(
        ["unshare", "-m", "-n", "-p", "-f", "--mount-proc", "bash", "-c", _INSIDE],
        input=base64.b64encode(packed.stdout), capture_output=True, check=False, timeout=600,
        env={**ENVIRONMENT, "PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "ROOT": str(root), "CALLS": CALLS},
    )  # fmt: skip
    assert 0 == done.returncode, done.stderr.decode()[-2000:]
    return _Log(str(root), len(programs)).read(done.stdout.decode("utf-8", "replace"))


class _Log:
    """Parses the trace. The driver's own `chdir` says where the next program begins."""

    def __init__(self, root: str, count: int) -> None:
        self.runs = [Run() for _ in range(count)]
        self.root = root
        self.driver = ""
        self.cwd: dict[str, str] = {}
        self.current = -1
        self.waiting: dict[str, str] = {}
        self.parents: dict[str, str] = {}
        self.chains: dict[str, tuple[str, ...]] = {}

    def read(self, text: str) -> list[Run]:
        # A child may do something before its parent's call has returned: who is whose child is read first.
        self.parents = {match.group(2): match.group(1) for match in _BORN.finditer(text)}
        for entry in text.splitlines():
            line = entry
            unfinished = _UNFINISHED.match(line)
            if unfinished:
                self.waiting[unfinished.group(1)] = unfinished.group(2)
                continue
            resumed = _RESUMED.match(line)
            if resumed:
                line = f"{resumed.group(1)} {self.waiting.pop(resumed.group(1), '')}{resumed.group(2)}"
            match = _LINE.match(line)
            if match:
                self._call(*match.groups())
        return self.runs

    def _call(self, pid: str, call: str, arguments: str, result: str) -> None:
        self.driver = self.driver or pid
        if call in ("fork", "vfork", "clone", "clone3"):
            return
        if call == "execve":
            if int(result) == 0 and self.current >= 0:
                name = posixpath.basename(_strings(arguments)[0])
                self._add(Event("exec", name, "", self._chain(pid)[1:]))
                self.chains[pid] = (*self._chain(pid), name)
            return
        folders = [_decoded(m.group(1)) for m in _ARGUMENT.finditer(arguments) if m.group(1) is not None]
        if arguments.startswith("AT_FDCWD<"):
            self.cwd[pid] = folders[0]
        if int(result) < 0:
            return
        if call in ("chdir", "fchdir"):
            goal = (
                folders[0]
                if call == "fchdir"
                else posixpath.normpath(posixpath.join(self.cwd.get(pid, "/"), _strings(arguments)[0]))
            )
            self.cwd[pid] = goal
            if pid == self.driver and goal.startswith(self.root + "/run/"):
                self.current = int(posixpath.basename(goal))
            return
        paths = self._paths(pid, call, arguments)
        if call in ("open", "openat", "creat"):
            if call == "creat" or re.search(r"O_(?:WRONLY|RDWR|TRUNC|CREAT)", arguments):
                self._file_event(pid, "write", paths)
        else:
            kinds = {
                "unlink": "delete",
                "rmdir": "delete",
                "rename": "rename",
                "truncate": "write",
                "chmod": "mode",
                "fchmod": "mode",
            }
            name = call.removesuffix("at2").removesuffix("at")
            self._file_event(pid, kinds.get(name, "make"), paths[-1:] if name in ("symlink", "link") else paths)

    def _chain(self, pid: str) -> tuple[str, ...]:
        """The programs that a process runs in: those of its parent when it was born, and its own."""
        if pid not in self.chains:
            parent = self.parents.get(pid)
            self.chains[pid] = self._chain(parent) if parent is not None and pid != self.driver else ()
        return self.chains[pid]

    def _paths(self, pid: str, call: str, arguments: str) -> list[str]:
        """Absolute paths of the arguments, each relative to the folder descriptor before it."""
        paths: list[str] = []
        base = self.cwd.get(pid, "/")
        for match in _ARGUMENT.finditer(arguments):
            folder, text, _ = match.groups()
            if folder is not None:
                base = _decoded(folder)
            elif text is not None:
                paths.append(posixpath.normpath(posixpath.join(base, _decoded(text))))
        return paths

    def _file_event(self, pid: str, kind: str, paths: list[str]) -> None:
        here = f"{self.root}/run/{self.current:05d}"
        if not paths or not any(path == here or path.startswith(here + "/") for path in paths):
            return
        there = [path.replace(here, self.root + "/t", 1) for path in paths]
        self._add(Event(kind, there[0], there[1] if kind == "rename" else "", self._chain(pid)[1:]))

    def _add(self, event: Event) -> None:
        if 0 <= self.current < len(self.runs):
            self.runs[self.current].events.append(event)


def _strings(arguments: str) -> list[str]:
    return [_decoded(m.group(2)) for m in _ARGUMENT.finditer(arguments) if m.group(2) is not None]


def _decoded(text: str) -> str:
    """strace's escapes are C's."""
    return os.fsdecode(text.encode("latin-1", "replace").decode("unicode_escape").encode("latin-1", "replace"))
