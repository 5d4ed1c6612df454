"""Python functions that compute: texts, decoders, the environment; and what prints."""

from __future__ import annotations

from urllib.parse import unquote

from enactd.effects.code import operations
from enactd.effects.code.objects import (
    PRINTED,
    Thing,
    element,
    flattened,
    joined,
    json_text,
    listed,
    printed,
    text,
    untold,
)
from enactd.effects.code.python_expressions import ANY_VARIABLE
from enactd.effects.code.python_modules import Given, function, method
from enactd.effects.code.python_text import formatted, number, secretless
from enactd.effects.values import DECODED, EMPTY, Hole, Value, concat, known, unknown


@function("str", "bytes", "repr", "shlex.quote", "pipes.quote", "bytearray", "format", "ascii", "sys.intern", "textwrap.dedent", "os.fspath",
          "copy.copy", "copy.deepcopy", "list", "tuple", "set", "sorted", "reversed_", "frozenset", "iter", "tqdm", "tqdm.tqdm", "rich.progress.track",
          "typing.cast_", "asyncio.run", "asyncio.wait_for", "memoryview", "dict", "collections.OrderedDict")  # fmt: skip
def same(given: Given) -> Thing | None:
    """What comes back is what was given; keywords of `dict` are its fields."""
    if given.method in ("dict", "OrderedDict") and given.keywords:
        origins = given.carried()
        return Thing((unknown("a mapping", *origins),), "{}", None, dict(given.keywords))
    if given.method == "bytes" and given.arguments and given.arguments[0].items is not None:
        return characters_of(given.arguments[0].items)
    if not given.arguments:
        return text("") if given.method in ("str", "bytes") else listed([])
    if given.arguments[0].name == "os.environ" and given.method in (
        "list",
        "tuple",
        "set",
        "sorted",
        "iter",
        "frozenset",
    ):
        return variable_names()
    return given.arguments[0]


def variable_names() -> Thing:
    """The names of the environment's variables, which tell nothing."""
    return listed([Thing((unknown(ANY_VARIABLE, plain=True, empty=False),))])


@function("reversed")
def reverse(given: Given) -> Thing | None:
    first = given.at(0)
    if first is None:
        return None
    if first.plain is not None and first.items is None:
        return listed([text(char) for char in first.plain[::-1][:500]])
    return Thing(first.texts, "[]", first.items[::-1]) if first.items is not None else first


@function("input", "raw_input")
def typed(given: Given) -> Thing | None:
    """A line of what flows in."""
    stdin = given.call.stdin
    return untold("what flows in", stdin.origins if stdin is not None else ())


@function("chr")
def character(given: Given) -> Thing | None:
    return characters_of(given.arguments[:1])


def characters_of(items: list[Thing]) -> Thing:
    """Characters by their codes; unknown codes are a decoder."""
    codes = [item.number for item in items]
    if codes and all(code is not None and 0 <= code < 0x110000 for code in codes):
        return text("".join(chr(int(code or 0)) for code in codes))
    return untold("characters by their codes", {DECODED})


@function("ord", "int", "float", "round", "abs")
def numeric(given: Given) -> Thing | None:
    first = given.at(0)
    plain = first.plain if first is not None else None
    if given.method == "ord" and plain is not None and len(plain) == 1:
        return number(ord(plain))
    if plain is not None and plain.lstrip("-").isdigit():
        return number(int(plain[:15]))
    for hole in first.text.holes if first is not None else ():
        if hole.why == operations.EVERY_PROCESS or hole.why.startswith(PRINTED):
            return Thing((unknown(hole.why, plain=True),))
    return Thing((unknown("a number", plain=True),))


@function("bool", "len", "isinstance", "hasattr", "callable", "any", "all", "sum", "id", "hash", "type")
def fact(given: Given) -> Thing | None:
    """A fact about a value says nothing of the value."""
    return secretless(given.arguments[0]) if given.arguments else untold()


@function("range")
def ranged(given: Given) -> Thing | None:
    bounds = [thing.number for thing in given.arguments]
    if bounds and all(bound is not None for bound in bounds):
        numbers = (
            list(range(*(int(bound or 0) for bound in bounds if bound is not None)))[:40]
            if bounds[-1] != 0 or len(bounds) < 3
            else []
        )
        return listed([number(n) for n in numbers])
    return Thing((unknown("numbers"),), "[]", [Thing((unknown("a number", plain=True),))])


@function("enumerate")
def enumerated(given: Given) -> Thing | None:
    first = given.at(0) or untold()
    return Thing(
        first.texts, "[]", [listed([Thing((unknown("a number", plain=True),)), part]) for part in flattened(first)[:32]]
    )


