"""The units are what systemd accepts, and give the daemon the user's files as the agents see them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from support.required import need

UNITS = Path(__file__).resolve().parents[2] / "systemd"
OWN_MOUNTS = (
    "PrivateTmp PrivateDevices PrivateMounts PrivateUsers PrivatePIDs ProtectSystem ProtectHome ProtectProc "
    "ProtectKernelTunables ProtectKernelModules ProtectKernelLogs ProtectControlGroups ProtectHostname ReadOnlyPaths "
    "ReadWritePaths InaccessiblePaths BindPaths BindReadOnlyPaths TemporaryFileSystem RootDirectory RootImage "
    "MountFlags DynamicUser ProcSubset NoExecPaths ExecPaths"
).split()


def settings(name: str) -> dict[str, str]:
    lines = (UNITS / name).read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))


def test_systemd_accepts_the_units(tmp_path: Path) -> None:
    """`systemd-analyze verify` finds nothing to say, with the command that `enactctl init` would write."""
    need("systemd-analyze", "the units were NOT verified")
    for unit in (UNITS / name for name in ("enactd.service", "enactd.socket")):  # those of a user
        text = unit.read_text().replace("ExecStart=enactd ", f"ExecStart={sys.executable} -m enactd ")
        (tmp_path / unit.name).write_text(text)
    environment = {"XDG_RUNTIME_DIR": str(tmp_path), "PATH": "/usr/bin:/bin", "HOME": "/"}
    done = subprocess.run(
        ["systemd-analyze", "--user", "verify", "--recursive-errors=yes", *map(str, sorted(tmp_path.iterdir()))],
        capture_output=True, text=True, check=False, env=environment,
    )  # fmt: skip
    assert (0, "") == (done.returncode, done.stdout + done.stderr)


def test_the_daemon_has_no_mounts_of_its_own() -> None:
    """Callers from other mount namespaces are refused, so the daemon may not be put into one."""
    assert not set(OWN_MOUNTS) & settings("enactd.service").keys()


def test_a_stopped_daemon_stays_stopped_and_a_killed_one_returns() -> None:
    """`enactd stop` is obeyed; a crash is mended within moments."""
    service = settings("enactd.service")
    assert ("on-failure", "notify") == (service["Restart"], service["Type"])
    assert 0 < int(service["WatchdogSec"])


def test_the_socket_is_where_the_shim_looks() -> None:
    """In the user's runtime folder, for the user alone."""
    unit = settings("enactd.socket")
    assert ("%t/enactd/enactd.sock", "0600", "0700") == (
        unit["ListenStream"],
        unit["SocketMode"],
        unit["DirectoryMode"],
    )
