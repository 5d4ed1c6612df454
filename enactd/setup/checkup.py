"""What `enactctl doctor` looks at: each part that must hold, where it is, and what mends it.

A check yields findings; one that breaks is a finding itself.
"""

from __future__ import annotations

import os
import platform
import stat
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from enactd import __version__, config, health, peer, posture, resources
from enactd.effects.shell.readers import Readers
from enactd.errors import UnreachableError
from enactd.receipts.verify import verify
from enactd.setup import approvals_checkup, inventory, program, selftest, service
from enactd.setup.findings import Check, Finding, Patient, State, bad, mechanism, text_of
from enactd.workers import Failure, Pool

VERIFY_LIMIT: Final = 64 << 20  # bytes of receipts that are verified without being asked to
FREE_LIMIT: Final = 100 << 20
STRONGER: Final = "a daemon under a user of its own closes this: sudo enactctl init --system-wide"
_SWITCHES: Final = ("CLAUDE_CONFIG_DIR", "CLAUDE_CODE_SIMPLE", "CLAUDE_CODE_SAFE_MODE")


def _agent(patient: Patient) -> Iterator[Finding]:
    """Is the agent here, and new enough to be guarded?"""
    known = inventory.load(patient.layout)
    usable = known.program if os.access(known.program, os.X_OK) else None
    found = usable or program.find(patient.adapter, None, patient.home)
    if found is None:
        yield Finding(check="agent", state="none", why="it is not installed", detail=patient.adapter.title)
        return
    yield Finding(check="agent", detail=f"{patient.adapter.title} {program.version(patient.adapter, found)}, {found}")


def hooks(patient: Patient) -> Iterator[Finding]:
    """Are the hooks in a settings file, and would any layer keep them from running?"""
    files = dict(patient.adapter.settings_files(home=str(patient.home), project=patient.folder))
    texts: dict[str, str | None] = {}
    for layer, path in files.items():
        text = text_of(Path(path))
        texts[layer] = text
        if text is None:
            continue
        problem = patient.adapter.registered(text, patient.registration)
        name = f"hooks: {layer.removesuffix('_settings')}"
        if problem is None:
            yield Finding(check=name, detail=f"registered in {path}")
        elif str(patient.layout.shim) in text:
            yield Finding(check=name, state="bad", detail=f"{path}: {problem}", fix="enactctl init")
        else:
            yield Finding(check=name, detail=f"{path} has none of ours and does not need them")
    problem = patient.adapter.disarms(texts, patient.registration)
    if not any(str(patient.layout.shim) in (text or "") for text in texts.values()):
        detail = "no settings file holds the gate's hooks: agents are not guarded"
        yield Finding(check="hooks", state="bad", detail=detail, fix="enactctl init")
    elif problem:
        yield Finding(check="hooks", state="bad", detail=problem, fix="take that out, or: enactctl init")
    else:
        yield Finding(check="hooks", detail="no settings file switches them off")
    for variable in _SWITCHES:
        if os.environ.get(variable, "") not in ("", "0", "false"):
            yield Finding(
                check="hooks: variables",
                state="bad",
                detail=f"`{variable}` is set here: an agent started from here runs without these hooks",
                fix=f"unset {variable}; or enactctl init --managed",
            )


def _shim(patient: Patient) -> Iterator[Finding]:
    """Is the shim there, ours, current, and may it start the daemon?"""
    shim = patient.layout.shim
    if not shim.exists():
        yield Finding(
            check="shim", state="bad", detail=f"{shim} is missing; hooks that name it deny", fix="enactctl init"
        )
        return
    version = resources.shim_version(shim)
    if version != __version__:
        detail = f"{shim} says `{version or 'nothing'}`, this is {__version__}"
        yield Finding(check="shim", state="bad", detail=detail, fix="enactctl init")
    elif not resources.is_native(shim):
        why = "the script in Python: slower, and LD_PRELOAD can take its place"
        yield Finding(check="shim", state="partial", why=why, detail=str(shim), fix="install gcc, then enactctl init")
    else:
        yield Finding(check="shim", detail=f"{shim}, native")
    spawn = shim.parent / "spawn"
    if not spawn.exists():
        yield Finding(check="shim: spawn", state="none", why="init wrote no command line for it", fix="enactctl init")
    elif spawn.stat().st_mode & 0o022 or spawn.stat().st_uid != os.getuid():
        yield Finding(check="shim: spawn", state="bad", detail=f"others may write {spawn}", fix=f"chmod 0600 {spawn}")
    else:
        yield Finding(check="shim: spawn", detail="it starts the daemon when nobody listens")


