"""The scripted model: the Anthropic Messages API, playing a scenario's moves with their retries.

Where it stands is read from the conversation: ids of tool calls carry move and attempt, and an answer that is an error
leads to the next retry. Side requests (no tools offered) are answered "ok", those about a fetched page with the page.
"""

from __future__ import annotations

import json
import re
import threading
import time
from typing import Any, Final

import msgspec

from bench.chaos import moves
from bench.chaos.doors import QuietHandler
from bench.chaos.scenario import Scenario

END: Final = "That is all."
NAME: Final = "claude-sonnet-4-5"
_ID = re.compile(r"toolu_(?P<mark>[A-Z0-9]*)x(?P<move>\d{3})x(?P<attempt>\d{2})x\d{2}")
_PAGE = re.compile(r"Web page content:\s*---\n(?P<page>.*?)\n---", re.DOTALL)
_Requests = list[dict[str, Any]]


class Told(msgspec.Struct, frozen=True):
    """One call and what the model was told about it."""

    position: str
    tool: str
    input: dict[str, Any]
    error: bool
    text: str


def text_of(content: Any) -> str:
    """The text of a message's content, which is a string or a list of blocks."""
    if isinstance(content, str):
        return content
    return "\n".join(str(block.get("text", "")) for block in content if isinstance(block, dict))


def _blocks(message: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    content = message["content"] if isinstance(message["content"], list) else []
    return [block for block in content if isinstance(block, dict) and block.get("type") == kind]


class Script:
    """A scenario as the model's side of its conversations, and the record of what came in."""

    def __init__(self, scenario: Scenario) -> None:
        self._plans = {"": [moves.attempts(move) for move in scenario.moves]}
        self._plans |= {mark: [moves.attempts(m) for m in agent.moves] for mark, agent in scenario.agents.items()}
        self.requests: _Requests = []
        self.lock = threading.Lock()

    def answer(self, request: dict[str, Any]) -> list[dict[str, Any]]:
        """The content blocks with which the model answers."""
        with self.lock:
            self.requests.append(request)
        if not request.get("tools"):
            return [{"type": "text", "text": _aside(request)}]
        messages = request["messages"]
        opening = text_of(next(message["content"] for message in messages if message["role"] == "user"))
        mark = next((mark for mark in self._plans if mark and f"{mark}:" in opening), "")
        plan = self._plans[mark]
        move, attempt = _next(messages, plan)
        if move >= len(plan):
            return [{"type": "text", "text": END}]
        return [
            {"type": "tool_use", "id": f"toolu_{mark}x{move:03d}x{attempt:02d}x{index:02d}", **moves.spelt(call)}
            for index, call in enumerate(plan[move][attempt])
        ]


def _aside(request: dict[str, Any]) -> str:
    found = _PAGE.search("\n".join(text_of(message["content"]) for message in request["messages"]))
    return found["page"] if found else "ok"


def _next(messages: _Requests, plan: list[list[Any]]) -> tuple[int, int]:
    """Which move, and which attempt at it, comes next."""
    used = [
        block["id"] for message in messages if message["role"] == "assistant" for block in _blocks(message, "tool_use")
    ]
    found = [match for match in map(_ID.fullmatch, used) if match]
    if not found:
        return 0, 0
    move, attempt = max((int(match["move"]), int(match["attempt"])) for match in found)
    prefix = f"x{move:03d}x{attempt:02d}x"
    failed = any(
        block.get("is_error") and prefix in block["tool_use_id"]
        for message in messages
        for block in _blocks(message, "tool_result")
    )
    if failed and attempt + 1 < len(plan[move]):
        return move, attempt + 1
    return move + 1, 0


class Watch:
    """Whether the model has said its last word. Background tasks keep an agent alive after it, a server for ever."""

    def __init__(self) -> None:
        self._ended: dict[str, bool] = {}
        self._since = 0.0
        self._lock = threading.Lock()

    def heard(self, request: dict[str, Any], *, ended: bool) -> None:
        """A request came in (`ended` false), or its answer went out (true where it holds no call)."""
        if request.get("tools"):
            opening = text_of(next(message["content"] for message in request["messages"] if message["role"] == "user"))
            with self._lock:
                self._ended[opening] = ended
                self._since = time.monotonic()

    def quiet_s(self) -> float:
        """For how many seconds all conversations have been over; 0 while one is not, or none has begun."""
        with self._lock:
            return time.monotonic() - self._since if self._ended and all(self._ended.values()) else 0.0


def told(requests: _Requests) -> list[Told]:
    """Every call of a run with its answer, in the order in which they came back."""
    calls: dict[str, dict[str, Any]] = {}
    answers: dict[str, Told] = {}
    for request in requests:
        for message in request.get("messages", ()):
            for block in _blocks(message, "tool_use"):
                calls[block["id"]] = block
            for block in _blocks(message, "tool_result"):
                identity = block["tool_use_id"]
                call = calls.get(identity, {"name": "?", "input": {}})
                text = text_of(block.get("content", ""))
                answers.setdefault(
                    identity, Told(_position(identity), call["name"], call["input"], bool(block.get("is_error")), text)
                )
    return list(answers.values())


def _position(identity: str) -> str:
    match = _ID.fullmatch(identity)
    if not match:
        return identity
    retry = f", attempt {int(match['attempt']) + 1}" if int(match["attempt"]) else ""
    return f"{match['mark'] + ' ' if match['mark'] else ''}move {int(match['move']) + 1}{retry}"


def events(blocks: list[dict[str, Any]], name: str) -> list[dict[str, Any]]:
    """The server-sent events of one streamed answer."""
    usage = {"input_tokens": 10, "output_tokens": 5}
    start = {"id": "msg_1", "type": "message", "role": "assistant", "model": name, "content": [], "usage": usage}
    out: list[dict[str, Any]] = [
        {"type": "message_start", "message": {**start, "stop_reason": None, "stop_sequence": None}}
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
    ending = {"stop_reason": stop_reason(blocks), "stop_sequence": None}
    out.append({"type": "message_delta", "delta": ending, "usage": usage})
    out.append({"type": "message_stop"})
    return out


def stop_reason(blocks: list[dict[str, Any]]) -> str:
    """Why the answer ends."""
    return "tool_use" if any(block["type"] == "tool_use" for block in blocks) else "end_turn"


def handler(source: Any, watch: Watch | None = None) -> type[QuietHandler]:
    """The API in front of `source.answer(request)`; `watch` learns where the conversations stand."""
    seen = watch or Watch()

    class Handler(QuietHandler):
        def do_POST(self) -> None:
            request = json.loads(self.body() or b"{}")
            if not self.path.startswith("/v1/messages") or "count_tokens" in self.path:
                self.reply(b'{"input_tokens": 10}')
                return
            seen.heard(request, ended=False)
            blocks, name = source.answer(request), request.get("model", NAME)
            seen.heard(request, ended=stop_reason(blocks) == "end_turn")
            if request.get("stream"):
                lines = [f"event: {event['type']}\ndata: {json.dumps(event)}\n\n" for event in events(blocks, name)]
                self.reply("".join(lines).encode(), "text/event-stream")
            else:
                whole = {**events([], name)[0]["message"], "content": blocks, "stop_reason": stop_reason(blocks)}
                self.reply(json.dumps(whole).encode())

        def do_GET(self) -> None:
            self.reply(b"{}")

        do_HEAD = do_GET

    return Handler
