"""An engine elsewhere makes its changes ones of infrastructure."""

from __future__ import annotations

import pytest
from support.clouds import told

ROWS: list[tuple[str, list[str]]] = [
    ("docker -H tcp://prod:2375 ps", []),
    ("docker -H tcp://prod:2375 stop web", ["stop container", "restart in tcp://prod:2375"]),
    ("docker -H unix:///var/run/docker.sock stop web", ["stop container"]),
    ("docker -H tcp://127.0.0.1:2375 stop web", ["stop container"]),
    ("DOCKER_HOST=ssh://prod docker compose up -d", ["run project", "deploy in ssh://prod"]),
    ('DOCKER_HOST="$H" docker rm web', ["remove container", "delete in <$H is not known>"]),
    ("DOCKER_CONTEXT=prod docker rm web", ["remove container", "delete in prod"]),
    ("docker --context prod rm -f web", ["remove container +force", "delete in prod"]),
    ("docker --context desktop-linux rm web", ["remove container"]),
    ('ssh prod "cd /srv/zap && docker compose up -d"', ["run project @ssh prod", "deploy in ssh prod @ssh prod"]),
]


@pytest.mark.parametrize(("command", "expected"), ROWS)
def test_command(command: str, expected: list[str]) -> None:
    """A command does what the table says, and nothing else."""
    assert expected == told(command)
