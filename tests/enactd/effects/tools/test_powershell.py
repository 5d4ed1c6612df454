"""Tools that run PowerShell or cmd.exe."""

from __future__ import annotations

import pytest
from support.code import deeds
from support.reading import call_effects


@pytest.mark.parametrize("tool", ["PowerShell", "powershell", "pwsh"])
def test_powershell(tool: str) -> None:
    """The command is read as PowerShell, in the folder that is given."""
    found = call_effects(tool, {"command": r"Remove-Item x", "workdir": r"D:\y"}, cwd="C:/src/app", home="C:/Users/u")
    assert ["DeletePath D:/y/x"] == deeds(found)


def test_cmd() -> None:
    """The command is read as cmd.exe reads it."""
    found = call_effects("cmd", {"command": r"rd /s /q C:\x & del C:\y"}, cwd="C:/src/app", home="C:/Users/u")
    assert ["DeletePath C:/x", "DeletePath C:/y"] == deeds(found)


@pytest.mark.parametrize("tool", ["PowerShell", "cmd"])
def test_no_command(tool: str) -> None:
    """A call without a command asks."""
    assert ["Opaque"] == [word.split()[0] for word in deeds(call_effects(tool, {"x": 1}))]
