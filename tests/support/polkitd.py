"""The real polkitd on a bus of its own, with the action that is shipped and a rule of the test's; nothing is installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from enactd.approvals import polkit
from support.daemon import until

PROGRAMS = ("/usr/lib/polkit-1/polkitd", "/usr/libexec/polkitd")
BUS = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>system</type><listen>unix:path={socket}</listen><auth>EXTERNAL</auth>
<policy context="default"><allow user="*"/><allow own="*"/><allow send_destination="*"/><allow receive_sender="*"/>
</policy></busconfig>
"""
RULE = 'polkit.addRule(function(action, subject) {{ if (action.id == "{action}") return {result}; }});'
# Mounts of its own, so that the machine's actions and rules stay as they are.
INSIDE = """
set -e
mount -t tmpfs -o mode=0755 none /usr/share/polkit-1/actions
cp "$1" /usr/share/polkit-1/actions/
mount -t tmpfs -o mode=0755 none /etc/polkit-1/rules.d
cp "$2" /etc/polkit-1/rules.d/
exec "$3" --no-debug
"""


@contextmanager
def polkitd(result: str, *, action: str = "org.enactd.approve", owner: str = "enactd") -> Iterator[dict[str, str]]:
    """A polkitd whose rule for the action is `result` (`polkit.Result.YES`); the variables by which it is found.

    `owner` is the user that may ask about processes of others, in place of the daemon's.
    """
    if os.geteuid() != 0:
        pytest.skip("polkit was NOT tried: polkitd starts as root only")
    program = next((path for path in PROGRAMS if os.access(path, os.X_OK)), "")
    assert program, "polkitd is not installed"
    assert shutil.which("dbus-daemon"), "dbus-daemon is not installed"
    with tempfile.TemporaryDirectory(prefix="polkit-") as folder:
        Path(folder).chmod(0o755)  # polkitd gives up being root
        shipped = Path(folder) / polkit.policy_file().name
        shipped.write_text(polkit.policy_file().read_text().replace("unix-user:enactd", f"unix-user:{owner}"))
        shipped.chmod(0o644)
        yield from _running(Path(folder), program, RULE.format(action=action, result=result), shipped)


def _running(folder: Path, program: str, text: str, action: Path) -> Iterator[dict[str, str]]:
    rule, bus, socket = folder / "10-test.rules", folder / "bus.conf", folder / "bus"
    rule.write_text(text)
    rule.chmod(0o644)
    bus.write_text(BUS.format(socket=socket))
    environment = {"PATH": "/usr/bin:/bin", "DBUS_SYSTEM_BUS_ADDRESS": f"unix:path={socket}"}
    daemon = subprocess.Popen(["dbus-daemon", f"--config-file={bus}", "--nofork"], stderr=subprocess.DEVNULL)
    try:
        assert until(socket.exists, 20)
        socket.chmod(0o777)
        for above in (folder, *folder.parents):  # polkitd gives up being root
            if above.owner() == "root" and str(above).startswith("/tmp/"):
                above.chmod(above.stat().st_mode | 0o011)
        words = ["unshare", "-m", "--propagation", "private", "sh", "-c", INSIDE, "sh", str(action), str(rule), program]
        authority = subprocess.Popen(words, env=environment, stderr=subprocess.DEVNULL)
        try:
            assert until(lambda: answers(environment), 30)
            yield environment
        finally:
            authority.terminate()
            authority.wait(20)
    finally:
        daemon.terminate()
        daemon.wait(20)


def answers(environment: dict[str, str]) -> bool:
    """Whether polkit knows the action; 127 is what pkcheck says when there is nobody to ask."""
    words = ["pkcheck", "--action-id", "org.enactd.approve", "--process", str(os.getpid())]
    return subprocess.run(words, env=environment, capture_output=True, check=False).returncode != 127
