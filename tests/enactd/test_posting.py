"""One request, one answer, and nobody can make it take longer or hold more than was said."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from support.mail_servers import authority
from support.unhelpful import closing, dripping, endless, says, silent, unhelpful

from enactd import posting

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


def test_an_answer_comes_back() -> None:
    """Its status and its body."""
    with unhelpful(says(OK)) as port:
        assert (200, b"ok") == posting.request("POST", f"http://127.0.0.1:{port}/x?y=1", b"data")


def test_a_redirect_is_an_answer_and_not_followed() -> None:
    """Wherever it points."""
    with unhelpful(says(OK)) as other:
        text = b"HTTP/1.1 307 Go\r\nLocation: http://127.0.0.1:%d/\r\nContent-Length: 0\r\n\r\n" % other
        with unhelpful(says(text)) as port:
            assert 307 == posting.request("POST", f"http://127.0.0.1:{port}/").status


@pytest.mark.parametrize("behave", [silent, dripping])
def test_a_server_that_never_ends_costs_the_deadline_and_no_more(behave: Any) -> None:
    """Even one that sends a byte again and again."""
    with unhelpful(behave) as port:
        began = time.monotonic()
        with pytest.raises(OSError, match=r"took longer|timed out"):
            posting.request("GET", f"http://127.0.0.1:{port}/", seconds=0.5)
        assert time.monotonic() - began < 20


def test_a_huge_answer_is_read_to_the_limit() -> None:
    """The rest stays with whoever sends it."""
    with unhelpful(endless) as port:
        assert 1000 == len(posting.request("GET", f"http://127.0.0.1:{port}/", limit=1000).body)


@pytest.mark.parametrize(
    "url", ["", "ftp://x/", "http:///x", "http://127.0.0.1:99999/", "file:///etc/passwd", "http://[::1", "http://a b/"]
)
def test_what_is_no_address_is_refused(url: str) -> None:
    """With words, never another exception."""
    with pytest.raises(OSError):  # noqa: PT011 - each says it in its own way
        posting.request("GET", url, seconds=2)


@pytest.mark.parametrize(
    "behave", [closing, says(b"nonsense\r\n\r\n"), says(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 99_999)]
)
def test_what_is_no_http_is_refused(behave: Any) -> None:
    """Half answers and other protocols."""
    with unhelpful(behave) as port, pytest.raises(OSError):  # noqa: PT011
        posting.request("GET", f"http://127.0.0.1:{port}/", seconds=5)


def test_a_certificate_must_hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Signed by an authority of the machine, for this very name."""
    signed = authority(tmp_path)
    with unhelpful(says(OK), signed.server()) as port:
        with pytest.raises(OSError, match="certificate does not hold"):
            posting.request("GET", f"https://localhost:{port}/")
        monkeypatch.setenv("SSL_CERT_FILE", str(signed.root))
        assert 200 == posting.request("GET", f"https://localhost:{port}/").status
    other = authority(tmp_path, "other.example")
    monkeypatch.setenv("SSL_CERT_FILE", str(other.root))
    with unhelpful(says(OK), other.server()) as port, pytest.raises(OSError, match="certificate does not hold"):
        posting.request("GET", f"https://localhost:{port}/")


@pytest.mark.parametrize(
    ("host", "expected"),
    [("127.0.0.1", True), ("127.9.9.9", True), ("::1", True), ("[::1]", True), ("localhost", True)]
    + [(host, False) for host in ("", "10.0.0.1", "localhost.evil.example", "127.0.0.1.nip.io", "0.0.0.0")],
)
def test_this_machine_is_known_by_its_names_alone(host: str, expected: bool) -> None:
    """Nothing is looked up."""
    assert expected == posting.is_loopback(host)
