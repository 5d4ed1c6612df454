"""Files and texts that get run: which language they are in, where they come from, and who reads them."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import msgspec

from enactd.effects.invocation import Invocation, Yield
from enactd.effects.model import DeletePath, Opaque, RunCode, Target
from enactd.effects.values import DECODED, FILE, NETWORK, OUTSIDE, Hole, Value
from enactd.risk import Risk

if TYPE_CHECKING:
    from enactd.effects.reading import Reading

SHELLS: Final = frozenset({"shell", "sh", "bash", "dash", "zsh", "ksh", "ash", "mksh", "rbash", "yash", "busybox"})
_EXTENSIONS: Final = {
    "sh": "shell", "bash": "shell", "zsh": "shell", "ksh": "shell", "bats": "shell", "command": "shell",
    "py": "python", "pyw": "python", "js": "javascript", "mjs": "javascript", "cjs": "javascript", "jsx": "javascript",
    "ts": "typescript", "mts": "typescript", "cts": "typescript", "tsx": "typescript", "rb": "ruby", "pl": "perl",
    "pm": "perl", "php": "php", "ps1": "powershell", "bat": "cmd", "cmd": "cmd", "fish": "fish", "lua": "lua",
    "awk": "awk", "tcl": "tcl", "r": "r",
}  # fmt: skip
_SHEBANG: Final = re.compile(r"^#![ \t]*(?:\S*/)?(?:env[ \t]+(?:-S[ \t]*)?(?:\S+=\S*[ \t]+)*)?(?:\S*/)?([A-Za-z]+)")
_INTERPRETERS: Final = {
    "node": "javascript", "nodejs": "javascript", "bun": "typescript", "deno": "typescript", "ts-node": "typescript",
    "python": "python", "pypy": "python", "ruby": "ruby", "perl": "perl", "php": "php", "pwsh": "powershell",
    "fish": "fish", "awk": "awk", "gawk": "awk", "lua": "lua", "tclsh": "tcl", "osascript": "applescript",
}  # fmt: skip

CodeReader = Callable[[Invocation, Value, str, Mapping[str, Any]], Iterable[Yield]]
_READERS: Final[dict[str, CodeReader]] = {}
_loaded = False


def reads(*languages: str) -> Callable[[CodeReader], CodeReader]:
    """Register a reader for code in these languages: `(call, text, origin, changes) -> effects`."""

    def register(reader: CodeReader) -> CodeReader:
        for language in languages:
            _READERS[language] = reader
        return reader

    return register


def load_readers() -> None:
    """Import every module of `code/`; the folder is the registry."""
    global _loaded
    if not _loaded:
        from enactd.effects import code

        for module in pkgutil.iter_modules(code.__path__):
            importlib.import_module(f"{code.__name__}.{module.name}")
        _loaded = True


def read_code(call: Invocation, language: str, text: Value, origin: str, changes: Mapping[str, Any]) -> list[Yield]:
    """What code in a language does; RunCode where nobody reads the language or the text is not known."""
    if NETWORK in text.origins:
        origin = "download"
    elif DECODED in text.origins:
        origin = "decoded"
    load_readers()
    reader = _READERS.get(language)
    if reader is None or (text.holes and not text.visible.strip()):
        return [RunCode(language=language, origin=origin, what=text.shown(80))]
    return list(reader(call, text, origin, changes))


def language_of(path: str, text: str | None) -> str:
    """The language of a file, by its `#!` line or its name; "" where it cannot be told."""
    if text is not None:
        match = _SHEBANG.match(text)
        if match:
            name = match.group(1)
            return "shell" if name in SHELLS else _INTERPRETERS.get(name, name)
    name = path.rsplit("/", 1)[-1]
    extension = name.rsplit(".", 1)[-1].lower() if "." in name else ""
    return _EXTENSIONS.get(extension, "")


def text_origin(text: Value, default: str) -> str:
    """Where text comes from, told by what it carries: a file of the workspace is not a stream that nobody knows."""
    if NETWORK in text.origins:
        return "download"
    if DECODED in text.origins:
        return "decoded"
    if default in ("stdin", "argument") and FILE in text.origins:
        return "outside" if OUTSIDE in text.origins else "workspace"
    return default


_TOOL_FOLDERS: Final = re.compile(
    r"/\.(?:local|cargo|nvm|pyenv|rbenv|asdf|sdkman|deno|bun|volta|rustup|ghcup|opam|rvm|fnm|mise|dotnet|poetry|npm-global|yarn|juliaup"
    r"|krew|jenv|nodenv|goenv|phpbrew|linuxbrew|nix-profile|tfenv|rye|pixi|foundry|wasmtime|config/nvm)/"
    r"|/go/bin/|/(?:mini|ana|mamba|micromamba)(?:conda|forge)?3?/|/homebrew/|/snap/bin/|/\.?(?:virtual)?(?:v?envs?|env)(?:ironments)?/[^/]+/bin/"
    r"|^/opt/.+/s?bin/[^/]+$"
)
"""Where people's own tools live: what lies there was installed by somebody, not fetched by this call."""


