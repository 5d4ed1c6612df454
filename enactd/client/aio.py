# SPDX-License-Identifier: Apache-2.0
"""The same for programs with an event loop: `async with aio.gate(...)`, `await aio.run_with_approval(...)`."""

from __future__ import annotations

import asyncio
import functools
import inspect
import os
from collections.abc import Awaitable, Callable, Generator, Mapping
from types import TracebackType
from typing import Any, ParamSpec, TypeVar, overload

from enactd.client import messages
from enactd.client.arguments import bound, tool_name
from enactd.client.asking import DEFAULT, Cwd, Gate, OnWait, Run
from enactd.client.errors import GateError
from enactd.client.messages import ASK, TELL, Call, Ruling
from enactd.client.permit import Permit, log, note
from enactd.client.records import Receipt
from enactd.client.waiting import Waiting

P = ParamSpec("P")
R = TypeVar("R")


class AsyncPermit(Permit):
    """Leave to run one call; its report does not block the loop."""

    async def adone(
        self, *, ok: bool = True, exit_code: int | None = None, summary: str = "", ran: bool = True,
        interrupted: bool = False,
    ) -> None:  # fmt: skip
        """See `Permit.done`."""
        ending = self.ending(ok=ok, exit_code=exit_code, summary=summary, ran=ran, interrupted=interrupted)
        if ending is None:
            return
        try:
            said = await self._shim.send_async(TELL, messages.outcome(self.call, ending))
            note(said.code, said.err)
        except GateError as error:
            log.warning("the gate was not told how `%s` went: %s", self.call.tool, error)


class Asking:
    """A question that is put when it is awaited or entered."""

    def __init__(self, ask: Callable[[], Awaitable[AsyncPermit]]) -> None:
        self._ask = ask
        self._permit: AsyncPermit | None = None

    def __await__(self) -> Generator[Any, None, AsyncPermit]:
        return self._ask().__await__()

    async def __aenter__(self) -> AsyncPermit:
        self._permit = await self._ask()
        return self._permit

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        assert self._permit is not None
        interrupted = isinstance(error, asyncio.CancelledError)
        report = self._permit.adone(ok=error is None, summary=kind.__name__ if kind else "", interrupted=interrupted)
        # A cancelled block has ended all the same, and its end is reported.
        await asyncio.shield(asyncio.ensure_future(report))


class AsyncGate:
    """`Gate` for an event loop; takes the same settings."""

    def __init__(
        self, *, session: str = "", home: str | os.PathLike[str] | None = None, wait: float = 0.0, cwd: Cwd = None
    ) -> None:
        self._gate = Gate(session=session, home=home, wait=wait, cwd=cwd)

    @classmethod
    def of(cls, gate: Gate) -> AsyncGate:
        """The same session."""
        made = cls()
        made._gate = gate
        return made

    @property
    def session(self) -> str:
        """The name under which this process asks."""
        return self._gate.session

    @overload
    def gate(
        self, tool: str, input: Mapping[str, Any], *, cwd: Cwd = None, wait: float | None = None,
        on_wait: OnWait | None = None,
    ) -> Asking: ...  # fmt: skip

    @overload
    def gate(
        self, tool: str = "", *, cwd: Cwd = None, wait: float | None = None, on_wait: OnWait | None = None
    ) -> Callable[[Callable[P, Awaitable[R]]], Callable[P, Awaitable[R]]]: ...

    @overload
    def gate(self, tool: Callable[P, Awaitable[R]]) -> Callable[P, Awaitable[R]]: ...

    def gate(
        self, tool: str | Callable[..., Any] = "", input: Mapping[str, Any] | None = None, *, cwd: Cwd = None,
        wait: float | None = None, on_wait: OnWait | None = None,
    ) -> Any:  # fmt: skip
        """See `Gate.gate`; the question is put when this is awaited, or entered with `async with`."""
        if callable(tool):
            return self.guarded(tool, tool_name(tool, ""), None, None, None)
        if input is None:
            return lambda function: self.guarded(function, tool_name(function, tool), cwd, wait, on_wait)
        call = self._gate.new_call(tool, input, cwd)
        return Asking(lambda: self.permitted(call, self._gate.wait if wait is None else wait, on_wait))

    async def run_with_approval(
        self, action: Callable[[], Awaitable[R]], *, tool: str, input: Mapping[str, Any], wait: float = 3_600.0,
        cwd: Cwd = None, on_wait: OnWait | None = None,
    ) -> Run[R]:  # fmt: skip
        """See `Gate.run_with_approval`."""
        async with self.gate(tool, input, cwd=cwd, wait=wait, on_wait=on_wait) as permit:
            return Run(await action(), permit.receipt)

    async def check(self, tool: str, input: Mapping[str, Any], *, cwd: Cwd = None) -> Ruling:
        """See `Gate.check`."""
        return await asyncio.to_thread(self._gate.check, tool, input, cwd=cwd)

    async def receipt(self, receipt_id: str) -> Receipt:
        """See `Gate.receipt`."""
        return await asyncio.to_thread(self._gate.receipt, receipt_id)

    async def permitted(self, call: Call, wait: float, on_wait: OnWait | None = None) -> AsyncPermit:
        """The yes to a call, waited for; raises otherwise."""
        waiting, shim = Waiting(call.tool, wait), self._gate.shim
        while True:
            said = await shim.send_async(ASK, messages.question(call), waiting.left)
            ruling = messages.ruling(call.tool, said.code, said.out, said.err)
            told = waiting.asked is not None
            pause = waiting.again(ruling)
            if pause is None:
                return AsyncPermit(call, ruling, shim)
            if on_wait is not None and not told and waiting.asked is not None:
                on_wait(waiting.asked)
            await asyncio.sleep(pause)

    def guarded(
        self, function: Callable[..., Any], name: str, cwd: Cwd, wait: float | None, on_wait: OnWait | None
    ) -> Callable[..., Awaitable[Any]]:
        """The function, asked about before each call."""
        if not inspect.iscoroutinefunction(function):
            raise TypeError(f"`{name}` is no coroutine function; use `enactd.client.gate`")

        @functools.wraps(function)
        async def asked(*args: Any, **kwargs: Any) -> Any:
            async with self.gate(name, bound(function, args, kwargs), cwd=cwd, wait=wait, on_wait=on_wait):
                return await function(*args, **kwargs)

        return asked


_DEFAULT = AsyncGate.of(DEFAULT)
gate = _DEFAULT.gate
run_with_approval = _DEFAULT.run_with_approval
check = _DEFAULT.check
receipt = _DEFAULT.receipt
