"""Programs of Windows that change the machine: registry, tasks, shadow copies, boot, users, script hosts, certutil."""

from __future__ import annotations

import re
from typing import Final

from enactd.effects.http import exchange
from enactd.effects.invocation import Effects, Invocation, Value, known, program, unknown
from enactd.effects.model import (
    ChangeService,
    CopyPath,
    DeletePath,
    OpenShell,
    ReadPath,
    RunCode,
    ScheduleJob,
    WriteDevice,
    WritePath,
)
from enactd.effects.programs.windows import switches
from enactd.effects.values import DECODED, NETWORK

_READS: Final = (
    "query",
    "export",
    "compare",
    "save",
    "/?",
    "-?",
    "help",
    "show",
    "list",
    "view",
    "status",
    "config",
    "",
)


def _lower(call: Invocation) -> list[str]:
    return [(word.text or "?").lower() for word in call.args]


@program("reg")
def registry(call: Invocation) -> Effects:
    """`query` reads; `add`, `delete`, `import`, `restore` and `load` change."""
    words = _lower(call)
    verb = words[0] if words else ""
    if verb in ("save", "export") and len(call.args) > 2:
        yield WritePath(target=call.target(call.args[2]))
    if verb in ("save", "export") and len(words) > 1 and re.search(r"\\(?:sam|security|system)$", words[1]):
        yield ReadPath(target=call.target("C:/Windows/System32/config/SAM"))
    if verb not in _READS:
        yield ChangeService(tool="registry", verb=verb, what=call.args[1].shown(80) if len(call.args) > 1 else "")


@program("regedit")
def registry_file(call: Invocation) -> Effects:
    """A file of settings is imported."""
    if call.args:
        yield ChangeService(tool="registry", verb="import", what=call.args[-1].shown(80))


@program("schtasks")
def tasks(call: Invocation) -> Effects:
    """`/query` reads."""
    words = _lower(call)
    if not words or any(word.lstrip("/") in ("query", "?", "showsid") for word in words[:1]):
        return
    name = next((call.args[i + 1].shown(60) for i, word in enumerate(words[:-1]) if word.lstrip("/") == "tn"), "")
    yield ScheduleJob(by="schtasks", what=name, removes=words[0].lstrip("/") in ("delete", "end"))
    if words[0].lstrip("/") == "create":
        run = next((call.args[i + 1] for i, word in enumerate(words[:-1]) if word.lstrip("/") == "tr"), None)
        if run is not None:
            yield from call.shell(run, via="schtasks")


@program("vssadmin", "wbadmin", "diskshadow")
def shadow_copies(call: Invocation) -> Effects:
    """Deleting shadow copies or backups takes away the last way back."""
    words = _lower(call)
    if words and words[0] in ("delete", "resize", "revert"):
        yield WriteDevice(device="shadow copies", how=f"{call.name} {' '.join(words[:2])}")


@program(
    "bcdedit",
    "bootrec",
    "bootsect",
    "fsutil",
    "powercfg",
    "dism",
    "sfc",
    "gpupdate",
    "manage-bde",
    "mountvol",
    "label",
    "chkdsk",
    "defrag",
)
def machine(call: Invocation) -> Effects:
    """Boot, file systems, power, features: looking is free."""
    words = _lower(call)
    if not words or words[0].lstrip("/-") in (
        "enum",
        "?",
        "help",
        "fsinfo",
        "query",
        "list",
        "l",
        "status",
        "get-features",
        "scannow",
        "verifyonly",
    ):
        return
    if call.name == "gpupdate" or (call.name in ("chkdsk", "defrag") and not {"/f", "/r", "/x"} & set(words)):
        return
    if call.name == "powercfg" and words[0].lstrip("/-") in (
        "energy",
        "batteryreport",
        "a",
        "q",
        "getactivescheme",
        "requests",
        "lastwake",
    ):
        return
    if call.name == "dism" and not any(
        re.search(r"(?:add|remove|enable|disable|apply|set|restorehealth|cleanup)-", word) for word in words
    ):
        return
    yield ChangeService(tool=call.name, verb=words[0], what=" ".join(words[1:3]))


