"""Any name that a sandbox asks for is answered by a server that it trusts."""

from __future__ import annotations

import socket
import ssl
import threading
from pathlib import Path

import pytest

from bench.chaos.certificates import BUNDLE, Authority


def shaken(context: ssl.SSLContext, name: str, trusted: Path) -> str | None:
    """The version of TLS that a client and a server agree on; raises what the client thinks of the certificate."""
    near, far = socket.socketpair()

    def serve() -> None:
        try:
            context.wrap_socket(far, server_side=True).close()
        except (OSError, ssl.SSLError):
            far.close()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        with ssl.create_default_context(cafile=str(trusted)).wrap_socket(near, server_hostname=name) as client:
            return client.version()
    finally:
        thread.join()


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """One for all tests."""
    return Authority(tmp_path_factory.mktemp("template") / "etc")


@pytest.mark.parametrize(
    "name", ["localhost", "example.com", "a.b.c.d.example", f"{'x' * 60}.names.attacker.example", "linter.example"]
)
def test_every_name_is_vouched_for(authority: Authority, name: str) -> None:
    """Names of one part, of many parts, and longer than a common name may be."""
    assert "TLSv1.3" == shaken(authority.server(), name, authority.root)


def test_nobody_else_trusts_it(authority: Authority, tmp_path: Path) -> None:
    """Another sweep has another authority; a sandbox reads the bundle where Debian keeps it."""
    other = Authority(tmp_path / "etc")
    assert str(other.root).endswith(BUNDLE)
    with pytest.raises(ssl.SSLCertVerificationError):
        shaken(authority.server(), "example.com", other.root)


def test_an_authority_is_made_once(authority: Authority) -> None:
    """An interrupted sweep goes on with the one that its worlds trust."""
    assert authority.root.read_bytes() == Authority(authority.root.parents[2]).root.read_bytes()
