# SPDX-License-Identifier: Apache-2.0
"""Leave to run one call, once; and the report of how it went."""

from __future__ import annotations

import logging
import time
from types import TracebackType

from enactd.client.errors import GateError
from enactd.client.messages import TELL, Call, Ending, Ruling, outcome
from enactd.client.shim import Shim

log = logging.getLogger("enactd.client")


class Permit:
    """What `gate(...)` gives for a call that may run.

    As a context manager it reports how the block ended. Otherwise call `done`; a call whose end nobody reports
    stays open in the receipts.
    """

    def __init__(self, call: Call, ruling: Ruling, shim: Shim) -> None:
        self.call = call
        self.ruling = ruling
        self._shim = shim
        self._began = time.monotonic()
        self._reported = False
        self._exit_code: int | None = None

    @property
    def receipt(self) -> str:
        """The id of the decision's receipt."""
        return self.ruling.receipt

    def exited(self, code: int) -> None:
        """Say how a program ended, for the report at the end of the block."""
        self._exit_code = code

    def done(self, *, ok: bool = True, exit_code: int | None = None, summary: str = "", ran: bool = True) -> None:
        """Report how it went; only the first report counts. Never raises: what has run has run."""
        ending = self.ending(ok=ok, exit_code=exit_code, summary=summary, ran=ran)
        if ending is None:
            return
        try:
            said = self._shim.send(TELL, outcome(self.call, ending))
            note(said.code, said.err)
        except GateError as error:
            log.warning("the gate was not told how `%s` went: %s", self.call.tool, error)

    def ending(
        self, *, ok: bool, exit_code: int | None = None, summary: str = "", ran: bool = True, interrupted: bool = False
    ) -> Ending | None:
        """The report to send; None if there was one already."""
        if self._reported:
            return None
        self._reported = True
        code = self._exit_code if exit_code is None else exit_code
        took = int((time.monotonic() - self._began) * 1000)
        return Ending(
            ok=ok and code in (None, 0), ran=ran, interrupted=interrupted, exit_code=code, summary=summary,
            duration_ms=took if ran else -1,
        )  # fmt: skip

    def __enter__(self) -> Permit:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        # The message of an exception may hold what the call read; its name does not.
        self.done(ok=error is None, summary=kind.__name__ if kind else "")


def note(code: int, err: bytes) -> None:
    """Log that an outcome was not taken."""
    if code != 0:
        log.warning("the gate did not take an outcome: %s", err.decode(errors="replace").strip()[:300])
