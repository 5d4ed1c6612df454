"""`enactctl init --system-wide` and `uninstall --system-wide`: a daemon that the guarded user cannot touch, and away again."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

from enactd import agents, resources
from enactd.agents.claude_settings import MANAGED
from enactd.cli.init import Setup, check_marks
from enactd.cli.output import as_json, line, say
from enactd.config import Layout
from enactd.control_client import Client
from enactd.errors import EnactError, UnreachableError, UsageError
from enactd.setup import inventory, machine_wide, program, settings_file


def layout_for(user: str | None, root: str | None) -> Layout:
    """The machine's layout for a user, below `root` if that is given. Raises `UsageError`."""
    check_marks()
    if os.getuid() != 0:
        raise UsageError(
            "only root can do this",
            cause="the daemon gets a user of its own, and its hooks lie where no user can change them",
            effect="nothing was changed",
            fix="sudo enactctl init --system-wide",
        )
    entry = machine_wide.guarded_user(user, os.environ.get("SUDO_USER", ""))
    if root is not None and not os.path.isabs(root):
        raise UsageError(f"`{root}` is not absolute", fix=f"--root {os.path.abspath(root)}")
    return Layout.system(entry.pw_uid, root or "/")


class SystemSetup(Setup):
    """`init` for the machine. Below a root of its own nothing is run and nobody is asked."""

    def __init__(self, layout: Layout, options: dict[str, Any]) -> None:
        super().__init__(layout, {**options, "layer": MANAGED, "claude_home": str(layout.home), "no_systemd": False})
        self.staged = options["root"] is not None
        self.top = Path(options["root"] or "/")

    def _find_program(self) -> None:
        if not self.staged:
            machine_wide.check_program()
        found = program.find(self.adapter, self.program_path, self.home)
        if found is None:
            self.warnings.append(f"{self.adapter.title} was not found; once it is installed it is guarded")
            return
        version = program.version(self.adapter, found, uid=self.layout.guarded)  # never as root: it may be the user's
        self._did("agent", f"{self.adapter.title} {version} at {found}")

    def _files(self) -> dict[str, str]:
        found = super()._files()
        return {**found, MANAGED: str(self.top / found[MANAGED].lstrip("/"))}

    def _install_shim(self) -> None:
        written = machine_wide.write(self.layout)
        self._did("units", ", ".join(written))
        if not self.staged:
            self._did("accounts", machine_wide.make_accounts(self.layout))
        resources.install_shim(self.layout.shim)
        kind = "native" if resources.is_native(self.layout.shim) else "script in Python: no C compiler was found"
        self._did("shim", f"{self.layout.shim} ({kind})")

    def _start(self) -> None:
        if self.staged:
            return
        running = machine_wide.start(self.layout)
        how = f"as user {machine_wide.DAEMON}, by systemd"
        self._did("daemon", f"enactd {running.version}, process {running.pid}, {how}")

    def _prove(self) -> None:
        if not self.staged:
            super()._prove()

    def _show_key(self) -> None:
        if not self.staged:
            super()._show_key()

    def _check_layers(self, files: dict[str, str], after: str) -> None:
        super()._check_layers(files, after)
        if (self.home / ".local/share/enactd" / inventory.NAME).exists():
            self.warnings.append("this user has a gate of his own, too; as that user: enactctl uninstall")
        left = [] if self.staged else machine_wide.unguarded(self.layout)
        if left:
            names = ", ".join(left[:5]) + (" ..." if len(left) > 5 else "")
            self.warnings.append(
                f"agents of {names} are denied from now on, until: enactctl init --system-wide --user NAME"
            )

    def _finish(self) -> None:
        if self.staged and not self.machine:
            say(f"\nWritten below {self.top}; nothing was run. Accounts: systemd-sysusers --root {self.top}")
            return
        super()._finish()


class SystemRemoval:
    """`uninstall` for the machine: this user's daemon, and with the last one all that the machine had."""

    def __init__(self, layout: Layout, *, root: str | None, machine: bool) -> None:
        self.layout = layout
        self.staged = root is not None
        self.machine = machine
        self.removed: list[str] = []
        self.stays: list[str] = []

    def run(self, *, purge: bool) -> None:
        """(1) ask the daemon, which says no to an agent, (2) end it, (3) hooks, (4) files."""
        last = not machine_wide.others(self.layout)
        known = inventory.load(self.layout)
        if not self.staged:
            self._ask()  # (1)
            machine_wide.stop(self.layout)  # (2)
            self._did(f"the daemon of user {self.layout.guarded}")
        if last:
            for file in known.files:  # (3)
                self._take_out(file)
            for path in machine_wide.remove(self.layout):  # (4)
                self._did(path)
            self.layout.shim.unlink(missing_ok=True)
            inventory.forget(self.layout)
        self._remove_folders(purge=purge)
        self._finish(last)

    def _ask(self) -> None:
        client = Client(self.layout)
        try:
            client.stop()
        except UnreachableError:
            return
        except EnactError as error:
            error.effect = error.effect or "nothing was changed"
            raise
        client.await_gone(5.0)

    def _take_out(self, file: inventory.SettingsFile) -> None:
        path, adapter = Path(file.path), agents.find(file.agent)
        before = settings_file.read(path)
        if adapter is None or before is None:
            return
        after = adapter.unregister(before)
        if after == before:
            return
        if file.made and after.strip() in ("{}", ""):
            settings_file.remove(path, folder=file.made_folder)
        else:
            settings_file.replace(path, before, after)
        self._did(f"hooks in {path}")

    def _remove_folders(self, *, purge: bool) -> None:
        if purge and self.layout.state.is_dir() and not self.layout.state.is_symlink():
            shutil.rmtree(self.layout.state)
            self._did(f"receipts, keys and sessions in {self.layout.state}")
        layout = self.layout
        saved = layout.config.with_name(f"{layout.config.name}.saved")
        if layout.config.is_dir() and any(layout.config.iterdir()) and not saved.exists():
            layout.config.rename(saved)  # the folder's name is what says that a user is guarded
        for folder in (
            layout.config,
            layout.config.parent,
            layout.machine,
            layout.bin,
            layout.run,
            layout.state.parent,
        ):
            if folder.is_dir() and not any(folder.iterdir()):
                folder.rmdir()
        for folder, what in ((layout.state, "receipts and keys"), (saved, "settings")):
            if folder.is_dir():
                self.stays.append(f"{what} in {folder} (rm -r {folder})")

    def _did(self, what: str) -> None:
        self.removed.append(what)
        if not self.machine:
            say(f"removed  {line(what, 300)}")

    def _finish(self, last: bool) -> None:
        if self.machine:
            say(as_json("uninstall", {"removed": self.removed, "stays": self.stays}))
            return
        for what in self.stays:
            say(f"stays    {line(what, 300)}")
        if last:
            say(f"\nAgents run without a gate from now on. The account stays: userdel {machine_wide.DAEMON}")
        else:
            say("\nOther users are guarded as before; agents of this one are denied by the machine's hooks.")
