"""Cmdlets of files and of the drives that look like them."""

from __future__ import annotations

import pytest
from support.code import deeds, powershell

P = "C:/src/app/"


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("Clear-Content a", [f"WritePath {P}a"]),
        ("Set-Content a 'x'", [f"WritePath {P}a"]),
        ("Set-Content -Path a -Value 'x' -NoNewline", [f"WritePath {P}a"]),
        ("'x' | Set-Content a", [f"WritePath {P}a"]),
        ("Add-Content a x", [f"WritePath {P}a"]),
        ("'x' | Out-File -FilePath a -Append", [f"WritePath {P}a"]),
        ("Get-Process | Export-Csv a.csv -NoTypeInformation", [f"WritePath {P}a.csv"]),
        ("New-Item -ItemType File a", [f"WritePath {P}a"]),
        ("New-Item -ItemType Directory a", []),
        ("mkdir a; md b", []),
        (r"New-Item -ItemType SymbolicLink -Path a -Target C:\x", [f"LinkPath C:/x {P}a"]),
        (r"Copy-Item a C:\b", [f"CopyPath {P}a C:/b"]),
        (r"Copy-Item -Path a -Destination C:\b -Recurse", [f"CopyPath {P}a C:/b"]),
        (r"Get-ChildItem *.txt | Copy-Item -Destination C:\b", [f"ReadPath {P}*.txt", f"CopyPath {P}*.txt C:/b"]),
        (r"Move-Item a C:\b", [f"MovePath {P}a C:/b"]),
        ("Rename-Item src/a b", [f"MovePath {P}src/a {P}src/b"]),
        ("Get-Content a", [f"ReadPath {P}a"]),
        ("gc .env -Raw", [f"ReadPath {P}.env"]),
        ("Select-String -Path *.cs -Pattern x", [f"ReadPath {P}*.cs"]),
        ("Get-ChildItem -Recurse -Filter *.cs", [f"ReadPath {P}**/*.cs"]),
        ("gci ~/.ssh", ["ReadPath C:/Users/u/.ssh"]),
        ("Get-ChildItem -Recurse -Include *.pem", [f"ReadPath {P}**/*.pem"]),
        (
            "Get-ChildItem -Recurse -Filter bin -Directory | Remove-Item -Recurse",
            [f"ReadPath {P}**/bin", f"DeletePath {P}**/bin"],
        ),
        ("Remove-Item src/* -Include *.tmp", [f"DeletePath {P}src/*.tmp"]),
        ("Test-Path .env; Get-Item x", []),
        ("gci env:", ["RevealSecret the environment", "RevealSecret <the whole environment>"]),
        ("Get-Item env:PATH", []),
        ("Remove-Item env:FOO", []),
        (r"Remove-Item HKCU:\Software\X -Recurse", ["ChangeService delete"]),
        (r"Set-ItemProperty -Path HKLM:\X -Name a -Value 1", ["ChangeService set"]),
        (r"Get-ItemProperty HKLM:\X", []),
        (r"Expand-Archive a.zip -DestinationPath C:\x", ["WritePath C:/x"]),
        ("Compress-Archive .env a.zip", [f"CopyPath {P}.env {P}a.zip"]),
    ],
)
def test_files(code: str, expected: list[str]) -> None:
    """Each cmdlet is the deed a command would be."""
    assert expected == deeds(powershell(code))


def test_content_flows_on() -> None:
    """What this call wrote it may read; a secret stays one."""
    (_, written) = powershell("Get-Content .env | Set-Content C:\\x")
    assert "secret" in written.origins  # type: ignore[attr-defined]
