"""A scripted model: the Anthropic Messages API on loopback, playing turns that a test wrote.

    python model_server.py SCRIPT.json REQUESTS.jsonl

Prints its port, serves until its standard input ends. The script is `{"main": [turn, ...], "subagents":
{"MARK": [turn, ...]}}`; a turn is `{"tools": [{"name", "input"}, ...]}` or `{"text": "..."}`, and may carry
`"before": [argv, ...]`, commands that run just before the turn is played. A conversation whose first user
message contains MARK plays that sub-agent's turns. Side requests (no tools offered) are answered "ok".

The turn to play is read from the conversation itself: tool-call ids carry their turn's number, and text
turns behind the last of them count one each. Retries and parallel requests cannot make it drift.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final

END: Final = "SCRIPT-END"
_ID = re.compile(r"toolu_(?P<script>[A-Za-z0-9]*)x(?P<turn>\d{3})x\d{2}")


def text_of(content: Any) -> str:
    """The text of a message's content, which is a string or a list of blocks."""
    if isinstance(content, str):
        return content
    return "\n".join(block.get("text", "") for block in content if isinstance(block, dict))


def next_turn(messages: list[dict[str, Any]]) -> int:
    """Which turn of its script a conversation has reached."""
    turn, texts = -1, 0
    for message in messages:
        if message["role"] != "assistant":
            continue
        found = [int(m["turn"]) for m in map(_ID.fullmatch, _call_ids(message["content"])) if m]
        if found:
            turn, texts = max(found), 0
        else:
            texts += 1
    return turn + 1 + texts


def _call_ids(content: Any) -> list[str]:
    blocks = content if isinstance(content, list) else []
    return [block["id"] for block in blocks if block.get("type") == "tool_use"]


class Script:
    """The turns of a test, and which of them a conversation plays next."""

    def __init__(self, script: dict[str, Any]) -> None:
        self.main: list[dict[str, Any]] = script["main"]
        self.subagents: dict[str, list[dict[str, Any]]] = script.get("subagents", {})
        self.lock = threading.Lock()
        self.prepared: set[tuple[str, int]] = set()

    def answer(self, request: dict[str, Any]) -> list[dict[str, Any]]:
        """The content blocks with which the model answers this request."""
        if not request.get("tools"):
            return [{"type": "text", "text": "ok"}]
        messages = request["messages"]
        opening = text_of(next(m["content"] for m in messages if m["role"] == "user"))
        mark = next((mark for mark in self.subagents if mark in opening), "")
        turns, number = self.subagents.get(mark, self.main), next_turn(messages)
        turn = turns[number] if number < len(turns) else {"text": END}
        self.prepare(mark, number, turn)
        blocks: list[dict[str, Any]] = [{"type": "text", "text": turn["text"]}] if turn.get("text") else []
        for index, tool in enumerate(turn.get("tools", ())):
            call_id = f"toolu_{mark}x{number:03d}x{index:02d}"
            blocks.append({"type": "tool_use", "id": call_id, "name": tool["name"], "input": tool["input"]})
        return blocks

    def prepare(self, mark: str, number: int, turn: dict[str, Any]) -> None:
        """Run the turn's commands, once, however often the turn is asked for."""
        with self.lock:
            if (mark, number) in self.prepared:
                return
            self.prepared.add((mark, number))
            for argv in turn.get("before", ()):
                subprocess.run(argv, check=False, stdin=subprocess.DEVNULL, stdout=sys.stderr, timeout=60)


def events(blocks: list[dict[str, Any]], model: str) -> list[dict[str, Any]]:
    """The server-sent events of one streamed answer."""
    usage = {"input_tokens": 10, "output_tokens": 5}
    stop = "tool_use" if any(block["type"] == "tool_use" for block in blocks) else "end_turn"
    start = {"id": "msg_scripted", "type": "message", "role": "assistant", "model": model, "content": []}
    out: list[dict[str, Any]] = [
        {"type": "message_start", "message": {**start, "stop_reason": None, "stop_sequence": None, "usage": usage}}
    ]
    for index, block in enumerate(blocks):
        if block["type"] == "text":
            opened, delta = {**block, "text": ""}, {"type": "text_delta", "text": block["text"]}
        else:
            opened = {**block, "input": {}}
            delta = {"type": "input_json_delta", "partial_json": json.dumps(block["input"])}
        out.append({"type": "content_block_start", "index": index, "content_block": opened})
        out.append({"type": "content_block_delta", "index": index, "delta": delta})
        out.append({"type": "content_block_stop", "index": index})
    out.append({"type": "message_delta", "delta": {"stop_reason": stop, "stop_sequence": None}, "usage": usage})
    out.append({"type": "message_stop"})
    return out


class Handler(BaseHTTPRequestHandler):
    """`POST /v1/messages`; anything else gets an empty object."""

    protocol_version = "HTTP/1.1"
    script: Script
    record: Path

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))) or b"{}")
        if not self.path.startswith("/v1/messages") or "count_tokens" in self.path:
            self.send("application/json", b'{"input_tokens": 10}')
            return
        with self.script.lock, self.record.open("a") as file:
            file.write(json.dumps(body) + "\n")
        blocks, model = self.script.answer(body), body.get("model", "scripted")
        if body.get("stream"):
            lines = [f"event: {event['type']}\ndata: {json.dumps(event)}\n\n" for event in events(blocks, model)]
            self.send("text/event-stream", "".join(lines).encode())
        else:
            whole = events([], model)[0]["message"]
            stop = "tool_use" if any(block["type"] == "tool_use" for block in blocks) else "end_turn"
            self.send("application/json", json.dumps({**whole, "content": blocks, "stop_reason": stop}).encode())

    def do_GET(self) -> None:
        self.send("application/json", b"{}")

    def do_HEAD(self) -> None:
        self.send("application/json", b"")

    def send(self, kind: str, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: standard error belongs to the scripts' commands."""


def main(script: str, record: str) -> None:
    Handler.script, Handler.record = Script(json.loads(Path(script).read_text())), Path(record)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(server.server_port, flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main(*sys.argv[1:])
