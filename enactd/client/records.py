# SPDX-License-Identifier: Apache-2.0
"""What `enactctl` tells of policies and receipts, without a question to the daemon."""

from __future__ import annotations

import importlib.util
import json
import os
import pwd
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from enactd.client.errors import GateError, Unreachable
from enactd.client.messages import Call, Ruling
from enactd.client.shim import Shim

_SECONDS: Final = 60.0
_STOPPED: Final = 3
# Isolated: nothing of the folder we are in, nor of variables that a repository may set.
_MAIN: Final = "import sys; sys.path.append(sys.argv.pop(1)); from enactd.cli import main; main()"


@dataclass(frozen=True)
class Receipt:
    """One receipt. `fields` is all that `enactctl explain --json` says of it."""

    id: str
    kind: str
    verdict: str
    risk: str
    policies: tuple[str, ...]
    outcome: str
    fields: Mapping[str, Any]


def check(shim: Shim, call: Call) -> Ruling:
    """What the policies say to a call. Raises `Unreachable`."""
    words = ["check", "--json", "--tool", call.tool, "--input", json.dumps(call.input), "--cwd", call.cwd]
    value = _ask(shim, words, "check", (0, _STOPPED))
    strict = [one for one in value.get("policies", ()) if one.get("verdict") == value.get("verdict")]
    reason = "; ".join(f"{one.get('id')}: {one.get('reason')}" for one in strict)
    decision = value.get("verdict")
    if decision not in ("allow", "ask", "deny"):
        raise Unreachable("`enactctl check` gave no verdict", fix="enactctl doctor", tool=call.tool)
    return Ruling(decision, "" if decision == "allow" else reason)


def receipt(shim: Shim, wanted: str) -> Receipt:
    """The receipt of an id. Raises `GateError` for one that does not exist."""
    value = _ask(shim, ["explain", "--json", "--", wanted], "explain", (0,))
    outcomes = [other["outcome"] for other in value.get("linked", ()) if isinstance(other.get("outcome"), dict)]
    return Receipt(
        id=str(value.get("id", "")),
        kind=str(value.get("kind", "")),
        verdict=str(value.get("verdict") or ""),
        risk=str(value.get("risk") or ""),
        policies=tuple(map(str, value.get("policies", ()))),
        outcome=str(outcomes[-1].get("status", "")) if outcomes else "",
        fields=value,
    )


def _ask(shim: Shim, words: list[str], kind: str, codes: tuple[int, ...]) -> dict[str, Any]:
    try:
        done = subprocess.run(
            [*_program(), *shim.enactctl(), *words], capture_output=True, text=True, timeout=_SECONDS, check=False,
            stdin=subprocess.DEVNULL,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Unreachable(f"`enactctl` gave no answer: {type(error).__name__}", fix="enactctl doctor") from None
    if done.returncode not in codes:
        raise GateError(" ".join(done.stderr.split())[:500] or f"`enactctl` ended with {done.returncode}")
    try:
        value = json.loads(done.stdout)[kind]
    except (ValueError, KeyError, TypeError):
        value = None
    if not isinstance(value, dict):
        raise Unreachable("`enactctl` is of another version", fix="enactctl doctor")
    return value


def _program() -> list[str]:
    """`enactctl` of the environment that this module is in, else the user's own. Never one from PATH."""
    if importlib.util.find_spec("enactd.cli") is not None:
        return [sys.executable, "-I", "-c", _MAIN, str(Path(__file__).resolve().parents[2])]
    return [str(Path(pwd.getpwuid(os.getuid()).pw_dir, ".local/bin/enactctl"))]
