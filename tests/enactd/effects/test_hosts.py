"""Where URLs lead."""

from __future__ import annotations

import pytest

from enactd.effects.hosts import address

HOSTS = [
    ("evil.example", "evil.example"),
    ("https://user:pass@example.com:8443/x?y#z", "example.com"),
    ("http://[::1]:8080/", "::1"),
    ("http://evil.com\\@google.com/", "evil.com"),
    ("http:///evil.com", "evil.com"),
    ("https:evil.com/x", "evil.com"),
    ("https://EXAMPLE.com.", "example.com"),
    ("localhost:3000/x", "localhost"),
    ("http://\x00/x", None),
    ("\x00", None),
    ("http://localhost:\x00/x", "localhost"),
    ("https://\x00@github.com/x", "github.com"),
    ("file:///etc/passwd", ""),
]


@pytest.mark.parametrize(("url", "host"), HOSTS)
def test_hosts(url: str, host: str | None) -> None:
    """The host is the one that would be contacted, None where only the run tells."""
    assert host == address(url).host


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:8000/",
        "http://2130706433/",
        "http://0x7f.1/",
        "http://[::ffff:127.0.0.1]/",
        "http://0.0.0.0",
        "app.localhost",
    ],
)
def test_loopback_in_any_spelling(url: str) -> None:
    """Decimal, hexadecimal and mapped addresses are recognised."""
    assert address(url).local


@pytest.mark.parametrize(
    "url",
    [
        "http://169.254.169.254/latest",
        "http://0251.0376.0251.0376/",
        "http://[::ffff:169.254.169.254]/",
        "http://metadata.google.internal/",
        "http://169.254.169.254.nip.io/",
        "http://0xa9fea9fe/",
        "http://[fd00:ec2::254]/",
    ],
)
def test_metadata_in_any_spelling(url: str) -> None:
    """The cloud's metadata service is found behind every spelling."""
    assert address(url).metadata


@pytest.mark.parametrize(
    ("url", "imitated"),
    [
        ("https://gооgle.com/", "google.com"),
        ("https://ｇoogle.com/", "google.com"),
        ("https://xn--ggle-55da.com/", "google.com"),
        ("https://google.com@evil.com/", "google.com"),
        ("https://github.com.evil.io/", "github.com"),
        ("https://paypa1.com", "paypal.com"),
        ("https://münchen.de", "punycode"),
        ("https://www.google.com.au/", ""),
        ("https://api.github.com/", ""),
        ("https://modem.com", ""),
        ("https://user@example.com/", ""),
        ("https://192.168.1.1/", ""),
    ],
)
def test_imitations(url: str, imitated: str) -> None:
    """A host that looks like another says which."""
    assert imitated == address(url).lookalike


def test_private_places() -> None:
    """Private ranges, local domains and bare names are private, the public is not."""
    assert [True, True, True, False] == [
        address(u).private for u in ("http://10.0.0.1", "nas.local", "http://db:5432", "example.com")
    ]
