"""The daemon's side of `enactctl`: a table of routes, each with what it needs.

Permission is in the table and nowhere else. A route that does not say what it needs cannot be built.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import KW_ONLY, dataclass
from enum import Enum
from typing import Any, Protocol

import msgspec

from enactd import __version__, wire
from enactd.errors import EnactError, ProtocolError, RefusedError, UsageError
from enactd.origin import Origins, check_shared
from enactd.peer import Seen
from enactd.report import ControlReply, Given, Problem, Request

Run = Callable[[Any], Awaitable[Any]]
Refused = Callable[[str, Seen, RefusedError], Awaitable[None]]
Prove = Callable[[Seen, Given], Awaitable[None]]
"""Raises `RefusedError` unless who asks has proved to be the operator, as the settings in force want it."""


class Authority(Protocol):
    """Who decides instead of `Origins.may_control` who may control; a daemon of the machine has one."""

    async def permit(self, seen: Seen) -> None:
        """Raise `RefusedError` unless the caller may. May wait while a person types a password."""


class Access(Enum):
    """What a route needs: `OBSERVE` is open to agents and what they start, `ADMIN` never is."""

    OBSERVE = "observe"
    ADMIN = "admin"


OBSERVE, ADMIN = Access.OBSERVE, Access.ADMIN


class NoArguments(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """For routes that take none."""


class Proved(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a route with `proof` takes at least."""

    given: Given = Given()


class Named(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One thing, by its name."""

    name: str


class MacRange(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which receipts to check, both ends included; no `last` means up to the newest."""

    first: int = 0
    last: int | None = None


@dataclass(frozen=True)
class Route:
    """One thing a client can ask for. `run` gets the parsed arguments and may raise `EnactError`.

    `known` gets who asks, too, for what depends on that. `proof`: it could loosen, so it also takes the operator's
    proof, where that is more than a terminal.
    """

    name: str
    _: KW_ONLY
    needs: Access
    run: Run | None = None
    known: Callable[[Any, Seen], Awaitable[Any]] | None = None
    takes: type[Any] = NoArguments
    proof: bool = False

    def __post_init__(self) -> None:
        if not isinstance(self.needs, Access):
            raise TypeError(f"route `{self.name}` does not say what it needs")
        if (self.run is None) is (self.known is None):
            raise TypeError(f"route `{self.name}` does not say what it does, or says it twice")
        if self.proof and not (self.needs is ADMIN and issubclass(self.takes, Proved)):
            raise TypeError(f"route `{self.name}` wants a proof and takes none")

    async def answer(self, arguments: Any, seen: Seen) -> Any:
        """What it does."""
        if self.known is not None:
            return await self.known(arguments, seen)
        assert self.run is not None
        return await self.run(arguments)


class Control:
    """Answers control requests by the table. `refused` is told whenever an ADMIN route is denied."""

    def __init__(
        self, routes: Iterable[Route], origins: Origins, refused: Refused, authority: Authority | None = None,
        prove: Prove | None = None,
    ) -> None:  # fmt: skip
        self._prove = prove or _proves_nothing
        self._routes = {route.name: route for route in routes}
        self._origins = origins
        self._refused = refused
        self._authority = authority

    async def answer(self, payload: bytes, witness: Seen | RefusedError) -> bytes:
        """The reply to one control frame; every expected failure is in it."""
        try:
            value = await self._run(payload, witness)
        except EnactError as error:
            return failed(error)
        return msgspec.json.encode(ControlReply(daemon=__version__, value=msgspec.Raw(msgspec.json.encode(value))))

    async def _run(self, payload: bytes, witness: Seen | RefusedError) -> Any:
        if isinstance(witness, RefusedError):
            raise witness
        try:
            request = msgspec.json.decode(wire.decode_control(payload), type=Request)
        except (msgspec.MsgspecError, RecursionError) as error:
            raise ProtocolError("a request that is not one", cause=str(error)) from None
        route = self._routes.get(request.route)
        if route is None:
            raise UsageError(
                f"`{request.route}` is not a route",
                cause=f"the daemon is version {__version__}, the client {request.client}",
                fix="enactd start   # replaces an older daemon",
            )
        try:
            await self._permit(route, witness)
        except RefusedError as error:
            await self._refused(route.name, witness, error)
            raise
        try:
            arguments: Any = msgspec.convert(request.arguments, route.takes)
        except msgspec.ValidationError as error:
            raise UsageError(f"`{route.name}` does not take these arguments", cause=str(error)) from None
        if route.proof:
            await self._prove(witness, arguments.given)
        return await route.answer(arguments, witness)

    async def _permit(self, route: Route, seen: Seen) -> None:
        check_shared(seen)
        if route.needs is not ADMIN:
            return
        if self._authority is not None:
            await self._authority.permit(seen)
        else:
            self._origins.may_control(seen)


async def _proves_nothing(seen: Seen, given: Given) -> None:
    raise RefusedError("nothing here can prove who asks", effect="nothing was changed")


def failed(error: EnactError) -> bytes:
    """The reply that carries an error."""
    return msgspec.json.encode(ControlReply(daemon=__version__, problem=Problem.of(error)))
