"""Statements and pipelines of PowerShell."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.code import deeds, powershell
from support.fuzz import examples


@pytest.mark.parametrize(
    "code",
    [
        r"Remove-Item C:\Users\u -Recurse -Force",
        r"Remove-Item -LiteralPath 'C:\Users\u' -Recurse",
        r"rm -r -fo C:\Users\u",
        r"rm -rf ~",
        r"ri $HOME -rec",
        r"del $env:USERPROFILE -Recurse",
        r'Remove-Item "$env:USERPROFILE" -Recurse',
        r"Remove-Item $HOME\. -Recurse",
        r"$d = 'C:\Users\u'; Remove-Item $d -Recurse",
        r"$d = Join-Path 'C:\Users' 'u'; Remove-Item $d -Recurse",
        r"if ($x) { Write-Host 1 } else { Remove-Item C:\Users\u -Recurse }",
        r"if ($x) { 1 } elseif ($y) { Remove-Item C:\Users\u -Recurse }",
        r"foreach ($d in 'a', 'C:\Users\u') { Remove-Item $d -Recurse }",
        r"'C:\Users\u' | ForEach-Object { Remove-Item $_ -Recurse }",
        r"@('C:\Users\u') | % { rm $_ -r }",
        r"'C:\Users\u' | Remove-Item -Recurse",
        r"Get-Item C:\Users\u | Remove-Item -Recurse",
        r"switch ($x) { 'a' { Remove-Item C:\Users\u -Recurse } default { } }",
        r"try { Remove-Item C:\Users\u -Recurse } catch { }",
        r"try { x } finally { Remove-Item C:\Users\u -Recurse }",
        r"while ($true) { Remove-Item C:\Users\u -Recurse }",
        r"do { Remove-Item C:\Users\u -Recurse } while ($x)",
        r"for ($i = 0; $i -lt 1; $i++) { Remove-Item C:\Users\u -Recurse }",
        r"function Clean($d) { Remove-Item $d -Recurse }; Clean C:\Users\u",
        r"function Clean { param([string]$Path) Remove-Item $Path -Recurse }; Clean -Path C:\Users\u",
        r"& { Remove-Item C:\Users\u -Recurse }",
        r"& 'Remove-Item' C:\Users\u -Recurse",
        r"$c = 'Remove-Item'; & $c C:\Users\u -Recurse",
        r"iex 'Remove-Item C:\Users\u -Recurse'",
        r"Invoke-Expression ('Remove-' + 'Item C:\Users\u -Recurse')",
        r"'Remove-Item C:\Users\u -Recurse' | iex",
        r"('Remove-Item {0} -Recurse' -f 'C:\Users\u') | iex",
        r"$b = [scriptblock]::Create('Remove-Item C:\Users\u -Recurse'); & $b",
        r"Start-Job { Remove-Item C:\Users\u -Recurse }",
        r"$x = $(Remove-Item C:\Users\u -Recurse)",
        r"$null = Remove-Item C:\Users\u -Recurse",
        r"git status && Remove-Item C:\Users\u -Recurse",
        r"git status || rm -r C:\Users\u",
        r"Remove-Item -Path:C:\Users\u -Recurse",
        r"Remove-Item `" + "\n" + r"  -Recurse `" + "\n" + r"  C:\Users\u",
        "# x\n<# y #> Remove-Item C:\\Users\\u -Recurse # z",
        r"Re`move-Item C:\Users\u -Recurse",
        r"cd C:\Users; rm -r u",
        r"cmd /c rd /s /q C:\Users\u",
        r"Start-Process cmd -ArgumentList '/c', 'rd /s /q C:\Users\u'",
        r"[IO.Directory]::Delete('C:\Users\u', $true)",
        r"(Get-Item C:\Users\u).Delete($true)",
        r"powershell -Command 'Remove-Item C:\Users\u -Recurse'",
    ],
)
def test_a_home_that_goes_away_is_seen(code: str) -> None:
    """Through every construct of the language."""
    assert "DeletePath C:/Users/u" in deeds(powershell(code))


@pytest.mark.parametrize(
    "code",
    [
        "Write-Host 'Remove-Item C:\\ -Recurse'",
        "# Remove-Item C:\\ -Recurse",
        "<#\nRemove-Item C:\\ -Recurse\n#>\nGet-Date",
        "$s = @'\nRemove-Item C:\\ -Recurse\n'@\n$s.Length",
        "function Never { Remove-Item C:\\ -Recurse }",
        "$b = { Remove-Item C:\\ -Recurse }",
        "git commit -m 'Remove-Item C:\\ -Recurse' --dry-run",
        "Remove-Item *.log -WhatIf",
        "Get-Process | Where-Object { $_.CPU -gt 10 } | Sort-Object CPU -Descending | Select-Object -First 5",
        "if ($LASTEXITCODE -ne 0) { throw 'failed' }",
        "1..3 | ForEach-Object { $_ * 2 }",
        "$h = @{ a = 1; b = 'x' }; $h.a",
        "Get-Command git -ErrorAction SilentlyContinue",
        "dotnet --version; node --version",
        "[int]$x = 5; $x + 1",
        "Test-Path .env",
        "$ErrorActionPreference = 'Stop'",
        "Push-Location src; Pop-Location",
        "Get-Date -Format 'yyyy-MM-dd'",
    ],
)
def test_harmless_text_does_nothing(code: str) -> None:
    """Words in strings, comments, unused functions and blocks are data."""
    assert [] == [word for word in deeds(powershell(code)) if not word.startswith("GitCommit")]


@pytest.mark.parametrize(
    "code", ["Remove-Item 'open", 'Write-Host "open', "if ($x) { 1", "@'\nopen", "<# open", "$(open"]
)
def test_open_quotes_and_brackets_are_opaque(code: str) -> None:
    """What cannot be read asks."""
    assert any(word.startswith("Opaque") for word in deeds(powershell(code)))


@pytest.mark.parametrize("code", ["& $cmd x", "iex $x", "& (Get-Thing) x", "[Type]::$m()", "$o.$m()"])
def test_names_made_at_run_time_are_generated_code(code: str) -> None:
    """Who hides the command gets no easy yes."""
    assert "RunCode generated" in deeds(powershell(code))


@pytest.mark.parametrize(
    "text",
    [
        "(" * 5000,
        "{" * 5000,
        "$(" * 3000,
        "@{a=" * 1500,
        "'a'+" * 3000,
        "|" * 3000,
        "if(1){" * 1500,
        "[x]" * 3000,
        "$a." * 4000,
        '"$(' * 2000,
        "`" * 9001,
        "-a " * 5000,
        ",1" * 5000,
    ],
)
def test_hostile_shapes_end(text: str) -> None:
    """Deep and long text ends in time, without an exception."""
    assert not any("failed" in getattr(effect, "reason", "") for effect in powershell(text))


@settings(max_examples=examples(60), deadline=None)
@given(st.text(alphabet="(){}[]|$@%#<>'\"`\\/=-+.,;:&! \nabrmxif?*_0", max_size=60))
def test_any_text_is_read(text: str) -> None:
    """Reading is total."""
    assert isinstance(powershell(text), list)


def test_scripts_of_the_workspace(project_script) -> None:  # type: ignore[no-untyped-def]
    """A script file is read; what depends on the run is its own business."""
    assert "DeletePath /home/u" in deeds(project_script("Remove-Item $HOME -Recurse", "a.ps1", "pwsh ./{}"))
    assert ["RunCode workspace"] == deeds(
        project_script("param($Out) Set-Content $Out 'x'; & $Tool run", "b.ps1", "pwsh -File {}")
    )
