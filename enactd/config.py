"""Every path and every setting, in one place.

Paths come from the password database and nothing else: a repository can set `HOME` and `XDG_*` for the
hooks of a user, so variables choose no path here. `--home DIR` moves everything that belongs to the
user below one folder (`ENACT_HOME` does so for tests and `enactctl`). The machine's layer in
`/etc/enactd` stays where it is: nobody below it can move it away.

Settings are read from the machine's and the user's `config.toml`. Where both say something the machine
wins; of two freezes the one that lasts longer holds.
"""

from __future__ import annotations

import os
import pwd
import stat
import tomllib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Final, Literal, get_type_hints

import msgspec
from msgspec import Meta

from enactd.errors import ConfigError

MACHINE: Final = Path("/etc/enactd")
BLOCKED: Final = "the daemon does not start; agents using the hook are denied"


class Layout(msgspec.Struct, frozen=True, kw_only=True):
    """Where everything is. Computes paths and does nothing else.

    `home` is the person's home; `root` the folder of `--home`, None for the usual places.
    """

    home: Path
    config: Path
    state: Path
    data: Path
    run: Path
    machine: Path = MACHINE
    root: Path | None = None

    @classmethod
    def usual(cls) -> Layout:
        """The places of the user who runs this process."""
        uid = os.getuid()
        home = home_of(uid)
        state = home / ".local/state/enactd"
        session = Path(f"/run/user/{uid}")
        return cls(
            home=home,
            config=home / ".config/enactd",
            state=state,
            data=home / ".local/share/enactd",
            run=session / "enactd" if _is_own_folder(session, uid) else state / "run",
        )

    @classmethod
    def under(cls, root: str | os.PathLike[str]) -> Layout:
        """All of the user's places below `root`, which must be absolute."""
        folder = Path(root)
        if not folder.is_absolute():
            raise ConfigError(
                f"`--home {folder}` is not absolute",
                cause="hooks run in any folder, so the place may not depend on it",
                fix=f"--home {folder.absolute()}",
            )
        folder = Path(os.path.normpath(folder))
        return cls(
            home=home_of(os.getuid()),
            config=folder / "config",
            state=folder / "state",
            data=folder / "data",
            run=folder / "run",
            root=folder,
        )

    @classmethod
    def find(cls, root: str | os.PathLike[str] | None = None, environment: Mapping[str, str] | None = None) -> Layout:
        """`--home` if given, else `ENACT_HOME` from `environment`, else the usual places."""
        chosen = root or (environment or {}).get("ENACT_HOME")
        return cls.under(chosen) if chosen else cls.usual()

    @property
    def config_file(self) -> Path:
        return self.config / "config.toml"

    @property
    def machine_config_file(self) -> Path:
        return self.machine / "config.toml"

    @property
    def policies(self) -> Path:
        return self.config / "policies"

    @property
    def machine_policies(self) -> Path:
        return self.machine / "policies"

    @property
    def policy_folders(self) -> tuple[Path, ...]:
        """Where policies are read from: shipped, user, machine. Missing folders are skipped by the loader."""
        return shipped("policies"), self.policies, self.machine_policies

    @property
    def receipts(self) -> Path:
        return self.state / "receipts"

    @property
    def keys(self) -> Path:
        return self.state / "keys"

    @property
    def snapshots(self) -> Path:
        return self.state / "snapshots"

    @property
    def log_file(self) -> Path:
        """Where a daemon in the background writes its log."""
        return self.state / "enactd.log"

    @property
    def bin(self) -> Path:
        return self.data / "bin"

    @property
    def shim(self) -> Path:
        """The copy of the shim that agents are registered with."""
        return self.bin / "enact-hook"

    @property
    def socket(self) -> Path:
        return self.run / "enactd.sock"

    @property
    def lock(self) -> Path:
        """Held by the one daemon of this layout; next to the socket, so that it guards just that."""
        return self.run / "enactd.lock"

    @property
    def agents_file(self) -> Path:
        """Which processes opened which sessions; gone with the machine's uptime, as the processes are."""
        return self.run / "agents.json"

    @property
    def private_folders(self) -> tuple[Path, ...]:
        """Folders that only their owner may enter."""
        return self.state, self.receipts, self.keys, self.run

    def prepare(self) -> None:
        """Make the folders, and refuse those that another user owns, can enter or can swap.

        Raises `ConfigError`; nothing is repaired silently, because loose rights may be someone's work.
        """
        uid = os.getuid()
        if self.root is not None:
            self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        for folder in (self.config, self.data, *self.private_folders):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for folder in self.private_folders:
            check_place(folder, owners=(uid,), forbidden=0o077)
        for folder in (self.config, self.data, self.policies, self.config_file):
            check_place(folder, owners=(uid,), forbidden=0o022)
        for folder in (self.machine, self.machine_policies, self.machine_config_file):
            check_place(folder, owners=(0, uid), forbidden=0o022)
        for place in (self.state, self.run, self.config):
            _check_ancestors(place)


