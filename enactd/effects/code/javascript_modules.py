"""Names of JavaScript modules and functions, and the tables by which calls are looked up.

`fs.promises.rm`, `fs-extra`'s, a destructured and renamed `rm` all end as `fs.rm`.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

from enactd.effects.code import operations
from enactd.effects.code.evaluation import registers
from enactd.effects.code.objects import Thing, element, flattened, named, text, untold
from enactd.effects.invocation import Invocation
from enactd.effects.model import Effect
from enactd.effects.values import EMPTY, ENVIRONMENT, FILE, NONE, SECRET, Value, concat, known, unknown

if TYPE_CHECKING:
    from enactd.effects.code.javascript_expressions import Expressions

Handler = Callable[["Given"], "Thing | None"]
FUNCTIONS: Final[dict[str, Handler]] = {}
METHODS: Final[dict[str, Handler]] = {}
function: Final = registers(FUNCTIONS)
"""Registers what functions of these dotted names do."""
method: Final = registers(METHODS)
"""Registers what methods of these names do, whatever object they belong to."""
SHELLJS: Final = tuple("rm mv cp exec cat sed mkdir touch chmod ls ln echo cd pwd test which find grep".split())
_MODULES: Final = 24  # read in one call; what a project's other modules do is the project's own business
_SAME: Final = {
    "graceful-fs": "fs", "mz/fs": "fs", "fs/promises": "fs", "mz/child_process": "child_process", "memfs": "memfs",
    "http2": "https", "follow-redirects": "https", "bun:sqlite": "better-sqlite3", "original-fs": "fs",
    "node-fetch": "fetch", "cross-fetch": "fetch", "isomorphic-fetch": "fetch", "undici": "undici",
    "zx/globals": "zx", "bun": "Bun", "vm2": "vm", "execa-cjs": "execa", "trash": "del", "posix": "process",
    "process": "process", "axios/dist/node/axios.cjs": "axios",
}  # fmt: skip
_DANGEROUS: Final = (
    "",
    "fs",
    "child_process",
    "process",
    "globalThis",
    "Deno",
    "Bun",
    "vm",
    "fs-extra",
    "this",
    "require",
)
_ROUTES: Final = frozenset("get post put patch delete all use route head options ws".split())
_EVENTS: Final = frozenset(
    """message messageCreate interactionCreate request connection SIGTERM SIGINT SIGHUP uncaughtException unhandledRejection
    error callback_query text push pull_request""".split()
)
_HIGHER: Final = frozenset("then forEach map filter some every flatMap reduce for_each all".split())
_LINKS: Final = ("node:", ".default", ".promises", ".posix")


class Given:
    """One call: its arguments, the object it is a method of, and the reading it belongs to."""

    def __init__(
        self, reader: Expressions, arguments: Sequence[Thing], subject: Thing, name: str, *,
        tagged: bool = False, made: bool = False,
    ) -> None:  # fmt: skip
        self.reader = reader
        self.call: Invocation = reader.call
        self.arguments = list(arguments)
        self.subject = subject
        self.name = name
        self.tagged = tagged
        self.made = made

    @property
    def method(self) -> str:
        return self.name.rsplit(".", 1)[-1]

    def at(self, index: int) -> Thing | None:
        return self.arguments[index] if index < len(self.arguments) else None

    def values(self, index: int) -> tuple[Value, ...]:
        """All texts an argument can be; one unknown where it is missing. A list counts as its items."""
        thing = self.at(index)
        if thing is None:
            return (operations.UNTOLD,)
        return tuple(value for part in flattened(thing)[:32] for value in part.texts) if thing.items else thing.texts

    def text(self, index: int) -> Value:
        thing = self.at(index)
        return thing.text if thing is not None else EMPTY

    def options(self) -> Thing:
        """The last argument that is an object, else an empty one."""
        return next((t for t in reversed(self.arguments) if t.fields is not None), Thing((EMPTY,)))

    def flag(self, *names: str) -> bool:
        """Whether an option is on. What is not known counts as on."""
        found = self.options().field(*names)
        return found is not None and found.plain not in ("false", "0", "null", "undefined", "")

    def emit(self, effects: Iterable[Effect]) -> list[Effect]:
        return self.reader.emit(effects)

    def carried(self, start: int = 0) -> frozenset[str]:
        """Taints of all arguments from `start` on."""
        return frozenset[str]().union(*(thing.all_origins() for thing in self.arguments[start:]))


def module_name(name: str) -> str:
    plain = name.removeprefix("node:").removeprefix("npm:").removeprefix("jsr:").removesuffix("/index.js")
    if plain.startswith("@") and "/" in plain:
        scope, _, rest = plain.partition("/")
        plain = f"{scope}/{rest.split('@')[0]}"
    elif "@" in plain:
        plain = plain.split("@")[0]
    return _SAME.get(plain, plain)


def canonical(name: str) -> str:
    """The dotted name under which a function is described."""
    for link in _LINKS:
        name = name.replace(link, "")
    for prefix in ("globalThis.", "global.", "window.", "self."):
        name = name.removeprefix(prefix)
    return name


def nearest(name: str) -> str:
    """A module that offers another's functions too: `fs-extra.rmSync` is `fs.rmSync`."""
    head, dot, rest = name.rpartition(".")
    if head in ("fs-extra", "Bun.fs", "fse", "zx.fs") or head.endswith(".fs"):
        return f"fs.{rest}"
    if head in ("execa", "zx.execa"):
        return f"execa.{rest}"
    if head.endswith(("axios.create()", "axios")) or head in ("got.extend()", "ky.create()", "ky.extend()"):
        return f"{head.split('.')[0]}.{rest}"
    return name if not dot else name.replace("()", "")


