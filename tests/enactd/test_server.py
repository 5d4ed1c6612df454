"""One frame in, one frame out; bounds, time-outs, and nobody left waiting at the end."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from enactd import server as server_module
from enactd import wire
from enactd.call import HookCall, Reply
from enactd.config import Daemon
from enactd.gate import Answer
from enactd.health import Health
from enactd.server import Server
from enactd.wire import Kind

HOOK = wire.encode_hook(HookCall("a", "E", 9000, "1", b"x"))


class Gate:
    """Answers when it is let, and remembers what found nobody."""

    def __init__(self) -> None:
        self.open = asyncio.Event()
        self.open.set()
        self.called = asyncio.Event()
        self.calls: list[HookCall] = []
        self.lost: list[Any] = []
        self.gone: list[Any] = []

    async def answer(self, call: HookCall, witness: Any) -> Answer:
        self.calls.append(call)
        self.called.set()
        await self.open.wait()
        return Answer(Reply(0, call.stdin * 2))

    async def undelivered(self, answer: Answer) -> None:
        self.lost.append(answer)

    def left(self, task: Any) -> None:
        self.gone.append(task)

    def refused(self, problem: str) -> Reply:
        return Reply(2, b"", problem.encode())


async def control(payload: bytes, witness: Any) -> bytes:
    return payload[::-1]


class Running:
    def __init__(self, server: Server, gate: Gate, path: str, stop: asyncio.Event, task: asyncio.Task[None]) -> None:
        self.server, self.gate, self.path, self.stop, self.task = server, gate, path, stop, task

    async def send(self, data: bytes) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        reader, writer = await asyncio.open_unix_connection(self.path)
        writer.write(data)
        return reader, writer

    async def ask(self, data: bytes) -> list[wire.Frame]:
        reader, writer = await self.send(data)
        frames = wire.Decoder.of_client().feed(await asyncio.wait_for(reader.read(), 5))
        writer.close()
        return frames


@contextlib.asynccontextmanager
async def serving(folder: Path, **limits: Any) -> AsyncIterator[Running]:
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(folder / "s"))
    gate, stop = Gate(), asyncio.Event()
    held = Daemon(**limits)
    server = Server(listener, gate, control, lambda: held, Health())  # type: ignore[arg-type]
    ready = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        task = group.create_task(server.serve(stop, ready.set))
        await ready.wait()
        yield Running(server, gate, str(folder / "s"), stop, task)
        stop.set()


async def test_a_hook_call_is_answered_and_the_connection_closed(tmp_path: Path) -> None:
    """One call per connection; what follows the first frame is not read."""
    async with serving(tmp_path) as running:
        (frame,) = await running.ask(HOOK + HOOK)
        assert (Kind.ANSWER, Reply(0, b"xx")) == (frame.kind, wire.decode_answer(frame.payload))
        assert 1 == len(running.gate.calls)


async def test_control_has_its_own_way(tmp_path: Path) -> None:
    """A control frame goes to the control side and comes back as a reply."""
    async with serving(tmp_path) as running:
        (frame,) = await running.ask(wire.encode_control(b"ab"))
        assert (Kind.CONTROL_REPLY, b"ba\1") == (frame.kind, frame.payload)


async def test_a_frame_may_come_byte_by_byte(tmp_path: Path) -> None:
    """How the kernel cuts a message does not matter."""
    async with serving(tmp_path) as running:
        reader, writer = await running.send(b"")
        for byte in HOOK:
            writer.write(bytes([byte]))
            await writer.drain()
            await asyncio.sleep(0)
        assert await asyncio.wait_for(reader.read(), 5)


async def test_whoever_leaves_before_the_answer_is_told_of(tmp_path: Path) -> None:
    """An answer that found nobody reaches the gate again, exactly once."""
    async with serving(tmp_path) as running:
        running.gate.open.clear()
        _, writer = await running.send(HOOK)
        await running.gate.called.wait()
        writer.close()
        await asyncio.sleep(0.1)
        assert 1 == len(running.gate.gone)
        running.gate.open.set()
        await asyncio.sleep(0.1)
        assert 1 == len(running.gate.lost)
        await running.ask(HOOK)
        assert 1 == len(running.gate.lost)


async def test_a_long_decision_is_announced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The shim hears that somebody is at work, again and again."""
    monkeypatch.setattr(server_module, "KEEP_ALIVE_S", 0.05)
    async with serving(tmp_path) as running:
        running.gate.open.clear()
        asyncio.get_running_loop().call_later(0.2, running.gate.open.set)
        kinds = [frame.kind for frame in await running.ask(HOOK)]
        assert Kind.ANSWER == kinds.pop()
        assert {Kind.KEEP_ALIVE} == set(kinds)
        assert len(kinds) > 1


async def test_half_a_message_is_not_waited_for(tmp_path: Path) -> None:
    """After its time the connection is gone, and so is what it held."""
    async with serving(tmp_path, frame_ms=150) as running:
        reader, _ = await running.send(HOOK[:-1])
        with contextlib.suppress(ConnectionResetError):
            assert b"" == await asyncio.wait_for(reader.read(), 5)
        assert (0, 0) == (running.server.buffered, len(running.server.connections))


async def test_memory_is_bounded_over_all_connections(tmp_path: Path) -> None:
    """Messages that together are too large are answered no; the others stay."""
    async with serving(tmp_path, buffer_limit=1 << 25) as running:
        large = wire.encode_hook(HookCall("a", "E", 9, "1", b"x" * (15 << 20)))
        held = [await running.send(large[:-1]) for _ in range(2)]
        for _, writer in held:
            await writer.drain()
        await asyncio.sleep(0.5)
        assert 2 * len(large) - 2 == running.server.buffered
        reader, writer = await running.send(large[: 4 << 20])
        with contextlib.suppress(ConnectionError):  # whoever still sends may only see the end of the connection
            await writer.drain()
            assert b"\x02" in await asyncio.wait_for(reader.read(), 5)
        assert ["overloaded"] == [ailment.code for ailment in running.server.health.ailments()]
        for _, writer in held:
            writer.close()


async def test_at_the_end_nobody_is_left_without_a_word(tmp_path: Path) -> None:
    """A call that does not end in time is told that the daemon ends; then serving is over."""
    async with serving(tmp_path, drain_ms=100) as running:
        running.gate.open.clear()
        reader, _ = await running.send(HOOK)
        await running.gate.called.wait()
        running.stop.set()
        assert b"the daemon is ending" in await asyncio.wait_for(reader.read(), 5)
        await asyncio.wait_for(running.task, 5)


async def test_calls_that_run_are_waited_for(tmp_path: Path) -> None:
    """Within the time of the drain a decision is still delivered."""
    async with serving(tmp_path, drain_ms=5000) as running:
        running.gate.open.clear()
        reader, _ = await running.send(HOOK)
        await running.gate.called.wait()
        running.stop.set()
        await asyncio.sleep(0.05)
        running.gate.open.set()
        assert b"xx" in await asyncio.wait_for(reader.read(), 5)


async def test_nothing_starts_without_a_running_server(tmp_path: Path) -> None:
    """Background work goes through the one task group."""
    listener = socket.socket(socket.AF_UNIX)
    stopped = Server(listener, Gate(), control, Daemon, Health())  # type: ignore[arg-type]
    work = asyncio.sleep(0)
    with pytest.raises(RuntimeError):
        stopped.start(work)
    work.close()
    listener.close()
