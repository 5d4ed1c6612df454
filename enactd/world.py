"""The one door to facts about this machine: values or unknown, bounded, remembered for the receipt.

Nothing here runs a program, opens anything but a regular file, or reads more than it was asked to. Every
answer is kept in `facts` under a string key as a JSON-able value, so that `ReplayWorld` can repeat a reading
without the world. Facts hold file texts: what is written to a receipt must be redacted or digested first.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from stat import S_ISLNK
from typing import Any, Final

import msgspec

from enactd.disk import digest, is_folder, kind_of, lstat, names_in, read_text
from enactd.facts import FileKind, GitState
from enactd.git import layout
from enactd.git.layout import Layout
from enactd.repository import AssumedRepository, Changes, Repository

__all__ = ["AssumedWorld", "Changes", "ReplayWorld", "Repository", "Stat", "World", "open_world", "pack", "unpack"]

TEXT_LIMIT: Final = 65_536
TEXT_TOTAL: Final = 8 << 20
DIGEST_LIMIT: Final = 16 << 20
DIGEST_TOTAL: Final = 32 << 20
NAMES_LIMIT: Final = 500
NAMES_TOTAL: Final = 50_000
LOOKUP_LIMIT: Final = 4_000
DEEP: Final = 100  # folders of a path that are remembered one by one


_WINDOWS_HOME: Final = re.compile(r"[A-Za-z]:|/(?:mnt/|cygdrive/)?[a-z]/Users/")
_WINDOWS: Final = {
    "USERPROFILE": "", "LOCALAPPDATA": "AppData/Local", "APPDATA": "AppData/Roaming", "TEMP": "AppData/Local/Temp",
    "TMP": "AppData/Local/Temp",
}  # fmt: skip


class Stat(msgspec.Struct, frozen=True):
    """What a path is, links followed. `kind` "link" is a link that leads nowhere; `size` is in bytes, -1: unknown."""

    kind: FileKind = "unknown"
    size: int = -1
    mode: int = 0
    uid: int = -1


UNKNOWN_STAT: Final = Stat()
_MISSING: Final = Stat("missing")


class World:
    """Facts of one call, looked up on this machine. `cwd`, `workspace` and `home` are absolute paths.

    `environment` holds the variables that the call's shell really has, as far as they are known;
    `complete` says that no others are set. `assumed` is True where the answers are conventions, not facts.
    Every method is total: any text is a path.
    """

    assumed = False
    trouble = ""
    """Why a look-up had no answer at all, which is not the same as an answer that is unknown; empty if all had one."""

    def __init__(
        self,
        *,
        cwd: str,
        workspace: str,
        home: str,
        environment: Mapping[str, str] | None = None,
        complete: bool = False,
    ) -> None:
        self.cwd = cwd
        self.workspace = workspace
        self.home = home
        self.environment: Mapping[str, str] = environment or {}
        self.complete = complete
        self.facts: dict[str, Any] = {}
        self._lookups = 0
        self._text_left = TEXT_TOTAL
        self._digest_left = DIGEST_TOTAL
        self._names_left = NAMES_TOTAL
        self._repositories: dict[str, Repository] = {}
        self._straight: set[str] = set()
        self._folders: dict[str, str] = {}
        self._layouts: dict[str, Layout | None] = {}

    def variable(self, name: str) -> str | None:
        """A variable of the call's shell; None where it is not set or not known (see `complete`).

        Those that Windows always sets are known from the home.
        """
        found = self.environment.get(name)
        if found is None and not self.complete and name in _WINDOWS and _WINDOWS_HOME.match(self.home):
            return f"{self.home.rstrip('/')}/{_WINDOWS[name]}".rstrip("/")
        return found

    def stat(self, path: str) -> Stat:
        """What a path is; "unknown" where that cannot be told."""
        return msgspec.convert(self._remember(f"stat {key_of(path)}", lambda: self._stat(path), UNKNOWN_STAT), Stat)

    def real(self, path: str) -> str:
        """The path with links resolved as far as they can be, normalised."""
        plain = os.path.normpath(path)
        if plain in self._straight:
            return plain
        key = f"real {key_of(path)}"
        if key not in self.facts and self._lookups < LOOKUP_LIMIT and self._resolve(plain, path) == plain:
            # No fact is kept of what leads through no link: that is what a replay takes for granted.
            self._lookups += 1
            self._straight.add(plain)
            return plain
        found = self._remember(key, lambda: pack(self._resolve(plain, path)), None)
        return unpack(found) if isinstance(found, str) else plain

    def names(self, path: str) -> tuple[str, ...] | None:
        """The names in a folder, sorted; None where it is none, is unreadable, or holds too many."""
        found = self._remember(f"names {key_of(path)}", lambda: self._names(path), None)
        return None if found is None else tuple(unpack(name) for name in found)

    def text(self, path: str, limit: int = TEXT_LIMIT) -> str | None:
        """A regular file's whole text; None if it is larger than `limit` bytes or cannot be read.

        Bytes that are no UTF-8 become replacement characters.
        """
        found = self._remember(f"text {limit} {key_of(path)}", lambda: self._text(path, limit), None)
        return found if isinstance(found, str) else None

    def digest(self, path: str) -> str | None:
        """What tells a file's content from any other; None where nothing lies. An answer to a call is bound to it."""
        real = self.real(path)
        found = self._remember(f"digest {key_of(real)}", lambda: self._digest(real), None)
        return found if isinstance(found, str) else None

    def git_state(self, path: str) -> GitState:
        """What git would say of a path: "none" outside any repository and inside `.git`."""
        real = os.path.join(self.real(os.path.dirname(path)), os.path.basename(path)) if path != "/" else path
        repository = self.repository(real)
        return "none" if repository is None else repository.state(real)

    def repository(self, path: str) -> Repository | None:
        """The git repository that a path lies in, whether or not the path itself exists."""
        found = self._remember(f"repository {key_of(path)}", lambda: self._find_repository(path), None)
        if not isinstance(found, list):
            return None
        return self.repository_at(Layout(unpack(found[0]), unpack(found[1]), unpack(found[2]), bool(found[3])))

    def repository_at(self, parts: Layout) -> Repository:
        """The repository with these parts, one object per call."""
        known = self._repositories.get(parts.git_dir)
        if known is None or known.top != parts.top:
            known = self._repositories[parts.git_dir] = self._make_repository(parts)
        return known

    # --- looking up

    def _remember(self, key: str, find: Callable[[], Any], unknown: Any) -> Any:
        """The fact under this key; found once, then never again. Past the limit of lookups: `unknown`."""
        if key not in self.facts:
            self._lookups += 1
            self.facts[key] = find() if self._lookups <= LOOKUP_LIMIT else msgspec.to_builtins(unknown)
        return self.facts[key]

    def _resolve(self, plain: str, path: str) -> str:
        """`os.path.realpath`, every folder on the way looked at once per call."""
        if not path.startswith("/") or ".." in path or path.startswith("//") or path.count("/") > DEEP:
            return _real(path)
        folder, _, name = plain.rpartition("/")
        return self._entry(self._folder(folder), name) if name else plain

    def _folder(self, path: str) -> str:
        """An absolute, normal folder with links resolved; the empty text is the root."""
        known = self._folders.get(path)
        if known is None:
            above, _, name = path.rpartition("/")
            known = self._folders[path] = self._entry(self._folder(above), name) if path else ""
        return known

    def _entry(self, folder: str, name: str) -> str:
        place = f"{folder.rstrip('/')}/{name}"
        found = lstat(place)
        return _real(place) if found is not None and S_ISLNK(found.st_mode) else place

    def _stat(self, path: str) -> dict[str, Any]:
        try:
            result = os.stat(path)
        except FileNotFoundError:
            dangling = lstat(path)
            return msgspec.to_builtins(Stat(kind_of(dangling.st_mode)) if dangling else _MISSING)  # type: ignore[no-any-return]
        except NotADirectoryError:
            return msgspec.to_builtins(_MISSING)  # type: ignore[no-any-return]
        except (OSError, ValueError):
            return msgspec.to_builtins(UNKNOWN_STAT)  # type: ignore[no-any-return]
        mode = result.st_mode
        return msgspec.to_builtins(Stat(kind_of(mode), result.st_size, mode, result.st_uid))  # type: ignore[no-any-return]

    def _names(self, path: str) -> list[str] | None:
        entries = names_in(path, min(NAMES_LIMIT, self._names_left))
        if entries is None or len(entries) > min(NAMES_LIMIT, self._names_left):
            return None
        self._names_left -= len(entries)
        return sorted(pack(entry.name) for entry in entries)

    def _text(self, path: str, limit: int) -> str | None:
        text = read_text(path, min(limit, self._text_left))
        self._text_left -= len(text) if text is not None else 0
        return text

    def _digest(self, path: str) -> str | None:
        return digest(path, self._digest_limit(path))

    def _digest_limit(self, path: str) -> int:
        """Bytes of this file that are read; beyond what all of them may take, none."""
        size = max(0, self.stat(path).size)
        limit = DIGEST_LIMIT if size <= self._digest_left else 0
        self._digest_left -= min(size, limit)
        return limit

    def _find_repository(self, path: str) -> list[Any] | None:
        try:
            found = layout.find(self._resolve(os.path.normpath(path), path), self._layouts)
        except (OSError, ValueError):
            return None
        if found is None:
            return None
        return [pack(found.top), pack(found.git_dir), pack(found.common_dir), found.bare]

    def _make_repository(self, parts: Layout) -> Repository:
        return Repository(parts, self.home, lambda key, find: self._remember(key_of(key), find, None))