def is_dangerous_holder(name: str) -> bool:
    return canonical(name) in _DANGEROUS


def is_higher_order(name: str) -> bool:
    return name in _HIGHER


def is_handler(given: Given) -> bool:
    """Whether a call registers a function for later: a route, an event of a server or a bot, a schedule."""
    first = given.at(0)
    named_by = (first.plain or "") if first is not None else ""
    if given.method in _ROUTES:
        return named_by.startswith("/") or named_by == "*"
    if given.method in ("on", "once", "addListener"):
        return named_by in _EVENTS
    return given.method in ("schedule", "command", "hears", "createServer") or given.name in (
        "http.createServer",
        "Bun.serve",
        "Deno.serve",
    )


def callback_arguments(given: Given, result: Thing) -> list[Thing]:
    """What a callback gets: the items of a list, the result of a promise, or something unknown."""
    if given.method in ("forEach", "map", "filter", "some", "every", "flatMap", "find"):
        return [element(given.subject), Thing((unknown("an index", plain=True),))]
    if given.method in ("then", "finally", "tap"):
        return [given.subject]
    if given.method == "reduce":
        return [untold("a sum", given.subject.origins), element(given.subject)]
    if given.name in ("fs.readFile", "fs.readdir", "child_process.exec", "child_process.execFile", "glob"):
        return [untold("an error"), Thing(result.texts), untold("what it printed")]
    return [untold("an argument", given.subject.origins | result.origins)] * 3


def constant(reader: Expressions, name: str) -> Thing | None:
    """Members that are values: `process.argv`, `process.execPath`, `os.EOL`."""
    match canonical(name):
        case "process.argv" | "Bun.argv":
            script = [text(reader.file)] if reader.file else []
            words = [text("node"), *script, *(Thing((arg,)) for arg in reader.args)]
            return Thing((unknown("the arguments"),), "process.argv", words)
        case "Deno.args":
            return Thing((unknown("the arguments"),), "Deno.args", [Thing((arg,)) for arg in reader.args])
        case "process.stdin" | "Bun.stdin" | "Deno.stdin":
            return Thing((reader.call.stdin or unknown("what flows in"),), "process.stdin")
        case "process.execPath" | "process.argv0":
            return text("node")
        case "process.env" | "Bun.env" | "import.meta.env" | "Deno.env.toObject()":
            return Thing((unknown("the whole environment", SECRET, ENVIRONMENT),), "process.env")
        case "process.platform":
            return text("linux")
        case "path.sep":
            return text("/")
        case "os.EOL":
            return text("\n")
        case "process.pid" | "process.ppid":
            return Thing((unknown("a process id", plain=True, empty=False),), "process.pid")
    return None


def environment_change(call: Invocation, name: str, content: Value) -> Iterator[Effect]:
    """Setting `process.env` matters to programs started later; their readers see it through `env`."""
    yield from ()


def required_file(reader: Expressions, name: str) -> Iterator[Effect]:
    """A file that is required runs: its text is read where it lies at hand."""
    if name.endswith((".json", ".css", ".svg", ".png", ".node", ".wasm", ".html")) or len(reader.active) > 3:
        return
    call = reader.call
    base = known(posixpath.dirname(reader.file)) if reader.file else call.cwd
    path = known(name) if name.startswith("/") else concat((base, known("/"), known(name)))
    for ending in ("", ".js", ".ts", ".mjs", ".cjs", "/index.js", "/index.ts"):
        candidate = concat((path, known(ending)))
        if call.target(candidate).kind == "file" and call.text_of(candidate).known:
            module = posixpath.normpath(candidate.text or "")
            if module in call.reader.required or len(call.reader.required) >= _MODULES:
                return  # node runs a module once, and a graph of modules has far more ways than modules
            call.reader.required.add(module)
            yield from operations.only_effects(call.script(candidate, language="javascript"))
            return
    if reader.origin not in ("workspace", "system", "own"):
        yield from operations.only_effects(call.script(path, language="javascript"))


def read_taints(call: Invocation, values: Sequence[Value]) -> frozenset[str]:
    """Taints of what these files hold."""
    return NONE.union(*({FILE} if not value.pieces else operations.content_taints(call, value) for value in values))


def result(why: str, origins: frozenset[str], name: str = "") -> Thing:
    return Thing((unknown(why, *origins),), name)


def option_value(given: Given, *names: str) -> Value | None:
    found = given.options().field(*names)
    return found.text if found is not None else None


__all__: list[Any] = ["FUNCTIONS", "METHODS", "Given", "canonical", "constant", "function", "method", "named"]
