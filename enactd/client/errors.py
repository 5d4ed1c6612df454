# SPDX-License-Identifier: Apache-2.0
"""What a call can end in besides its own result. All of them mean: it did not run."""

from __future__ import annotations


class GateError(Exception):
    """The call did not run. `tool` is what was asked about, `receipt` names the gate's record of it, if there is one."""

    def __init__(self, message: str, *, tool: str = "", receipt: str = "") -> None:
        super().__init__(message)
        self.tool = tool
        self.receipt = receipt


class Denied(GateError):
    """A policy refused it, or a person did; asking again changes nothing. `reason` says why, and what else to do."""

    def __init__(self, reason: str, *, tool: str = "", receipt: str = "") -> None:
        super().__init__(reason, tool=tool, receipt=receipt)
        self.reason = reason


class ApprovalNeeded(GateError):
    """Only a person can decide, and nobody has yet.

    `ticket` names the request that waits for them: `enactctl approve TICKET`. The same call, asked again from the
    same session, passes once it is approved.
    """

    def __init__(self, reason: str, *, ticket: str, tool: str = "", receipt: str = "") -> None:
        super().__init__(reason, tool=tool, receipt=receipt)
        self.reason = reason
        self.ticket = ticket


class Unreachable(GateError):
    """There is no gate to ask, or it gave no answer. Fails closed: what could not be asked about may not run."""

    def __init__(self, message: str, *, fix: str = "enactctl status", tool: str = "") -> None:
        super().__init__(f"{message}; it did not run. Try: {fix}", tool=tool)
        self.fix = fix