class ReplayWorld(World):
    """Answers from the facts of an earlier reading only; what they do not hold is unknown."""

    def __init__(self, facts: Mapping[str, Any], **places: Any) -> None:
        super().__init__(**places)
        self.facts = dict(facts)

    def real(self, path: str) -> str:
        found = self.facts.get(f"real {key_of(path)}")
        return unpack(found) if isinstance(found, str) else os.path.normpath(path)

    def _remember(self, key: str, find: Callable[[], Any], unknown: Any) -> Any:
        return self.facts.get(key, msgspec.to_builtins(unknown))

    def _make_repository(self, parts: Layout) -> Repository:
        missing = object()

        def remember(key: str, find: Callable[[], Any]) -> Any:
            found = self.facts.get(key_of(key), missing)
            return find() if found is missing else found

        return Repository(parts, self.home, remember, live=False)


_FOLDERS: Final = frozenset(
    "src lib libs test tests spec specs docs doc app apps packages pkg cmd internal scripts config configs public "
    "static assets components pages migrations backend frontend server client services modules vendor bin etc usr var "
    "opt home root tmp srv mnt Users Downloads Documents Desktop Pictures .git .github .ssh .aws .config .kube .gnupg "
    ".cache .local .vscode .idea .cursor .claude".split()
)
_BUILD_OUTPUT: Final = frozenset(
    "build dist out target node_modules __pycache__ coverage htmlcov .next .nuxt .cache .pytest_cache .mypy_cache "
    ".ruff_cache .tox .venv venv .gradle .turbo .parcel-cache .svelte-kit .terraform .eggs .nyc_output tmp "
    ".coverage".split()
)