def daemon(patient: Patient) -> Iterator[Finding]:
    """Does it answer, is it this version, and what does it say of itself?"""
    status = patient.status
    if isinstance(status, UnreachableError):
        yield bad("daemon", status)
        return
    if status.version != __version__:
        yield Finding(
            check="daemon",
            state="bad",
            detail=f"it is version {status.version}, this {__version__}",
            fix="enactd start",
        )
    else:
        yield Finding(check="daemon", detail=f"enactd {status.version}, process {status.pid}, {status.socket}")
    for name, how in sorted(status.mechanisms.items()):
        yield mechanism(f"daemon: {name}", how)


def health_of(patient: Patient) -> Iterator[Finding]:
    """Everything that was declared as possibly wrong, whether it is or not."""
    status = patient.status
    if isinstance(status, UnreachableError):
        yield Finding(check="health", state="none", why="the daemon does not answer")
        return
    wrong = {ailment.code: ailment for ailment in status.health}
    for code, condition in health.CONDITIONS.items():
        ailment = wrong.get(code)
        if ailment is None:
            yield Finding(check=f"health: {code}", detail=f"not so: {condition.title}")
        else:
            state: State = "bad" if ailment.severity == "red" else "partial"
            yield Finding(check=f"health: {code}", state=state, why=ailment.title, detail=ailment.text, fix=ailment.fix)


def self_test(patient: Patient) -> Iterator[Finding]:
    """The one thing that counts: a dangerous call is stopped, a harmless one is not."""
    if isinstance(patient.status, UnreachableError) or not patient.layout.shim.exists():
        yield Finding(check="self-test", state="none", why="it needs shim and daemon")
        return
    selftest.prove(patient.layout, home=patient.home, effect="")
    yield Finding(check="self-test", detail=f"`{selftest.BAD}` is stopped, `{selftest.HARMLESS}` is not")


def _files(patient: Patient) -> Iterator[Finding]:
    """Are folders and files as private as they must be?"""
    layout = patient.layout
    uid = os.getuid()
    for folder in layout.private_folders:
        config.check_place(folder, owners=(uid,), forbidden=0o077)
    for place in (layout.config, layout.data, layout.bin, layout.policies, layout.config_file, layout.shim):
        config.check_place(place, owners=(uid,), forbidden=0o022)
    for place in (layout.machine, layout.machine_policies, layout.machine_config_file):
        config.check_place(place, owners=(0, uid), forbidden=0o022)
    for key in sorted(layout.keys.glob("*")) if layout.keys.is_dir() else ():
        config.check_place(key, owners=(uid,), forbidden=0o077)
    if layout.socket.exists():
        config.check_place(layout.socket, owners=(uid,), forbidden=0o077)
        if not stat.S_ISSOCK(layout.socket.lstat().st_mode):
            yield Finding(check="files", state="bad", detail=f"{layout.socket} is no socket", fix=f"rm {layout.socket}")
            return
    yield Finding(check="files", detail="folders, keys and socket are private to you")


def _policies(patient: Patient) -> Iterator[Finding]:
    """Would settings and policies load now?"""
    layout = patient.layout
    found = posture.load(layout).policies
    yield Finding(check="policies", detail=f"{len(found.policies)} load, digest {found.digest[:12]}")
    if found.observed:
        why = f"{len(found.observed)} policies record only, and stop nothing"
        yield Finding(check="policies: observed", state="partial", why=why, fix="enactctl config show")
    if not isinstance(patient.status, UnreachableError) and patient.status.policies is not None:
        if patient.status.policies.digest != found.digest:
            detail = "the daemon has others in force than the files now hold"
            yield Finding(check="policies: in force", state="bad", detail=detail, fix="enactctl reload")


def _receipts(patient: Patient) -> Iterator[Finding]:
    """Is the chain whole, and is there room for more of it?"""
    folder = patient.layout.receipts
    size = sum(file.stat().st_size for file in folder.glob("*.jsonl")) if folder.is_dir() else 0
    if size > VERIFY_LIMIT:
        yield Finding(check="receipts", detail=f"{size >> 20} MB, not verified here: enactctl receipts verify")
    else:
        report = verify(str(folder))
        if report.problem is not None:
            detail = f"record {report.problem.index}: {report.problem.reason}"
            yield Finding(check="receipts", state="bad", detail=detail, fix="enactctl receipts verify")
        else:
            yield Finding(check="receipts", detail=f"{report.records} in an unbroken chain")
    if folder.is_dir():
        space = os.statvfs(folder)
        free = space.f_bavail * space.f_frsize
        if free < FREE_LIMIT:
            detail = f"{free >> 20} MB are left; without room for a receipt every call is denied"
            yield Finding(check="receipts: room", state="bad", detail=detail, fix=f"df -h {folder}")


