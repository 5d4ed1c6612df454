"""Namespaces and sandboxes."""

from __future__ import annotations

import pytest
from support.summary import summaries

ROWS = [
    ("chroot /mnt rm a", ["delete ./a"]),
    ("chroot /mnt", ["OpenShell chroot this machine"]),
    ("unshare -r -m rm a", ["delete ./a"]),
    ("nsenter -t 1 -m -u rm a", ["delete ./a"]),
    ("bwrap --ro-bind / / --dev /dev rm a", ["delete ./a"]),
    ("firejail --net=none rm a", ["delete ./a"]),
    ("proot -r /x -b /dev rm a", ["delete ./a"]),
    ("systemd-run rm a", ["root@ delete ./a"]),
    ("systemd-run --user --on-calendar=daily rm a", ["ScheduleJob systemd-run rm a", "delete ./a"]),
    ("systemd-run -p X=y --wait rm a", ["root@ delete ./a"]),
    ("sandbox-exec -f p.sb rm a", ["delete ./a"]),
    ("systemd-run --version", []),
]


@pytest.mark.parametrize(("command", "expected"), ROWS)
def test_isolation_rows(command: str, expected: list[str]) -> None:
    """The command behind the sandbox is read."""
    assert expected == summaries(command)
