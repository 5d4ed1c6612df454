# SPDX-License-Identifier: Apache-2.0
"""OpenAI Agents SDK: function tools that are asked about before they run.

`gate` stands below `function_tool`, so that the tool keeps its name, schema and docstring; what the gate says no to
is the tool's result.
"""

from __future__ import annotations

import subprocess
from typing import Any

from agents import Agent, Model, RunContextWrapper, Tool, function_tool

from enactd.client import Gate, GateError


def refused(_: RunContextWrapper[Any], error: Exception) -> str:
    """What the model reads of a call that did not run; other errors stay errors."""
    if isinstance(error, GateError):
        return f"not run: {error}"
    raise error


def tools(gate: Gate) -> list[Tool]:
    """A shell, read as a shell by the gate because of its name; and a function that is read by its own."""

    @function_tool(failure_error_function=refused)
    @gate.gate("Bash")
    def shell(command: str) -> str:
        """Run a shell command and give back what it prints."""
        done = subprocess.run(command, shell=True, capture_output=True, text=True, check=False)  # noqa: S602
        return done.stdout + done.stderr

    @function_tool(failure_error_function=refused)
    @gate.gate
    async def lookup_order(number: int) -> str:
        """Look an order up by its number."""
        return f"order {number} is on its way"

    return [shell, lookup_order]


def agent(model: str | Model, gate: Gate) -> Agent[Any]:
    """An agent whose every tool call is judged."""
    return Agent(name="clerk", instructions="Help with orders.", model=model, tools=tools(gate))
