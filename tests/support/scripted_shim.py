"""A stand-in for shim and daemon: answers hooks from a folder of prepared replies and keeps what it was sent.

For tests of the agent's side alone. It is registered by the same code as the real shim and takes the same
command line; `--home` names its folder.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from enactd.agents.base import Registration
from enactd.call import Reply

_PROGRAM = """#!{python} -I
import json, os, pathlib, sys, time
agent, event, _, home = sys.argv[1:]
folder = pathlib.Path(home)
message = sys.stdin.buffer.read()
name = f"{{time.time_ns()}}-{{os.getpid()}}-{{event}}.json"
(folder / "heard" / name).write_bytes(message)
for rule in json.loads((folder / "replies.json").read_text()):
    if rule["event"] == event and rule["contains"].encode() in message:
        sys.stdout.write(rule["stdout"])
        sys.stderr.write(rule["stderr"])
        sys.exit(rule["exit_code"])
print("{{}}" if event != "PreToolUse" else '{{"hookSpecificOutput": {{"hookEventName": "PreToolUse"}}}}')
"""


class ScriptedShim:
    """Lives in `folder`. Without a rule that fits, every hook is answered without objection."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "heard").mkdir(parents=True)
        self.program = folder / "enact-hook"
        self.program.write_text(_PROGRAM.format(python=sys.executable))
        self.program.chmod(0o755)
        self.rules: list[dict[str, Any]] = []
        self._save()

    @property
    def registration(self) -> Registration:
        return Registration(shim=str(self.program), home=str(self.folder))

    def on(self, event: str, contains: str, reply: Reply) -> None:
        """Answer `event` with `reply` if its message contains a text; the first rule that fits counts."""
        out, err = reply.stdout.decode(), reply.stderr.decode()
        rule = {"event": event, "contains": contains, "stdout": out, "stderr": err, "exit_code": reply.exit_code}
        self.rules.append(rule)
        self._save()

    def _save(self) -> None:
        (self.folder / "replies.json").write_text(json.dumps(self.rules))

    def heard(self, event: str) -> list[dict[str, Any]]:
        """The messages of one event, in order."""
        return [json.loads(path.read_text()) for path in sorted((self.folder / "heard").glob(f"*-{event}.json"))]