def home_of(uid: int) -> Path:
    """The home the password database gives; raises `ConfigError` for a user it does not know."""
    try:
        return Path(pwd.getpwuid(uid).pw_dir)
    except KeyError:
        raise ConfigError(
            f"user {uid} is not in the password database",
            cause="the home comes from there, never from `HOME`",
            effect=BLOCKED,
            fix="add the user, or give `--home DIR`",
        ) from None


def shipped(name: str) -> Path:
    """A folder that travels with the program: inside the installed package, else beside it in a checkout."""
    package = Path(__file__).resolve().parent
    inside = package / "_shipped" / name
    return inside if inside.exists() else package.parent / name


def check_place(path: Path, *, owners: tuple[int, ...], forbidden: int) -> None:
    """Refuse `path` with a `ConfigError` if someone else owns it or it has one of the `forbidden` mode bits."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return
    except OSError as error:
        raise _unsafe(path, str(error.strerror), f"ls -ld {path}") from None
    if found.st_uid not in owners:
        raise _unsafe(path, f"it belongs to user {found.st_uid}", f"chown {owners[0]} {path}")
    if found.st_mode & forbidden:
        mode = stat.S_IMODE(found.st_mode)
        raise _unsafe(path, f"its mode is {mode:04o}, others could use it", f"chmod {mode & ~forbidden:04o} {path}")


def _check_ancestors(path: Path) -> None:
    """Whoever may write in a folder above can put another one in our place."""
    for folder in path.parents:
        mode = folder.stat().st_mode
        if mode & stat.S_IWOTH and not mode & stat.S_ISVTX:
            raise _unsafe(folder, f"everybody may write there, above `{path}`", f"chmod o-w {folder}")


def _unsafe(path: Path, cause: str, fix: str) -> ConfigError:
    return ConfigError(f"`{path}` is not safe to use", cause=cause, effect=BLOCKED, fix=fix)


def _is_own_folder(path: Path, uid: int) -> bool:
    try:
        found = path.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(found.st_mode) and found.st_uid == uid


class Daemon(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Limits of the daemon."""

    buffer_limit: Annotated[
        int, Meta(ge=1 << 25, le=1 << 34, description="bytes of messages held at once; more are answered closed")
    ] = 1 << 28
    connections: Annotated[int, Meta(ge=4, le=10_000, description="open connections; more are answered closed")] = 512
    threads: Annotated[int, Meta(ge=1, le=64, description="calls that are judged at the same time")] = 4
    patience_ms: Annotated[
        int, Meta(ge=100, le=600_000, description="the longest a verdict may take, in ms; then it is a denial")
    ] = 6_000
    margin_ms: Annotated[
        int, Meta(ge=20, le=10_000, description="how long before the shim's deadline we answer, in ms")
    ] = 300
    frame_ms: Annotated[
        int, Meta(ge=100, le=60_000, description="time for a whole message to arrive, in ms; then it is closed")
    ] = 5_000
    drain_ms: Annotated[
        int, Meta(ge=0, le=60_000, description="time for running calls at the end of the daemon, in ms")
    ] = 5_000
    log_level: Annotated[Literal["debug", "info", "warning", "error"], Meta(description="what the log keeps")] = "info"


