"""`enactctl init`: everything between a fresh install and an agent whose every tool call is judged.

The order keeps the agent safe from half an installation: first what can be checked, then shim and daemon,
then the proof that they stop and let pass what they should, and only then the hooks.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Final

import click

from enactd import agents, instance, resources
from enactd.agents.base import Adapter, Registration
from enactd.agents.claude_settings import MANAGED, PROJECT, USER
from enactd.cli.output import as_json, line, say
from enactd.cli.places import layout_of, workspace_of
from enactd.config import Layout, home_of, load
from enactd.config.approvals import Approvals
from enactd.control_client import Client
from enactd.errors import ConfigError, EnactError, InstallError, UsageError
from enactd.origin import MARKS
from enactd.report import Version
from enactd.setup import inventory, program, selftest, service, settings_file

UNREGISTERED: Final = "no hook was registered; the agent is not guarded"
DENIED: Final = "the hooks were there before; agents using them are denied until the daemon answers"
_MODES: Final = {USER: 0o600, PROJECT: 0o644, MANAGED: 0o644}


@click.command()
@click.option("--agent", default="claude-code", show_default=True, help="The agent to guard.")
@click.option("--claude", "program_path", metavar="PATH", help="The agent's program. [default: the one on PATH]")
@click.option("--claude-home", metavar="DIR", help="The home in which `.claude` lies. [default: your home]")
@click.option("--project", "layer", flag_value=PROJECT, help="Register in this project only; weaker, see below.")
@click.option("--managed", "layer", flag_value=MANAGED, help="Register for the machine, out of reach of projects.")
@click.option("--no-systemd", is_flag=True, help="Start the daemon in the background even where systemd is.")
@click.option("--system-wide", is_flag=True, help="Guard a user from a daemon that he cannot touch. As root.")
@click.option("--user", metavar="NAME", help="With --system-wide: whose agents. [default: who called sudo]")
@click.option("--root", metavar="DIR", help="With --system-wide: write below DIR, for an image; run nothing.")
@click.option("--json", "machine", is_flag=True, help="Say what was done in JSON.")
@click.pass_context
def command(ctx: click.Context, /, **options: Any) -> None:
    """Set the gate up: shim, daemon, hooks; prove that it stops a dangerous call.

    Safe to repeat: what is in place already stays as it is. Hooks are registered for you as a user, in
    `~/.claude/settings.json`, and everything else in that file keeps its bytes. Hooks in a project
    (--project) vanish with `git switch` or `git stash -u`. The machine's (--managed) hold against all that a
    project or an option of the agent can do; without root, init prints the command that puts them there.

    \b
    enactctl init                         guard Claude Code
    enactctl init --claude ~/bin/claude   a Claude Code that is not on PATH
    enactctl init --managed               nothing below root can switch it off
    sudo enactctl init --system-wide      and no program of yours reads its keys or ends it
    """
    if options["system_wide"]:
        from enactd.cli import system_wide

        system_wide.SystemSetup(system_wide.layout_for(options["user"], options["root"]), options).run()
        return
    check_alone(options)
    check_person()
    Setup(layout_of(ctx), options).run()


def check_alone(options: dict[str, Any]) -> None:
    """Raise `UsageError` for what means something with --system-wide only."""
    for name in ("user", "root"):
        if options[name] is not None:
            raise UsageError(f"`--{name}` goes with --system-wide only", fix=f"--system-wide --{name} ...")


def check_marks() -> None:
    """Raise `UsageError` where an agent runs this."""
    marks = MARKS & os.environ.keys()
    if marks:
        raise UsageError(
            "an agent may not set up or take away its own gate",
            cause=f"`{min(marks)}` is set, as agents do for what they run",
            effect="nothing was changed",
            fix="run the command yourself, in a terminal outside the agent",
        )


def check_person() -> None:
    """Raise `UsageError` where an agent, or root on behalf of somebody else, runs this."""
    check_marks()
    if os.getuid() == 0 and os.environ.get("SUDO_UID", "0") != "0":
        raise UsageError(
            "this was started with sudo",
            cause="hooks, keys and daemon would be root's, and agents of yours would be denied",
            effect="nothing was changed",
            fix="run it without sudo (for --managed it prints the one command that needs root), or add --system-wide",
        )


def _hold_s(layout: Layout) -> int:
    """How long a call may wait for a person; what is wrong with the settings the daemon will say."""
    try:
        return load(layout).approvals.hold_s
    except ConfigError:
        return Approvals().hold_s


class Setup:
    """One run of `init`: what it was asked for, and what it has done so far."""

    def __init__(self, layout: Layout, options: dict[str, Any]) -> None:
        self.layout = layout
        self.machine = bool(options["machine"])
        self.with_systemd = not options["no_systemd"]
        self.layer: str = options["layer"] or USER
        self.adapter = _adapter(options["agent"])
        self.program_path: str | None = options["program_path"]
        self.home = agent_home(layout, options["claude_home"])
        self.registration = Registration(
            shim=str(layout.shim),
            home=str(layout.root or ""),
            system=layout.listeners,
            hold_s=_hold_s(layout),
        )
        self.steps: list[dict[str, str]] = []
        self.warnings: list[str] = []
        self.command = ""
        self.effect = UNREGISTERED

    def run(self) -> None:
        """(1) check, (2) shim, (3) daemon, (4) proof, (5) hooks. Stops at the first failure and says what is left."""
        try:
            self._find_program()  # (1)
            path, before, after = self._planned()
            self._install_shim()  # (2)
            self._start()  # (3)
            self._prove()  # (4)
            self._show_key()
            self._register(path, before, after)  # (5)
        except EnactError as error:
            error.effect = self._left(error)
            raise
        self._finish()

    def _find_program(self) -> None:
        known = inventory.load(self.layout).program
        usable = known if os.access(known, os.X_OK) else None
        found = program.find(self.adapter, self.program_path or usable, self.home)
        if found is None:
            minimum = "2.1.295 or newer"
            self.warnings.append(f"{self.adapter.title} was not found; once you install it ({minimum}) it is guarded")
            return
        self._did("agent", f"{self.adapter.title} {program.version(self.adapter, found)} at {found}")

    def _files(self) -> dict[str, str]:
        """Where the agent reads settings, by layer."""
        return dict(self.adapter.settings_files(home=str(self.home), project=workspace_of(os.getcwd())))

    def _planned(self) -> tuple[Path, str | None, str]:
        """The settings file, its text now, and its text with the hooks; nothing is written."""
        files = self._files()
        path = Path(files[self.layer])
        before = settings_file.read(path)
        try:
            after = self.adapter.register(before or "", self.registration)
        except ConfigError as error:
            raise InstallError(
                f"the hooks cannot be put into `{path}`",
                cause=f"{error.problem}: {error.cause}" if error.cause else error.problem,
                fix=error.fix or "mend that file",
            ) from None
        if before == after:
            self.effect = DENIED
        self._check_layers({**files, self.layer: str(path)}, after)
        return path, before, after

    def _check_layers(self, files: dict[str, str], after: str) -> None:
        """Whether other settings would keep these hooks from running: the user's own stop us, a project's warn."""
        texts = {layer: _lenient(Path(path)) for layer, path in files.items()} | {self.layer: after}
        own = {layer: texts[layer] for layer in (MANAGED, USER, self.layer)}
        problem = self.adapter.disarms(own, self.registration)
        if problem:
            raise InstallError("the hooks would not run", cause=problem, fix="take that setting out, then init again")
        problem = self.adapter.disarms(texts, self.registration)
        if problem:
            self.warnings.append(f"in this project {problem}")
        moved = os.environ.get("CLAUDE_CONFIG_DIR")
        if moved and self.layer == USER:
            self.warnings.append(f"CLAUDE_CONFIG_DIR is set: an agent started here reads `{moved}`, not these hooks")
        if os.environ.get("HOME") not in (None, str(self.home)):
            self.warnings.append(f"HOME is not `{self.home}`: an agent started here does not read these hooks")

    def _install_shim(self) -> None:
        prepare(self.layout)
        resources.install_shim(self.layout.shim)
        resources.allow_spawn(self.layout.shim, service.daemon_words(self.layout))
        kind = "native" if resources.is_native(self.layout.shim) else "script in Python: no C compiler was found"
        self._did("shim", f"{self.layout.shim} ({kind})")

    def _start(self) -> None:
        why_not = "you said --no-systemd" if not self.with_systemd else service.unavailable(self.layout)
        if why_not:
            running = instance.start_in_background(self.layout)
            self._did("daemon", _running(running, f"in the background ({why_not})"))
            return
        running = service.start_with_systemd(self.layout)
        self._did("daemon", _running(running, "as a systemd user service"))
        if service.lingers() is False:
            self.warnings.append(
                "the daemon ends with your last login; for agents that go on after that: loginctl enable-linger"
            )

    def _prove(self) -> None:
        bad, _ = selftest.prove(self.layout, home=self.home, effect="")
        self._did("self-test", f"`{selftest.BAD}` is stopped, `{selftest.HARMLESS}` is not: {line(bad.text, 300)}")

    def _show_key(self) -> None:
        """What an auditor will need: it is worth something only if it was written down when it was new."""
        keys = Client(self.layout).keys()
        self._did("receipts", f"signed with the public key {keys.fingerprint}: write that down; enactctl keys show")
        if keys.epoch == 0 and not keys.exported and not self.machine:
            say(
                "           An auditor checks the log with that key alone. The HMAC of each receipt needs the first MAC key,\n"
                "           which is erased within the hour: take it now, or never: enactctl keys verify-key export FILE"
            )

    def _register(self, path: Path, before: str | None, after: str) -> None:
        mode = _MODES.get(self.layer, 0o600)
        if before == after:
            self._note(path, before, after)
            self._did("hooks", f"in {path} already")
        elif self.layer == MANAGED and not _may_write(path):
            draft = self.layout.data / "managed-settings.json"
            settings_file.replace(draft, settings_file.read(draft), after, mode=mode)
            self.command = f"sudo install -D -m 0644 {draft} {path}"
            self._note(path, before, after)
        else:
            settings_file.check_writable(path)
            self._note(path, before, after)
            settings_file.replace(path, before, after, mode=mode)
            self._did("hooks", f"registered in {path}")

    def _note(self, path: Path, before: str | None, after: str) -> None:
        """Remember the file, before it is written."""
        exact = before is not None and self.adapter.unregister(after) == before
        made = before is None
        noted = inventory.SettingsFile(
            agent=self.adapter.name,
            layer=self.layer,
            path=str(path),
            made=made,
            made_folder=made and not path.parent.exists(),
            restore=None if made or exact or before == after else before,
        )
        units = tuple(str(service.unit_folder(self.layout) / name) for name in service.UNITS)
        known = inventory.load(self.layout).with_file(noted)
        inventory.save(
            self.layout,
            inventory.Inventory(
                files=known.files,
                units=tuple(unit for unit in units if os.path.exists(unit)) if self.layout.root is None else (),
                agent_home=str(self.home),
                program=self.program_path or known.program,
            ),
        )

    def _did(self, step: str, detail: str) -> None:
        self.steps.append({"step": step, "detail": detail})
        if not self.machine:
            say(f"{step:<9}  {line(detail, 500)}")

    def _left(self, error: EnactError) -> str:
        done = ", ".join(step["step"] for step in self.steps if step["step"] != "agent")
        state = f"{self.effect}; in place: {done}" if done else self.effect
        return state if not error.effect or error.effect in state else f"{error.effect}; {state}"

    def _finish(self) -> None:
        if self.machine:
            value = {"steps": self.steps, "warnings": self.warnings, "command": self.command}
            say(as_json("init", value))
            return
        for warning in self.warnings:
            say(f"{'warning':<9}  {line(warning, 500)}")
        if self.command:
            say(f"\nThe machine's settings belong to root. Put the hooks there with\n  {self.command}")
            return
        say(f"\n{self.adapter.title} is guarded, from its next session on. See it work: enactctl demo; enactctl log -f")


def agent_home(layout: Layout, given: str | None) -> Path:
    """The home in which the agent keeps its settings: as given, else the password database's.

    With a `--home` of its own, which is for tests and containers, `HOME` is believed too.
    """
    if given is not None:
        return Path(os.path.abspath(given))
    known = inventory.load(layout).agent_home
    if known:
        return Path(known)
    variable = os.environ.get("HOME", "")
    if layout.root is not None and os.path.isabs(variable):
        return Path(os.path.normpath(variable))
    return home_of(os.getuid())


def prepare(layout: Layout) -> None:
    """Make the gate's folders. Raises `ConfigError` or `InstallError`."""
    try:
        layout.prepare()
        layout.bin.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise InstallError(
            f"the folder `{error.filename or layout.data}` cannot be made",
            cause=str(error.strerror),
            fix="enactctl --home DIR init, with a folder that you may write to",
        ) from None


def _adapter(name: str) -> Adapter:
    adapter = agents.find(name)
    if adapter is None:
        known = ", ".join(sorted(agents.adapters()))
        raise UsageError(f"`{line(name, 60)}` is no agent that enactd knows", fix=f"one of: {known}")
    if not adapter.version_command:
        raise UsageError(
            f"{adapter.title} have no hooks to register",
            cause="a program asks for itself",
            fix="enactctl init; then, in the program: from enactd.client import gate",
        )
    return adapter


def _lenient(path: Path) -> str | None:
    """A settings file of somebody else, None if it cannot be read: Claude Code ignores it then, too."""
    try:
        return settings_file.read(path)
    except InstallError:
        return None


def _may_write(path: Path) -> bool:
    try:
        settings_file.check_writable(path)
    except InstallError:
        return False
    return True


def _running(version: Version, how: str) -> str:
    return f"enactd {version.version}, process {version.pid}, {how}"