@function("zip", "itertools.chain", "itertools.product")
def zipped(given: Given) -> Thing | None:
    if given.method == "chain":
        return listed([part for thing in given.arguments for part in flattened(thing)])
    return Thing((unknown("pairs"),), "[]", [listed([element(thing) for thing in given.arguments])])


@function(
    "os.getenv",
    "os.environ.get",
    "os.environ.pop",
    "os.environ.__getitem__",
    "os.getenvb",
    "decouple.config",
    "environ.Env()",
)
def variable(given: Given) -> Thing | None:
    name = given.text(0, "key").text
    found = given.reader.variable(name)
    default = given.at(1, "default")
    return (
        Thing((*found.texts, *default.texts))
        if default is not None and found.plain is None and default.plain not in (None, "", "None")
        else found
    )


@function("os.environ.copy", "os.environ.items", "os.environ.values", "os.environ.__repr__", "os.environb.copy")
def environment(given: Given) -> Thing | None:
    whole = given.reader.whole_environment()
    return whole if given.method == "copy" else Thing(whole.texts)


@function("os.getpid", "os.getuid", "os.getppid", "uuid.uuid4", "secrets.token_hex", "random.randint", "time.time", "os.cpu_count",
          "datetime.datetime.now", "socket.gethostname", "platform.system", "os.getlogin", "getpass.getuser", "time.strftime")  # fmt: skip
def plain(given: Given) -> Thing | None:
    return Thing((Value((Hole(f"what `{given.method}` gives", plain=True, empty=False),)),))


@function(
    "base64.b64decode",
    "base64.urlsafe_b64decode",
    "base64.standard_b64decode",
    "base64.decodebytes",
    "binascii.a2b_base64",
)
def decode(given: Given) -> Thing | None:
    return Thing((operations.decoded(given.text(0, "s"), "base64"),))


@function("bytes.fromhex", "binascii.unhexlify", "bytearray.fromhex", "binascii.a2b_hex", "base64.b16decode")
def from_hex(given: Given) -> Thing | None:
    return Thing((operations.decoded(given.text(0), "hex"),))


@function("base64.a85decode", "base64.b32decode", "base64.b85decode", "zlib.decompress", "gzip.decompress", "bz2.decompress", "lzma.decompress",
          "codecs.decode", "marshal.loads_")  # fmt: skip
def hidden(given: Given) -> Thing | None:
    """A decoder without a reader of its own; rot13 is one that is read."""
    if (
        given.method == "decode"
        and given.name == "codecs.decode"
        and (given.text(1).text or "").replace("_", "") in ("rot13",)
    ):
        import codecs

        first = given.at(0)
        return (
            text(codecs.decode(first.plain, "rot13"), DECODED)
            if first is not None and first.plain is not None
            else untold("text", {DECODED})
        )
    return untold("decoded text", {DECODED, *given.carried()})


@function("urllib.parse.unquote", "urllib.parse.unquote_plus", "html.unescape")
def unquoted(given: Given) -> Thing | None:
    first = given.at(0)
    return (
        text(unquote(first.plain), *first.origins)
        if first is not None and first.plain is not None
        else untold("text", given.carried())
    )


@method("decrypt", "decompress")
def decrypted(given: Given) -> Thing | None:
    return untold("decoded text", {DECODED, *given.carried()})


@method("strip", "rstrip", "lstrip", "decode", "encode", "lower", "upper", "expandtabs", "copy", "removeprefix", "removesuffix", "splitlines",
        "split", "rsplit", "format", "join", "title", "casefold", "tolist", "hex", "format_map", "zfill")  # fmt: skip
def text_method(given: Given) -> Thing | None:
    """Methods of texts."""
    subject, plain_text = given.subject, given.subject.plain
    if given.method == "join":
        parts = flattened(given.arguments[0]) if given.arguments else []
        if given.arguments and given.arguments[0].items is None:
            return untold("joined parts", given.carried())
        return joined(parts[:500], plain_text or "") if len(parts) <= 500 else untold("joined parts", given.carried())
    if plain_text is None:
        return _unknown_text(given)
    return _known_text(given, subject, plain_text)


def _unknown_text(given: Given) -> Thing | None:
    if given.method in (
        "strip",
        "rstrip",
        "lstrip",
        "decode",
        "encode",
        "copy",
        "format",
        "removeprefix",
        "removesuffix",
        "tolist",
    ):
        if given.subject.items is not None or not given.subject.name or given.subject.texts[0].visible:
            return given.subject
        return Thing(given.subject.texts, "", given.subject.items, given.subject.fields)
    output = printed(given.subject)
    if given.subject.name and not output:
        return None
    return untold(output or "a text", given.subject.origins | given.carried())


