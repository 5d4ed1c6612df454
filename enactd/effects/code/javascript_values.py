"""JavaScript functions that compute: paths, texts, decoders, the environment; and what prints."""

from __future__ import annotations

import posixpath
from typing import Final
from urllib.parse import unquote

from enactd.effects.code import operations
from enactd.effects.code.javascript_modules import Given, constant, function, method
from enactd.effects.code.objects import Thing, element, joined, json_text, listed, text, untold
from enactd.effects.values import DECODED, EMPTY, Hole, Value, concat, known, unknown

_STDIN: Final = ("/dev/stdin", "0")


@function("path.join", "path.resolve")
def join_path(given: Given) -> Thing | None:
    """`resolve` starts anew at an absolute part; unknown parts stay holes."""
    resolve = given.method == "resolve"
    whole = Thing((EMPTY,)) if not resolve else Thing((given.call.cwd,))
    for thing in given.arguments[:12]:
        if whole.texts == (EMPTY,) or (resolve and thing.text.startswith("/")):
            whole = thing
        else:
            whole = joined([whole, thing], "/")
    return Thing(tuple(_tidy(value) for value in whole.texts))


def _tidy(value: Value) -> Value:
    if value.text is not None and ("//" in value.text or "/." in value.text or value.text.startswith("./")):
        return known(posixpath.normpath(value.text), *value.origins)
    return value


@function("path.dirname", "path.basename", "path.extname", "path.relative")
def part_of_path(given: Given) -> Thing | None:
    first = given.text(0)
    if given.method == "dirname" and first.pieces:
        if first.text is not None:
            return text(posixpath.dirname(first.text) or ".", *first.origins)
        head = first.prefix.rpartition("/")[0]
        plain = len(first.holes) == 1 and first.holes[0].plain
        return text(head) if plain and head else untold("a folder", first.origins)
    if given.method == "basename" and first.text is not None:
        ending = given.text(1).text or ""
        return text(posixpath.basename(first.text).removesuffix(ending) if ending else posixpath.basename(first.text))
    return Thing((unknown("a part of a path", *first.origins, plain=given.method != "relative"),))


@function("os.homedir", "os.userInfo")
def home(given: Given) -> Thing | None:
    where = text(given.reader.home)
    return where if given.method == "homedir" else Thing((unknown("the user"),), "", None, {"homedir": where})


@function("os.tmpdir")
def temporary(given: Given) -> Thing | None:
    return text("/tmp")


@function("Deno.env.toObject")
def whole_environment(given: Given) -> Thing | None:
    return constant(given.reader, "process.env")


@function("process.cwd", "Deno.cwd", "shelljs.pwd")
def folder(given: Given) -> Thing | None:
    return Thing((given.call.cwd,))


@function("Deno.env.get", "process.env.get")
def variable(given: Given) -> Thing | None:
    name = given.text(0).text
    return given.reader.variable(name) if name else untold("a variable")


@function("atob", "window.atob", "unescape", "decodeURIComponent", "decodeURI", "js-base64.decode", "Base64.decode")
def decode(given: Given) -> Thing | None:
    first = given.text(0)
    if given.method in ("unescape", "decodeURIComponent", "decodeURI"):
        if first.text is not None:
            taint = [DECODED] if "%" in first.text else []
            return text(unquote(first.text), *taint, *first.origins)
        return untold("decoded text", {*first.origins})
    return Thing((operations.decoded(first, "base64"),))


@function("Buffer.from", "Buffer", "Uint8Array.from")
def buffer(given: Given) -> Thing | None:
    form = given.text(1).text or ""
    first = given.at(0)
    if form in ("base64", "base64url", "hex"):
        return Thing((operations.decoded(given.text(0), "hex" if form == "hex" else "base64"),))
    if first is not None and first.items is not None:
        return _from_codes(first.items)
    return first


@function("String.fromCharCode", "String.fromCodePoint")
def characters(given: Given) -> Thing | None:
    return _from_codes(given.arguments)


