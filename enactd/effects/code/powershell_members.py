"""Members of .NET objects that PowerShell reaches: files, environment, decoders, web clients, processes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from enactd.effects.code import operations
from enactd.effects.code.objects import Thing, flattened, joined, named, text, untold
from enactd.effects.http import exchange
from enactd.effects.model import RunCode, SendData
from enactd.effects.values import DECODED, NETWORK, Value, known, unknown

if TYPE_CHECKING:
    from enactd.effects.code.powershell_values import Expressions

_SAME: Final = frozenset(
    "tostring trim trimend trimstart fullname path value psPath pspath directory normalize toarray providerpath".split()
)
_FOLDERS: Final = {
    "userprofile": "userprofile",
    "applicationdata": "appdata",
    "localapplicationdata": "localappdata",
    "personal": "userprofile",
    "windows": "windir",
    "programfiles": "programfiles",
}
_VERBS: Final = (
    "getstringasync",
    "getasync",
    "downloadstring",
    "downloaddata",
    "openread",
    "getresponse",
    "downloadstringtaskasync",
)
_SENDS: Final = {
    "uploadstring": "POST",
    "uploaddata": "POST",
    "uploadfile": "POST",
    "postasync": "POST",
    "putasync": "PUT",
    "deleteasync": "DELETE",
}


def cast(kind: str, thing: Thing) -> Thing:
    """`[type]value`. Characters by their codes become text; a script block is made of text."""
    kind = kind.removeprefix("system.")
    if kind == "char":
        codes = [int(part.plain or 0) for part in flattened(thing) if (part.plain or "").isdigit()]
        if codes and len(codes) == len(flattened(thing)):
            parts = [text(chr(code)) for code in codes if code < 0x110000]
            return Thing(joined(parts, "").texts, "[]", parts) if len(parts) > 1 else parts[0]
    if kind in ("scriptblock", "management.automation.scriptblock"):
        return Thing(thing.texts, "{block}", function=thing.plain)
    if kind in ("int", "bool", "datetime", "version", "guid", "double", "long"):
        return thing if thing.plain is not None else untold("a value")
    return thing


def member(
    reader: Expressions, thing: Thing, name: str | None, arguments: list[Thing] | None, *, static: bool
) -> Thing:
    """A property, or a method with its arguments."""
    if name is None:
        if arguments is not None:
            reader.hidden("a method by a name made at run time")
        return untold("a member", thing.origins)
    lower = name.lower()
    if thing.fields is not None and lower in thing.fields:
        return thing.fields[lower]
    if static and thing.name.startswith("["):
        return _static(reader, thing.name.strip("[]"), lower, arguments or [])
    if arguments is None:
        return _property(thing, lower)
    return _method(reader, thing, lower, arguments)


def _property(thing: Thing, name: str) -> Thing:
    if name in _SAME or thing.name == "path":
        return (
            thing if name in _SAME else Thing((unknown(f"`.{name}`", plain=name in ("name", "basename", "extension")),))
        )
    if name in ("name", "basename", "extension", "length", "count", "id", "pid", "processid"):
        return Thing((unknown(f"`.{name}`", plain=True, empty=False),))
    if name in ("content", "rawcontent", "result"):
        return Thing(thing.texts, thing.name)
    return Thing((unknown(f"`.{name}`", *thing.origins),), f"{thing.name}.{name}" if thing.name else "")


def _method(reader: Expressions, thing: Thing, name: str, arguments: list[Thing]) -> Thing:
    call = reader.call
    first = arguments[0] if arguments else untold()
    if name in ("delete", "kill", "moveto", "copyto"):
        return _file_method(reader, thing, name, first)
    if name in _VERBS or name in _SENDS:
        verb = _SENDS.get(name, "GET")
        body = (
            arguments[-1].text.tainted(*arguments[-1].all_origins()) if name in _SENDS and len(arguments) > 1 else None
        )
        for address in first.texts[:3]:
            if "://" in address.visible or not address.known:
                reader.emit(exchange(verb, address, body=body))
        return untold("what came from the network", {NETWORK})
    if name in ("downloadfile", "downloadfileasync"):
        reader.emit(exchange("GET", first.text))
        target = arguments[1].text if len(arguments) > 1 else None
        reader.emit(operations.write(call, slashed(target), unknown("what came from the network", NETWORK)))
        return untold()
    if name in ("invoke", "invokescript", "addscript", "invokecommand"):
        source = thing if thing.function is not None or name == "invoke" else first
        if source.function is not None:
            return reader.run_text(source.function)
        reader.emit(operations.evaluate(call, "powershell", source.text))
        return untold()
    if name in ("getstring",) and first.texts:
        return first
    return _text_method(thing, name, arguments)


def _file_method(reader: Expressions, thing: Thing, name: str, first: Thing) -> Thing:
    if name == "kill":
        reader.emit(operations.signal(thing.text if thing.name != "process" else known("a process")))
        return untold()
    if thing.name.startswith("$") and not thing.texts[0].known and name == "delete":
        return untold()
    for value in thing.texts:
        source = slashed(value)
        if name == "delete":
            reader.emit(operations.delete(reader.call, source, recursive=first.plain == "True"))
        elif name == "moveto":
            reader.emit(operations.move(reader.call, source, slashed(first.text)))
        else:
            reader.emit(operations.copy(reader.call, source, slashed(first.text)))
    return untold()


def _text_method(thing: Thing, name: str, arguments: list[Thing]) -> Thing:
    plain = thing.plain
    if name in _SAME:
        return text(plain.strip(), *thing.origins) if name == "trim" and plain is not None else thing
    if plain is not None and name == "replace" and len(arguments) == 2:
        old, new = arguments[0].plain, arguments[1].plain
        if old and new is not None:
            return text(plain.replace(old, new), *thing.origins)
    if plain is not None and name in ("tolower", "toupper"):
        return text(plain.lower() if name == "tolower" else plain.upper(), *thing.origins)
    if plain is not None and name == "substring" and all((a.plain or "").isdigit() for a in arguments) and arguments:
        start = int(arguments[0].plain or 0)
        return text(
            plain[start : start + int(arguments[1].plain or 0)] if len(arguments) > 1 else plain[start:], *thing.origins
        )
    if plain is not None and name == "split" and arguments and arguments[0].plain:
        parts = [text(part) for part in plain.split(arguments[0].plain)[:200]]
        return Thing((known(plain),), "[]", parts)
    origins = thing.origins.union(*(a.all_origins() for a in arguments))
    return Thing((unknown(f"`.{name}()`", *origins),), f"{thing.name}.{name}" if thing.name else "")


def slashed(value: Value | None) -> Value | None:
    """A path with forward slashes; a drive or a share keeps its meaning."""
    if value is None:
        return None
    pieces = tuple(p.replace("\\", "/") if isinstance(p, str) else p for p in value.pieces)
    if pieces and isinstance(pieces[0], str):
        pieces = (
            re.sub(r"^(?:Microsoft\.PowerShell\.Core/)?FileSystem::|^//\?/", "", pieces[0], flags=re.IGNORECASE),
            *pieces[1:],
        )
    return Value(pieces, value.glob, value.origins)


def _static(reader: Expressions, kind: str, name: str, arguments: list[Thing]) -> Thing:
    """`[Type]::Method(…)`."""
    kind = kind.removeprefix("system.")
    first = arguments[0] if arguments else untold()
    match kind:
        case "io.file" | "io.directory":
            return _file(reader, kind, name, arguments)
        case "io.path":
            return _path(reader, name, arguments)
        case "environment":
            return _environment(reader, name, first)
        case "convert" if name == "frombase64string":
            return _decoded(first)
        case "diagnostics.process" if name == "start":
            words = [part.text for part in arguments[:1]] + [w for a in arguments[1:] for w in a.text.words()]
            reader.emit(operations.run(reader.call, words))
            return untold()
        case "reflection.assembly" if name.startswith("load"):
            origin = "decoded" if DECODED in first.origins else "generated"
            reader.emit(iter([RunCode(language="csharp", origin=origin, what="an assembly")]))
            return untold()
        case "scriptblock" | "management.automation.scriptblock" if name == "create":
            return Thing(first.texts, "{block}", function=first.plain)
        case "net.dns":
            if first.all_origins():
                reader.emit(iter([SendData(to=None, by="a name look-up", carries=first.all_origins())]))
            return untold()
        case "activator" if name == "createinstance":
            return untold("an object")
    return _computed(kind, name, arguments)


def _computed(kind: str, name: str, arguments: list[Thing]) -> Thing:
    """Types that only compute: decoders keep their text, `new` makes an object of it."""
    first = arguments[0] if arguments else untold()
    if name in ("getstring", "unescapedatastring", "htmldecode", "urldecode"):
        return first
    if name == "new":
        return Thing(first.texts, kind)
    return named(f"[{kind}].{name}", first.all_origins())


def _decoded(thing: Thing) -> Thing:
    """Base64 of text in UTF-8 or UTF-16, which is what encoded commands are."""
    found = operations.decoded(thing.text, "base64")
    if found.text is not None and "\0" in found.text:
        found = known(found.text.replace("\0", ""), DECODED)
    return Thing((found,))


def _file(reader: Expressions, kind: str, name: str, arguments: list[Thing]) -> Thing:
    call = reader.call
    path = slashed(arguments[0].text) if arguments else None
    second = arguments[1] if len(arguments) > 1 else None
    if name == "delete":
        reader.emit(
            operations.delete(
                call, path, recursive=kind == "io.directory" and second is not None and second.plain == "True"
            )
        )
    elif name.startswith(("write", "append", "create")) and kind == "io.file":
        body = second.text.tainted(*second.all_origins()) if second is not None else None
        reader.emit(operations.write(call, path, body, append=name.startswith("append")))
    elif name.startswith(("read", "open")):
        reader.emit(operations.read(call, path))
        return untold("a file's content", operations.content_taints(call, path) if path is not None else ())
    elif name in ("move", "replace"):
        reader.emit(operations.move(call, path, slashed(second.text) if second else None))
    elif name == "copy":
        reader.emit(operations.copy(call, path, slashed(second.text) if second else None))
    elif name.startswith(("getfiles", "enumerate", "getdirectories")):
        reader.emit(operations.read(call, path, listing=True))
    return untold("a result")


def _path(reader: Expressions, name: str, arguments: list[Thing]) -> Thing:
    if name == "gettemppath":
        return reader.environment_variable("TEMP")
    if name == "gettempfilename":
        return joined(
            [
                reader.environment_variable("TEMP"),
                text("/"),
                Thing((unknown("a random name", plain=True, empty=False),)),
            ]
        )
    if name in ("combine", "join"):
        return joined(arguments, "/") if arguments else untold()
    if name in ("getfullpath",):
        return arguments[0] if arguments else untold()
    return Thing((unknown("a part of a path", plain=True),))


def _environment(reader: Expressions, name: str, first: Thing) -> Thing:
    if name == "getenvironmentvariable":
        return reader.environment_variable(first.plain) if first.plain else untold("a variable")
    if name == "getenvironmentvariables":
        return reader.whole_environment()
    if name == "getfolderpath":
        return reader.environment_variable(_FOLDERS.get((first.plain or "").lower(), "USERPROFILE"))
    if name == "newline":
        return text("\n")
    return Thing((unknown(f"`{name}`", plain=True),))