class AssumedWorld(World):
    """A check about another machine: named paths exist, files of the workspace are tracked and clean."""

    assumed = True

    def _stat(self, path: str) -> dict[str, Any]:
        kind: FileKind = "unknown"
        plain = path.rstrip("/")
        name = plain.rpartition("/")[2]
        around = any((place + "/").startswith(plain + "/") for place in (self.workspace, self.home, self.cwd))
        if path.endswith("/") or around or name in _FOLDERS or name in _BUILD_OUTPUT:
            kind = "folder"
        elif "." in name.lstrip("."):
            kind = "unknown" if name.startswith(".git") else "file"
        return msgspec.to_builtins(Stat(kind))  # type: ignore[no-any-return]

    def real(self, path: str) -> str:
        return os.path.normpath(path)

    def _names(self, path: str) -> list[str] | None:
        return None

    def _text(self, path: str, limit: int) -> str | None:
        return None

    def _digest(self, path: str) -> str | None:
        return None

    def git_state(self, path: str) -> GitState:
        repository = self.repository(path)
        return "unknown" if repository is None else repository.state(os.path.normpath(path))

    def _find_repository(self, path: str) -> list[Any] | None:
        plain, top = os.path.normpath(path), self.workspace.rstrip("/")
        return [top, top + "/.git", top + "/.git", False] if (plain + "/").startswith(top + "/") else None

    def _make_repository(self, parts: Layout) -> Repository:
        return AssumedRepository(parts.top, self.home, lambda key, find: find(), _is_build_output)


def open_world(
    *,
    cwd: str,
    workspace: str,
    home: str,
    environment: Mapping[str, str] | None = None,
    complete: bool = False,
    assume: bool = True,
) -> World:
    """The world of a call: this machine's, or with `assume` the assumed one where the workspace does not exist here."""
    kind = AssumedWorld if assume and not is_folder(workspace) else World
    return kind(cwd=cwd, workspace=workspace, home=home, environment=environment, complete=complete)


def _is_build_output(relative: str) -> bool:
    parts = relative.split("/")
    return any(part in _BUILD_OUTPUT for part in parts) or parts[-1].endswith((".pyc", ".log", ".o", ".egg-info"))


def _real(path: str) -> str:
    try:
        return os.path.realpath(path)
    except (OSError, ValueError):
        return os.path.normpath(path)


def key_of(path: str) -> str:
    """A path as part of a fact's name: always valid Unicode."""
    return path.encode("utf-8", "surrogatepass").decode("utf-8", "backslashreplace")


def pack(path: str) -> str:
    """A path as a JSON-able text. One that is not UTF-8 becomes NUL and hexadecimal digits; no path holds a NUL."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return "\0" + path.encode("utf-8", "surrogateescape" if _escaped(path) else "surrogatepass").hex()
    return path


def _escaped(path: str) -> bool:
    return all(not "\ud800" <= char <= "\udfff" or "\udc80" <= char <= "\udcff" for char in path)


def unpack(text: str) -> str:
    """The path that `pack` made the text of."""
    return os.fsdecode(bytes.fromhex(text[1:])) if text.startswith("\0") else text
