"""Permission is in the route table, and a route without it does not exist."""

from __future__ import annotations

import os
from typing import Any

import msgspec
import pytest
from support.processes import Agent, sleeping

from enactd import peer, wire
from enactd.control import ADMIN, OBSERVE, Control, MacRange, Route
from enactd.errors import EnactError, RefusedError
from enactd.origin import Origins
from enactd.peer import Seen
from enactd.report import ControlReply, Problem, Request

refusals: list[str] = []


async def echo(arguments: Any) -> Any:
    return arguments


async def fail(_: Any) -> Any:
    raise EnactError("it failed", fix="mend it")


async def note(route: str, seen: Seen, error: RefusedError) -> None:
    refusals.append(route)


def control() -> Control:
    refusals.clear()
    routes = (
        Route("look", needs=OBSERVE, run=echo),
        Route("range", needs=OBSERVE, run=echo, takes=MacRange),
        Route("change", needs=ADMIN, run=echo),
        Route("fail", needs=OBSERVE, run=fail),
    )
    return Control(routes, Origins(), note)


def seen(pid: int, foreign: tuple[str, ...] = ()) -> Seen:
    process = peer.process_of(pid)
    assert process is not None
    return Seen(uid=os.getuid(), gid=0, process=process, foreign=foreign)


async def ask(side: Control, route: str, witness: Seen | RefusedError, **arguments: Any) -> Problem | Any:
    request = msgspec.json.encode(Request(route=route, client="1", arguments=arguments))
    return read(await side.answer(bytes([wire.VERSION]) + request, witness))


def read(payload: bytes) -> Problem | Any:
    reply = msgspec.json.decode(payload, type=ControlReply)
    return reply.problem or msgspec.json.decode(reply.value)


@pytest.mark.parametrize("needs", [{}, {"needs": None}, {"needs": "admin"}, {"needs": True}])
def test_a_route_without_a_need_does_not_construct(needs: dict[str, Any]) -> None:
    """Nobody can forget to say who may."""
    with pytest.raises(TypeError):
        Route("x", run=echo, **needs)


async def test_looking_is_free_and_changing_is_not() -> None:
    """Below an agent OBSERVE works, ADMIN is refused and told on."""
    side = control()
    with Agent() as agent:
        side._origins.admit(seen(agent.start("sleep", "60")), "a", "s", "/")
        below = seen(agent.start("sleep", "60"))
        assert {} == await ask(side, "look", below)
        assert "E2003" == (await ask(side, "change", below)).code
    assert ["change"] == refusals


async def test_a_person_changes() -> None:
    """Who is no agent may."""
    side = control()
    person = sleeping({})
    assert {} == await ask(side, "change", seen(person.pid))
    person.kill()
    person.wait()
    assert [] == refusals


async def test_a_caller_who_cannot_be_told_hears_why() -> None:
    """A refusal of the kernel's witness is the answer."""
    assert "E2003" == (await ask(control(), "look", RefusedError("gone"))).code


async def test_other_namespaces_are_refused() -> None:
    """Even looking: what would be seen is not about them."""
    assert "another namespace" in (await ask(control(), "look", seen(os.getpid(), ("user",)))).problem


@pytest.mark.parametrize(
    ("route", "arguments", "code"),
    [
        ("nothing", {}, "E1001"),
        ("look", {"x": 1}, "E1001"),
        ("range", {"first": "x"}, "E1001"),
        ("range", {"other": 1}, "E1001"),
        ("fail", {}, "E1000"),
    ],
)
async def test_requests_that_make_no_sense_are_told(route: str, arguments: dict[str, Any], code: str) -> None:
    """Unknown routes, wrong arguments and failures are problems with a code."""
    assert code == (await ask(control(), route, seen(os.getpid()), **arguments)).code


@pytest.mark.parametrize("payload", [b"", b"\1", b"\1{", b"\1[]", b"\1\xff", b"\x63{}", b"\1" + b"[" * 100_000])
async def test_garbage_is_answered(payload: bytes) -> None:
    """Whatever comes, a reply goes back."""
    assert "E2002" == read(await control().answer(payload, seen(os.getpid()))).code