def _from_codes(items: list[Thing]) -> Thing:
    codes = [item.number for item in items]
    if codes and all(code is not None and 0 <= code < 0x110000 for code in codes):
        return text("".join(chr(int(code or 0)) for code in codes))
    return untold("characters by their codes", {DECODED})


@method(
    "toString",
    "trim",
    "trimEnd",
    "trimStart",
    "valueOf",
    "normalize",
    "toJSON",
    "asString",
    "flat",
    "slice",
    "substring",
    "sort",
)
def unchanged(given: Given) -> Thing | None:
    """What keeps the text; `toString('base64')` encodes, and the taints stay."""
    form = given.text(0).text or ""
    if given.subject.name and given.subject.items is None and given.subject.plain is None:
        return None
    if given.method in ("slice", "substring"):
        return _sliced(given)
    if given.method.startswith("trim") and given.subject.plain is not None:
        return text(given.subject.plain.strip(), *given.subject.origins)
    if given.method == "toString" and form in ("base64", "hex", "base64url"):
        return untold("encoded text", given.subject.origins)
    return given.subject


def _sliced(given: Given) -> Thing:
    bounds = [int(thing.number) for thing in given.arguments if thing.number is not None]
    if given.subject.items is not None:
        if len(bounds) != len(given.arguments):
            return given.subject
        return listed(
            given.subject.items[slice(*bounds[:2]) if len(bounds) > 1 else slice(bounds[0] if bounds else 0, None)]
        )
    plain = given.subject.plain
    if plain is not None and len(bounds) == len(given.arguments) and bounds:
        return text(plain[bounds[0] : bounds[1] if len(bounds) > 1 else None], *given.subject.origins)
    return untold("a part of a text", given.subject.origins)


@method("toLowerCase", "toUpperCase", "repeat")
def changed(given: Given) -> Thing | None:
    plain = given.subject.plain
    if plain is None:
        return Thing((unknown("a text", *given.subject.origins),)) if not given.subject.name else None
    if given.method == "repeat":
        count = given.arguments[0].number if given.arguments else None
        small = count is not None and 0 <= count <= 100
        return text(plain * int(count or 0)) if small else untold("a repeated text")
    return text(plain.lower() if given.method == "toLowerCase" else plain.upper(), *given.subject.origins)


@method("split")
def split(given: Given) -> Thing | None:
    plain, separator = given.subject.plain, given.text(0).text
    if plain is None or separator is None or given.at(0) is None or len(plain) > 4_000:
        return Thing((unknown("parts", *given.subject.origins),), "[]")
    parts = plain.split(separator) if separator else list(plain)
    return Thing((known(plain),), "[]", [text(part, *given.subject.origins) for part in parts[:500]])


@method("reverse")
def reverse(given: Given) -> Thing | None:
    items = given.subject.items
    return Thing(given.subject.texts, "[]", items[::-1]) if items is not None else given.subject


@method("join")
def join(given: Given) -> Thing | None:
    items = given.subject.items
    if items is None:
        return untold("joined parts", given.subject.origins)
    separator = given.text(0).text if given.at(0) is not None else ","
    return joined(items[:500], separator or "")


@method("concat")
def concatenated(given: Given) -> Thing | None:
    if given.subject.items is not None:
        extra = [part for thing in given.arguments for part in (thing.items or [thing])]
        return listed([*given.subject.items, *extra])
    return joined([given.subject, *given.arguments])


@method("push", "unshift")
def push(given: Given) -> Thing | None:
    if given.subject.items is not None:
        given.subject.items += given.arguments[:50]
    return None


@method("replace", "replaceAll")
def replace(given: Given) -> Thing | None:
    plain, old, new = given.subject.plain, given.text(0).text, given.text(1).text
    if plain is None or old is None or new is None or not old:
        return untold("a changed text", given.subject.origins)
    return text(plain.replace(old, new, -1 if given.method == "replaceAll" else 1), *given.subject.origins)


@method("pop", "shift", "at", "find")
def item(given: Given) -> Thing | None:
    if given.subject.items is None:
        return None
    return element(given.subject)


