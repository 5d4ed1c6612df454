# SPDX-License-Identifier: Apache-2.0
"""Ask the gate from a program of your own.

    from enactd.client import Denied, gate

    with gate("Bash", {"command": "terraform apply"}, wait=600):
        subprocess.run(["terraform", "apply"])

    @gate
    def delete_customer(number: int) -> None: ...

A block or function runs only if the gate allows it, or a person approves it within `wait` seconds; how it ended
is recorded. `enactd.client.aio` has the same for an event loop. This package needs the standard library and an
installed gate, and nothing else of enactd: it is under the Apache License 2.0, see LICENSE beside this file.
"""

from __future__ import annotations

from enactd.client.asking import DEFAULT, Gate, Run
from enactd.client.errors import ApprovalNeeded, Denied, GateError, Unreachable
from enactd.client.messages import Ruling
from enactd.client.permit import Permit
from enactd.client.records import Receipt

__all__ = [
    "ApprovalNeeded",
    "Denied",
    "Gate",
    "GateError",
    "Permit",
    "Receipt",
    "Ruling",
    "Run",
    "Unreachable",
    "check",
    "gate",
    "receipt",
    "run_with_approval",
]

gate = DEFAULT.gate
run_with_approval = DEFAULT.run_with_approval
check = DEFAULT.check
receipt = DEFAULT.receipt
