"""Expressions of PowerShell: what a path comes to."""

from __future__ import annotations

import pytest
from support.code import deeds, powershell


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (r"C:\x", "C:/x"),
        (r"'C:\x'", "C:/x"),
        (r'"C:\x"', "C:/x"),
        (r"C:\'a b'\c", "C:/a b/c"),
        (r"$env:TEMP\x", "C:/Users/u/AppData/Local/Temp/x"),
        (r'"$env:TEMP\x y"', "C:/Users/u/AppData/Local/Temp/x y"),
        (r"$env:LOCALAPPDATA\x", "C:/Users/u/AppData/Local/x"),
        (r"$env:SystemRoot\x", "C:/Windows/x"),
        (r"${env:ProgramFiles(x86)}\x", "C:/Program Files (x86)/x"),
        (r"$HOME\x", "C:/Users/u/x"),
        (r"~\x", "C:/Users/u/x"),
        (r"$PWD\x", "C:/src/app/x"),
        (r"$PSScriptRoot\x", "C:/src/app/x"),
        (r".\x", "C:/src/app/x"),
        (r"..\x", "C:/src/x"),
        ("x", "C:/src/app/x"),
        (r"('C:' + '\x')", "C:/x"),
        (r"(Join-Path C:\a b)", "C:/a/b"),
        (r"([IO.Path]::Combine('C:\a', 'b'))", "C:/a/b"),
        (r"('C:\{0}' -f 'x')", "C:/x"),
        (r"(@('C:', 'x') -join '\')", "C:/x"),
        (r"('C:\y' -replace 'y', 'x')", "C:/x"),
        (r"('C:\y'.Replace('y', 'x'))", "C:/x"),
        (r"([char]67 + ':\x')", "C:/x"),
        (r"(@{ a = 'C:\x' }).a", "C:/x"),
        (r"([Environment]::GetFolderPath('UserProfile'))", "C:/Users/u"),
        (r"$(if ($y) { 'C:\x' })", "C:/x"),
        (r"\\?\C:\x", "C:/x"),
        (r"Microsoft.PowerShell.Core\FileSystem::C:\x", "C:/x"),
    ],
)
def test_paths_are_computed(path: str, expected: str) -> None:
    """Whatever the spelling, the path is the path."""
    assert f"DeletePath {expected}" in deeds(powershell(f"Remove-Item {path}"))


def test_alternatives() -> None:
    """What a branch may have assigned counts beside what was there before."""
    found = deeds(powershell("$d = 'a'; if ($x) { $d = 'C:\\' }; Remove-Item $d -Recurse"))
    assert ["DeletePath C:/", "DeletePath C:/src/app/a"] == sorted(found)


def test_unknown_paths_are_kept() -> None:
    """A target that only the run will tell is still a deletion."""
    assert ["DeletePath <$x>"] == deeds(powershell("Remove-Item $x -Recurse"))


def test_unix() -> None:
    """On other systems the same names mean other places."""
    options = {"cwd": "/home/u/proj", "home": "/home/u"}
    assert ["DeletePath /home/u/proj/a/b"] == deeds(powershell(r"Remove-Item a\b", **options))
    assert ["DeletePath /tmp/x"] == deeds(powershell("Remove-Item $env:TEMP/x", **options))
