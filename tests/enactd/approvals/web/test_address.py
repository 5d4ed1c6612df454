"""Where the page listens, how it is reached, and under which names it answers."""

from __future__ import annotations

import socket

import pytest

from enactd.approvals.web.address import address, link
from enactd.config.approvals import Web
from enactd.errors import ConfigError


@pytest.mark.parametrize(
    ("listen", "url", "base"),
    [
        ("127.0.0.1:7468", "", "http://127.0.0.1:7468"),
        ("[::1]:7468", "", "http://[::1]:7468"),
        ("192.0.2.7:80", "", "http://192.0.2.7:80"),
        ("127.0.0.1:7468", "https://Gate.example.org/enactd/", "https://gate.example.org/enactd"),
        ("127.0.0.1:7468", "https://gate.example.org:8443", "https://gate.example.org:8443"),
        ("0.0.0.0:7468", "", f"http://{socket.gethostname().lower()}:7468"),
    ],
)
def test_links_begin_with_what_people_reach(listen: str, url: str, base: str) -> None:
    """`url` where it is given; else the address itself, and never `localhost`, which may be somebody else's."""
    place = address(Web(listen=listen, url=url))
    assert base == place.base
    assert f"{base}/approve/abc" == link(Web(listen=listen, url=url), "abc")


@pytest.mark.parametrize(
    "listen",
    ["7468", "localhost:7468", "127.0.0.1", "127.0.0.1:", "127.0.0.1:0", "127.0.0.1:65536", "127.0.0.1:٣", ":::::"],
)
def test_what_is_no_place_is_refused(listen: str) -> None:
    """With the setting's name and an example; and no link is made for it."""
    with pytest.raises(ConfigError, match=r"approvals\.web\.listen"):
        address(Web(listen=listen))
    assert "" == link(Web(listen=listen), "abc")


@pytest.mark.parametrize(
    "url", ["gate.example.org", "ftp://gate", "https://", "https://u:p@gate", "https://gate/?x", "http://[bad"]
)
def test_what_is_no_url_is_refused(url: str) -> None:
    """A link made of it would lead nowhere, or tell a password."""
    with pytest.raises(ConfigError, match=r"approvals\.web\.url"):
        address(Web(listen="127.0.0.1:7468", url=url))


def test_no_page_no_link() -> None:
    """Without `listen` there is nothing to open, whatever `url` says."""
    assert "" == link(Web(url="https://gate.example.org"), "abc")


@pytest.mark.parametrize(
    "host", ["127.0.0.1:7468", "LOCALHOST:7468", " 127.0.0.1:7468 ", "gate.example.org", "gate.example.org:443"]
)
def test_its_own_names_are_known(host: str) -> None:
    """The address, and the name that a proxy passes on."""
    assert address(Web(listen="127.0.0.1:7468", url="https://gate.example.org/e")).is_ours(host)


@pytest.mark.parametrize(
    "host",
    [
        "",
        "evil.example",
        "evil.example:7468",
        "127.0.0.1",
        "127.0.0.1:80",
        "127.0.0.1:7468.evil.example",
        "gate.example.org.:443",
        "gate.example.org:80",
        "192.0.2.9:7468",
    ],
)
def test_other_names_are_not(host: str) -> None:
    """A name that somebody else can point at this machine (DNS rebinding) among them."""
    assert not address(Web(listen="127.0.0.1:7468", url="https://gate.example.org/e")).is_ours(host)


def test_on_all_addresses_numbers_are_its_names_and_foreign_names_are_not() -> None:
    """A number cannot be rebound; a name can."""
    place = address(Web(listen="0.0.0.0:7468"))
    assert place.is_ours("192.0.2.9:7468")
    assert place.is_ours("[2001:db8::1]:7468")
    assert place.is_ours(f"{socket.gethostname()}:7468")
    assert not place.is_ours("192.0.2.9:80")
    assert not place.is_ours("evil.example:7468")


def test_origins_are_names_with_a_scheme() -> None:
    """`null`, and anything that is no web page, is elsewhere."""
    place = address(Web(listen="127.0.0.1:7468"))
    assert place.is_origin("http://127.0.0.1:7468")
    for origin in (
        "null",
        "",
        "127.0.0.1:7468",
        "file://127.0.0.1:7468",
        "http://127.0.0.1:7469",
        "http://evil.example",
    ):
        assert not place.is_origin(origin)


def test_what_travels_in_the_clear_is_known() -> None:
    """Plain HTTP beyond this machine lets others read links."""
    assert not address(Web(listen="127.0.0.1:7468")).exposed
    assert not address(Web(listen="192.0.2.7:7468", url="https://gate.example.org")).exposed
    assert address(Web(listen="192.0.2.7:7468")).exposed
