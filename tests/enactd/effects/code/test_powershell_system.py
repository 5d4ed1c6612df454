"""Cmdlets that run code, signal processes, or change the machine."""

from __future__ import annotations

import pytest
from support.code import deeds, powershell


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("Stop-Process -Id 4711", ["SignalProcess one"]),
        ("Stop-Process -Name node -Force", ["SignalProcess named"]),
        ("kill 4711", ["SignalProcess one"]),
        ("Get-Process node | Stop-Process", ["SignalProcess named"]),
        ("Get-Process -Id 3 | Stop-Process", ["SignalProcess one"]),
        ("Stop-Process -Name *", ["SignalProcess all"]),
        ("Get-Process -Name node", []),
        ("Stop-Service Spooler", ["ChangeService stop"]),
        ("Get-Service", []),
        ("Restart-Computer -Force", ["PowerState reboot"]),
        ("Stop-Computer", ["PowerState shut down"]),
        ("Format-Volume -DriveLetter D", ["WriteDevice format-volume"]),
        ("Clear-Disk -Number 1 -RemoveData", ["WriteDevice clear-disk"]),
        ("Format-Table", []),
        ("Set-ExecutionPolicy Bypass -Scope Process", []),
        ("Set-ExecutionPolicy Unrestricted", ["ChangeService set"]),
        ("Register-ScheduledTask -TaskName x", ["ScheduleJob x"]),
        ("New-LocalUser eve", ["ChangeService new"]),
        ("Set-MpPreference -DisableRealtimeMonitoring $true", ["ChangeService set"]),
        ("Install-Module Pester -Scope CurrentUser", ["InstallPackage registry"]),
        ("Publish-Module -Name x", ["PublishPackage publish"]),
        ("Clear-RecycleBin -Force", ["Opaque `Clear-RecycleBin`"]),
        ("Add-Type -TypeDefinition $src", ["RunCode generated"]),
        ("Add-Type -AssemblyName System.Web", []),
        ("Import-Module ./x.psm1", ["RunCode C:/src/app/x.psm1"]),
        ("Import-Module Pester", []),
        ("Start-Process notepad", []),
        ("Start-Process https://x.y", []),
        ("Start-Process cmd -ArgumentList '/c rd /s /q C:\\x'", ["DeletePath C:/x"]),
        ("Measure-Command { Remove-Item C:\\x }", ["DeletePath C:/x"]),
    ],
)
def test_system(code: str, expected: list[str]) -> None:
    """Looking is free, changing is told."""
    assert expected == [
        word if not word.startswith("Opaque") else "Opaque `Clear-RecycleBin`" for word in deeds(powershell(code))
    ]


def test_other_machines_and_rights() -> None:
    """Where and as whom a thing happens is told."""
    (remote,) = powershell("Invoke-Command -ComputerName srv -ScriptBlock { Remove-Item C:\\x }")
    assert "powershell srv" == remote.place
    (raised,) = powershell("Start-Process cmd -Verb RunAs -ArgumentList '/c rd /s /q C:\\x'")
    assert "root" == raised.user