def _keys(patient: Patient) -> Iterator[Finding]:
    """Could anybody but the daemon read what signs the receipts, and would a cut of their end be seen elsewhere?"""
    folder = patient.layout.keys
    for key in sorted(folder.glob("*.key")) if folder.is_dir() else ():
        config.check_place(key, owners=(os.getuid(),), forbidden=0o077)
    yield Finding(
        check="keys",
        state="partial",
        why="opaque code of your own user can read them, whatever their mode",
        detail=f"it could sign from then on, not change earlier hours or what a checkpoint elsewhere covers; {STRONGER}",
    )
    status = patient.status
    if isinstance(status, UnreachableError):
        return
    if all(place.what == "time stamps" for place in status.places):
        why = "checkpoints stay on this disk: who can delete the log can delete them, too"
        detail = "name `receipts.places` in config.toml, or: enactctl receipts checkpoint -o FILE"
        yield Finding(check="keys: second place", state="none", why=why, detail=detail)
    for place in status.places:
        state: State = "bad" if place.failing else "full"
        fix = "enactctl status" if place.failing else ""
        check = "keys: time stamps" if place.what == "time stamps" else "keys: second place"
        yield Finding(check=check, state=state, detail=f"{place.place} {place.failing}".strip(), fix=fix)


def _readers(patient: Patient) -> Iterator[Finding]:
    """Do the second shell reader, the referee and the SQL reader work here?"""
    if Readers(None)._shfmt is None:
        yield Finding(
            check="readers: shfmt",
            state="none",
            why="the referee of shell readings is missing; more calls ask",
            fix="pip install --force-reinstall shfmt-py",
        )
    else:
        yield Finding(check="readers: shfmt", detail="found")
    pool = Pool()
    try:
        answer = pool.call("bashlex", "echo hello")
        if isinstance(answer, Failure):
            yield Finding(check="readers: workers", state="bad", detail=answer.reason, fix="enactctl doctor, once more")
        else:
            yield Finding(check="readers: workers", detail="they start and answer")
    finally:
        pool.close()


def _service(patient: Patient) -> Iterator[Finding]:
    """Who keeps the daemon running?"""
    why_not = service.unavailable(patient.layout)
    folder = service.unit_folder(patient.layout)
    if why_not:
        yield Finding(check="systemd", state="none", why=why_not, detail="the shim starts the daemon when it is needed")
        return
    wanted = service.unit_texts(patient.layout)
    for name, text in wanted.items():
        if text_of(folder / name) is None:
            yield Finding(check="systemd", state="none", why=f"{name} is not installed", fix="enactctl init")
            return
        if text_of(folder / name) != text:
            detail = f"{folder / name} is not what this version installs"
            yield Finding(
                check="systemd", state="partial", why="an edited or older unit", detail=detail, fix="enactctl init"
            )
            return
    yield Finding(check="systemd", detail=f"units in {folder}")
    if service.lingers() is False:
        why = "the daemon ends with your last login"
        yield Finding(check="systemd: linger", state="partial", why=why, fix="loginctl enable-linger")


def _platform(patient: Patient) -> Iterator[Finding]:
    """What this kernel can do, and what no program of the same user can promise."""
    yield from kernel(patient)
    yield Finding(
        check="platform: same user",
        state="partial",
        why="the daemon runs as you: opaque code of yours can end it, and ask for control from a terminal of its own",
        detail=STRONGER,
    )


def kernel(_: Patient) -> Iterator[Finding]:
    """What this kernel can do."""
    detail = f"{platform.system()} {platform.release()}, Python {platform.python_version()}"
    yield Finding(check="platform", detail=detail)
    yield mechanism("platform: SO_PEERPIDFD", peer.mechanism())
    yield _inotify()


def _inotify() -> Finding:
    if sys.platform != "linux":
        return Finding(
            check="platform: inotify", state="none", why="not Linux; changed policies are seen within a second"
        )
    from inotify_simple import INotify

    try:
        INotify().close()
    except OSError as error:
        why = f"{error.strerror}; changed policies are seen within a second"
        fix = "sysctl fs.inotify.max_user_instances=1024"
        return Finding(check="platform: inotify", state="none", why=why, fix=fix)
    return Finding(check="platform: inotify", detail="changed policies are seen at once")


CHECKS: Final[dict[str, Check]] = {
    "agent": _agent,
    "hooks": hooks,
    "approvals": approvals_checkup.approvals,
    "shim": _shim,
    "daemon": daemon,
    "self-test": self_test,
    "health": health_of,
    "policies": _policies,
    "readers": _readers,
    "receipts": _receipts,
    "keys": _keys,
    "files": _files,
    "systemd": _service,
    "platform": _platform,
}