@method("map", "filter", "flatMap")
def mapped(given: Given) -> Thing | None:
    """What a callback makes of each item, all read at once."""
    callback = given.at(0)
    if given.subject.items is None or callback is None:
        return None
    if given.method == "filter" or callback.function is None:
        return given.subject
    made = [given.reader.inlined(callback.function, [part]) for part in given.subject.items[:16]]
    return listed(made)


@method("catch", "finally", "then")
def promised(given: Given) -> Thing | None:
    """A chain goes on with what its callback gives."""
    callback = given.at(0)
    if given.method != "then" or callback is None:
        return given.subject
    if callback.function is not None:
        found = given.reader.inlined(callback.function, [given.subject])
        return Thing(
            tuple(value.tainted(*given.subject.origins) for value in found.texts), found.name, found.items, found.fields
        )
    return given.subject


@function(
    "Promise.all",
    "Promise.allSettled",
    "Array.from",
    "Object.values",
    "Object.keys",
    "Object.entries",
    "Array.of",
    "Promise.race",
)
def collection(given: Given) -> Thing | None:
    first = given.at(0)
    if first is not None and first.fields is not None and given.method in ("values", "keys", "entries"):
        keys = [text(key) for key in first.fields]
        return listed(keys if given.method == "keys" else list(first.fields.values()))
    if first is not None and first.name == "process.env":
        # Names tell nothing; an entry looked up by one of them does.
        return (
            untold("names of variables") if given.method == "keys" else untold("the whole environment", first.origins)
        )
    return first if first is not None else untold("a collection")


@function("JSON.stringify", "querystring.stringify", "qs.stringify", "URLSearchParams", "util.inspect", "util.format", "FormData",
          "Blob", "yaml.stringify", "encodeURIComponent", "btoa", "escape", "zlib.gzipSync")  # fmt: skip
def serialised(given: Given) -> Thing | None:
    first = given.at(0)
    if first is None:
        return untold("text")
    if given.method in ("stringify", "URLSearchParams") and given.name.startswith(("JSON", "querystring", "qs", "URL")):
        return Thing((json_text(first).tainted(*first.all_origins()),))
    return Thing((unknown("encoded text", *given.carried()),))


@function("console.log", "console.info", "console.error", "console.warn", "console.debug", "process.stdout.write", "console.dir",
          "console.table", "process.stderr.write", "util.log", "print", "zx.echo", "Deno.stdout.write", "shelljs.echo")  # fmt: skip
def show(given: Given) -> Thing | None:
    values = [value for thing in given.arguments for value in thing.texts]
    tainted = [unknown(v.shown(60), *t.all_origins()) for t in given.arguments for v in t.texts]
    given.emit(operations.shown(tainted, given.name))
    if given.name == "console.log":
        parts = [part for value in values for part in (known(" "), value)][1:]
        given.reader.printed.append(concat(parts) if parts else EMPTY)
    elif "stdout" in given.name:
        given.reader.straight = False
    return None


@function("URL")
def url(given: Given) -> Thing | None:
    """`new URL('../x', import.meta.url)` is a path beside the script; any other its own text."""
    first, base = given.at(0), given.at(1)
    if first is None:
        return None
    if base is not None and base.plain is not None and base.plain.startswith("/") and first.plain is not None:
        path = text(posixpath.normpath(posixpath.join(posixpath.dirname(base.plain), first.plain)))
        return Thing(path.texts, "URL()", None, {"pathname": path, "href": path})
    if first.plain is not None and first.plain.startswith("file://"):
        first = text(first.plain[7:])
    whole = joined([base, first]) if base is not None and not first.text.prefix.startswith(("http", "file:")) else first
    return Thing(whole.texts, "URL()", None, {"href": whole, "pathname": untold("a path")})


@function("Date.now", "Math.random", "crypto.randomUUID", "crypto.randomBytes", "performance.now", "nanoid", "uuid.v4", "uuid",
          "process.hrtime", "process.uptime", "process.getuid", "os.hostname", "os.platform", "Bun.randomUUIDv7", "nanoid.nanoid")  # fmt: skip
def plain_value(given: Given) -> Thing | None:
    return Thing((Value((Hole("a random text", plain=True, empty=False),)),))
