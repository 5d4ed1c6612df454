"""A tiny MCP server on standard input and output, with tools that leave a trace on disk.

    python probe_server.py LOG

`query` appends its SQL to the log, `write_file` writes a file, `fail` fails. The trace shows whether a call
arrived, whatever the agent says about it.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

_TEXT = {"type": "string"}
TOOLS = {
    "query": {"sql": _TEXT},
    "write_file": {"path": _TEXT, "content": _TEXT},
    "fail": {},
}


def configuration(log: Path) -> str:
    """The value of Claude Code's `--mcp-config` for a server named `probe` that writes to `log`."""
    server = {"command": sys.executable, "args": ["-I", str(Path(__file__)), str(log)]}
    return json.dumps({"mcpServers": {"probe": server}})


def call(name: str, arguments: dict[str, Any], log: Path) -> dict[str, Any]:
    """Do what a tool does; the result as MCP words it."""
    if name == "query":
        with log.open("a") as file:
            file.write(arguments["sql"] + "\n")
    elif name == "write_file":
        Path(arguments["path"]).write_text(arguments["content"])
    return {"content": [{"type": "text", "text": f"{name} ran"}], "isError": name == "fail"}


def answer(method: str, parameters: dict[str, Any], log: Path) -> dict[str, Any]:
    """The result of one request."""
    if method == "initialize":
        version = parameters.get("protocolVersion", "2025-06-18")
        info = {"name": "probe", "version": "1"}
        return {"protocolVersion": version, "capabilities": {"tools": {}}, "serverInfo": info}
    if method == "tools/list":
        schemas = {name: {"type": "object", "properties": fields} for name, fields in TOOLS.items()}
        return {"tools": [{"name": n, "description": n, "inputSchema": schema} for n, schema in schemas.items()]}
    if method == "tools/call":
        return call(parameters["name"], parameters.get("arguments", {}), log)
    return {}


def main(log: str) -> None:
    for line in sys.stdin:
        message = json.loads(line)
        if "id" in message and "method" in message:
            result = answer(message["method"], message.get("params", {}), Path(log))
            print(json.dumps({"jsonrpc": "2.0", "id": message["id"], "result": result}), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
