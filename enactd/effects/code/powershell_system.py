"""Cmdlets that run code, signal processes, or change the machine."""

from __future__ import annotations

import re
from typing import Final

import msgspec

from enactd.effects.code import operations
from enactd.effects.code.objects import Thing, element, flattened, named, text, untold
from enactd.effects.code.powershell_cmdlets import Given, cmdlet
from enactd.effects.model import (
    ChangeService,
    Effect,
    InstallPackage,
    Opaque,
    PowerState,
    PublishPackage,
    RemovePackage,
    RunCode,
    ScheduleJob,
    SignalProcess,
    WriteDevice,
)  # fmt: skip
from enactd.effects.values import Value, known, unknown
from enactd.risk import Risk

_DISKS: Final = (
    "Format-Volume", "Clear-Disk", "Remove-Partition", "Initialize-Disk", "New-Partition", "Set-Disk", "Resize-Partition", "Reset-PhysicalDisk",
    "Remove-VirtualDisk", "Remove-StoragePool", "Set-Partition", "New-Volume",
)  # fmt: skip


# Code


@cmdlet("Invoke-Expression")
def invoke_expression(given: Given) -> Thing | None:
    """Text that becomes code: read on where it is known."""
    told = given.value("command", at=0) or given.input or untold()
    for part in flattened(told)[:8]:
        for value in part.texts:
            given.emit(operations.evaluate(given.reader.call, "powershell", value))
    return untold("what evaluated text gives", told.all_origins())


@cmdlet("ForEach-Object", "Where-Object", "Measure-Command", "Start-Job", "Start-ThreadJob", "Trace-Command", "Describe", "It", "Context",
        "BeforeEach", "AfterEach", "BeforeAll", "AfterAll", "Use-Transaction", "Register-EngineEvent", "Register-ObjectEvent", "Set-PSBreakpoint",
        "Sort-Object", "Group-Object", "Select-Object", "InModuleScope", "Invoke-Parallel")  # fmt: skip
def blocks(given: Given) -> Thing | None:
    """Script blocks are read with `$_` as any item of the input."""
    over = given.input or untold()
    item = Thing(over.texts, over.name, None, over.fields, None) if over.items is None else element(over)
    found: Thing | None = None
    for block in [*given.positional, *given.named.values()]:
        if block.function is not None:
            found = given.run(block, _=item, psitem=item)
    if given.name in ("where-object", "sort-object", "group-object", "select-object") or found is None:
        expanded = given.value("expandproperty", "property", "membername", at=0)
        return over if given.name != "foreach-object" or expanded is None else Thing(over.texts, over.name)
    return found


@cmdlet("Invoke-Command")
def invoke_command(given: Given) -> Thing | None:
    """On other computers it is another place; here it is only a block."""
    computer = given.value("computername", "session", "hostname", "vmname")
    block = given.value("scriptblock", at=1 if computer is not None and "computername" not in given.named else 0)
    file = given.value("filepath")
    if file is not None:
        given.emit(operations.only_effects(given.reader.call.script(given.path(file.text), language="powershell")))
    reader = given.reader
    here, start = reader.call.place, len(reader.found)
    if computer is not None:
        reader.call.place = f"powershell {computer.text.shown(40)}"
    found = given.run(block)
    for index in range(start, len(reader.found) if computer is not None else start):
        effect = reader.found[index]
        if isinstance(effect, Effect) and not effect.place:
            reader.found[index] = msgspec.structs.replace(effect, place=reader.call.place)
    reader.call.place = here
    return found


@cmdlet("Start-Process")
def start_process(given: Given) -> Thing | None:
    """A program with its words; `-Verb RunAs` makes it the administrator's."""
    program = given.value("filepath", at=0)
    words = given.value("argumentlist", "args", at=1)
    if program is None:
        return None
    arguments = (
        [w for part in flattened(words) for w in (part.text.words() if part.text.known else [part.text])]
        if words is not None
        else []
    )
    changes = {"user": "root"} if (given.value("verb") or text("")).plain in ("RunAs", "runas") else {}
    name = given.path(program.text)
    if re.match(r"https?://|[\w.-]+:$", name.visible) or (name.text or "").endswith(
        (".html", ".pdf", ".txt", ".md", ".png")
    ):
        return None
    bare = (
        Value((re.sub(r"\.(?:exe|cmd|bat)$", "", name.text, flags=re.IGNORECASE),)) if name.text is not None else name
    )
    folder = given.value("workingdirectory")
    if folder is not None and folder.plain is not None:
        changes["cwd"] = known(folder.plain)  # type: ignore[assignment]
    given.emit(operations.run(given.reader.call, [Value(bare.pieces), *arguments], **changes))
    return None


