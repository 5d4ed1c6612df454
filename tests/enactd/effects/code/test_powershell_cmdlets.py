"""Commands that are not described are judged by their verb; programs go to their modules."""

from __future__ import annotations

import pytest
from support.code import deeds, powershell


@pytest.mark.parametrize(
    "code",
    ["Remove-Foo x", "Disable-Bar", "Stop-Baz -Name x", "Set-Qux 1", "New-Quux", "Reset-Thing", "Uninstall-Thing x"],
)
def test_changing_verbs_ask(code: str) -> None:
    """A verb that changes something asks."""
    assert ["Opaque"] == [word.split()[0] for word in deeds(powershell(code))]


@pytest.mark.parametrize(
    "code",
    [
        "Get-Foo x",
        "Test-Bar",
        "Show-Baz",
        "Measure-Qux",
        "ConvertTo-Foo",
        "Find-Module x",
        "Get-Help Remove-Item",
        "Select-Foo",
    ],
)
def test_looking_verbs_are_free(code: str) -> None:
    """A verb that looks is free."""
    assert [] == deeds(powershell(code))


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("Remove-AzResourceGroup -Name x -Force", ["ChangeInfrastructure delete"]),
        ("New-AzVM -Name x", ["ChangeInfrastructure create"]),
        ("Get-AzVM", []),
        ("Get-AzKeyVaultSecret -VaultName v -Name n", ["ChangeInfrastructure secret-read"]),
        ("npm publish", ["PublishPackage publish"]),
        ("curl https://x.y", ["Request x.y"]),
        ("curl -Uri https://x.y", ["Request x.y"]),
        ("curl.exe -X DELETE https://x.y/1", ["Request x.y"]),
        ("Set-Alias zap Remove-Item; zap C:\\x", ["DeletePath C:/x"]),
        (".\\tools\\x.exe a", ["RunCode C:/src/app/tools/x.exe"]),
        ("function ls { Remove-Item C:\\x }; ls", ["DeletePath C:/x"]),
    ],
)
def test_commands(code: str, expected: list[str]) -> None:
    """Functions come before aliases, aliases before programs."""
    assert expected == deeds(powershell(code))


def test_nested_quotes_of_cmd_reach_the_drive() -> None:
    """cmd pairs the quotes of a nested path its own way: the drive itself is in danger."""
    found = deeds(powershell(r'cmd /c "rd /s /q \"D:\x y\""'))
    assert ["DeletePath D:/", "DeletePath D:/x y"] == found
