"""docker compose: up and down are free of effects on data, volumes and images are told."""

from __future__ import annotations

import pytest
from support.clouds import told

ROWS: list[tuple[str, list[str]]] = [
    ("docker compose up -d", ["run project"]),
    ("docker compose up -V", ["run project", "remove volume +volumes"]),
    ("docker compose down", ["stop project"]),
    ("docker compose down -v", ["stop project +volumes"]),
    ("docker compose down --volumes=false", ["stop project"]),
    (
        "docker compose -f a.yml -p x down --volumes --rmi all",
        ["ReadPath /home/u/proj/a.yml", "stop project +volumes", "remove image +everything"],
    ),
    ("docker compose rm -fsv web", ["remove container +volumes"]),
    ("docker compose rm -f", ["remove container"]),
    ("docker compose stop", ["stop project"]),
    ("docker compose build --no-cache api", ["build image"]),
    ("docker compose push", ["push image"]),
    ("docker compose --dry-run down -v", []),
    ("docker compose down -v --dry-run", []),
    ("docker-compose down --volumes", ["stop project +volumes"]),
    ("docker-compose logs -f --tail=50 api", []),
    ("docker compose ps", []),
    ("docker compose restart api", ["start project"]),
    ("docker compose run --rm api rm -rf /srv/x", ["DeletePath /srv/x @docker api"]),
    ("docker compose exec -T db psql -U x -c 'drop table y'", ["RunSql drop @docker db"]),
    ("docker compose exec db sh -c 'rm -rf /srv/data'", ["DeletePath /srv/data @docker db"]),
    ("docker compose config", ["RevealSecret"]),
    ("docker compose config --services", []),
    ("docker compose config -q", []),
    ("docker compose convert -o out.yml", ["WritePath /home/u/proj/out.yml"]),
    ("docker compose cp web:/srv/x .", ["ReadPath /srv/x @docker web", "WritePath /home/u/proj"]),
    ('docker compose "$X"', ["Opaque"]),
]


@pytest.mark.parametrize(("command", "expected"), ROWS)
def test_command(command: str, expected: list[str]) -> None:
    """A command does what the table says, and nothing else."""
    assert expected == told(command)
