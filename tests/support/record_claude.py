"""Records what the real Claude Code sends to its hooks: `python tests/support/record_claude.py` (as any user).

Writes `tests/recordings/claude-code/<version>/<event>-<tool>.json`, with this machine's paths and ids
replaced. Run it when the pinned version changes, and look at the difference.
"""

from __future__ import annotations

import json
import re
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from enactd.agents.claude_code import ADAPTER  # noqa: E402
from support.claude import VERSION, Claude, bash, tool, turn  # noqa: E402
from support.loopback import loopback  # noqa: E402
from support.probe_server import configuration  # noqa: E402
from support.scripted_shim import ScriptedShim  # noqa: E402

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


def record(folder: Path) -> dict[str, dict[str, Any]]:
    """One session that uses each kind of tool once; the first message of each event and tool."""
    home, project = folder / "home", folder / "home" / "app"
    project.mkdir(parents=True)
    (project / "notes.txt").write_text("one\ntwo\n")
    shim = ScriptedShim(folder / "shim")
    (home / ".claude").mkdir()
    (home / ".claude" / "settings.json").write_text(ADAPTER.register("", shim.registration))
    read = tool("Read", file_path=str(project / "notes.txt"))
    turns = [
        turn(bash("echo out; echo err >&2"), bash("exit 3")),
        turn(read, tool("Write", file_path="new.txt", content="new\n")),
        turn(tool("Edit", file_path=str(project / "notes.txt"), old_string="one", new_string="1")),
        turn(tool("mcp__probe__query", sql="select 1")),
        turn(tool("Monitor", description="watch", command="echo seen", timeout_ms=1000)),
        turn(tool("Agent", description="look", prompt="SUBMARK look", subagent_type="general-purpose")),
        turn(bash(f"mkdir -p .claude && echo '{{}}' > {project}/.claude/settings.json; sleep 3")),
        turn(text="done"),
    ]
    with loopback() as network:
        Claude(home, network).run(
            *turns,
            cwd=project,
            subagents={"SUBMARK": [turn(bash("echo below")), turn(text="seen")]},
            arguments=("--dangerously-skip-permissions", "--mcp-config", configuration(folder / "log")),
        )
    found: dict[str, dict[str, Any]] = {}
    for event in ADAPTER_EVENTS:
        for message in shim.heard(event):
            where = "-subagent" if "agent_id" in message else ""
            found.setdefault(f"{event}-{message.get('tool_name', '')}{where}".removesuffix("-"), message)
    return found


ADAPTER_EVENTS = ("SessionStart", "PreToolUse", "PostToolUse", "PostToolUseFailure", "ConfigChange", "SessionEnd")


def scrubbed(message: dict[str, Any], folder: Path) -> str:
    """The message with this machine's paths and ids replaced."""
    text = json.dumps(message, indent=1, ensure_ascii=False).replace(str(folder), "/home/ada/tmp")
    slug = re.sub(r"[^A-Za-z0-9]", "-", str(folder))
    numbers: dict[str, str] = {}
    text = _UUID.sub(lambda m: numbers.setdefault(m.group(), f"00000000-0000-4000-8000-{len(numbers):012d}"), text)
    return text.replace(slug, "-home-ada-tmp") + "\n"


def main() -> None:
    target = ROOT / "tests" / "recordings" / "claude-code" / VERSION
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        for stem, message in record(folder).items():
            (target / f"{stem}.json").write_text(scrubbed(message, folder))
            print(stem)


if __name__ == "__main__":
    main()
