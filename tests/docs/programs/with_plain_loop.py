"""The plain loop with a model that says what the test wants; prints what its tools gave."""

from __future__ import annotations

import sys
from typing import Any

from plain_loop import run

from enactd.client import Gate

SAID: list[dict[str, Any]] = [
    {"tool": "Bash", "input": {"command": "echo hello"}},
    {"tool": "Bash", "input": {"command": "rm -rf /"}},
    {"tool": "Bash", "input": {"command": "git push --force origin main"}},
    {"answer": "done"},
]
heard: list[Any] = []


def model(messages: list[dict[str, Any]]) -> dict[str, Any]:
    heard[:] = messages
    return SAID[len([message for message in messages if message["role"] == "tool"])]


answer = run(model, "go", Gate(home=sys.argv[1]))
for message in heard:
    if message["role"] == "tool":
        print(message["content"].strip())
print(answer)
