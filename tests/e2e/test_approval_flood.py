"""Whoever floods the page costs the page's own time: the gate goes on answering, and nothing is approved by accident."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from support.daemon import Daemon, bash, hook, layout, until
from support.processes import Agent

from enactd.approvals.tokens import Tokens


@pytest.fixture
def port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@pytest.fixture
def daemon(tmp_path: Path, port: int) -> Iterator[Daemon]:
    home = layout(tmp_path)
    home.prepare()
    home.config_file.write_text(f"[approvals]\ndialog = false\n[approvals.web]\nlisten = '127.0.0.1:{port}'\n")
    with Daemon(home) as running:
        yield running


def is_served(port: int) -> bool:
    with contextlib.suppress(httpx.TransportError):
        return httpx.get(f"http://127.0.0.1:{port}/", trust_env=False).status_code == 404
    return False


def flood(port: int, stop: threading.Event, codes: list[int]) -> None:
    """Forged, cut and empty tokens, in the address and in forms, as fast as it goes."""
    tokens = Tokens()
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=30) as client:
        while not stop.is_set():
            forged = tokens.issue("1-abcdef", "view", "owner", time.time() + 900)
            for path in (forged, forged[:40], "x"):
                with contextlib.suppress(httpx.TransportError):
                    codes.append(client.get(f"/approve/{path}").status_code)
                    codes.append(client.post(f"/approve/{path}", data={"token": forged}).status_code)


def test_the_gate_answers_while_the_page_is_flooded(daemon: Daemon, port: int, tmp_path: Path) -> None:
    """Two hundred idle connections and four that guess without pause: every call is judged, what asks still asks."""
    assert until(lambda: is_served(port), 30)
    agent = Agent(cwd=tmp_path)
    stop, codes = threading.Event(), []
    idle = [socket.create_connection(("127.0.0.1", port)) for _ in range(200)]
    floods = [threading.Thread(target=flood, args=(port, stop, codes)) for _ in range(4)]
    try:
        for number, connection in enumerate(idle):
            connection.sendall(b"POST /approve/x HTTP/1.1\r\nHost:"[: number % 30])
        for thread in floods:
            thread.start()
        for number in range(6):
            allowed = hook(agent, daemon.layout, bash("ls", call_id=f"a{number}", cwd=str(tmp_path)))
            asked = hook(agent, daemon.layout, bash("terraform destroy", call_id=f"b{number}", cwd=str(tmp_path)))
            assert 0 == allowed.exit_code
            assert b"deny" not in allowed.stdout
            assert b"deny" in asked.stdout
    finally:
        stop.set()
        for thread in floods:
            thread.join(60)
        for connection in idle:
            connection.close()
        agent.kill()
    assert codes
    assert set(codes) <= {403, 404, 429, 503}
    assert 429 in codes
    assert not [record for record in daemon.receipts() if record.kind == "approval"]
