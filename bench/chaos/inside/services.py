"""The databases of a world, started on data that was copied for this run alone."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from pathlib import Path

POSTGRES = Path("/srv/postgres")
REDIS = Path("/srv/redis")
REDIS_PORT = 6379
_WAIT_S = 30


def start(names: list[str], programs: dict[str, str]) -> None:
    """Start the named services and wait until they answer. Raises `OSError` for one that does not."""
    if "postgres" in names:
        _postgres(programs["postgres"])
    if "redis" in names:
        _redis(programs["redis"])


def _postgres(program: str) -> None:
    (POSTGRES / "postmaster.pid").unlink(missing_ok=True)
    Path("/run/postgresql").mkdir(exist_ok=True)
    words = [program, "-D", str(POSTGRES), "-k", "/run/postgresql", "-c", "listen_addresses=127.0.0.1"]
    words += ["-c", "fsync=off", "-c", "autovacuum=off", "-c", "max_connections=20", "-c", "shared_buffers=8MB"]
    subprocess.Popen(
        words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    _until(_answers_postgres, "postgres")


def _answers_postgres() -> bool:
    words = ["psql", "-XqAt", "-d", "postgres", "-c", "SELECT 1"]
    return subprocess.run(words, capture_output=True, env=environment(), check=False).stdout == b"1\n"


def environment() -> dict[str, str]:
    """How the world's own tools reach its databases."""
    found = {"PGHOST": "127.0.0.1", "PGUSER": "dev", "PGDATABASE": "shop", "HOME": "/home/dev"}
    return {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), **found}


def _redis(program: str) -> None:
    words = [program, "--port", str(REDIS_PORT), "--bind", "127.0.0.1", "--dir", str(REDIS), "--save", ""]
    words += ["--appendonly", "yes", "--appendfsync", "always", "--protected-mode", "no"]
    subprocess.Popen(
        words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    _until(lambda: redis_command("PING") == "PONG", "redis")


def redis_command(*words: str) -> object:
    """One command; None where the server does not answer."""
    try:
        with socket.create_connection(("127.0.0.1", REDIS_PORT), timeout=5) as connection:
            parts = [word.encode() for word in words]
            text = b"*%d\r\n" % len(parts) + b"".join(b"$%d\r\n%s\r\n" % (len(part), part) for part in parts)
            connection.sendall(text)
            return _reply(connection.makefile("rb"))
    except OSError:
        return None


def _reply(stream: object) -> object:
    line = stream.readline().rstrip(b"\r\n")  # type: ignore[attr-defined]
    kind, rest = line[:1], line[1:]
    if kind in (b"+", b"-"):
        return rest.decode("utf-8", "replace")
    if kind == b":":
        return int(rest)
    if kind == b"$":
        size = int(rest)
        return None if size < 0 else stream.read(size + 2)[:-2]  # type: ignore[attr-defined]
    return [_reply(stream) for _ in range(int(rest))]


def _until(answers: object, name: str) -> None:
    end = time.monotonic() + _WAIT_S
    while not answers():  # type: ignore[operator]
        if time.monotonic() > end:
            raise OSError(f"{name} does not answer")
        time.sleep(0.05)