def origin_of(target: Target) -> str:
    """Where code comes from, told by the place of its file."""
    if target.path and (_TOOL_FOLDERS.search(target.path) or "startup" in target.nature):
        return "system"
    match target.area:
        case "workspace" | "workspace-root":
            return "workspace"
        case "system" | "system-root":
            return "system"
        case "agent":
            return "own"
        case "unknown":
            return "unknown"
        case _:
            return "outside"


def run_file(
    reading: Reading, call: Invocation, path: Value, args: Sequence[Value], language: str, changes: Mapping[str, Any]
) -> list[Yield]:
    """What running a file does: its text is read where it is small and near, else it is named."""
    target = reading.paths.target(path, call.cwd, place=call.place)
    content = reading.content(path, call.cwd, call.place)
    text = content.text
    origin = origin_of(target)
    if NETWORK in content.origins:
        origin = "download"
    elif DECODED in content.origins:
        origin = "decoded"
    elif OUTSIDE in content.origins and text is None and target.path is not None:
        origin = "outside"  # a copy of what lies elsewhere
    language = language or language_of(target.path or path.shown(), text)
    if text is None or "\0" in text[:1024]:
        unread = RunCode(language=language or "program", origin=origin, what=path.shown(80), target=target)
        added = appended(content)
        if added is None or language not in {*SHELLS, "python", "javascript", "typescript", "ruby", "perl", "php"}:
            return [unread]
        return [unread, *reading.code(call, language, added, origin, {**changes, "args": list(args)})]
    if not language:
        language = "shell" if _is_text(text) and target.area in ("workspace", "temp") else "program"
    found: list[Yield] = []
    if origin in ("download", "decoded"):
        found.append(RunCode(language=language, origin=origin, what=path.shown(80), target=target))
    via = changes.get("via") or path.shown(60).rsplit("/", 1)[-1]
    inner = {**changes, "via": via, "origin": origin, "file": target.path, "args": list(args)}
    if call.depth > 6:
        return [*found, Opaque(reason=f"{path.shown(60)} is nested too deep to read", level=Risk.SENSITIVE)]
    return found + _run_text(reading, call, [path, *args], language, Value(content.pieces), target, inner)


def _run_text(
    reading: Reading, call: Invocation, words: Sequence[Value], language: str, text: Value, target: Target,
    changes: Mapping[str, Any],
) -> list[Yield]:  # fmt: skip
    """What a file's text does: what is committed is the project's, and read as such."""
    committed = is_committed(reading, target.path)
    if language in SHELLS:
        if committed or target.area == "system":
            return project_shell(reading, call, text, words, changes)
        return reading.shell(call, text, words, changes)
    load_readers()
    if language not in _READERS:
        return [RunCode(language=language, origin=changes["origin"], what=words[0].shown(80), target=target)]
    if committed:
        return reading.apart(_READERS[language](call, text, changes["origin"], changes), language)
    return read_code(call, language, text, changes["origin"], changes)


def appended(content: Value) -> Value | None:
    """What was written behind the unknown text of a file: `echo "rm -rf src" >> c.sh; sh c.sh`. None where nothing was."""
    if len(content.pieces) != 2 or not isinstance(content.pieces[0], Hole) or not isinstance(content.pieces[1], str):
        return None
    return Value(content.pieces[1:]) if content.pieces[0].why.startswith("content of ") else None


def is_committed(reading: Reading, path: str | None) -> bool:
    """Whether this file of the project is as its last commit has it; what this call writes is not."""
    return path is not None and path not in reading.files and reading.world.git_state(path) == "clean"


def project_shell(
    reading: Reading, call: Invocation, text: Value, words: Sequence[Value], changes: Mapping[str, Any]
) -> list[Yield]:
    """Shell text that is part of the project: what depends on the run is the project's own business.

    It has its own share of the budget, so that a long script does not keep what follows it from being read.
    """
    from enactd.effects.code.operations import in_project

    rest = reading.budget
    reading.budget = rest.share()
    origin = changes.get("origin", "workspace")
    try:
        found = reading.shell(call, text, words, {**changes, "origin": origin, "partly": True})
    finally:
        rest.left += max(reading.budget.left, 0)
        reading.budget = rest
    return [_cleaned(reading, item) for item in in_project(found, origin, "shell")]


def _cleaned(reading: Reading, item: Yield) -> Yield:
    """A deletion in the workspace as the project's own; what the call itself has made before was not there."""
    if not isinstance(item, DeletePath) or item.target.area != "workspace":
        return item
    target = item.target
    if target.path is not None and not target.pattern and reading.changes.base.stat(target.path).kind == "missing":
        target = msgspec.structs.replace(target, kind="missing")
    return msgspec.structs.replace(item, target=target, by_project=True)


def _is_text(text: str) -> bool:
    return all(char.isprintable() or char in "\n\t\r" for char in text[:512])
