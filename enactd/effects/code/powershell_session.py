"""Cmdlets that show, or change nothing outside this session."""

from __future__ import annotations

from enactd.effects.code import operations
from enactd.effects.code.objects import Thing, text
from enactd.effects.code.powershell_cmdlets import Given, cmdlet
from enactd.effects.model import (
    ChangeService,
    RevealSecret,
)  # fmt: skip
from enactd.effects.values import unknown


@cmdlet("Write-Output", "Write-Host", "Out-Host", "Out-String", "Out-Default", "Format-Table", "Format-List", "Format-Wide", "ConvertTo-Json",
        "ConvertFrom-Json", "ConvertTo-Csv", "ConvertFrom-Csv", "ConvertTo-SecureString", "ConvertTo-Html", "Select-Xml", "Get-Unique",
        "ConvertFrom-StringData", "Write-Information", "Write-Verbose", "Write-Warning", "Write-Error", "Write-Debug", "Write-Progress",
        "ConvertFrom-SecureString", "ConvertTo-Xml", "Format-Hex", "Out-GridView", "Compare-Object", "Measure-Object", "Get-Member")  # fmt: skip
def passes(given: Given) -> Thing | None:
    """What is given goes on; host output shows it."""
    things = [
        thing for thing in [*given.positional, given.input, given.value("inputobject", "object")] if thing is not None
    ]
    if given.name == "write-host":
        for thing in things:
            values = [value.tainted(*thing.all_origins()) for value in thing.texts]
            given.emit(operations.shown(values, "Write-Host"))
        return None
    origins = frozenset[str]().union(*(thing.all_origins() for thing in things))
    if given.name == "write-output" and len(things) == 1:
        return things[0]
    if (
        given.name in ("format-table", "format-list", "out-host", "out-string", "convertto-json")
        and given.input is not None
    ):
        return Thing(given.input.texts, "")
    return Thing((unknown("text", *origins),))


@cmdlet("Out-Null", "Start-Sleep", "Set-Variable", "New-Variable", "Remove-Variable", "Clear-Variable", "Set-Alias", "New-Alias", "Set-StrictMode",
        "Clear-Host", "Pop-Location", "Set-PSReadLineOption", "Remove-Module", "New-TimeSpan", "Set-Clipboard", "Add-Member", "New-Guid",
        "Wait-Job", "Receive-Job", "Remove-Job", "Stop-Job", "Wait-Process", "Stop-Transcript", "Set-PSDebug", "New-TemporaryFile", "Clear-History",
        "New-PSDrive", "Remove-PSDrive", "Exit-PSSession", "Remove-PSSession", "New-ScheduledTaskAction", "New-ScheduledTaskTrigger",
        "New-ScheduledTaskPrincipal", "New-ScheduledTaskSettingsSet", "New-PSSessionOption", "Set-PSRepository", "Start-Pester", "Invoke-Pester",
        "Invoke-ScriptAnalyzer", "New-ModuleManifest", "Update-Help", "Update-TypeData", "Update-FormatData", "Export-ModuleMember", "Read-Host",
        "Save-Help", "Enable-PSBreakpoint", "Invoke-Formatter", "Invoke-Build", "Register-ArgumentCompleter", "New-SelfSignedCertificate_")  # fmt: skip
def session_only(given: Given) -> Thing | None:
    """Variables, aliases, jobs and modules of this session; a repository for packages is the exception."""
    if given.name == "set-variable" and len(given.positional) > 1:
        given.reader.names[(given.positional[0].plain or "?").lower()] = given.positional[1]
    elif given.name == "set-psrepository":
        given.emit(iter([ChangeService(tool="psrepository", verb="set", what=given.what())]))
    elif given.name in ("set-alias", "new-alias") and len(given.positional) > 1 and given.positional[0].plain:
        given.reader.functions[given.positional[0].plain.lower()] = f"{given.positional[1].plain or ''} @args"
    elif given.name == "new-temporaryfile":
        return Thing((unknown("a temporary file"),), "path")
    return text("")


@cmdlet("Get-Secret", "Get-StoredCredential")
def secret(given: Given) -> Thing | None:
    given.emit(iter([RevealSecret(what=given.what(), by=given.name)]))
    return None
