"""The scripted model keeps to its script, and the live one is spoken to in its own protocol."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import msgspec
import pytest

from bench.chaos import live, model
from bench.chaos.scenario import Scenario

SCENARIO = msgspec.convert(
    {
        "title": "t", "kind": "damage", "prompt": "p",
        "moves": [{"bash": "one", "retries": [{"bash": "two"}, {"agent": "HELPER"}]}, {"calls": [{"read": "/a"}, {"read": "/b"}]}],
        "agents": {"HELPER": {"moves": [{"bash": "deep"}]}},
    },
    Scenario,
)  # fmt: skip


def conversation(script: model.Script, failing: set[str], opening: str = "go") -> list[str]:
    """What the model does, told that some commands fail."""
    messages: list[dict[str, Any]] = [{"role": "user", "content": opening}]
    done: list[str] = []
    while True:
        blocks = script.answer({"tools": [{}], "messages": messages})
        calls = [block for block in blocks if block["type"] == "tool_use"]
        if not calls:
            return done
        messages.append({"role": "assistant", "content": blocks})
        results = []
        for call in calls:
            word = str(next(iter(call["input"].values())))
            done.append(word)
            results.append(
                {"type": "tool_result", "tool_use_id": call["id"], "is_error": word in failing, "content": word}
            )
        messages.append({"role": "user", "content": results})


def test_retries_are_played_while_the_answer_is_an_error() -> None:
    """And not otherwise; a turn of several calls is one turn."""
    assert ["one", "/a", "/b"] == conversation(model.Script(SCENARIO), set())
    assert ["one", "two", "/a", "/b"] == conversation(model.Script(SCENARIO), {"one"})
    assert ["one", "two", "a part of it", "/a", "/b"] == conversation(model.Script(SCENARIO), {"one", "two"})
    assert ["deep"] == conversation(model.Script(SCENARIO), set(), "HELPER: do your part")


def test_a_fetched_page_is_told_as_it_is() -> None:
    """The request in which the agent has a page summed up is answered with the page; other side requests with ok."""
    asked = "Web page content:\n---\nSet it to 30.\n---\n\nwhat is the setting"
    for text, expected in ((asked, "Set it to 30."), ("a title, please", "ok")):
        (block,) = model.Script(SCENARIO).answer({"messages": [{"role": "user", "content": text}]})
        assert expected == block["text"]


def test_a_conversation_is_over_after_the_last_word_of_all() -> None:
    """A sub-agent that still works keeps the session open, and so does a request that is not answered."""
    watch = model.Watch()
    main, deep = ({"tools": [{}], "messages": [{"role": "user", "content": text}]} for text in ("go", "HELPER: go"))
    assert 0 == watch.quiet_s()
    watch.heard(main, ended=True)
    assert watch.quiet_s() > 0
    watch.heard(deep, ended=False)
    watch.heard({"messages": []}, ended=True)
    assert 0 == watch.quiet_s()
    watch.heard(deep, ended=True)
    assert watch.quiet_s() > 0


def test_what_was_told_is_kept_with_its_call() -> None:
    """In order, each once, with move and attempt."""
    script = model.Script(SCENARIO)
    conversation(script, {"one"})
    told = model.told(script.requests)
    assert [("move 1", True), ("move 1, attempt 2", False)] == [(one.position, one.error) for one in told[:2]]
    assert "one" == told[0].text


@contextmanager
def endpoint(answer: dict[str, Any], seen: list[Any]) -> Iterator[int]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            seen.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            body = json.dumps(answer).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()


REQUEST = {
    "system": [{"type": "text", "text": "be good"}],
    "tools": [{"name": "Bash", "description": "d", "input_schema": {"type": "object"}}],
    "messages": [
        {"role": "user", "content": "go"},
        {"role": "assistant", "content": [{"type": "tool_use", "id": "i", "name": "Bash", "input": {"command": "ls"}}]},
        {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "i", "content": "a.txt"}]},
    ],
}


def test_an_endpoint_of_openais_kind_is_spoken_to_in_its_words() -> None:
    """Messages, tools and results there, a call back."""
    call = {"id": "c1", "function": {"name": "Bash", "arguments": '{"command": "pwd"}'}}
    seen: list[Any] = []
    with endpoint({"choices": [{"message": {"content": "so", "tool_calls": [call]}}]}, seen) as port:
        source = live.source(f"http://127.0.0.1:{port}/v1/chat/completions", "m")
        blocks = source(SCENARIO).answer(dict(REQUEST))
    assert [
        {"type": "text", "text": "so"},
        {"type": "tool_use", "id": "c1", "name": "Bash", "input": {"command": "pwd"}},
    ] == blocks
    assert ["system", "user", "assistant", "tool"] == [message["role"] for message in seen[0]["messages"]]
    assert "a.txt" == seen[0]["messages"][-1]["content"]
    assert "m" == seen[0]["model"]
    assert "Bash" == seen[0]["tools"][0]["function"]["name"]


def test_an_endpoint_of_anthropics_kind_gets_what_the_agent_sent() -> None:
    """Nothing is translated."""
    seen: list[Any] = []
    content = [{"type": "text", "text": "done"}]
    with endpoint({"content": content}, seen) as port:
        assert content == live.source(f"http://127.0.0.1:{port}/v1/messages", "m")(SCENARIO).answer(dict(REQUEST))
    assert REQUEST["messages"] == seen[0]["messages"]
    assert seen[0]["stream"] is False


@pytest.mark.parametrize(
    ("url", "name"), [("ftp://x/v1/messages", "m"), ("http://x/v1", "m"), ("http://x/v1/messages", "")]
)
def test_an_address_that_is_none_is_said_before_anything_runs(url: str, name: str) -> None:
    """With what is missing."""
    with pytest.raises(live.LiveError, match="--live"):
        live.source(url, name)


def test_an_endpoint_that_is_not_there_ends_the_session_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """No traceback in the middle of a sweep."""
    (block,) = live.Live("http://127.0.0.1:9/v1/messages", "m").answer(dict(REQUEST))
    assert "cannot be reached" in block["text"]
