"""The LangGraph example with a model that says what the test wants; prints what its tools gave."""

from __future__ import annotations

import asyncio
import sys
from typing import Any

from langchain_core.language_models.fake_chat_models import GenericFakeChatModel
from langchain_core.messages import AIMessage
from langgraph_agent import agent

from enactd.client import Gate


class Scripted(GenericFakeChatModel):
    """A model that needs no telling which tools there are."""

    def bind_tools(self, tools: Any, **more: Any) -> Any:
        return self


def call(number: int, name: str, /, **arguments: Any) -> AIMessage:
    return AIMessage(content="", tool_calls=[{"name": name, "args": arguments, "id": f"call-{number}"}])


SAID = [
    call(1, "shell", command="echo hello"),
    call(2, "shell", command="rm -rf /"),
    call(3, "lookup_order", number=3),
    AIMessage(content="done"),
]


async def main() -> None:
    graph = agent(Scripted(messages=iter(SAID)), Gate(home=sys.argv[1]))
    ended = await graph.ainvoke({"messages": [("user", "go")]})
    for message in ended["messages"]:
        if message.type == "tool":
            print(message.content.strip())
    print(ended["messages"][-1].content)


asyncio.run(main())
