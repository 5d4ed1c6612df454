"""An MCP server whose tools are shell commands: `mcp_server.py '{"tool": "command", ...}'`.

The arguments of a call are in the variables `ARG_name`, and as JSON in `ARGUMENTS`.
"""

import json
import os
import subprocess
import sys

TOOLS = json.loads(sys.argv[1])
ANY = {"type": "object", "additionalProperties": True}


def call(name, arguments):
    """Run the tool's command; the result as MCP words it."""
    given = {f"ARG_{k}": v if isinstance(v, str) else json.dumps(v) for k, v in arguments.items()}
    done = subprocess.run(
        ["bash", "-c", TOOLS[name]], capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=60, check=False,
        env={**os.environ, **given, "ARGUMENTS": json.dumps(arguments)},
    )  # fmt: skip
    return {"content": [{"type": "text", "text": done.stdout + done.stderr}], "isError": done.returncode != 0}


def answer(method, parameters):
    """The result of one request."""
    if method == "initialize":
        version = parameters.get("protocolVersion", "2025-06-18")
        return {"protocolVersion": version, "capabilities": {"tools": {}}, "serverInfo": {"name": "s", "version": "1"}}
    if method == "tools/list":
        return {"tools": [{"name": name, "description": name, "inputSchema": ANY} for name in TOOLS]}
    if method == "tools/call":
        return call(parameters["name"], parameters.get("arguments", {}))
    return {}


for line in sys.stdin:
    message = json.loads(line)
    if "id" in message and "method" in message:
        result = answer(message["method"], message.get("params") or {})
        print(json.dumps({"jsonrpc": "2.0", "id": message["id"], "result": result}), flush=True)
