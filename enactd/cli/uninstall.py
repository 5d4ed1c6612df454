"""`enactctl uninstall`: take the hooks out of every settings file they were put into, end the daemon."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import time
from pathlib import Path
from typing import Any

import click

from enactd import agents, instance
from enactd.agents.base import Adapter, Registration
from enactd.cli.init import agent_home, check_alone, check_person
from enactd.cli.output import as_json, line, say
from enactd.cli.places import layout_of, workspace_of
from enactd.config import Layout
from enactd.control_client import Client
from enactd.errors import ConfigError, EnactError, InstallError, UnreachableError
from enactd.setup import inventory, service, settings_file
from enactd.setup.inventory import SettingsFile


@click.command()
@click.option("--purge", is_flag=True, help="Delete receipts, keys and sessions, too. They cannot be had back.")
@click.option("--system-wide", is_flag=True, help="Take away what `init --system-wide` set up. As root.")
@click.option("--user", metavar="NAME", help="With --system-wide: whose gate. [default: who called sudo]")
@click.option("--root", metavar="DIR", help="With --system-wide: below DIR, as for init.")
@click.option("--json", "machine", is_flag=True, help="Say what was done in JSON.")
@click.pass_context
def command(ctx: click.Context, /, *, purge: bool, machine: bool, **options: Any) -> None:
    """Take the gate away: hooks, service, daemon, shim. Receipts stay unless you say --purge.

    Settings files get back what they were, byte for byte where nobody changed them since. A file that cannot
    be changed now stops everything before the daemon ends, so that no agent is left with a dead hook.

    \b
    enactctl uninstall            agents run without a gate again
    enactctl uninstall --purge    and no receipt is left
    sudo enactctl uninstall --system-wide
    """
    if options["system_wide"]:
        from enactd.cli import system_wide

        layout = system_wide.layout_for(options["user"], options["root"])
        system_wide.SystemRemoval(layout, root=options["root"], machine=machine).run(purge=purge)
        return
    check_alone(options)
    check_person()
    Removal(layout_of(ctx), machine=machine).run(purge=purge)


class Removal:
    """One run of `uninstall`: what has been removed, and what stays."""

    def __init__(self, layout: Layout, *, machine: bool) -> None:
        self.layout = layout
        self.machine = machine
        self.removed: list[str] = []
        self.stays: list[str] = []

    def run(self, *, purge: bool) -> None:
        """(1) look, (2) end the daemon, which says no to an agent, (3) hooks, (4) service, (5) files."""
        known = inventory.load(self.layout)
        plans = [self._planned(file) for file in self._files(known)]  # (1)
        self._stop()  # (2)
        for file, adapter, before, after in plans:  # (3)
            self._take_out(file, adapter, before, after)
        if self.layout.root is None:  # (4)
            for unit in service.stop_with_systemd(self.layout):
                self._did(f"unit {unit}")
        self._remove_files(purge=purge)  # (5)
        self._finish()

    def _files(self, known: inventory.Inventory) -> list[SettingsFile]:
        """What was registered, and the usual places, should somebody have lost the list."""
        found = {file.path: file for file in known.files}
        home = agent_home(self.layout, None)
        for name, adapter in agents.adapters().items():
            for layer, path in adapter.settings_files(home=str(home), project=workspace_of(os.getcwd())).items():
                found.setdefault(path, SettingsFile(agent=name, layer=layer, path=path))
        return list(found.values())

    def _planned(self, file: SettingsFile) -> tuple[SettingsFile, Adapter, str | None, str]:
        adapter = agents.find(file.agent)
        if adapter is None:
            raise InstallError(f"`{line(file.agent, 60)}` is no agent that enactd knows", effect="nothing was changed")
        path = Path(file.path)
        before = settings_file.read(path)
        if before is None or not self._is_ours(before):
            return file, adapter, before, before or ""
        try:
            after = adapter.unregister(before)
        except ConfigError as error:
            raise InstallError(
                f"the hooks cannot be taken out of `{path}`",
                cause=error.problem,
                effect="nothing was changed; the gate works as before",
                fix="mend that file, then uninstall again",
            ) from None
        if after != before:
            settings_file.check_writable(path)
        return file, adapter, before, after

    def _is_ours(self, text: str) -> bool:
        """Whether the hooks in a file belong to this layout: another `--home` has its own."""
        shim = str(self.layout.shim)
        return any(json.dumps(shim, ensure_ascii=ascii_only) in text for ascii_only in (True, False))

    def _stop(self) -> None:
        """End the daemon. Raises `RefusedError` if it does not let us, before anything is changed."""
        client = Client(self.layout)
        try:
            version = client.version()
        except UnreachableError:
            return
        try:
            instance.stop(client)
        except EnactError as error:
            error.effect = error.effect or "nothing was changed"
            raise
        self._did(f"daemon, process {version.pid}")

    def _take_out(self, file: SettingsFile, adapter: Adapter, before: str | None, after: str) -> None:
        path = Path(file.path)
        if before is None or after == before:
            return
        if file.made and after.strip() in ("{}", ""):
            settings_file.remove(path, folder=file.made_folder)
        else:
            if file.restore is not None:
                registration = Registration(
                    shim=str(self.layout.shim), home=str(self.layout.root or ""), system=self.layout.listeners
                )
                untouched = adapter.unregister(adapter.register(file.restore, registration))
                after = file.restore if untouched == after else after
            settings_file.replace(path, before, after)
        self._did(f"hooks in {path}")

    def _remove_files(self, *, purge: bool) -> None:
        if self.layout.shim.exists():
            # A hook that ran between (2) and (3) may have brought the daemon back.
            self.layout.shim.unlink()
            self._did(f"shim {self.layout.shim}")
        for name in (self.layout.bin / "spawn", self.layout.data / "managed-settings.json"):
            name.unlink(missing_ok=True)
        inventory.forget(self.layout)
        time.sleep(0.05)
        with contextlib.suppress(UnreachableError):
            instance.stop(Client(self.layout))
        if purge:
            _purge(self.layout)
            self._did(f"receipts, keys and sessions in {self.layout.state}")
        for folder in (self.layout.bin, self.layout.data, self.layout.config, self.layout.run, self.layout.root):
            if folder is not None:
                with contextlib.suppress(OSError):
                    folder.rmdir()
        self._note_what_stays()

    def _note_what_stays(self) -> None:
        places = (
            (self.layout.receipts, "receipts", "enactctl receipts verify"),
            (self.layout.bundles, "installed bundles of policies", f"rm -r {self.layout.bundles}"),
            (self.layout.config, "your settings and policies", f"rm -r {self.layout.config}"),
        )
        for folder, what, how in places:
            if folder.is_dir() and any(folder.iterdir()):
                self.stays.append(f"{what} in {folder} ({how})")

    def _did(self, what: str) -> None:
        self.removed.append(what)
        if not self.machine:
            say(f"removed  {line(what, 300)}")

    def _finish(self) -> None:
        if self.machine:
            value: dict[str, Any] = {"removed": self.removed, "stays": self.stays}
            say(as_json("uninstall", value))
            return
        for what in self.stays:
            say(f"stays    {line(what, 300)}")
        if not self.removed:
            say("There was nothing to remove.")
        else:
            say("\nAgents run without a gate from now on. The program itself: pip uninstall enactd")


def _purge(layout: Layout) -> None:
    """Delete what the daemon wrote. The folders are fixed; one that is a link is not followed."""
    for folder in (layout.state, layout.run):
        if folder.is_symlink() or not folder.is_dir():
            continue
        try:
            shutil.rmtree(folder)
        except OSError as error:
            raise InstallError(
                f"`{error.filename or folder}` cannot be deleted",
                cause=str(error.strerror),
                effect="hooks and daemon are gone; some receipts are left",
                fix=f"rm -r {folder}",
            ) from None
