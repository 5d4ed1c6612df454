"""A real daemon whose receipts lie on a mount of their own, which turns read-only or full while it works.

python on_a_mount.py read-only|full FOLDER: in a mount namespace of its own (`unshare -m`). Prints what was seen, a
line of JSON per step; what was acknowledged stands in `allowed`.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from enactd.config import Layout
from enactd.control_client import Client
from enactd.receipts import segments
from enactd.receipts.verify import verify
from support.daemon import Daemon, bash, environment, hook, layout, message
from support.processes import Agent


def run(*words: object) -> str:
    return subprocess.run([str(word) for word in words], check=True, capture_output=True, text=True).stdout.strip()


class Scene:
    """The daemon, an agent, and what was seen."""

    def __init__(self, folder: Path) -> None:
        self.home: Layout = layout(folder)
        self.home.prepare()
        self.place = self.home.receipts
        self.place.mkdir(mode=0o700, exist_ok=True)
        (folder / "work").mkdir()
        self.agent = Agent(cwd=folder / "work", env=environment())
        self.allowed: list[int] = []

    def call(self, number: int) -> int:
        """One call; the exit code. An answer without objection counts as allowed."""
        reply = hook(self.agent, self.home, bash("echo hello", call_id=f"toolu_{number}"))
        if reply.exit_code == 0 and b"deny" not in reply.stdout:
            self.allowed.append(number)
        return reply.exit_code

    def outcome(self, number: int) -> int:
        done = message("PostToolUse", tool_name="Bash", tool_use_id=f"toolu_{number}", tool_input={}, tool_response={})
        return hook(self.agent, self.home, done).exit_code

    def red(self) -> list[str]:
        """The codes of red health."""
        return [one.code for one in Client(self.home, timeout=20).health() if one.severity == "red"]

    def settled(self, condition: Callable[[], bool]) -> bool:
        deadline = time.monotonic() + 60
        while not condition():
            if time.monotonic() > deadline:
                return False
            time.sleep(0.05)
        return True

    def tell(self, step: str, **seen: Any) -> None:
        """One line: the step, what was seen, and what the log says by itself now."""
        report = verify(str(self.place))
        decided = [
            int(entry.record.call_id.removeprefix("toolu_"))
            for entry in segments.receipts(str(self.place))
            if entry.record.kind == "decision" and entry.record.verdict == "allow"
        ]
        told = {"step": step, "problem": report.problem and report.problem.reason, "receipts": decided}
        print(json.dumps(told | {"allowed": self.allowed} | seen), flush=True)


def read_only(scene: Scene, folder: Path) -> None:
    """ext4 with `errors=remount-ro` meets an error: what is open stays open, and every write fails with EROFS."""
    image = folder / "image"
    with image.open("wb") as file:
        file.truncate(48 << 20)
    run("mkfs.ext4", "-q", "-E", "root_owner=0:0", image)
    mount = ("mount", "-o", "loop,errors=remount-ro", image, scene.place)
    run(*mount)
    scene.place.chmod(0o700)
    try:
        with Daemon(scene.home) as daemon:
            scene.tell("before", code=scene.call(1), outcome=scene.outcome(1), red=scene.red())
            busy = subprocess.run(["mount", "-o", "remount,ro", str(scene.place)], check=False, capture_output=True)
            scene.tell("refused", mount=busy.returncode, code=scene.call(2), red=scene.red())
            device = Path(run("findmnt", "-no", "SOURCE", scene.place)).name
            Path(f"/sys/fs/ext4/{device}/trigger_fs_error").write_text("a test")
            codes = [scene.call(number) for number in (3, 4)]
            scene.tell("read-only", codes=codes, outcome=scene.outcome(2), red=scene.red(), pid=daemon.process.pid)
        run("umount", scene.place)
        run(*mount)
        with Daemon(scene.home):
            scene.tell("writable again", code=scene.call(5), red=scene.red())
    finally:
        subprocess.run(["umount", "-l", str(scene.place)], check=False, capture_output=True)


def full(scene: Scene, _: Path) -> None:
    """A tmpfs without a free page, and with some again: the same daemon goes on."""
    run("mount", "-t", "tmpfs", "-o", "size=16m,mode=700", "tmpfs", scene.place)
    with Daemon(scene.home):
        scene.tell("before", code=scene.call(1), red=scene.red())
        filler = scene.place / "filler"
        with filler.open("wb", buffering=0) as file:
            for size in (65536, 4096, 512, 1):
                try:
                    while file.write(bytes(size)) == size:
                        pass
                except OSError:
                    continue
        codes = []
        for number in range(2, 40):  # the last page may have room for some
            codes.append(scene.call(number))
        scene.tell("full", codes=codes, red=scene.red())
        filler.unlink()
        scene.tell("room again", code=scene.call(90), cleared=scene.settled(lambda: scene.red() == []))
        scene.tell("later", code=scene.call(91), red=scene.red())


if __name__ == "__main__":
    where = Path(sys.argv[2])
    stage = Scene(where)
    with stage.agent:
        {"read-only": read_only, "full": full}[sys.argv[1]](stage, where)
