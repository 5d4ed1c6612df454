"""The OpenAI Agents example with a model that says what the test wants; prints what its tools gave."""

from __future__ import annotations

import json
import sys
from typing import Any

from agents import Model, ModelResponse, Runner, Usage, set_tracing_disabled
from openai.types.responses import ResponseFunctionToolCall, ResponseOutputMessage, ResponseOutputText
from openai_agent import agent

from enactd.client import Gate

set_tracing_disabled(True)


def call(number: int, name: str, /, **arguments: Any) -> ResponseFunctionToolCall:
    return ResponseFunctionToolCall(
        type="function_call", name=name, arguments=json.dumps(arguments), call_id=f"call-{number}"
    )


def text(said: str) -> ResponseOutputMessage:
    content = ResponseOutputText(type="output_text", text=said, annotations=[])
    return ResponseOutputMessage(id="m", type="message", role="assistant", status="completed", content=[content])


class Scripted(Model):
    """Says one thing after the other, and keeps what it was given."""

    def __init__(self, *steps: Any) -> None:
        self.steps = list(steps)
        self.given: Any = ()

    async def get_response(self, system_instructions: Any, input: Any, *args: Any, **more: Any) -> ModelResponse:
        self.given = input
        return ModelResponse(output=[self.steps.pop(0)], usage=Usage(), response_id=None)

    def stream_response(self, *args: Any, **more: Any) -> Any:
        raise NotImplementedError


model = Scripted(
    call(1, "shell", command="echo hello"),
    call(2, "shell", command="rm -rf /"),
    call(3, "lookup_order", number=3),
    text("done"),
)
ended = Runner.run_sync(agent(model, Gate(home=sys.argv[1])), "go")
for item in model.given:
    if item.get("type") == "function_call_output":
        print(item["output"].strip())
print(ended.final_output)