@cmdlet("Invoke-Item")
def invoke_item(given: Given) -> Thing | None:
    """A program or script runs; a document or folder is only shown."""
    for path in given.paths():
        if re.search(r"\.(?:exe|bat|cmd|ps1|vbs|js|msi|com|scr)$", path.visible, re.IGNORECASE):
            given.emit(operations.only_effects(given.reader.call.script(path)))
    return None


@cmdlet("Import-Module", "Using-Module")
def import_module(given: Given) -> Thing | None:
    for path in given.paths("name", "path"):
        if re.search(r"[/\\]|\.psm?1$|\.dll$", path.visible):
            given.emit(operations.only_effects(given.reader.call.script(path, language="powershell")))
    return None


@cmdlet("Add-Type")
def add_type(given: Given) -> Thing | None:
    """Code of another language is compiled and can be called: nobody reads it."""
    if given.value("assemblyname", "assembly") is None and (
        given.value("typedefinition", "memberdefinition", "path", at=0) is not None
    ):
        given.emit(iter([RunCode(language="csharp", origin="generated", what="a type defined in the text")]))
    return None


@cmdlet("New-Object")
def new_object(given: Given) -> Thing | None:
    """Web clients and sockets are known by their type."""
    kind = (
        ((given.value("typename", at=0) or text("")).plain or (given.value("comobject") and "com") or "")
        .lower()
        .removeprefix("system.")
    )
    if "tcpclient" in kind or "udpclient" in kind:
        arguments = flattened(given.value("argumentlist", at=1) or untold())
        given.emit(operations.connect(given.reader.call, arguments[0].text, "a socket"))
    com = given.value("comobject", "com")
    if com is not None and "shell" in (com.plain or "").lower():
        return named("shell")
    return named(kind)


# Processes and the machine


@cmdlet("Stop-Process", "Debug-Process")
def stop_process(given: Given) -> Thing | None:
    """By id one, by name all of that name; from the pipe as they were chosen there."""
    if given.name == "debug-process":
        return None
    signal = "KILL" if given.switch("force") else "TERM"
    name = given.value("name", "processname")
    pids = given.value("id", at=0)
    if name is not None:
        for part in flattened(name):
            given.emit(
                iter(
                    [
                        SignalProcess(
                            scope="all" if part.plain == "*" else "named", what=part.text.shown(40), signal=signal
                        )
                    ]
                )
            )
    elif pids is not None:
        for part in flattened(pids):
            given.emit(iter([SignalProcess(scope="one", what=part.text.shown(40), signal=signal)]))
    else:
        what = given.input.text.shown(40) if given.input is not None else ""
        scope = "one" if given.input is not None and given.input.name == "one process" else "named"
        given.emit(iter([SignalProcess(scope=scope, what=what, signal=signal)]))  # type: ignore[arg-type]
    return None


@cmdlet("Get-Process")
def get_process(given: Given) -> Thing | None:
    """A process by its id is one; by name all of that name."""
    if given.value("id", "pid") is not None:
        return Thing((unknown("a process"),), "one process")
    told = given.value("name", at=0)
    return Thing((known(told.plain) if told is not None and told.plain else unknown("processes"),), "process")