def _known_text(given: Given, subject: Thing, plain_text: str) -> Thing | None:
    first = given.text(0).text
    match given.method:
        case "strip" | "rstrip" | "lstrip" | "lower" | "upper" | "title" | "casefold":
            changed = getattr(plain_text, given.method)
            return text(changed(first) if given.arguments and first is not None else changed(), *subject.origins)
        case "removeprefix" | "removesuffix" if first is not None:
            return text(getattr(plain_text, given.method)(first), *subject.origins)
        case "split" | "rsplit":
            pieces = plain_text.split(first) if given.arguments and first else plain_text.split()
            return listed([text(piece, *subject.origins) for piece in pieces[:500]])
        case "splitlines":
            return listed([text(line, *subject.origins) for line in plain_text.splitlines()[:500]])
        case "format":
            return formatted(plain_text, given.arguments, given.keywords)
        case "decode" if (first or "").replace("-", "").replace("_", "") in ("base64", "hex", "rot13"):
            return (
                Thing((operations.decoded(known(plain_text), first or "base64"),))
                if first != "rot13"
                else untold("text", {DECODED})
            )
        case "hex":
            return untold("encoded text", subject.origins)
    return subject


@function("shlex.split")
def split_words(given: Given) -> Thing | None:
    """As the shell splits, without expanding."""
    import shlex

    first = given.at(0, "s")
    if first is None or first.plain is None:
        return Thing((unknown("words", *given.carried()),), "[]", [untold("a word")])
    try:
        return listed([text(word) for word in shlex.split(first.plain)[:200]])
    except ValueError:
        return untold("words")


@function("shlex.join")
def join_words(given: Given) -> Thing | None:
    return joined(flattened(given.arguments[0])[:200], " ") if given.arguments else None


@method("append", "extend", "insert", "update")
def append(given: Given) -> Thing | None:
    """Lists grow; mappings take in fields."""
    if given.subject.items is not None and given.arguments:
        new = flattened(given.arguments[0]) if given.method in ("extend", "update") else given.arguments[-1:]
        given.subject.items.extend(new[:200])
    elif given.method == "update" and given.subject.fields is not None:
        for thing in given.arguments:
            given.subject.fields.update(thing.fields or {})
        given.subject.fields.update(given.keywords)
    return None


@function("os.environ.keys")
def names_of_environment(given: Given) -> Thing | None:
    return variable_names()


@method("items", "values", "keys")
def parts(given: Given) -> Thing | None:
    fields = given.subject.fields
    if fields is None or given.subject.name not in ("{}",):
        return None
    if given.method == "items":
        return listed([listed([text(key), part]) for key, part in list(fields.items())[:64]])
    return listed([text(key) for key in fields]) if given.method == "keys" else listed(list(fields.values())[:64])


@method("get", "pop", "setdefault")
def item(given: Given) -> Thing | None:
    """A field of a mapping, or its default."""
    key = given.text(0).text
    if given.subject.fields is not None and key in given.subject.fields:
        return given.subject.fields[key or ""]
    if given.subject.name in ("{}",):
        return given.at(1) or untold()
    return None


@function("json.dumps", "yaml.safe_dump_", "urllib.parse.urlencode", "urllib.parse.quote", "base64.b64encode", "base64.urlsafe_b64encode", "pprint.pformat",
          "binascii.hexlify", "gzip.compress", "zlib.compress", "base64.b85encode")  # fmt: skip
def serialised(given: Given) -> Thing | None:
    first = given.at(0)
    if first is None:
        return untold("text")
    if given.method in ("dumps", "urlencode"):
        return Thing((json_text(first).tainted(*first.all_origins()),))
    return untold("encoded text", given.carried())


@function("print", "sys.stdout.write", "pprint.pprint", "pprint.pp", "logging.info", "logging.debug", "logging.warning", "logging.error", "sys.stderr.write",
          "rich.print", "click.echo", "typer.echo", "logger.info", "IPython.display.display", "sys.stdout.buffer.write")  # fmt: skip
def show(given: Given) -> Thing | None:
    goal = given.keywords.get("file")
    path = goal.field("...path") if goal is not None else None
    if path is not None:
        for value in path.texts:
            content = joined(given.arguments, " ").text.tainted(*given.carried()) if given.arguments else EMPTY
            given.emit(operations.write(given.call, value, content, append=True))
        return None
    tainted = [unknown(v.shown(60), *t.all_origins()) for t in given.arguments for v in t.texts]
    given.emit(operations.shown(tainted, given.method))
    if given.name == "print":
        things = [part.text for part in given.arguments]
        separated = [piece for value in things for piece in (known(" "), value)][1:]
        given.reader.printed.append(concat(separated) if separated else EMPTY)
        given.reader.straight = given.reader.straight and not given.keywords
    else:
        given.reader.straight = False
    return None
