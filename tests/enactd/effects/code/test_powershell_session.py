"""Cmdlets that show, or change nothing outside the session."""

from __future__ import annotations

import pytest
from support.code import deeds, powershell


@pytest.mark.parametrize(
    "code",
    ["Write-Host hi", "Write-Output x", "'x' | Out-Null", "Start-Sleep 1", "$x | Format-Table", "Set-Variable a 1", "Wait-Job 1", "Set-Clipboard x",
     "Get-Content a.json | ConvertFrom-Json | ConvertTo-Json -Depth 3 | Out-Null", "Invoke-Pester", "Remove-Variable x", "Clear-Host"],
)  # fmt: skip
def test_quiet(code: str) -> None:
    """The session's own affairs are free."""
    assert [] == [word for word in deeds(powershell(code)) if not word.startswith("ReadPath")]


@pytest.mark.parametrize(
    "code",
    ["$env:API_KEY", "echo $env:API_KEY", 'Write-Host "key: $env:API_KEY"', "$x = $env:API_KEY; $x", "Get-Secret x"],
)
def test_showing_secrets(code: str) -> None:
    """A secret variable that is printed is revealed."""
    assert any(word.startswith("RevealSecret") for word in deeds(powershell(code)))
