"""polkit as the proof: the system asks the operator for a password that no process of the user holds.

The daemon asks about the caller's process, pinned by its start time. What the action demands is the machine's
policy, `org.enactd.approve` in the shipped `org.enactd.policy`; without it polkit knows no such action and says no.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from enactd.errors import RefusedError
from enactd.peer import Seen

ACTION: Final = "org.enactd.approve"
PROGRAM: Final = "/usr/bin/pkcheck"
PATIENCE_S: Final = 120.0
"""People type passwords; the client's own patience may be shorter."""
_NO: Final = {
    1: ("polkit says no", "ask who administers the machine"),
    2: ("nobody could ask for the password here", "pkttyagent --process $$ &   # in this terminal, or use the desktop"),
    3: ("the question for the password was dismissed", "try again"),
}


def policy_file() -> Path:
    """The action as root has to put it into /usr/share/polkit-1/actions."""
    return Path(__file__).with_name("org.enactd.policy")


async def check(
    seen: Seen, *, action: str = ACTION, environment: Mapping[str, str] | None = None, seconds: float = PATIENCE_S,
    program: str = PROGRAM,
) -> None:  # fmt: skip
    """Raise `RefusedError` unless polkit lets the caller's process do it; may wait while a person types."""
    process = f"{seen.process.pid},{seen.process.start},{seen.uid}"
    words = ("--action-id", action, "--process", process, "--allow-user-interaction")
    try:
        asked = await asyncio.create_subprocess_exec(
            program, *words, env=dict(environment or {"PATH": "/usr/bin:/bin", "LC_ALL": "C"}),
            stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
    except OSError as error:
        raise _refused(
            f"`{program}` does not run: {error.strerror}", "apt install polkitd   # or another proof"
        ) from None
    try:
        _, said = await asyncio.wait_for(asked.communicate(), seconds)
    except TimeoutError:
        raise _refused(f"nobody answered polkit within {seconds:g} s", "try again") from None
    finally:
        with contextlib.suppress(ProcessLookupError):
            if asked.returncode is None:
                asked.kill()
    if asked.returncode:
        cause, fix = _NO.get(asked.returncode, ("polkit cannot say", "pkaction --action-id " + action))
        lines = said.decode("utf-8", "replace").strip().splitlines()
        raise _refused(f"{cause}: {lines[-1][:200]}" if lines else cause, fix)


def _refused(cause: str, fix: str) -> RefusedError:
    return RefusedError("polkit did not vouch for you", cause=cause, effect="nothing was decided", fix=fix)
