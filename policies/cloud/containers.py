"""Containers, images and volumes removed at large; containers that reach out of their box.

Why
    Volumes hold databases, a prune takes other projects' things, a privileged container owns the machine.
Instead
    Remove the project's own stopped containers by name.
Blind spots
    What an image does when it starts.
"""

from enactd.policy import Ask, ChangeContainers, Context, Opinions, policy, tool

SOCKETS = ("docker.sock", "podman.sock", "containerd.sock", "crio.sock")
PRIVATE = ("home", "root", "system-root", "in-home", "gate", "agent-settings")


@policy(
    watches=ChangeContainers,
    severity="high",
    stage="stable",
    since="0.1",
    incidents=("IN-01", "IN-03", "IN-04", "IN-05"),
    asks=(
        "docker system prune -af --volumes",
        "docker volume rm db_data",
        "docker compose down -v",
        "docker rm -f $(docker ps -aq)",
        "docker run --privileged alpine",
        "docker run -v /:/host alpine",
        "docker run -v ~/.ssh:/k alpine",
        "podman image prune -a -f",
        "docker push org/app",
        "docker run -v /run/podman/podman.sock:/s podman",
        tool("mcp__shell__execute_command", command="docker system prune -af --volumes"),
        "python3 -c \"import os; os.system('docker volume rm db_data')\"",
    ),
    allows=(
        "docker build -t app .",
        "docker run --rm -v $PWD:/app node npm test",
        "docker compose up -d",
        "docker compose down",
        "docker run --rm -v ~/.cache/pip:/root/.cache/pip -v $PWD:/app python:3.12 pytest",
        "docker run --rm ubuntu bash -c 'apt-get update && apt-get install -y curl'",
        "docker rm web",
        "docker rm -f web",
        "docker rmi app:old",
        "docker ps -a",
        tool("mcp__docker__list_containers"),
        "python3 -c \"import subprocess; subprocess.run(['docker', 'ps'])\"",
    ),
    misses=("docker run --rm -v $PWD:/app example/cleaner --all",),
)
def check(change: ChangeContainers, context: Context) -> Opinions:
    if change.verb == "prune":
        yield Ask(f"`{change.source}` removes everything that is not in use just now")
    elif change.verb == "remove" and (change.what in ("volume", "system", "network-all") or change.volumes):
        yield Ask(
            f"`{change.source}` removes {change.what}{' with volumes' if change.volumes and change.what != 'volume' else ''}"
        )
    elif change.verb == "remove" and (change.everything or (change.force and not named(change))):
        yield Ask(f"`{change.source}` removes {change.what or 'container'}s at large or by force")
    elif change.verb == "push":
        yield Ask(f"`{change.source}` publishes an image")
    elif change.volumes and change.verb in ("stop", "remove"):
        yield Ask(f"`{change.source}` removes volumes")
    if change.privileged:
        yield Ask(f"`{change.source}` gives the container the whole machine")
    for mount in change.mounts:
        if (mount.area in PRIVATE and "build-output" not in mount.nature) or mount.secret or "private" in mount.nature:
            yield Ask(f"`{change.source}` shows `{mount.shown}` to the container")
        elif mount.shown.endswith(SOCKETS):
            yield Ask(f"`{mount.shown}` gives the container the whole machine")


def named(change: ChangeContainers) -> bool:
    """Whether containers go that are called by their names: `rm -f web` is `stop web` and `rm web`."""
    return change.what == "container" and bool(change.names)
