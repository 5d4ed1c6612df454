"""Tools that fetch pages or search."""

from __future__ import annotations

from typing import Any

import pytest
from support.reading import call_effects

from enactd.effects.model import AgentTool, Opaque, ReadPath, Request


@pytest.mark.parametrize(
    ("tool", "arguments", "expected"),
    [
        ("WebFetch", {"url": "https://example.com/a", "prompt": "x"}, [("GET", "example.com")]),
        (
            "web_fetch",
            {"prompt": "Compare https://a.example/x and (https://b.example/y)."},
            [("GET", "a.example"), ("GET", "b.example")],
        ),
        (
            "fetch_webpage",
            {"urls": ["https://a.example", "https://b.example"]},
            [("GET", "a.example"), ("GET", "b.example")],
        ),
        ("webfetch", {"url": "https://example.com", "format": "text"}, [("GET", "example.com")]),
        ("read_url_content", {"Url": "https://example.com"}, [("GET", "example.com")]),
        ("fetch", {"url": "https://example.com", "method": "DELETE"}, [("DELETE", "example.com")]),
    ],
)
def test_pages_are_requests(tool: str, arguments: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    """Every address of the call, with its method."""
    found = [(e.method, e.host) for e in call_effects(tool, arguments) if isinstance(e, Request)]
    assert expected == found


def test_a_body_makes_a_request_that_changes() -> None:
    """Headers and body are read as those of any other client."""
    arguments = {"url": "https://example.com/x", "method": "POST", "body": {"a": 1}, "headers": {"A": "b"}}
    (request,) = [e for e in call_effects("fetch", arguments) if isinstance(e, Request)]
    assert "something" == request.changes


@pytest.mark.parametrize("arguments", [{}, {"url": None}, {"urls": []}, {"urls": 4}, {"prompt": "no address"}])
def test_no_address_is_told(arguments: dict[str, Any]) -> None:
    """A fetch of nothing is not understood."""
    assert [Opaque] == [type(e) for e in call_effects("WebFetch", arguments)]


@pytest.mark.parametrize("tool", ["WebSearch", "google_web_search", "web_search"])
def test_a_search_belongs_to_the_agent(tool: str) -> None:
    """It reads and changes nothing."""
    assert [AgentTool] == [type(e) for e in call_effects(tool, {"query": "rm -rf /"})]


def test_a_file_address_is_a_read() -> None:
    """`file:` addresses show files of this machine."""
    (read,) = call_effects("WebFetch", {"url": "file:///home/u/proj/.env", "prompt": "x"})
    assert isinstance(read, ReadPath)
    assert ("/home/u/proj/.env", "dotenv file") == (read.target.path, read.target.secret)
