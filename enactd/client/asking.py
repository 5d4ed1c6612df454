# SPDX-License-Identifier: Apache-2.0
"""Asking the gate from a program, and running only what it lets pass."""

from __future__ import annotations

import functools
import inspect
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Generic, ParamSpec, TypeVar, overload

from enactd.client import messages
from enactd.client.arguments import bound, tool_name
from enactd.client.errors import ApprovalNeeded
from enactd.client.messages import ASK, Call, Ruling
from enactd.client.permit import Permit
from enactd.client.records import Receipt, check, receipt
from enactd.client.shim import Shim
from enactd.client.waiting import Waiting

P = ParamSpec("P")
R = TypeVar("R")
Cwd = str | os.PathLike[str] | None
OnWait = Callable[[ApprovalNeeded], object]


@dataclass(frozen=True)
class Run(Generic[R]):
    """What a call gave, and the receipt under which it ran."""

    result: R
    receipt: str


class Gate:
    """The gate of this user, for one session of calls. Safe to share between threads.

    `session` names the conversation; by default each process has one of its own. `home` is for a gate that was set
    up with `enactctl --home`. `wait` is how many seconds a call waits for a person before it raises.
    """

    def __init__(
        self, *, session: str = "", home: str | os.PathLike[str] | None = None, wait: float = 0.0, cwd: Cwd = None
    ) -> None:
        self.shim = Shim(home)
        self.wait = wait
        self.cwd = cwd
        self._session = session
        self._own: dict[int, str] = {}

    @property
    def session(self) -> str:
        """The name under which this process asks."""
        # A fork speaks for itself; two threads that come first at once agree on one name.
        return self._session or self._own.setdefault(os.getpid(), messages.new_session())

    @overload
    def gate(
        self, tool: str, input: Mapping[str, Any], *, cwd: Cwd = None, wait: float | None = None,
        on_wait: OnWait | None = None,
    ) -> Permit: ...  # fmt: skip

    @overload
    def gate(
        self, tool: str = "", *, cwd: Cwd = None, wait: float | None = None, on_wait: OnWait | None = None
    ) -> Callable[[Callable[P, R]], Callable[P, R]]: ...

    @overload
    def gate(self, tool: Callable[P, R]) -> Callable[P, R]: ...

    def gate(
        self, tool: str | Callable[..., Any] = "", input: Mapping[str, Any] | None = None, *, cwd: Cwd = None,
        wait: float | None = None, on_wait: OnWait | None = None,
    ) -> Any:  # fmt: skip
        """Ask whether a call may run.

        With `input` the question is put at once: a `Permit` (also a context manager) is the yes, and a no raises
        `Denied`, `ApprovalNeeded` or `Unreachable`. Without it this decorates a function, whose every call is asked
        about by its name and arguments.
        """
        if callable(tool):
            return self._guarded(tool, "", None, None, None)
        if input is None:
            return lambda function: self._guarded(function, tool, cwd, wait, on_wait)
        return self.permitted(self.new_call(tool, input, cwd), self.wait if wait is None else wait, on_wait)

    def run_with_approval(
        self, action: Callable[[], R], *, tool: str, input: Mapping[str, Any], wait: float = 3_600.0,
        cwd: Cwd = None, on_wait: OnWait | None = None,
    ) -> Run[R]:  # fmt: skip
        """Pause, ask, and run `action` once a policy or a person allows it.

        Waits `wait` seconds for a person; `on_wait` hears once what they are asked. Aborts with `Denied`, or with
        `ApprovalNeeded` when nobody answered. There is a receipt either way: in the result, or in the error.
        """
        with self.gate(tool, input, cwd=cwd, wait=wait, on_wait=on_wait) as permit:
            return Run(action(), permit.receipt)

    def check(self, tool: str, input: Mapping[str, Any], *, cwd: Cwd = None) -> Ruling:
        """What the policies say to a call, without asking for it: no receipt, and nothing of the session counts."""
        return check(self.shim, self.new_call(tool, input, cwd))

    def receipt(self, receipt_id: str) -> Receipt:
        """What the gate has recorded under an id."""
        return receipt(self.shim, receipt_id)

    def new_call(self, tool: str, input: Mapping[str, Any], cwd: Cwd = None) -> Call:
        """A call of this session."""
        return messages.new_call(tool, input, self.session, self.cwd if cwd is None else cwd)

    def permitted(self, call: Call, wait: float, on_wait: OnWait | None = None) -> Permit:
        """The yes to a call, waited for; raises otherwise."""
        waiting = Waiting(call.tool, wait)
        while True:
            said = self.shim.send(ASK, messages.question(call), waiting.left)
            ruling = messages.ruling(call.tool, said.code, said.out, said.err)
            told = waiting.asked is not None
            pause = waiting.again(ruling)
            if pause is None:
                return Permit(call, ruling, self.shim)
            if on_wait is not None and not told and waiting.asked is not None:
                on_wait(waiting.asked)
            time.sleep(pause)

    def _guarded(
        self, function: Callable[..., Any], tool: str, cwd: Cwd, wait: float | None, on_wait: OnWait | None
    ) -> Callable[..., Any]:
        name = tool_name(function, tool)
        if inspect.iscoroutinefunction(function):
            from enactd.client.aio import AsyncGate

            return AsyncGate.of(self).guarded(function, name, cwd, wait, on_wait)

        @functools.wraps(function)
        def asked(*args: Any, **kwargs: Any) -> Any:
            with self.gate(name, bound(function, args, kwargs), cwd=cwd, wait=wait, on_wait=on_wait):
                return function(*args, **kwargs)

        return asked


DEFAULT: Final = Gate()
"""What the functions of `enactd.client` and of `enactd.client.aio` ask."""
