"""tmux, screen, script, busybox."""

from __future__ import annotations

import pytest
from support.summary import summaries

ROWS = [
    ("tmux new-session -d -s x 'rm -rf /'", ["delete recursive /"]),
    ("tmux new -d rm -rf /", ["delete recursive /"]),
    ("asciinema upload x.cast", ["send asciinema upload asciinema.org"]),
    ("tmux send-keys -t x 'rm -rf /' Enter", ["delete recursive /"]),
    ("tmux send-keys -t x 'rm' Space '-rf /' C-m", ["delete recursive /"]),
    ("tmux send-keys 'ls' C-c", []),
    ("tmux split-window 'rm a' \\; run-shell 'rm b'", ["delete ./a", "delete ./b"]),
    ("tmux kill-server", ["SignalProcess named tmux kill-server HUP"]),
    ("tmux kill-session -t x", ["SignalProcess one tmux kill-session x HUP"]),
    ("tmux ls", []),
    ("tmux attach", []),
    ("tmux -f conf new", ["content hidden ./conf", "Opaque commands for tmux out of conf SENSITIVE"]),
    ("screen -dmS x rm a", ["delete ./a"]),
    ("screen -S x -X stuff 'rm a\\n'", ["delete ./a"]),
    ("screen -ls", []),
    ("screen -X -S x quit", ["SignalProcess one a screen session HUP"]),
    ("script -c 'rm a' log", ["overwrite ./log", "delete ./a"]),
    ("script -q log rm a", ["overwrite ./log", "delete ./a"]),
    ("script", ["overwrite ./typescript", "OpenShell script this machine"]),
    ("busybox rm -rf /", ["delete recursive /"]),
    ("busybox sh -c 'rm a'", ["delete ./a"]),
    ("busybox --list", []),
    ("expect -c 'spawn rm a'", ["delete ./a"]),
    ("script -qc 'rm a' /dev/null", ["overwrite /dev/null", "delete ./a"]),
]


@pytest.mark.parametrize(("command", "expected"), ROWS)
def test_terminals_rows(command: str, expected: list[str]) -> None:
    """Sessions are looked through."""
    assert expected == summaries(command)
