"""Where the page is: what to listen on, what links begin with, and the names under which it may be asked for.

A browser can be led to any address under an attacker's name (DNS rebinding), so a request for another name is
none of ours. A bare IP address cannot be rebound; that is why a page on all addresses answers to those.
"""

from __future__ import annotations

import ipaddress
import socket
from typing import Final
from urllib.parse import urlsplit

import msgspec

from enactd.config.approvals import Web
from enactd.errors import ConfigError

PATH: Final = "/approve/"
"""What stands between the page's address and the token."""
_PORTS: Final = {"http": 80, "https": 443}


class Address(msgspec.Struct, frozen=True, kw_only=True):
    """A page's place: where it listens, and how people come to it."""

    host: str
    port: int
    base: str
    """What every link begins with, without a slash at the end."""
    names: frozenset[str]
    """`host` and `host:port`, in lower case, as browsers say it."""

    @property
    def everywhere(self) -> bool:
        """Whether it listens on all addresses of the machine."""
        return ipaddress.ip_address(self.host).is_unspecified

    @property
    def exposed(self) -> bool:
        """Whether links travel over a network that others may read."""
        return self.base.startswith("http:") and not ipaddress.ip_address(self.host).is_loopback

    def is_ours(self, host: str) -> bool:
        """Whether a `Host` header names this page."""
        name = host.strip().lower()
        return name in self.names or (self.everywhere and _literal(name, self.port))

    def is_origin(self, origin: str) -> bool:
        """Whether an `Origin` header is this page's own."""
        scheme, _, host = origin.strip().lower().partition("://")
        return scheme in _PORTS and self.is_ours(host)

    def link(self, token: str) -> str:
        """The address of a token's page."""
        return f"{self.base}{PATH}{token}"


def address(web: Web) -> Address:
    """Where `[approvals.web]` puts the page. Raises `ConfigError`."""
    host, port = _listen(web.listen)
    shown = f"[{host}]" if ":" in host else host
    own = {f"{shown}:{port}"} | ({shown} if port == _PORTS["http"] else set())
    if ipaddress.ip_address(host).is_loopback:
        own.add(f"localhost:{port}")
    if web.url:
        base, given = _reached(web.url)
        return Address(host=host, port=port, base=base, names=frozenset(own | given))
    if ipaddress.ip_address(host).is_unspecified:
        shown = socket.gethostname().lower()
        own.add(f"{shown}:{port}")
    # Never `localhost`: that may be ::1 as well, where somebody else may listen.
    return Address(host=host, port=port, base=f"http://{shown}:{port}", names=frozenset(own))


def link(web: Web, token: str) -> str:
    """The address of a token's page; empty where no page is served."""
    try:
        return address(web).link(token) if web.listen else ""
    except ConfigError:  # told by whoever tries to serve it
        return ""


def _listen(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    try:
        found = ipaddress.ip_address(host.removeprefix("[").removesuffix("]"))
        if port.isascii() and port.isdigit() and 0 < int(port) < 65_536:
            return str(found), int(port)
    except ValueError:
        pass
    raise ConfigError(
        f"`approvals.web.listen` is no place to listen on: `{text}`",
        cause="it takes the number of an address and of a port",
        effect="no page is served; questions are answered in the terminal",
        fix='listen = "127.0.0.1:7468"',
    )


def _reached(url: str) -> tuple[str, set[str]]:
    """The start of all links, and the names in it."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
        plain = parts.scheme in _PORTS and host and not (parts.username or parts.query or parts.fragment)
    except ValueError:
        plain = False
    if not plain:
        raise ConfigError(
            f"`approvals.web.url` is no address of a page: `{url}`",
            effect="no page is served; questions are answered in the terminal",
            fix='url = "https://host/enactd"',
        )
    shown = f"[{host}]" if ":" in host else host
    usual = _PORTS[parts.scheme]
    names = {f"{shown}:{port or usual}"} | ({shown} if port in (None, usual) else set())
    return f"{parts.scheme}://{parts.netloc.lower()}{parts.path.rstrip('/')}", names


def _literal(name: str, port: int) -> bool:
    host, _, said = name.rpartition(":")
    try:
        ipaddress.ip_address(host.removeprefix("[").removesuffix("]"))
    except ValueError:
        return False
    return said == str(port)
