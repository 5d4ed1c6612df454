"""Where a path lies: the area of an absolute path, told from strings alone.

`Places` come from registration and the password database. A workspace, a home or a temporary folder may lie
inside one another in any order; the narrower one decides. Windows, WSL and git-bash spellings of one folder
are one folder.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable
from typing import Final

import msgspec

from enactd.effects.model import Area
from enactd.memo import memo

_DRIVE: Final = re.compile(r"^([A-Za-z]):[\\/]?")
_HOMES: Final = re.compile(
    r"^(?:/(?:[a-z]|mnt/[a-z]))?/(?:home|Users)(?:/[^/]+)?$|^/root$|^/var/root$|^/data/data/com\.termux/files/home$"
)
_WINDOWS_HOMES: Final = re.compile(r"^[A-Z]:/Users(?:/[^/]+)?$", re.IGNORECASE)
_DRIVE_FOLDER: Final = re.compile(r"^/(?:mnt/|cygdrive/)?([a-zA-Z])/(?=Users(?:/|$)|Windows(?:/|$)|Program)")
_ROOTS: Final = re.compile(
    r"^/$|^//$|^/mnt/[a-z]$|^/[a-z]$|^[A-Za-z]:/?$|^/cygdrive(?:/[a-z])?$|^/Volumes(?:/[^/]+)?$|^/mnt$|^/media$"
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
_SYSTEM_TOP: Final = frozenset(_SYSTEM) - {"/opt", "/srv", "/run", "/private"}
# Parts of a home that hold what every program keeps there.
_HOME_PARTS: Final = ("AppData", "AppData/Local", "AppData/Roaming", "Library", "Library/Application Support")
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
_WINDOWS_BELOW: Final = re.compile(r"^[A-Z]:/(?:Windows|Program Files(?: \(x86\))?|ProgramData)/", re.I)
_AGENT_FOLDERS: Final = (
    ".claude/plans", ".claude/projects", ".claude/todos", ".claude/memory", ".claude/tasks", ".claude/scratchpad",
    ".claude/agent-memory", ".codex/memories", ".codex/sessions", ".gemini/tmp", ".copilot/session-state",
    ".cursor/plans", ".local/share/opencode",
)  # fmt: skip
_AGENT_SETTINGS: Final = re.compile(
    r"/(?:\.claude/(?:settings(?:\.local)?\.json|hooks(?:/.*)?)|\.claude\.json|\.codex/(?:config\.toml|hooks\.json)"
    r"|\.gemini/settings\.json|\.cursor/(?:hooks\.json|mcp\.json|sandbox\.json|permissions\.json|cli-config\.json)"
    r"|\.copilot/(?:config\.json|hooks(?:/.*)?)|\.github/(?:hooks(?:/.*)?|copilot/settings\.json)"
    r"|opencode\.jsonc?|\.opencode/plugins?(?:/.*)?|\.config/opencode(?:/.*)?|\.qwen/settings\.json"
    r"|\.codeium/windsurf/hooks\.json|\.windsurf/hooks\.json|\.clinerules/hooks(?:/.*)?|\.factory/settings\.json"
    r"|\.kiro/settings(?:/.*)?|\.grok/settings\.json|\.kimi/config\.json)$"
    r"|^/etc/(?:claude-code|codex|gemini-cli|github-copilot)(?:/.*)?$|^/Library/Application Support/ClaudeCode(?:/.*)?$",
    re.IGNORECASE,
)
# Where the gate of any user and of the machine lies, and the part of a repository's settings that a person trusts.
_GATE: Final = re.compile(
    r"/(?:\.config|\.local/(?:state|share))/enactd(?:/|$)|^(?:/var)?/run/(?:user/\d+/)?enactd(?:/|$)|^/etc/enactd(?:/|$)"
    r"|/\.enact(?:/|$)|^/(?:var/lib|usr/local/lib)/enactd(?:/|$)|/systemd/(?:system|user)/enactd[^/]*(?:/|$)"
    r"|/polkit-1/actions/org\.enactd\.[^/]*$|^/(?:etc|usr/lib)/sysusers\.d/enactd\.conf$"
)
_AGENT_ROOTS: Final = re.compile(r"/(?:\.claude|\.codex|\.gemini|\.cursor|\.copilot|\.opencode|\.qwen)$", re.IGNORECASE)


class Places(msgspec.Struct, frozen=True):
    """Where things are, as registration and the password database say; never claims of a call.

    `temp` are further temporary folders (the user's TMPDIR), `gate` the gate's own folders; both with links resolved.
    """

    workspace: str
    home: str
    temp: tuple[str, ...] = ()
    gate: tuple[str, ...] = ()
    gate_pids: tuple[int, ...] = ()
    extra_workspaces: tuple[str, ...] = ()

    def normalized(self, real: Callable[[str], str] = str) -> Places:
        """The same places without `..` and doubled slashes; the call's own with links resolved by `real`."""

        def plain(folder: str) -> str:
            path = normal(folder)
            return real(path) if path.startswith("/") else path

        return msgspec.structs.replace(
            self, workspace=plain(self.workspace), home=plain(self.home), temp=tuple(map(normal, self.temp)),
            gate=tuple(normal(folder) for folder in self.gate if folder),
            extra_workspaces=tuple(map(plain, self.extra_workspaces)),
        )  # fmt: skip


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
    """Where an absolute, normal path lies. `places` must be normal too (`normalized`)."""
    if any(below(path, folder) for folder in places.gate if folder) or _GATE.search(path):
        return "gate"
    if _STREAMS.match(path):
        return "stream"
    if _DEVICES.match(path):
        return "device"
    if _AGENT_SETTINGS.search(path) or _AGENT_ROOTS.search(path):
        return "agent-settings"
    if below(path, places.workspace) and not _too_wide(places):
        return "workspace-root" if path == places.workspace else "workspace"
    if any(below(path, extra) for extra in places.extra_workspaces):
        return "workspace"
    return _protected(path, places) or _ordinary(path, places)


def _too_wide(places: Places) -> bool:
    """Whether the workspace is a place whose content does not become the agent's by starting it there."""
    return _is_too_wide(places.workspace, places.home, places.temp)


@memo(256)
def _is_too_wide(workspace: str, home: str, temp: tuple[str, ...]) -> bool:
    return (
        below(home, workspace) or workspace in (*_TEMP, *temp) or workspace in _SYSTEM_TOP
        or re.fullmatch(r"/|[A-Z]:/", workspace) is not None or _HOMES.match(workspace) is not None
    )  # fmt: skip


def _protected(path: str, places: Places) -> Area | None:
    """Folders whose loss is the loss of a machine, a home, or the project."""
    home, windows = places.home, _as_windows(path)
    temporary = _WINDOWS_TEMP.match(windows)
    if path in (*_TEMP, *places.temp) or (temporary and temporary.end() == len(windows)):
        return "temp-root"
    if path == home or below(home, path) or path in {f"{home}/{name}" for name in _HOME_PARTS}:
        return "root" if _ROOTS.match(path) else "home"
    if _ROOTS.match(path):
        return "root"
    if _HOMES.match(path) or _WINDOWS_HOMES.match(windows):
        return "home"
    if path in _SYSTEM_TOP or path in _SYSTEM_DEEP or _WINDOWS_SYSTEM.match(windows):
        return "system-root"
    if below(places.workspace, path):
        return "workspace-root"
    if any(below(path, temp) and not (below(home, temp) and below(path, home)) for temp in (*_TEMP, *places.temp)):
        return "temp"
    if temporary:
        return "temp"
    return None


def _ordinary(path: str, places: Places) -> Area:
    home = places.home
    if any(below(path, home + "/" + folder) for folder in _AGENT_FOLDERS):
        return "agent"
    system = any(below(path, folder) for folder in _SYSTEM if folder not in ("/opt", "/srv", "/nix"))
    if below(path, places.workspace) and not (system and _too_wide(places)):
        return "workspace"
    if below(path, home) and home != "/":
        return "in-home"
    return "system" if system or _WINDOWS_BELOW.match(_as_windows(path)) else "elsewhere"


def _as_windows(path: str) -> str:
    """The drive form of what WSL, git-bash and Cygwin call `/mnt/c`, `/c` and `/cygdrive/c`; others unchanged."""
    match = _DRIVE_FOLDER.match(path)
    return f"{match.group(1).upper()}:/{path[match.end() :]}" if match else path


def is_stream(path: str) -> bool:
    """Whether a path names an open stream or a bottomless device: `/dev/null`, `/dev/stdin`, `/proc/self/fd/3`."""
    return _STREAMS.match(path) is not None


def is_drive(path: str) -> bool:
    """Whether a path begins with a Windows drive."""
    return _DRIVE.match(path) is not None