@program("wmic")
def wmic(call: Invocation) -> Effects:
    """`call`, `delete`, `create` and `set` change; the rest looks."""
    words = _lower(call)
    verb = next((word for word in words if word in ("call", "delete", "create", "set")), "")
    if "shadowcopy" in words and verb == "delete":
        yield WriteDevice(device="shadow copies", how="wmic shadowcopy delete")
    elif verb:
        index = words.index("create") if "create" in words else len(words)
        if "process" in words and index + 1 < len(words):
            yield from call.shell(call.args[index + 1], via="wmic")
        else:
            yield ChangeService(tool="wmic", verb=verb, what=" ".join(words[:3]))


@program("net", "net1")
def net(call: Invocation) -> Effects:
    """Users, groups, services and shares; without `/add`, `/delete` or a verb it only shows."""
    words = _lower(call)
    verb = words[0] if words else ""
    changing = verb in ("stop", "start", "pause", "continue") and len(words) > 1
    changing = changing or any(word.startswith(("/add", "/delete", "/active", "/domain:", "/d")) for word in words[1:])
    if verb == "use" and len(words) > 1:
        changing = True
    if changing:
        yield ChangeService(tool="net", verb=verb, what=" ".join(words[1:3]))


@program("runas")
def runas(call: Invocation) -> Effects:
    """Another user's rights."""
    words = [word for word in call.args if not word.startswith("/")]
    if words:
        yield from call.shell(words[0], via="runas", user="root")


@program("psexec", "psexec64")
def psexec(call: Invocation) -> Effects:
    """A command on another machine."""
    words = list(call.args)
    place = ""
    while words and words[0].prefix[:1] in ("-", "\\", "/"):
        word = words.pop(0)
        if word.startswith("\\\\"):
            place = f"psexec {word.shown(40)}"
        elif (word.text or "") in ("-u", "-p", "-n", "-w", "-r", "-a"):
            words = words[1:]
    if words:
        yield from call.run(words, via="psexec", user="root", **({"place": place} if place else {}))


@program("wsl")
def wsl(call: Invocation) -> Effects:
    """A command in the Linux beside Windows; `--unregister` deletes a whole one."""
    words = list(call.args)
    while words and words[0].startswith("-"):
        name = words.pop(0).text or ""
        if name in ("--unregister",):
            yield WriteDevice(device=words[0].shown() if words else "a distribution", how="wsl --unregister")
            return
        if name in ("--list", "-l", "--status", "--version", "--help", "--update"):
            return
        if name in ("--shutdown", "--terminate", "-t", "--import", "--install"):
            yield ChangeService(tool="wsl", verb=name.lstrip("-"), what=words[0].shown() if words else "")
            return
        if name in ("-d", "--distribution", "-u", "--user", "--cd"):
            words = words[1:]
        elif name in ("-e", "--exec", "--"):
            break
    if words:
        yield from call.run(words, via="wsl")
    else:
        yield OpenShell(by="wsl", to="this machine")


@program("cscript", "wscript", "mshta", "rundll32", "regsvr32", "installutil", "msbuild_")
def script_host(call: Invocation) -> Effects:
    """Scripts and libraries by file, by URL, or as text in an argument."""
    operands = [word for word in call.args if not re.match(r"/[A-Za-z/]", word.prefix)]
    source = next(
        (word for word in call.args if re.search(r"https?://|\\\\|javascript:|vbscript:", word.visible)), None
    )
    if source is not None:
        yield RunCode(
            language="script", origin="download" if "://" in source.visible else "argument", what=source.shown(80)
        )
    elif operands:
        path = operands[0].split(",")[0]
        target = call.target(Value(tuple(p.replace("\\", "/") if isinstance(p, str) else p for p in path.pieces)))
        if target.area not in ("system", "system-root") and re.search(r"[\\/.]", path.visible):
            origin = "workspace" if target.area == "workspace" else "outside"
            yield RunCode(language="script", origin=origin, what=path.shown(80), target=target)


