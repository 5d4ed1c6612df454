"""The daemon as a systemd user service; where no user manager can run, a stand-in obeys the units' ExecStart."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from pathlib import Path

from support.enactctl import ROOT

from enactd.config import Layout
from enactd.setup import service

SYSTEMCTL = """#!{python}
import os, pathlib, pwd, shlex, signal, subprocess, sys, time
home = pathlib.Path(pwd.getpwuid(os.getuid()).pw_dir)
assert "--user" == sys.argv[1]
verb, pid = sys.argv[2], home / "service.pid"
with (home / "systemctl.log").open("a") as log:
    print(*sys.argv[2:], file=log)
def running():
    try:
        os.kill(int(pid.read_text()), 0)
    except (OSError, ValueError):
        return False
    return True
def stop():
    if running():
        os.kill(int(pid.read_text()), signal.SIGTERM)
        while running():
            time.sleep(0.02)
if verb == "is-active":
    sys.exit(0 if running() else 3)
if verb in ("disable", "restart"):
    stop()
if verb in ("enable", "restart") and not running():
    unit = (home / ".config/systemd/user/enactd.service").read_text()
    line = next(text for text in unit.splitlines() if text.startswith("ExecStart="))
    words = [word.replace("%%", "%").replace("$$", "$") for word in shlex.split(line.partition("=")[2])]
    null = subprocess.DEVNULL
    outer = os.fork()
    if outer == 0:
        started = subprocess.Popen(words, stdin=null, stdout=null, stderr=null, env={{"PATH": "/usr/bin:/bin"}}, cwd="/")
        pid.write_text(str(started.pid))
        os._exit(0)
    os.waitpid(outer, 0)
"""


def test_exec_start_is_the_installed_daemon(tmp_path: Path) -> None:
    """ExecStart is absolute, and quoted so that systemd sees the words that we mean."""
    texts = service.unit_texts(Layout.under(tmp_path / "100% $HOME"))
    line = next(text for text in texts["enactd.service"].splitlines() if text.startswith("ExecStart="))
    words = shlex.split(line.removeprefix("ExecStart="))
    assert sys.executable == words[0]
    assert ["--home", f"{tmp_path}/100%% $$HOME"] == words[-2:]
    assert "ListenStream=" in texts["enactd.socket"]


def test_a_home_of_its_own_is_no_service(tmp_path: Path) -> None:
    """Tests and containers get a daemon in the background."""
    assert service.unavailable(Layout.under(tmp_path))


def test_init_and_uninstall_with_a_user_manager(tmp_path: Path) -> None:
    """Units are installed, enabled and used; a second init changes nothing, an edited unit
    is put right; uninstall takes all of it away."""
    home, etc, bin_ = tmp_path / "ada", tmp_path / "etc", tmp_path / "bin"
    for folder in (home, bin_):
        folder.mkdir()
    subprocess.run(["cp", "-a", "/etc", str(etc)], check=True)
    (etc / "passwd").write_text(f"root:x:0:0:root:{home}:/bin/sh\n")
    (bin_ / "systemctl").write_text(SYSTEMCTL.format(python=sys.executable))
    (bin_ / "systemctl").chmod(0o755)
    script = """
    set -e
    mount --bind "$1" /etc; shift
    mount -t tmpfs none /run
    mkdir -p -m 700 /run/user/0
    "$@" init
    "$@" status --json
    "$@" init
    "$@" status --json
    echo "# edited" >> ~/.config/systemd/user/enactd.service
    "$@" init
    ls ~/.config/systemd/user
    "$@" uninstall --purge
    """
    done = subprocess.run(
        ["unshare", "-m", "sh", "-c", script, "sh", str(etc), sys.executable, "-m", "enactd.cli"],
        env={"PATH": f"{bin_}:/usr/sbin:/usr/bin:/sbin:/bin", "PYTHONPATH": str(ROOT), "HOME": str(home)},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert 0 == done.returncode, done.stderr + done.stdout
    assert 3 == done.stdout.count(", as a systemd user service")
    answers = [json.loads(text)["status"] for text in done.stdout.splitlines() if text.startswith("{")]
    assert answers[0]["pid"] == answers[1]["pid"]
    assert "/run/user/0/enactd/enactd.sock" == answers[0]["socket"]
    assert "enactd.service\nenactd.socket\n" in done.stdout
    assert "removed  unit " in done.stdout
    calls = (home / "systemctl.log").read_text().splitlines()
    assert 1 == calls.count("restart enactd.service")
    assert "disable --now enactd.socket enactd.service" in calls
    assert not list((home / ".config" / "systemd" / "user").iterdir())
