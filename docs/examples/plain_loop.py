# SPDX-License-Identifier: Apache-2.0
"""A loop of your own: a model names a tool, the gate is asked, and only then the tool runs.

A refusal goes back to the model as the tool's result: it reads the reason and the alternative, and goes on.
"""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from typing import Any

from enactd.client import ApprovalNeeded, Denied, Gate

Model = Callable[[list[dict[str, Any]]], dict[str, Any]]
"""Messages so far to `{"tool": ..., "input": {...}}`, or `{"answer": "..."}`."""


def shell(command: str) -> str:
    """What a command prints."""
    done = subprocess.run(command, shell=True, capture_output=True, text=True, check=False)  # noqa: S602
    return done.stdout + done.stderr


TOOLS: dict[str, Callable[..., str]] = {"Bash": shell}


def run(model: Model, task: str, gate: Gate) -> str:
    """Let the model work on the task; its answer."""
    messages: list[dict[str, Any]] = [{"role": "user", "content": task}]
    while "answer" not in (said := model(messages)):
        messages.append({"role": "assistant", "content": said})
        messages.append({"role": "tool", "content": use(said["tool"], said["input"], gate)})
    return str(said["answer"])


def use(tool: str, arguments: dict[str, Any], gate: Gate) -> str:
    """A tool's result, or why there is none."""
    try:
        with gate.gate(tool, arguments):
            return TOOLS[tool](**arguments)
    except ApprovalNeeded as error:
        return f"not run, a person must decide: {error.reason} (enactctl approve {error.ticket})"
    except Denied as error:
        return f"not run: {error.reason}"
