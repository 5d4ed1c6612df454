"""Calls through the real shim to the real daemon, as an agent makes them. Nothing that is asked about is run."""

from __future__ import annotations

import json
import os
import subprocess
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import msgspec

from enactd.agents.base import Registration
from enactd.agents.claude_registration import AGENT
from enactd.config import Layout
from enactd.errors import InstallError
from enactd.setup.program import as_user

PREFIX: Final = "enactctl-"
BAD: Final = "rm -rf /"
HARMLESS: Final = "ls"
ANSWER_S: Final = 40
# A shell that does not end with the shim stands in for the agent: the process that holds the session is gone
# when the answer is there, so that this program stays one that may control the daemon.
_STAND_IN: Final = '"$@"; exit $?'


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What the agent would have heard. `decision` is deny, ask or allow; `text` the reason."""

    decision: str
    text: str
    receipt: str = ""

    @property
    def stopped(self) -> bool:
        return self.decision != "allow"


class Caller:
    """A stand-in for an agent: one session, started in `folder` by somebody whose home is `home`.

    Where root asks on behalf of a guarded user, it is a process of that user.
    """

    def __init__(self, layout: Layout, *, home: Path, folder: Path, purpose: str) -> None:
        self._shim = layout.shim
        self._registration = Registration(shim=str(layout.shim), home=str(layout.root or ""), system=layout.listeners)
        self._user = as_user(layout.guarded) if os.getuid() == 0 and layout.guarded is not None else {}
        self._home = home
        self._folder = folder
        self.session = f"{PREFIX}{purpose}-{uuid.uuid4().hex[:8]}"
        self._calls = 0

    def ask(self, tool: str, arguments: Mapping[str, Any]) -> Answer:
        """The gate's answer to one call. Raises `InstallError` if the shim itself does not work."""
        self._calls += 1
        return _answer(*self.send("PreToolUse", **self._call(tool, arguments)))

    def not_run(self, tool: str, arguments: Mapping[str, Any]) -> None:
        """Say that the call just asked about was not made."""
        self.send("PermissionDenied", reason="only asked about, never run", **self._call(tool, arguments))

    def _call(self, tool: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
        return {"tool_name": tool, "tool_input": dict(arguments), "tool_use_id": f"toolu_{self._calls}"}

    def end(self) -> None:
        """Say that the conversation is over."""
        self.send("SessionEnd", reason="other")

    def send(self, event: str, **fields: Any) -> tuple[int, str, str]:
        """One message of the agent; exit code, stdout and stderr of the shim."""
        message = {"session_id": self.session, "cwd": str(self._folder), "hook_event_name": event}
        message |= {"permission_mode": "bypassPermissions", **fields}
        words = ["/bin/sh", "-c", _STAND_IN, "sh", self._registration.shim, AGENT, event, *self._registration.words]
        environment = {"HOME": str(self._home), "PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8"}
        try:
            ended = subprocess.run(
                words,
                input=json.dumps(message).encode(),
                capture_output=True,
                timeout=ANSWER_S,
                check=False,
                cwd=self._folder,
                **{**self._user, "env": environment},
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise InstallError(
                "the shim does not answer", cause=str(error), fix=f"{self._shim} --version; enactctl doctor"
            ) from None
        return ended.returncode, ended.stdout.decode(errors="replace"), ended.stderr.decode(errors="replace")


def _answer(code: int, out: str, err: str) -> Answer:
    """The agent's view: exit 2 stops, an answer may say so besides."""
    try:
        spoken = json.loads(out).get("hookSpecificOutput", {}) if out.strip() else {}
    except (ValueError, AttributeError):
        spoken = {}
    text = str(spoken.get("permissionDecisionReason") or err.strip())
    receipt = text.rpartition("[receipt ")[2].partition("]")[0] if "[receipt " in text else ""
    if code == 2 or spoken.get("permissionDecision") == "deny":
        return Answer(decision="ask" if "Only a person can decide" in text else "deny", text=text, receipt=receipt)
    if spoken.get("permissionDecision") == "ask":
        return Answer(decision="ask", text=text, receipt=receipt)
    if code != 0:
        return Answer(decision="deny", text=text or f"the shim ended with {code}")
    return Answer(decision="allow", text=text, receipt=receipt)


def prove(layout: Layout, *, home: Path, effect: str) -> tuple[Answer, Answer]:
    """The answers to a call that must stop and to one that must not. Raises `InstallError` if they are wrong."""
    caller = Caller(layout, home=home, folder=home if home.is_dir() else Path("/"), purpose="self-test")
    bad = caller.ask("Bash", {"command": BAD})
    harmless = caller.ask("Bash", {"command": HARMLESS})
    caller.not_run("Bash", {"command": HARMLESS})
    caller.end()
    if not bad.stopped or "catastrophic-delete" not in bad.text:
        what = bad.text or "it was not stopped"
        raise InstallError(f"the self-test failed: `{BAD}`", cause=what, effect=effect, fix="enactctl doctor")
    if harmless.stopped:
        raise InstallError(
            f"the self-test failed: `{HARMLESS}` was stopped", cause=harmless.text, effect=effect, fix="enactctl doctor"
        )
    return bad, harmless
