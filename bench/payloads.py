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
SCRIPT: Final = """set -euo pipefail
# Build the package and say what came of it: run {n}
target="build/run-{n}"
version="1.{n}.0"
mkdir -p "$target/lib" "$target/docs"

log() {{
  echo "[build {n}] $1"
}}

log "version $version"
for name in module_1 module_2 module_3; do
  if [ -f "src/$name.py" ]; then
    cp "src/$name.py" "$target/lib/$name.py"
    log "copied $name"
  else
    log "no $name"
  fi
done

if ! python3 -m compileall -q "$target/lib"; then
  log "does not compile"
  exit 1
fi

grep -rn "handler_{n}" src > "$target/uses.txt" || true
lines=$(wc -l < "$target/uses.txt")
log "handler_{n} is used $lines times"

cat > "$target/docs/index.md" <<END
# Run {n}

Built from $version, see uses.txt for what calls handler_{n}.
Nothing in here is kept for longer than the next run.
END

# Every module of the package has to be documented and tested before it may be packed.
missing=0
for file in src/module_1.py src/module_2.py src/module_3.py; do
  base=$(basename "$file" .py)
  if ! grep -q "$base" "$target/docs/index.md"; then
    echo "- $base" >> "$target/docs/index.md"
  fi
  if [ ! -f "tests/test_${{base#module_}}.py" ]; then
    log "no test for $base"
    missing=$((missing + 1))
  fi
done
if [ "$missing" -gt 0 ]; then
  log "$missing modules without tests"
fi

export PYTHONPATH="$target/lib"
export BUILD_NUMBER={n}
if command -v ruff >/dev/null 2>&1; then
  ruff check src || log "ruff has something to say"
fi

case "$version" in
  0.*) log "not released yet" ;;
  1.*) log "stable" ;;
  *) log "unknown" ;;
esac

python3 -m pytest tests/test_{f}.py -q --maxfail=1 -k "case_{n}" 2>&1 | tail -5
tar -czf "$target.tar.gz" -C "$target" lib docs
ls -la "$target" "$target.tar.gz"
git log --oneline -5 -- src
git diff --stat HEAD
sha256sum "$target.tar.gz" | cut -d' ' -f1 > "$target.sha256"
log "done: $(cat "$target.sha256")"
"""
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
    """A build of 2 kB: function, loop, conditions, substitutions, here-document, pipes."""
    return _bash(SCRIPT.format(n=n, f=n % FILES))


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


def is_stopped(code: int, stdout: bytes) -> bool:
    """Whether an answer keeps the call from running unseen: a denial or a question."""
    return code != 0 or b"permissionDecision" in stdout


def bash(command: str) -> dict[str, Any]:
    """A Bash call."""
    return _bash(command)


def _bash(command: str) -> dict[str, Any]:
    return _tool("Bash", command=command, description="a step of the work")


def _tool(name: str, **arguments: Any) -> dict[str, Any]:
    return {"tool_name": name, "tool_input": arguments}