@program("certutil")
def certutil(call: Invocation) -> Effects:
    """Known for certificates, used to fetch (`-urlcache`) and to decode files."""
    words = _lower(call)
    operands = [word for word in call.args if word.prefix[:1] not in ("-", "/")]
    if any(word.lstrip("-/") in ("urlcache", "url", "verifyctl") for word in words) and operands:
        yield from exchange("GET", operands[0])
        goal = operands[1] if len(operands) > 1 else known(operands[0].visible.rpartition("/")[2])
        yield WritePath(target=call.target(goal), origins=frozenset({NETWORK}))
    elif (
        any(word.lstrip("-/") in ("decode", "decodehex", "encode", "encodehex") for word in words) and len(operands) > 1
    ):
        yield ReadPath(target=call.target(operands[0]), shown=False)
        origins = frozenset({DECODED}) if any("decode" in word for word in words) else frozenset[str]()
        yield WritePath(target=call.target(operands[1]), origins=origins)
    elif any(word.lstrip("-/") in ("addstore", "importpfx", "delstore", "exportpfx") for word in words):
        yield ChangeService(tool="certificates", verb=words[0].lstrip("-/"), what=" ".join(words[1:3]))


@program("bitsadmin")
def bitsadmin(call: Invocation) -> Effects:
    """`/transfer NAME URL FILE`."""
    words = _lower(call)
    url = next((word for word in call.args if "://" in word.visible), None)
    if url is not None:
        yield from exchange("GET", url)
        yield WritePath(target=call.target(call.args[-1]), origins=frozenset({NETWORK}))
    elif any(word in ("/setnotifycmdline", "/create") for word in words):
        yield ScheduleJob(by="bitsadmin", what=" ".join(words[:2]))


@program("setx")
def setx(call: Invocation) -> Effects:
    """A variable for every later session."""
    _, operands = switches(call.args)
    if operands:
        yield ChangeService(tool="environment", verb="set", what=operands[0].shown(40))


@program("findstr")
def findstr(call: Invocation) -> Effects:
    """`findstr /s /i TEXT FILES`."""
    found, operands = switches(call.args)
    pattern = next((word.cut(3) for word in call.args if word.prefix[:3].lower() == "/c:"), None)
    if pattern is None and operands:
        pattern, operands = operands[0], operands[1:]
    shown = pattern.shown(200) if pattern is not None else ""
    for word in operands:
        path = Value(tuple(p.replace("\\", "/") if isinstance(p, str) else p for p in word.pieces), True, word.origins)
        yield ReadPath(target=call.target(path), how="search", search=shown, recursive="s" in found)


@program(
    "tasklist",
    "systeminfo",
    "ver",
    "hostname.exe",
    "getmac",
    "driverquery",
    "quser",
    "qwinsta",
    "vol",
    "tree.com",
    "fc",
    "comp",
)
def look(call: Invocation) -> Effects:
    """Programs that only show."""
    yield from ()


@program("type")
def type_file(call: Invocation) -> Effects:
    """cmd's `type` prints files."""
    for word in call.args:
        yield ReadPath(target=call.target(word))


@program("mklink")
def mklink(call: Invocation) -> Effects:
    """`mklink [/d|/j|/h] LINK TARGET`."""
    _, operands = switches(call.args)
    if len(operands) > 1:
        yield CopyPath(target=call.target(operands[1]), to=call.target(operands[0]))


@program("cacls", "xcacls")
def cacls(call: Invocation) -> Effects:
    """The old name of icacls."""
    yield from call.run([known("icacls"), *call.args], via=call.name)


@program("forfiles")
def forfiles(call: Invocation) -> Effects:
    """`forfiles /p DIR /m MASK /s /c "cmd /c del @path"`."""
    words = _lower(call)
    values = {name: call.args[i + 1] for i, name in enumerate(words[:-1]) if name in ("/p", "/m", "/c")}
    folder = (values.get("/p") or known(".")).shown().replace("\\", "/")
    mask = (values.get("/m") or known("*")).shown()
    text = (values.get("/c") or known("")).shown(2000)
    if re.search(r"\b(?:del|erase|rd|rmdir)\b", text, re.IGNORECASE):
        target = call.target(Value((f"{folder.rstrip('/')}/{'**/' if '/s' in words else ''}{mask}",), True))
        yield DeletePath(target=target, recursive=bool(re.search(r"\b(?:rd|rmdir)\b", text, re.IGNORECASE)), bulk=True)
    elif text:
        yield from call.shell(unknown("a command for each file") if "@" in text else known(text), via="forfiles")
