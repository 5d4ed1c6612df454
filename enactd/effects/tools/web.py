"""Tools that fetch pages or search the web."""

from __future__ import annotations

import json
from collections.abc import Iterator

from enactd.effects.http import exchange
from enactd.effects.interpret import ToolUse, tool_reader
from enactd.effects.model import AgentTool, Effect, Opaque, ReadPath
from enactd.effects.values import EMPTY, Value, known
from enactd.risk import Risk


@tool_reader(
    "WebFetch",
    "web_fetch",
    "fetch",
    "fetch_url",
    "fetch_webpage",
    "read_url_content",
    "browse",
    "open_url",
    "read_web_page",
    "open_simple_browser",
    "FetchUrl",
)
def fetch(use: ToolUse) -> Iterator[Effect]:
    """A page, or whatever the arguments make of the request."""
    urls = [use.text("url", "uri", "Url")] if use.text("url", "uri", "Url") else use.input.get("urls", [])
    prompt = use.text("prompt") or ""
    if not urls and "://" in prompt:
        urls = [word.strip("<>()[],.'\"") for word in prompt.split() if "://" in word]
    if not isinstance(urls, list) or not urls:
        yield Opaque(reason=f"`{use.tool}` names no address", level=Risk.SENSITIVE)
        return
    for url in urls[:20]:
        if isinstance(url, str) and url.lower().startswith("file:"):
            yield ReadPath(
                target=use.invocation.target(known(url[5:].replace("//localhost/", "/", 1).replace("//", "", 1)))
            )
        elif isinstance(url, str):
            yield from exchange(use.text("method") or "GET", known(url), headers=headers(use), body=body(use))


def headers(use: ToolUse) -> list[Value]:
    """Headers given as a mapping or as lines."""
    found = use.input.get("headers")
    if isinstance(found, dict):
        return [known(f"{name}: {content}") for name, content in found.items()]
    return [known(line) for line in found if isinstance(line, str)] if isinstance(found, list) else []


def body(use: ToolUse) -> Value | None:
    """A request body, as text or as JSON."""
    for name in ("body", "data", "payload", "json"):
        found = use.input.get(name)
        if isinstance(found, str):
            return known(found) if found else EMPTY
        if isinstance(found, dict | list):
            return known(json.dumps(found))
    return None


@tool_reader("WebSearch", "web_search", "google_web_search", "search_web", "websearch")
def search(use: ToolUse) -> Iterator[Effect]:
    """A query to a search engine: it reads, and it belongs to the agent."""
    yield AgentTool(tool=use.tool)