@cmdlet("Stop-Service", "Start-Service", "Restart-Service", "Suspend-Service", "Resume-Service", "Set-Service", "New-Service", "Remove-Service",
        "Clear-EventLog", "Remove-EventLog", "Limit-EventLog", "Set-ExecutionPolicy", "Set-MpPreference", "Add-MpPreference", "Remove-MpPreference",
        "New-NetFirewallRule", "Set-NetFirewallRule", "Remove-NetFirewallRule", "Disable-NetFirewallRule", "Enable-NetFirewallRule",
        "Set-NetFirewallProfile", "New-LocalUser", "Remove-LocalUser", "Set-LocalUser", "Disable-LocalUser", "Add-LocalGroupMember",
        "Remove-LocalGroupMember", "Enable-PSRemoting", "Disable-PSRemoting", "Set-WSManQuickConfig", "Enable-WindowsOptionalFeature",
        "Disable-WindowsOptionalFeature", "Install-WindowsFeature", "Uninstall-WindowsFeature", "Disable-ComputerRestore", "Set-NetIPAddress",
        "New-NetIPAddress", "Remove-NetIPAddress", "Set-DnsClientServerAddress", "Disable-NetAdapter", "Enable-NetAdapter", "Restart-NetAdapter",
        "Rename-Computer", "Add-Computer", "Remove-Computer", "Set-TimeZone", "Set-Date", "Set-ItemOwner", "Disable-BitLocker", "Clear-Tpm",
        "New-SmbShare", "Remove-SmbShare", "Grant-SmbShareAccess", "Set-VMHost", "Remove-VM", "Stop-VM", "Uninstall-Package", "Set-Culture")  # fmt: skip
def machine(given: Given) -> Thing | None:
    """Services, users, firewall, protection: settings of the machine."""
    verb, _, noun = given.name.partition("-")
    policy = (given.value("scope") or text("")).plain or ""
    if given.name == "set-executionpolicy" and policy.lower() == "process":
        return None
    given.emit(iter([ChangeService(tool=noun, verb=verb, what=given.what())]))
    return None


@cmdlet("Restart-Computer", "Stop-Computer", "Suspend-Computer")
def power(given: Given) -> Thing | None:
    given.emit(
        iter([PowerState(verb={"restart": "reboot", "stop": "shut down"}.get(given.name.partition("-")[0], "suspend"))])
    )
    return None


@cmdlet("Register-ScheduledTask", "Set-ScheduledTask", "Unregister-ScheduledTask", "Start-ScheduledTask", "Disable-ScheduledTask",
        "Enable-ScheduledTask", "Register-ScheduledJob", "Unregister-ScheduledJob", "Stop-ScheduledTask")  # fmt: skip
def schedule(given: Given) -> Thing | None:
    removes = given.name.startswith(("unregister", "disable", "stop"))
    given.emit(iter([ScheduleJob(by=given.name, what=given.what(), removes=removes)]))
    return None


@cmdlet(*_DISKS)
def disk(given: Given) -> Thing | None:
    told = given.value("driveletter", "number", "disknumber", "friendlyname", at=0) or given.input
    given.emit(iter([WriteDevice(device=told.text.shown(40) if told is not None else "a disk", how=given.name)]))
    return None


@cmdlet("Clear-RecycleBin")
def recycle_bin(given: Given) -> Thing | None:
    given.emit(
        iter([Opaque(reason="`Clear-RecycleBin` removes for good what was deleted before", level=Risk.IRREVERSIBLE)])
    )
    return None


@cmdlet(
    "Install-Module",
    "Install-Package",
    "Install-Script",
    "Install-PSResource",
    "Update-Module",
    "Save-Module",
    "Install-PackageProvider",
)
def install(given: Given) -> Thing | None:
    names = given.value("name", at=0)
    repository = given.value("repository", "source")
    scope = (given.value("scope") or text("CurrentUser" if given.name != "install-package" else "")).plain or ""
    origin = "registry" if repository is None or repository.plain in ("PSGallery", "NuGet") else "index"
    given.emit(
        iter([InstallPackage(manager="PowerShellGet", names=tuple(p.text.shown(40) for p in flattened(names or text(""))), origin=origin,
                             scope="user" if scope.lower() == "currentuser" else "system", unchecked=given.switch("skippublishercheck"))])
    )  # fmt: skip
    return None


@cmdlet("Uninstall-Module", "Uninstall-Script", "Uninstall-PSResource")
def uninstall(given: Given) -> Thing | None:
    names = given.value("name", at=0) or text("")
    given.emit(
        iter(
            [
                RemovePackage(
                    manager="PowerShellGet", names=tuple(p.text.shown(40) for p in flattened(names)), scope="user"
                )
            ]
        )
    )
    return None


@cmdlet("Publish-Module", "Publish-Script", "Publish-PSResource")
def publish(given: Given) -> Thing | None:
    given.emit(iter([PublishPackage(manager="PowerShellGet", verb="publish", what=given.what())]))
    return None
