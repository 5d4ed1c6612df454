"""Every path, in one place.

Paths come from the password database and nothing else: a repository can set `HOME` and `XDG_*` for the
hooks of a user, so variables choose no path here. `--home DIR` moves everything that belongs to the
user below one folder (`ENACT_HOME` does so for tests and `enactctl`). The machine's layer in
`/etc/enactd` stays where it is: nobody below it can move it away.

Where root set the gate up for the machine, nothing of it belongs to the user it guards: `Layout.system`.
"""

from __future__ import annotations

import os
import pwd
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import msgspec

from enactd.errors import ConfigError

MACHINE: Final = Path("/etc/enactd")
BLOCKED: Final = "the daemon does not start; agents using the hook are denied"


class Layout(msgspec.Struct, frozen=True, kw_only=True):
    """Where everything is. Computes paths and does nothing else.

    `home` is the person's home; `root` the folder of `--home`, None for the usual places. `guarded` is the user
    whose agents a daemon of the machine guards, None where the daemon is that user's own.
    """

    home: Path
    config: Path
    state: Path
    data: Path
    run: Path
    machine: Path = MACHINE
    root: Path | None = None
    guarded: int | None = None
    programs: Path | None = None

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
    def system(cls, uid: int, prefix: str | os.PathLike[str] = "/") -> Layout:
        """The places of the machine's daemon for the user `uid`: root's and the daemon's, none of them his.

        `prefix` stands before all of them, for tests and for building images.
        """
        top = Path(prefix)
        machine, state = top / "etc/enactd", top / "var/lib/enactd" / str(uid)
        return cls(
            home=home_of(uid),
            config=machine / "users" / str(uid),
            state=state,
            data=state / "data",
            run=top / "run/enactd" / str(uid),
            machine=machine,
            guarded=uid,
            programs=top / "usr/local/lib/enactd",
        )

    @classmethod
    def find(cls, root: str | os.PathLike[str] | None = None, environment: Mapping[str, str] | None = None) -> Layout:
        """`--home` if given, else `ENACT_HOME` from `environment`, else the machine's for this user if root set one
        up, else the usual places.
        """
        chosen = root or (environment or {}).get("ENACT_HOME")
        if chosen:
            return cls.under(chosen)
        return cls.system(os.getuid()) if is_guarded(os.getuid()) else cls.usual()

    @property
    def config_file(self) -> Path:
        return self.config / "config.toml"

    @property
    def machine_config_file(self) -> Path:
        return self.machine / "config.toml"

    @property
    def config_files(self) -> tuple[tuple[str, Path], ...]:
        """The layers that are files of this layout, the highest first, by name."""
        return ("machine", self.machine_config_file), ("user", self.config_file)

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
    def bundles(self) -> Path:
        """The installed bundles of policies, and which of them are in force."""
        return self.data / "bundles"

    @property
    def bundle_keys(self) -> Path:
        """Public keys (`*.pem`); where there is one, only bundles that one of them signed are taken."""
        return self.config / "bundle-keys"

    @property
    def machine_bundle_keys(self) -> Path:
        """The same for the whole machine; where there are any, the user's own do not count."""
        return self.machine / "bundle-keys"

    @property
    def freeze_file(self) -> Path:
        """The freeze that `enactctl freeze` set."""
        return self.state / "freeze.json"

    @property
    def receipts(self) -> Path:
        return self.state / "receipts"

    @property
    def search_index(self) -> Path:
        """What `enactctl receipts search` remembers of the receipts; made anew when it is gone."""
        return self.state / "receipts-index.sqlite"

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
        return self.programs or self.data / "bin"

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
        return self._own_run / "enactd.lock"

    @property
    def agents_file(self) -> Path:
        """Which processes opened which sessions; gone with the machine's uptime, as the processes are."""
        return self._own_run / "agents.db"

    @property
    def _own_run(self) -> Path:
        """Where the daemon may write: the folder of a machine's sockets is root's."""
        return self.run if self.guarded is None else self.state

    @property
    def listeners(self) -> str:
        """The folder below which the machine's daemons listen, as the shim is told; empty for a daemon of one's own."""
        return "" if self.guarded is None else str(self.run.parent)

    @property
    def scout_socket(self) -> Path:
        """Where the guarded user's scout is found (see `enactd.scout`)."""
        return self.run / "scout.sock"

    @property
    def private_folders(self) -> tuple[Path, ...]:
        """Folders that only their owner may enter."""
        return self.state, self.receipts, self.keys, self.run if self.guarded is None else self.data

    def prepare(self) -> None:
        """Make the folders, and refuse those that another user owns, can enter or can swap.

        Raises `ConfigError`; nothing is repaired silently, because loose rights may be someone's work.
        """
        uid = os.getuid()
        if self.guarded is not None:
            self._prepare_for(self.guarded, uid)
            return
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

    def _prepare_for(self, guarded: int, uid: int) -> None:
        """The same for a daemon of the machine: its own folders are its own, everything else is root's."""
        if uid in (0, guarded):
            raise ConfigError(
                f"this daemon runs as user {uid}",
                cause="the machine's daemon has a user of its own, neither root nor the one it guards",
                effect=BLOCKED,
                fix=f"systemctl start enactd@{guarded}",
            )
        for folder in self.private_folders:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            check_place(folder, owners=(uid,), forbidden=0o077)
        roots = (self.run, self.config, self.policies, self.config_file)
        for folder in (*roots, self.machine, self.machine_policies, self.machine_config_file):
            check_place(folder, owners=(0,), forbidden=0o022)
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


def is_guarded(uid: int, prefix: str | os.PathLike[str] = "/") -> bool:
    """Whether root set up a daemon of the machine for this user: what he could make himself does not count."""
    try:
        found = (Path(prefix) / "etc/enactd/users" / str(uid)).lstat()
    except OSError:
        return False
    return stat.S_ISDIR(found.st_mode) and found.st_uid == 0


def shipped(name: str) -> Path:
    """A folder that travels with the program: inside the installed package, else beside it in a checkout."""
    package = Path(__file__).resolve().parents[1]
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
