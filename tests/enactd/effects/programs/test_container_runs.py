"""What a container gets of this machine, and what its command does with it."""

from __future__ import annotations

import pytest
from support.clouds import told

ROWS: list[tuple[str, list[str]]] = [
    ("docker run --rm alpine rm -rf /tmp/x /etc", ["run container"]),
    (
        "docker run --rm -v /home/u/proj:/w alpine rm -rf /w",
        ["run container /home/u/proj", "DeletePath /home/u/proj/*"],
    ),
    (
        'docker run --rm -v "$PWD":/w -w /w alpine rm -rf dist',
        ["run container /home/u/proj", "DeletePath /home/u/proj/dist"],
    ),
    ("docker run --rm -v /:/host alpine rm -rf /host/etc", ["run container /", "DeletePath /etc"]),
    (
        "docker run --rm -v /home/u/proj/src:/w alpine sh -c 'rm -rf /'",
        ["run container /home/u/proj/src", "DeletePath /home/u/proj/src/*"],
    ),
    ("docker run --rm -v data:/data alpine rm -rf /data", ["run container", "DeletePath /data @docker alpine"]),
    (
        "docker run --rm --mount type=bind,source=/srv,target=/x alpine rm -rf /x/y",
        ["run container /srv", "DeletePath /srv/y"],
    ),
    ("docker run --rm -itv /srv:/x alpine rm -rf /x/y", ["run container /srv", "DeletePath /srv/y"]),
    ("docker run -v /srv:/x alpine mv /x/a /tmp/a", ["run container /srv", "DeletePath /srv/a"]),
    ("docker run -v /srv:/x alpine cp /etc/hosts /x/hosts", ["run container /srv", "WritePath /srv/hosts"]),
    ('docker run --rm ubuntu bash -c "apt-get update && apt-get install -y curl"', ["run container"]),
    ("docker run -it --rm ubuntu bash", ["run container"]),
    (
        "docker run --rm -v /home/u/proj:/app -w /app node npm test",
        ["run container /home/u/proj", "RunCode @docker node"],
    ),
    ('docker run --rm alpine sh -c "$CMD"', ["run container"]),
    ("docker run --privileged alpine", ["run container +privileged"]),
    ("docker run --privileged=false alpine", ["run container"]),
    ("docker run -h tcp://somename --privileged alpine", ["run container +privileged"]),
    ("docker run -d --name pg -e POSTGRES_PASSWORD=x -p 5432:5432 postgres:16", ["run container"]),
    ("docker run --env-file .env app", ["run container", "ReadPath /home/u/proj/.env"]),
    ("docker run -v /var/run/docker.sock:/var/run/docker.sock x", ["run container /var/run/docker.sock"]),
    ("docker run --pid=host x", ["run container +privileged"]),
    ("docker run --cap-add=SYS_ADMIN x", ["run container +privileged"]),
    ("docker run --cap-add NET_BIND_SERVICE x", ["run container"]),
    ("docker run --device /dev/sda x", ["run container +privileged"]),
    (
        "docker run --rm hashicorp/terraform:1.5 destroy -auto-approve",
        ["run container", "destroy @docker hashicorp/terraform:1.5"],
    ),
    ("docker run --rm --entrypoint rm -v /srv:/x alpine -rf /x/y", ["run container /srv", "DeletePath /srv/y"]),
    (
        "docker run --rm postgres psql -h db.example.com -c 'drop table x'",
        ["run container", "RunSql drop @docker postgres"],
    ),
    ("docker run --help", []),
    ("docker create -v /srv:/x alpine", ["run container /srv"]),
    ("docker exec web ls /app", ["ReadPath /app @docker web"]),
    ("docker exec -it web bash", ["OpenShell @docker web"]),
    ("docker exec -w /srv web rm -rf data", ["DeletePath /srv/data @docker web"]),
    ('docker exec db psql -U postgres -c "drop table x"', ["RunSql drop @docker db"]),
    ("docker container exec web rm -rf /srv/x", ["DeletePath /srv/x @docker web"]),
]


@pytest.mark.parametrize(("command", "expected"), ROWS)
def test_command(command: str, expected: list[str]) -> None:
    """A command does what the table says, and nothing else."""
    assert expected == told(command)
