"""Names of Python's modules and functions, and the tables by which calls are looked up.

`import shutil as s; s.rmtree`, `from shutil import rmtree as r`, `getattr(shutil, "rm" + "tree")` all end as
`shutil.rmtree`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Final

from enactd.effects.code import operations
from enactd.effects.code.evaluation import registers
from enactd.effects.code.objects import Thing, flattened
from enactd.effects.invocation import Invocation
from enactd.effects.model import Effect
from enactd.effects.values import EMPTY, Value, known

if TYPE_CHECKING:
    from enactd.effects.code.python_calls import Calls

Handler = Callable[["Given"], "Thing | None"]
FUNCTIONS: Final[dict[str, Handler]] = {}
METHODS: Final[dict[str, Handler]] = {}
function: Final = registers(FUNCTIONS)
"""Registers what functions of these dotted names do."""
method: Final = registers(METHODS)
"""Registers what methods of these names do, whatever object they belong to."""
_SAME: Final = {
    "posixpath": "os.path", "ntpath": "os.path", "posix": "os", "nt": "os", "path": "path", "pathlib2": "pathlib", "commands": "subprocess",
    "urllib2": "urllib.request", "simplejson": "json", "orjson": "json", "ujson": "json", "cPickle": "pickle", "psycopg": "psycopg2",
    "pymysql": "mysql", "MySQLdb": "mysql", "mysql.connector": "mysql", "builtins": "", "__builtins__": "", "pathlib.PosixPath": "pathlib.Path",
    "pathlib.PurePath": "pathlib.Path", "pathlib.WindowsPath": "pathlib.Path", "httpx.Client()": "httpx", "httpx.AsyncClient()": "httpx",
    "requests.Session()": "requests", "requests.session()": "requests", "aiohttp.ClientSession()": "aiohttp", "requests.sessions.Session()": "requests",
    "anyio.Path": "pathlib.Path", "upath.UPath": "pathlib.Path", "aioshutil": "shutil", "aiofiles.os": "os", "curl_cffi.requests": "requests",
}  # fmt: skip
_DANGEROUS: Final = frozenset(
    (
        "os",
        "shutil",
        "subprocess",
        "builtins",
        "__builtins__",
        "sys.modules",
        "importlib",
        "globals()",
        "ctypes",
        "pathlib",
    )
)


class Given:
    """One call: positional arguments, keywords, and the object it is a method of."""

    def __init__(
        self, reader: Calls, name: str, subject: Thing, arguments: Sequence[Thing], keywords: dict[str, Thing]
    ) -> None:
        self.reader = reader
        self.call: Invocation = reader.call
        self.name = name
        self.subject = subject
        self.arguments = list(arguments)
        self.keywords = keywords

    @property
    def method(self) -> str:
        return self.name.rsplit(".", 1)[-1]

    def at(self, index: int, *names: str) -> Thing | None:
        """An argument by position or by one of these names."""
        if index < len(self.arguments):
            return self.arguments[index]
        return next((self.keywords[name] for name in names if name in self.keywords), None)

    def text(self, index: int, *names: str) -> Value:
        found = self.at(index, *names)
        return found.text if found is not None else EMPTY

    def values(self, index: int, *names: str) -> list[Value]:
        """All texts an argument can be; one unknown where it is missing. A list counts as its items."""
        thing = self.at(index, *names)
        if thing is None:
            return [operations.UNTOLD]
        return [value for part in flattened(thing)[:32] for value in part.texts]

    def true(self, name: str) -> bool:
        """Whether a keyword is on; what is not known counts as on."""
        found = self.keywords.get(name)
        return found is not None and found.plain not in ("False", "None", "0", "")

    def emit(self, effects: Iterable[Effect]) -> list[Effect]:
        return self.reader.emit(effects)

    def carried(self) -> frozenset[str]:
        """Taints of all arguments."""
        return frozenset[str]().union(*(thing.all_origins() for thing in [*self.arguments, *self.keywords.values()]))


def canonical(name: str) -> str:
    """The dotted name under which a function is described."""
    name = name.removeprefix("builtins.").removeprefix("__builtins__.").removeprefix("__main__.")
    head, dot, rest = name.rpartition(".")
    if dot and head in _SAME:
        return f"{_SAME[head]}.{rest}".lstrip(".")
    first, dot, rest = name.partition(".")
    return f"{_SAME[first]}.{rest}".lstrip(".") if dot and first in _SAME and first != "path" else name


def is_dangerous(name: str) -> bool:
    """Whether a member of this, by a name made at run time, can be anything."""
    return canonical(name) in _DANGEROUS or name in _DANGEROUS


def path_thing(*values: Value) -> Thing:
    """A path object."""
    return Thing(values or (known("."),), "pathlib.Path()")
