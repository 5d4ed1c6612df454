"""docker and podman: what is removed, pruned, pushed; reading and the project's own life are quiet."""

from __future__ import annotations

import pytest
from support.clouds import told

ROWS: list[tuple[str, list[str]]] = [
    ("docker ps -a", []),
    ("docker images", []),
    ("docker inspect web", []),
    ("docker inspect -f '{{.State.Status}}' web", []),
    ("docker inspect --format '{{json .Config.Env}}' web", ["RevealSecret"]),
    ("docker container inspect -f '{{range .Config.Env}}{{println .}}{{end}}' web", ["RevealSecret"]),
    ("docker build -t app:dev .", ["build image", "ReadPath /home/u/proj"]),
    (
        "docker build -t app -f d/Dockerfile .",
        ["build image", "ReadPath /home/u/proj", "ReadPath /home/u/proj/d/Dockerfile"],
    ),
    ("docker build -t app https://github.com/x/y.git", ["build image", "RunCode"]),
    ("docker buildx build --push -t org/app .", ["push image", "ReadPath /home/u/proj"]),
    ("docker buildx bake --print", []),
    ("docker buildx prune -af", ["prune builder +everything +force"]),
    ("docker rm web", ["remove container"]),
    ("docker container rm web", ["remove container"]),
    ("docker rm -f web", ["remove container +force"]),
    ('docker rm "$NAME"', ["remove container +everything"]),
    ("docker rm -f $(docker ps -aq)", ["remove container +everything +force"]),
    ("docker rm -fv web", ["remove container +volumes +force"]),
    ("docker rmi app:dev", ["remove image"]),
    ("docker image rm -f app:dev", ["remove image +force"]),
    ("docker volume rm db_data", ["remove volume +volumes"]),
    ("docker volume ls", []),
    ("docker volume create x", []),
    ("docker system prune -af --volumes", ["prune system +everything +volumes +force"]),
    ("docker system prune --all", ["prune system +everything"]),
    ("docker system df", []),
    ("docker container prune -f", ["prune container +force"]),
    ("docker image prune", ["prune image"]),
    ("docker builder prune -f", ["prune builder +force"]),
    ("docker network prune -f", ["prune network +force"]),
    ("docker network rm x", ["remove network"]),
    ("docker push org/app", ["push image"]),
    ("docker push localhost:5000/app", ["build image"]),
    ("docker pull nginx", ["pull image"]),
    ("docker login -u x --password-stdin", []),
    ("docker stop $(docker ps -q)", ["stop container +everything"]),
    ("docker kill web", ["stop container"]),
    ("docker restart web", ["start container"]),
    ("docker save -o x.tar app", ["WritePath /home/u/proj/x.tar"]),
    ("docker load -i x.tar", ["ReadPath /home/u/proj/x.tar", "pull image"]),
    ("docker cp web:/app/log.txt /tmp/log.txt", ["ReadPath /app/log.txt @docker web", "WritePath /tmp/log.txt"]),
    ("docker cp ./x web:/y", ["ReadPath /home/u/proj/x"]),
    ('docker "$CMD" x', ["Opaque"]),
    ("docker stack deploy -c x.yml app", ["deploy"]),
    ("docker service scale web=3", ["scale"]),
    ("docker service ls", []),
    ("docker swarm leave --force", ["destroy"]),
    ("docker swarm join-token worker", ["secret-read", "RevealSecret"]),
    ("docker secret rm x", ["delete"]),
    ("docker context use prod", []),
    ("docker --version", []),
    ("docker help rm", []),
    ("docker rm --help", []),
    ("podman volume prune -f", ["prune volume +volumes +force"]),
    ("podman image prune -a -f", ["prune image +everything +force"]),
    ("podman system reset", ["prune system +everything +volumes"]),
    ("podman machine rm", ["remove system"]),
    ("podman pod rm -f x", ["remove pod +force"]),
    ("skopeo copy docker://a docker://b", ["push image"]),
    ("skopeo copy docker://a dir:x", []),
    ("skopeo inspect docker://a", []),
    ("skopeo delete docker://a", ["delete"]),
]


@pytest.mark.parametrize(("command", "expected"), ROWS)
def test_command(command: str, expected: list[str]) -> None:
    """A command does what the table says, and nothing else."""
    assert expected == told(command)
