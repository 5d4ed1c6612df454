# SPDX-License-Identifier: Apache-2.0
"""LangChain and LangGraph: tools that are asked about before they run, and a graph that takes a no for an answer.

`gate` stands below `@tool`, so that the tool keeps its name, schema and docstring.
"""

from __future__ import annotations

import subprocess
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.tools import BaseTool, tool
from langgraph.graph import START, MessagesState, StateGraph
from langgraph.prebuilt import ToolNode, tools_condition

from enactd.client import Gate, GateError


def tools(gate: Gate) -> list[BaseTool]:
    """A shell, read as a shell by the gate because of its name; and a function that is read by its own."""

    @tool
    @gate.gate("Bash")
    def shell(command: str) -> str:
        """Run a shell command and give back what it prints."""
        done = subprocess.run(command, shell=True, capture_output=True, text=True, check=False)  # noqa: S602
        return done.stdout + done.stderr

    @tool
    @gate.gate
    async def lookup_order(number: int) -> str:
        """Look an order up by its number."""
        return f"order {number} is on its way"

    return [shell, lookup_order]


def refused(error: GateError) -> str:
    """What the model reads of a call that did not run."""
    return f"not run: {error}"


def agent(model: BaseChatModel, gate: Gate) -> Any:
    """A graph that calls the model and its tools in turn."""
    made = tools(gate)
    bound = model.bind_tools(made)

    async def think(state: MessagesState) -> dict[str, Any]:
        return {"messages": [await bound.ainvoke(state["messages"])]}

    graph = StateGraph(MessagesState)
    graph.add_node("think", think)
    graph.add_node("tools", ToolNode(made, handle_tool_errors=refused))
    graph.add_edge(START, "think")
    graph.add_conditional_edges("think", tools_condition)
    graph.add_edge("tools", "think")
    return graph.compile()