class Freeze(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A code freeze."""

    reason: Annotated[str, Meta(description="why nothing may be changed or shipped; empty for no freeze")] = ""
    until: Annotated[datetime | None, Meta(description="when it ends; without, it holds until taken out")] = None

    def why(self, now: datetime) -> str:
        """The reason while the freeze is on, else empty."""
        if self.until is not None:
            return "" if now >= self.until else self.reason or f"until {self.until.isoformat()}"
        return self.reason


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the user and the machine configured. Read it with `load`; `origin` says where each value is from."""

    daemon: Daemon = Daemon()
    freeze: Freeze = Freeze()
    policies: Annotated[dict[str, dict[str, Any]], Meta(description="parameters of policies, by their id")] = (
        msgspec.field(default_factory=dict)
    )
    origin: dict[str, str] = msgspec.field(default_factory=dict)

    def parameters(self, policy: str) -> Mapping[str, Any]:
        """What was configured for a policy, empty if nothing."""
        return self.policies.get(policy, {})

    def frozen(self, now: datetime | None = None) -> str:
        """Why a freeze is on now, empty if none is."""
        return self.freeze.why(now or datetime.now(UTC))


class Setting(msgspec.Struct, frozen=True, kw_only=True):
    """One setting, for people: its dotted key, value, default, meaning, and the file it came from."""

    key: str
    value: Any
    default: Any
    meaning: str
    origin: str


def load(layout: Layout) -> Settings:
    """The settings in force. Raises `ConfigError`, naming file and key, for anything that cannot be used."""
    user = _read(layout.config_file)
    machine = _read(layout.machine_config_file)
    merged: dict[str, Any] = {}
    origin: dict[str, str] = {}
    for path, table in ((layout.config_file, user), (layout.machine_config_file, machine)):
        _lay_over(merged, table, origin, str(path), ())
    settings = _convert(merged, layout.machine_config_file)
    freeze = _stricter(_convert(user, layout.config_file).freeze, _convert(machine, layout.machine_config_file).freeze)
    return msgspec.structs.replace(settings, freeze=freeze, origin=origin)


def describe(settings: Settings) -> Iterator[Setting]:
    """All settings that have a name of their own, in order, then the parameters of policies."""
    for section in ("daemon", "freeze"):
        values = getattr(settings, section)
        default = type(values)()
        for name, hint in get_type_hints(type(values), include_extras=True).items():
            key = f"{section}.{name}"
            meaning = next((m.description for m in hint.__metadata__ if isinstance(m, Meta)), "") or ""
            yield Setting(
                key=key,
                value=getattr(values, name),
                default=getattr(default, name),
                meaning=meaning,
                origin=settings.origin.get(key, "default"),
            )
    for policy, parameters in sorted(settings.policies.items()):
        for name, value in sorted(parameters.items()):
            key = f"policies.{policy}.{name}"
            yield Setting(
                key=key, value=value, default=None, meaning=f"see `{policy}`", origin=settings.origin.get(key, "")
            )


def _read(path: Path) -> dict[str, Any]:
    try:
        text = path.read_bytes()
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise _unusable(path, f"it cannot be read: {error.strerror}", f"ls -l {path}") from None
    try:
        table = tomllib.loads(text.decode())
    except UnicodeDecodeError as error:
        raise _unusable(path, f"byte {error.start} is not UTF-8", "save the file as UTF-8") from None
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise _unusable(path, f"it is not TOML: {str(error).lower()}", "mend that line") from None
    _convert(table, path)
    return table


def _convert(table: dict[str, Any], path: Path) -> Settings:
    if "origin" in table:
        raise _unusable(path, "`origin` is not a setting", "remove it")
    try:
        settings = msgspec.convert(table, Settings)
    except msgspec.ValidationError as error:
        problem, _, place = str(error).partition(" - at `$")
        key = place.strip("`").lstrip(".")
        text = problem[0].lower() + problem[1:]
        raise _unusable(
            path, f"`{key}`: {text}" if key else text, "mend or remove it; `enactctl doctor` lists settings"
        ) from None
    until = settings.freeze.until
    if until is not None and until.tzinfo is None:
        freeze = msgspec.structs.replace(settings.freeze, until=until.astimezone())
        return msgspec.structs.replace(settings, freeze=freeze)
    return settings


def _lay_over(
    below: dict[str, Any], above: dict[str, Any], origin: dict[str, str], source: str, place: tuple[str, ...]
) -> None:
    """Put `above` on `below` in place, leaf by leaf, and note whose each leaf is."""
    for name, value in above.items():
        if isinstance(value, dict):
            inner = below.setdefault(name, {})
            _lay_over(inner, value, origin, source, (*place, name))
        else:
            below[name] = value
            origin[".".join((*place, name))] = source


def _stricter(one: Freeze, other: Freeze) -> Freeze:
    """Of two freezes the one that lasts longer; no freeze yields to any."""
    on = [freeze for freeze in (one, other) if freeze.reason or freeze.until]
    return max(on, key=lambda f: f.until or datetime.max.replace(tzinfo=UTC), default=Freeze())


def _unusable(path: Path, cause: str, fix: str) -> ConfigError:
    return ConfigError(
        f"`{path}` cannot be used",
        cause=cause,
        effect="a daemon that runs keeps what it has; one that starts does not, and agents using the hook are denied",
        fix=fix,
    )
