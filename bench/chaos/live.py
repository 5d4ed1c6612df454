"""A live model in place of the script: the agent's requests go to an endpoint that the user gives.

An endpoint of Anthropic's kind (`.../v1/messages`) gets them as they are; one of OpenAI's kind (`.../chat/completions`)
gets them translated. The key is read from ENACTD_SWEEP_KEY, and is sent there and nowhere else.
"""

from __future__ import annotations

import json
import os
import threading
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any, Final

from bench.chaos.model import text_of
from bench.chaos.scenario import Scenario

KEY: Final = "ENACTD_SWEEP_KEY"
_TIMEOUT_S: Final = 300
_TRIES: Final = 3


class LiveError(Exception):
    """The endpoint cannot be used."""


class Live:
    """One conversation's model: forwards requests and keeps them, as `model.Script` does."""

    def __init__(self, url: str, name: str) -> None:
        self.url = url
        self.name = name
        self.requests: list[dict[str, Any]] = []
        self.lock = threading.Lock()

    def answer(self, request: dict[str, Any]) -> list[dict[str, Any]]:
        """The content blocks of the model's answer; a failing endpoint is said in text, which ends the session."""
        with self.lock:
            self.requests.append(request)
        openai = self.url.endswith("/chat/completions")
        body = to_openai(request) if openai else {**request, "stream": False}
        try:
            found = self._post({**body, "model": self.name})
        except (OSError, ValueError) as error:
            return [{"type": "text", "text": f"the model cannot be reached: {error}"}]
        blocks = from_openai(found) if openai else found.get("content", [])
        return [block for block in blocks if block.get("type") in ("text", "tool_use")]

    def _post(self, body: dict[str, Any]) -> dict[str, Any]:
        key = os.environ.get(KEY, "")
        headers = {"Content-Type": "application/json", "anthropic-version": "2023-06-01"}
        if key:
            headers |= {"Authorization": f"Bearer {key}", "x-api-key": key}
        for left in reversed(range(_TRIES)):
            request = urllib.request.Request(self.url, json.dumps(body).encode(), headers)
            try:
                with urllib.request.urlopen(request, timeout=_TIMEOUT_S) as answer:
                    found = json.loads(answer.read())
                    return found if isinstance(found, dict) else {}
            except urllib.error.URLError:
                if not left:
                    raise
        raise OSError("no answer")


def source(url: str, name: str) -> Callable[[Scenario], Live]:
    """Makes the model of each run. Raises `LiveError` for an address that is none, or without a name."""
    if not url.startswith(("http://", "https://")):
        raise LiveError(f"--live: `{url}` is no http address")
    if not url.endswith(("/chat/completions", "/messages")):
        raise LiveError(f"--live: `{url}` ends neither in /v1/messages nor in /chat/completions")
    if not name:
        raise LiveError("--live: --model NAME is needed, too")
    return lambda _: Live(url, name)


def to_openai(request: dict[str, Any]) -> dict[str, Any]:
    """A request for messages as one for chat completions."""
    messages: list[dict[str, Any]] = []
    if request.get("system"):
        messages.append({"role": "system", "content": text_of(request["system"])})
    for message in request["messages"]:
        messages += _message(message)
    tools = [
        {"type": "function", "function": {
            "name": tool["name"], "description": tool.get("description", ""), "parameters": tool.get("input_schema", {})}}
        for tool in request.get("tools", ())
    ]  # fmt: skip
    extra = {"tools": tools} if tools else {}
    return {"messages": messages, "max_tokens": request.get("max_tokens", 4096), "stream": False, **extra}


def _message(message: dict[str, Any]) -> list[dict[str, Any]]:
    content = message["content"]
    if isinstance(content, str):
        return [{"role": message["role"], "content": content}]
    found: list[dict[str, Any]] = [
        {"role": "tool", "tool_call_id": block["tool_use_id"], "content": text_of(block.get("content", ""))}
        for block in content
        if block.get("type") == "tool_result"
    ]
    text = "\n".join(str(block["text"]) for block in content if block.get("type") == "text")
    calls = [
        {"id": block["id"], "type": "function",
         "function": {"name": block["name"], "arguments": json.dumps(block["input"])}}
        for block in content
        if block.get("type") == "tool_use"
    ]  # fmt: skip
    if text or calls:
        found.append({"role": message["role"], "content": text or None, **({"tool_calls": calls} if calls else {})})
    return found


def from_openai(answer: dict[str, Any]) -> list[dict[str, Any]]:
    """The first choice as content blocks. Raises `ValueError` for arguments that are no JSON."""
    choices = answer.get("choices") or [{}]
    message = choices[0].get("message", {})
    blocks: list[dict[str, Any]] = [{"type": "text", "text": message["content"]}] if message.get("content") else []
    for call in message.get("tool_calls") or ():
        given = json.loads(call["function"]["arguments"] or "{}")
        blocks.append({"type": "tool_use", "id": call["id"], "name": call["function"]["name"], "input": given})
    return blocks
