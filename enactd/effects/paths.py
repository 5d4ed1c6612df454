"""Words to targets: where a path lies, what is known about it, and what it becomes in the worst case.

Areas are told from strings and from the world's links, never from what the agent says. A path is
resolved with its links, because `ln -s ~ x; rm -rf x/` deletes a home.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable
from typing import Final

import msgspec

from enactd.effects.globbing import glob
from enactd.effects.model import Area, FileKind, Target
from enactd.effects.natures import natures
from enactd.effects.secrets import secret_file, secret_glob
from enactd.effects.values import Value, concat, known
from enactd.world import World

GLOB: Final = re.compile(r"[*?\[]")
_DRIVE: Final = re.compile(r"^([A-Za-z]):[\\/]?")
_HOMES: Final = re.compile(
    r"^(?:/(?:[a-z]|mnt/[a-z]))?/(?:home|Users)(?:/[^/]+)?$|^/root$|^/var/root$|^/data/data/com\.termux/files/home$"
)
_ROOTS: Final = re.compile(
    r"^/$|^//$|^/mnt/[a-z]$|^/[a-z]$|^[A-Za-z]:/?$|^/cygdrive(?:/[a-z])?$|^/Volumes$|^/mnt$|^/media$"
)
_SYSTEM: Final = (
    "/bin", "/boot", "/dev", "/etc", "/lib", "/lib32", "/lib64", "/libx32", "/opt", "/proc", "/run", "/sbin", "/srv",
    "/sys", "/usr", "/var", "/nix", "/snap", "/lost+found", "/private", "/private/etc", "/private/var", "/System",
    "/Library", "/Applications", "/cores", "/Network",
)  # fmt: skip
_SYSTEM_DEEP: Final = frozenset(
    {
        "/usr/bin", "/usr/lib", "/usr/local", "/usr/sbin", "/usr/share", "/usr/include", "/usr/lib64", "/usr/libexec",
        "/usr/src", "/usr/local/bin", "/usr/local/lib", "/usr/local/share", "/usr/local/sbin", "/var/lib", "/var/log",
        "/var/cache", "/var/spool", "/var/mail", "/var/www", "/var/backups", "/var/lib/dpkg", "/var/lib/docker",
        "/var/lib/postgresql", "/var/lib/mysql", "/etc/ssh", "/etc/ssl", "/etc/systemd", "/etc/pam.d", "/etc/apt",
        "/lib/modules", "/boot/efi", "/boot/grub", "/opt/homebrew", "/nix/store", "/private/var/db",
    }
)  # fmt: skip
_NEVER_SYSTEM: Final = frozenset({"/opt", "/srv", "/run", "/private"})
_STREAMS: Final = re.compile(
    r"^/dev/(?:null|zero|full|u?random|std(?:in|out|err)|fd(?:/\d+)?|tty|ptmx|pts/\d+)$|^/proc/(?:self|\d+)/fd/\d+$|^NUL$"
)
_DEVICES: Final = re.compile(
    r"^/dev/(?:[shv]d[a-z]\d*|nvme\d.*|mmcblk\d.*|r?disk\d.*|xvd[a-z]\d*|md\d.*|dm-\d+|mapper/.+|loop\d.*|sr\d|zd\d.*"
    r"|disk/.+|mem|kmem|port|vg[^/]*/.+|mtd.*|nbd\d.*|ram\d+)$"
)
_TEMP: Final = (
    "/tmp",
    "/var/tmp",
    "/private/tmp",
    "/private/var/tmp",
    "/dev/shm",
    "/var/folders",
    "/private/var/folders",
)
_WINDOWS_TEMP: Final = re.compile(r"^[A-Z]:/(?:Users/[^/]+/AppData/Local/Temp|Windows/Temp|Temp|tmp)(?=/|$)", re.I)
_WINDOWS_SYSTEM: Final = re.compile(r"^[A-Z]:/(?:Windows|Program Files(?: \(x86\))?|ProgramData)(?:/System32)?$", re.I)
_AGENT_FOLDERS: Final = (
    ".claude/plans", ".claude/projects", ".claude/todos", ".claude/memory", ".claude/tasks", ".claude/scratchpad",
    ".claude/agent-memory", ".codex/memories", ".codex/sessions", ".gemini/tmp", ".copilot/session-state",
    ".cursor/plans", ".local/share/opencode",
)  # fmt: skip
_AGENT_SETTINGS: Final = re.compile(
    r"/(?:\.claude/(?:settings(?:\.local)?\.json|hooks(?:/.*)?)|\.claude\.json|\.codex/(?:config\.toml|hooks\.json)"
    r"|\.gemini/settings\.json|\.cursor/(?:hooks\.json|mcp\.json|sandbox\.json|permissions\.json|cli-config\.json)"
    r"|\.copilot/(?:config\.json|hooks(?:/.*)?)|\.github/(?:hooks(?:/.*)?|copilot/settings\.json)"
    r"|opencode\.jsonc?|\.opencode/plugins?(?:/.*)?|\.config/opencode/.*|\.qwen/settings\.json"
    r"|\.codeium/windsurf/hooks\.json|\.windsurf/hooks\.json|\.clinerules/hooks(?:/.*)?|\.factory/settings\.json"
    r"|\.kiro/settings(?:/.*)?|\.grok/settings\.json|\.kimi/config\.json)$"
    r"|^/etc/(?:claude-code|codex|gemini-cli|github-copilot)(?:/.*)?$|^/Library/Application Support/ClaudeCode(?:/.*)?$"
)
_AGENT_ROOTS: Final = re.compile(r"/(?:\.claude|\.codex|\.gemini|\.cursor|\.copilot|\.opencode|\.qwen)$")


class Places(msgspec.Struct, frozen=True):
    """Where things are, as registration and the password database say; never claims of a call.

    `temp` are further temporary folders (the user's TMPDIR), `gate` the gate's own folders.
    """

    workspace: str
    home: str
    temp: tuple[str, ...] = ()
    gate: tuple[str, ...] = ()
    gate_pids: tuple[int, ...] = ()
    extra_workspaces: tuple[str, ...] = ()


def below(path: str, folder: str) -> bool:
    """Whether `path` is `folder` or lies in it. Both absolute and normal."""
    return path == folder or path.startswith(folder if folder.endswith("/") else folder + "/")


def normal(path: str) -> str:
    """An absolute path without `.`, `..` and doubled slashes; Windows drives with forward slashes."""
    drive = _DRIVE.match(path)
    if drive:
        rest = posixpath.normpath("/" + path[drive.end() :].replace("\\", "/"))
        return f"{drive.group(1).upper()}:{rest}"
    path = posixpath.normpath(path)
    return path[1:] if path.startswith("//") else path


def is_absolute(text: str) -> bool:
    return text.startswith("/") or bool(_DRIVE.match(text)) or text.startswith("\\\\")


def expand_home(text: str, home: str) -> str:
    """`~` and `~/x` for tools that expand it themselves; `~name` becomes a guess beside the home."""
    if text == "~" or text.startswith("~/"):
        return home + text[1:]
    if text.startswith("~") and "/" not in text[:2]:
        name, slash, rest = text[1:].partition("/")
        if name.isidentifier():
            return ("/root" if name == "root" else posixpath.join(posixpath.dirname(home), name)) + slash + rest
    return text


def area_of(path: str, places: Places) -> Area:
    """Where an absolute, normal path lies. Ordered from most to least protected."""
    workspace, home = places.workspace, places.home
    if any(below(path, folder) or (below(folder, path) and folder != workspace) for folder in places.gate if folder):
        if any(below(path, folder) for folder in places.gate):
            return "gate"
    if _STREAMS.match(path):
        return "stream"
    if _DEVICES.match(path):
        return "device"
    if _AGENT_SETTINGS.search(path) or _AGENT_ROOTS.search(path):
        return "agent-settings"
    temps = (*_TEMP, *places.temp)
    inside = below(path, workspace) and workspace not in ("/", home)
    if path in temps and not inside:
        return "temp-root"
    if path != workspace and inside:
        return "workspace"
    if path == workspace and path != home and not _ROOTS.match(path):
        return "workspace-root"
    if any(below(path, extra) for extra in places.extra_workspaces):
        return "workspace"
    if any(below(path, temp) for temp in temps) or _WINDOWS_TEMP.match(path):
        return "temp"
    if _ROOTS.match(path):
        return "root"
    if path == home or below(home, path) or _HOMES.match(path) or re.match(r"^[A-Z]:/Users(?:/[^/]+)?$", path):
        return "home"
    if (path in _SYSTEM and path not in _NEVER_SYSTEM) or path in _SYSTEM_DEEP or _WINDOWS_SYSTEM.match(path):
        return "system-root"
    if below(workspace, path):
        return "workspace-root"
    if any(below(path, home + "/" + folder) for folder in _AGENT_FOLDERS):
        return "agent"
    if below(path, workspace):
        return "workspace"
    if below(path, home):
        return "in-home"
    if any(below(path, folder) for folder in _SYSTEM if folder not in ("/opt", "/srv", "/nix")):
        return "system"
    return "elsewhere"


class PathReader:
    """Turns words into targets for one call: places and world are fixed, the folder is not."""

    def __init__(self, places: Places, world: World) -> None:
        self.places = places
        self.world = world

    def target(
        self, word: Value, cwd: Value, *, place: str = "", pattern: str = "", everything: bool = False
    ) -> Target:
        """The target of a word seen from `cwd`. Total: any word gives a target."""
        if (
            cwd.text is None
            and cwd.holes
            and all(hole.contained for hole in cwd.holes)
            and not is_absolute(word.prefix)
        ):
            word = concat((cwd, known("/"), word))
        text = word.text
        shown = word.shown()
        if text is None:
            return self._partly_known(word, cwd, place, pattern, everything)
        if word.glob and GLOB.search(text):
            return self._pattern(text, shown, cwd, place)
        absolute = self._absolute(text, cwd)
        if absolute is None:
            return Target(
                word=shown, pattern=pattern, everything_in=everything, why_unknown=f"the folder is not known: {cwd}",
                secret=secret_file(text), worst=None,
            )  # fmt: skip
        return self._known(absolute, shown, place, pattern, everything)

    def _absolute(self, text: str, cwd: Value) -> str | None:
        if is_absolute(text):
            return normal(text)
        folder = cwd.text
        return (
            None
            if folder is None
            else normal(posixpath.join(folder, text.replace("\\", "/") if _DRIVE.match(folder) else text))
        )

    def _known(self, named: str, shown: str, place: str, pattern: str, everything: bool) -> Target:
        if place:
            return self._elsewhere(named, shown, pattern, everything)
        path = self.world.real(named) if named.startswith("/") else named
        places = self.places
        area = area_of(path, places)
        if pattern and path == places.workspace and area == "workspace-root":
            area = "workspace"  # some of what is in it, not the folder itself
        secret = secret_file(path) or (secret_file(named) if named != path else "")
        if pattern or everything:
            secret = secret or secret_glob(posixpath.join(path, pattern or "*"))
        nature = self._natures(path, named)
        if pattern:
            match = posixpath.join(path, posixpath.basename(pattern))
            nature += tuple(n for n in self._natures(match, match) if n not in nature)
        stat = self.world.stat(path)
        return Target(
            word=shown, path=path, named=named, area=self._repository_area(path, area), kind=stat.kind, size=stat.size,
            nature=nature, secret=secret, pattern=pattern, everything_in=everything,
        )  # fmt: skip

    def _natures(self, path: str, named: str) -> tuple[str, ...]:
        places = self.places
        found = natures(path, workspace=places.workspace, home=places.home)
        if named != path:
            more = natures(named, workspace=places.workspace, home=places.home)
            # A link named `dist` that leads elsewhere is not build output.
            found += tuple(n for n in more if n not in found and n != "build-output")
        return found

    def _repository_area(self, path: str, area: Area) -> Area:
        if area in ("in-home", "elsewhere"):
            repository = getattr(self.world, "repository", None)
            if repository is not None and repository(path) is not None:
                return "repository"
        return area

    def _elsewhere(self, named: str, shown: str, pattern: str, everything: bool) -> Target:
        """A path on another machine or in a container: no facts, the same names for the same places."""
        away = Places(workspace="\0", home="\0")
        return Target(
            word=shown, path=named, named=named, area=area_of(named, away), pattern=pattern, everything_in=everything,
            nature=natures(named, workspace="\0", home="\0"), secret=secret_file(named),
        )  # fmt: skip

    def _pattern(self, text: str, shown: str, cwd: Value, place: str) -> Target:
        """A glob that no file name replaced: the folder before it and what it may match there."""
        head, _, tail = text.rpartition("/")
        parts = text.split("/")
        first = next(i for i, part in enumerate(parts) if GLOB.search(part))
        base = "/".join(parts[:first]) or ("/" if text.startswith("/") else ".")
        rest = "/".join(parts[first:])
        everything = re.fullmatch(r"[*?]+|\.\*|\*\*(?:/\*)*|\.\[!\.\]\*|\{?\*,\.\*\}?", rest) is not None
        absolute = self._absolute(base, cwd)
        if absolute is None:
            return Target(
                word=shown, pattern=rest, why_unknown=f"the folder is not known: {cwd}", secret=secret_glob(text)
            )
        target = self._known(absolute, shown, place, "" if everything else rest, everything)
        literal_tail = tail if head and not GLOB.search(tail) else ""
        secret = secret_glob(text) or (secret_file(posixpath.join(absolute, literal_tail)) if literal_tail else "")
        nature = target.nature
        if not everything and set(parts[first:-1]) <= {"**"}:
            # `**/__pycache__` is what its last part says, in whichever folder it is found.
            guess = posixpath.join(absolute, tail)
            nature = self._natures(guess, guess) or nature
        kind: FileKind = "unknown"
        if not place and not self.world.assumed and glob(text, cwd.text or "/", self.world.names) == []:
            kind = "missing"
        return msgspec.structs.replace(target, kind=kind, secret=secret or target.secret, nature=nature)

    def _partly_known(self, word: Value, cwd: Value, place: str, pattern: str, everything: bool) -> Target:
        """A word with holes: contained ones keep the folder, others leave only the worst case."""
        shown = word.shown()
        why = ", ".join(dict.fromkeys(hole.why for hole in word.holes))
        visible = word.visible
        star = bool(GLOB.search(visible)) and word.glob
        worst = self._absolute(_without_glob(visible) if star else visible, cwd) if visible else None
        if visible == "" and any(hole.empty for hole in word.holes):
            worst = None
        worst_area: Area = area_of(worst, self.places) if worst is not None and not place else "unknown"
        if all(hole.contained for hole in word.holes):
            base = word.prefix.rpartition("/")[0] or ("/" if word.prefix.startswith("/") else ".")
            absolute = self._absolute(base, cwd)
            if absolute is not None:
                tail = word.prefix.rpartition("/")[2]
                glob = pattern or tail + "*" + (word.suffix.rpartition("/")[2] if len(word.pieces) > 1 else "")
                target = self._known(absolute, shown, place, glob, everything=False)
                nature = target.nature
                guess = posixpath.join(absolute, tail + "x" + word.suffix)
                if target.area in ("temp-root",):
                    target = msgspec.structs.replace(target, area="temp")
                if not nature:
                    nature = self._natures(guess, guess)
                return msgspec.structs.replace(
                    target, kind="unknown", nature=nature, why_unknown=why, secret=secret_file(guess) if word.suffix else "",
                    area="temp" if below(absolute, "/tmp") and tail else target.area,
                )  # fmt: skip
        return Target(
            word=shown, pattern=pattern, everything_in=everything or star, why_unknown=why, worst=worst,
            worst_area=worst_area, secret=secret_file(word.suffix) if word.suffix else "",
        )  # fmt: skip


def _without_glob(text: str) -> str:
    head = GLOB.split(text, maxsplit=1)[0]
    return head if head.endswith("/") and len(head) == 1 else head.rstrip("/") or "/" if head.startswith("/") else head


def unrecoverable(targets: Iterable[Target]) -> list[Target]:
    """Targets whose content neither git nor a build gives back, as far as is known."""
    return [t for t in targets if t.git in ("modified", "untracked", "none", "unknown") and t.kind != "missing"]
