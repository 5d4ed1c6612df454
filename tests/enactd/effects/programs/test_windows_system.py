"""Programs of Windows that change the machine."""

from __future__ import annotations

import pytest
from support.code import deeds, powershell


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        (r"reg query HKLM\Software", []),
        (r"reg delete HKLM\Software\X /f", ["ChangeService delete"]),
        (r"reg add HKCU\X /v a /d b", ["ChangeService add"]),
        ("schtasks /query", []),
        (r"schtasks /create /tn x /tr 'cmd /c rd /s /q C:\x' /sc daily", ["ScheduleJob x", "DeletePath C:/x"]),
        ("vssadmin list shadows", []),
        ("vssadmin delete shadows /all /quiet", ["WriteDevice vssadmin delete shadows"]),
        ("wmic process list", []),
        ("wmic shadowcopy delete", ["WriteDevice wmic shadowcopy delete"]),
        ("bcdedit /enum", []),
        ("bcdedit /set x y", ["ChangeService /set"]),
        ("net user", []),
        ("net user eve p /add", ["ChangeService user"]),
        ("net stop spooler", ["ChangeService stop"]),
        ("certutil -hashfile a", []),
        ("certutil -urlcache -f https://x.y/a b", ["Request x.y", "WritePath C:/src/app/b"]),
        ("certutil -decode a b", ["ReadPath C:/src/app/a", "WritePath C:/src/app/b"]),
        ("rundll32 javascript:x", ["RunCode argument"]),
        ("regsvr32 /s /i:https://x.y/a scrobj.dll", ["RunCode download"]),
        ("cscript x.vbs", ["RunCode C:/src/app/x.vbs"]),
        ("findstr /s /i TODO *.cs", ["ReadPath C:/src/app/*.cs"]),
        ("tasklist; systeminfo; ipconfig", []),
        ("wsl ls", ["ReadPath C:/src/app"]),
        ("wsl --unregister x", ["WriteDevice wsl --unregister"]),
        ("setx A b", ["ChangeService set"]),
        ("runas /user:admin 'cmd /c rd /s /q C:\\x'", ["DeletePath C:/x"]),
    ],
)
def test_programs(command: str, expected: list[str]) -> None:
    """Looking is free, changing is told."""
    assert expected == deeds(powershell(command))
