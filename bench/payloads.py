"""Typical tool calls, every one different from all before: no answer can come out of a memory.

Each kind is a function of a number. The ground (`ground.py`) has the files that they name.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

FILES: Final = 64
"""Files `src/module_N.py` and `tests/test_N.py` in the workspace."""

SHORT: Final = (
    "git status --short | head -{n}",
    "ls -la src/module_{f}.py docs/{n}",
    "grep -rn handler_{n} src",
    "git log --oneline -{n}",
    "cat src/module_{f}.py README-{n}.md",
    "python3 -m pytest tests/test_{f}.py -q -k case_{n}",
    "npm run build -- --tag {n}",
    "sed -n {n},{m}p src/module_{f}.py",
    "mkdir -p build/{n}",
    "find src -name 'module_{n}*.py'",
)
CHAIN: Final = (
    "cd src && python3 -m pytest ../tests/test_{f}.py -q -k case_{n} && git diff --stat && echo done {n} > ../build/log"
)
SCRIPT_LINE: Final = (
    'for name in alpha beta; do if [ -f "src/$name-{n}-{i}.py" ]; then wc -l "src/$name-{n}-{i}.py"; fi; done'
)
HEREDOC: Final = "cat > src/notes_{n}.md <<'EOF'\n{body}\nEOF\nwc -l src/notes_{n}.md"
SQL: Final = (
    "SELECT o.id, o.total, c.name FROM orders o JOIN customers c ON c.id = o.customer_id "
    "WHERE o.created > now() - interval '{n} days' AND c.region = 'r{n}' ORDER BY o.total DESC LIMIT 50"
)


def short(n: int) -> dict[str, Any]:
    """One of ten plain commands."""
    return _bash(SHORT[n % len(SHORT)].format(n=n, m=n + 40, f=n % FILES))


def chain(n: int) -> dict[str, Any]:
    """`cd`, tests, `git diff`, a redirect, joined by `&&`."""
    return _bash(CHAIN.format(n=n, f=n % FILES))


def script(n: int) -> dict[str, Any]:
    """About 2 KB of loops and conditions."""
    lines = [SCRIPT_LINE.format(n=n, i=i) for i in range(17)]
    return _bash("\n".join([f"set -e\nout=build/{n}", *lines, 'echo "all in $out"']))


def heredoc(n: int) -> dict[str, Any]:
    """A file of about 2 KB written by a here-document."""
    body = "\n".join(f'{i}. note {n}: it\'s "quoted", costs $5 and has `ticks`' for i in range(40))
    return _bash(HEREDOC.format(n=n, body=body))


def sql(n: int) -> dict[str, Any]:
    """A query given to `psql -c`."""
    return _bash(f'psql -h localhost app_{n % 7} -c "{SQL.format(n=n)}"')


def write(n: int) -> dict[str, Any]:
    """A new file of 100 kB."""
    line = f"value_{n} = compute(first={n}, second='text', third=[1, 2, 3])  # of run {n}\n"
    return _tool("Write", file_path=f"{{workspace}}/src/made_{n}.py", content=line * (100_000 // len(line)))


def read(n: int) -> dict[str, Any]:
    """A part of a file of the workspace."""
    return _tool("Read", file_path=f"{{workspace}}/src/module_{n % FILES}.py", offset=n, limit=200)


def mcp(n: int) -> dict[str, Any]:
    """A tool of an MCP server."""
    return _tool("mcp__tracker__search_issues", query=f"label:bug number:{n}", limit=20, project="app")


KINDS: Final[Mapping[str, Callable[[int], dict[str, Any]]]] = {
    "short command": short,
    "&& chain": chain,
    "script of 2 kB": script,
    "here-document": heredoc,
    "SQL by psql -c": sql,
    "Write of 100 kB": write,
    "Read": read,
    "MCP call": mcp,
}


def message(kind: str, n: int, *, workspace: str, session: str) -> bytes:
    """The n-th call of a kind, as Claude Code tells it."""
    return wrap(KINDS[kind](n), n, workspace=workspace, session=session)


def wrap(call: dict[str, Any], n: int, *, workspace: str, session: str) -> bytes:
    """A call as a hook message."""
    if "file_path" in call["tool_input"]:
        call["tool_input"]["file_path"] = call["tool_input"]["file_path"].replace("{workspace}", workspace)
    return json.dumps(
        {
            "session_id": session,
            "transcript_path": f"{workspace}/.transcripts/{session}.jsonl",
            "cwd": workspace,
            "permission_mode": "bypassPermissions",
            "hook_event_name": "PreToolUse",
            "tool_use_id": f"toolu_{session}_{n}",
            **call,
        }
    ).encode()


def bash(command: str) -> dict[str, Any]:
    """A Bash call."""
    return _bash(command)


def _bash(command: str) -> dict[str, Any]:
    return _tool("Bash", command=command, description="a step of the work")


def _tool(name: str, **arguments: Any) -> dict[str, Any]:
    return {"tool_name": name, "tool_input": arguments}
