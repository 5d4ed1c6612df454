"""What an agent adapter says: how to read its messages and how to answer in its dialect.

Adapters are pure: bytes in, values out. They touch no file, clock or socket; whoever calls them looks at
the world and hands in what it saw.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

import msgspec

from enactd.call import Reply
from enactd.toolcall import ToolCall
from enactd.verdict import Decision


class ToolRequest(msgspec.Struct, frozen=True, kw_only=True):
    """The agent asks whether a call may run. The only message that a verdict answers."""

    call: ToolCall


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """A call has run, or with `ran` false never will. `summary` says how it ended, never what it printed;
    `duration_ms` is -1 if not told.

    `taints` are what the output adds to the session: "injected" where it gives orders.
    """

    session: str
    call_id: str
    tool: str
    ok: bool
    interrupted: bool = False
    exit_code: int | None = None
    summary: str = ""
    duration_ms: int = -1
    subagent: str = ""
    taints: tuple[str, ...] = ()
    ran: bool = True


class SessionStarted(msgspec.Struct, frozen=True, kw_only=True):
    """A conversation begins or goes on. `source` is the agent's word: startup, resume, clear, compact, fork."""

    session: str
    source: str
    cwd: str
    transcript: str = ""
    model: str = ""


class SessionEnded(msgspec.Struct, frozen=True, kw_only=True):
    """A conversation is over, for the agent's `reason`."""

    session: str
    reason: str = ""


class SettingsChanged(msgspec.Struct, frozen=True, kw_only=True):
    """A settings file of the agent was edited, made or removed. `path` is empty if the agent did not say."""

    session: str
    source: str
    path: str
    cwd: str


class Observed(msgspec.Struct, frozen=True, kw_only=True):
    """Any other event the agent reports; nothing is decided."""

    event: str
    session: str


Incoming = ToolRequest | Outcome | SessionStarted | SessionEnded | SettingsChanged | Observed


class Registration(msgspec.Struct, frozen=True, kw_only=True):
    """The command that a settings file must name: absolute shim, absolute home.

    `home` is empty for the usual places, which the shim takes from the password database alone. `system` is the
    folder below which the machine's daemons listen, empty where the daemon is the user's own.
    """

    shim: str
    home: str
    system: str = ""
    timeout_s: int = 30
    hold_s: int = 0
    """How much longer a call may wait while a person is asked."""

    @property
    def words(self) -> tuple[str, ...]:
        """What tells the shim where its daemon is."""
        return (*(("--home", self.home) if self.home else ()), *(("--system", self.system) if self.system else ()))


class Adapter(Protocol):
    """One agent's dialect. `ADAPTER` in each module of this folder is one."""

    @property
    def name(self) -> str:
        """The name on the shim's command line, e.g. `claude-code`."""

    @property
    def title(self) -> str:
        """The name for people."""

    @property
    def pre_event(self) -> str:
        """The event that asks before a call runs; the default when the shim was given none."""

    def blocks(self, event: str) -> bool:
        """Whether an answer to `event` can stop something. True for events nobody knows."""

    def read(self, event: str, stdin: bytes) -> Incoming:
        """The message as a value. Raises `ProtocolError` for all that is not whole, or has two readings."""

    def attended(
        self, call: ToolCall, *, argv: Sequence[str], terminal: bool, settings: Mapping[str, str | None]
    ) -> bool:
        """Whether a dialog of the agent about `call` reaches a person and nobody else can answer it.

        `argv` and `terminal` (has a controlling one) are what the kernel says of the agent's process;
        `settings` are its settings files' texts. The message and its environment cannot make this true.
        """

    def render(
        self,
        event: str,
        decision: Decision,
        reason: str,
        *,
        receipt: str = "",
        ticket: str = "",
        attended: bool = False,
        spare: bool = False,
        notice: str = "",
    ) -> Reply:
        """The answer to `event`. `reason` is the verdict's line; `ticket` names an open request for a person.

        An ask becomes the agent's own dialog only with `attended`; else a denial that names the ticket.
        Events that cannot block get an empty answer whatever the decision is. With `spare` an allow is said
        aloud, so that the agent's own question is spared; without, it is only no objection. `notice` is for the
        person in front of the agent, where it can show one.
        """

    def closed(self, event: str, problem: str) -> Reply:
        """The answer when no decision could be made: no for events that block, silence for the others."""

    def settings_files(
        self, *, home: str, project: str, environment: Mapping[str, str] | None = None
    ) -> Mapping[str, str]:
        """Where this agent reads settings: name of the layer (as in `SettingsChanged.source`) to path.

        `environment` is what its process was started with, where that is known: variables may move files.
        """

    def disarms(
        self,
        settings: Mapping[str, str | None],
        registration: Registration,
        before: Mapping[str, str | None] | None = None,
    ) -> str | None:
        """Why the gate's hooks would not run under these settings; None while they would.

        `settings` maps layers to the text of their file, None where there is none; the file that a
        `SettingsChanged` names stands for its layer. `before` are the texts under which the hooks ran so
        far (read at session start, and after each accepted change): what is the same needs no check, and
        what cannot be checked counts against. Without them only what is known to be wrong does.
        """

    @property
    def version_command(self) -> Sequence[str]:
        """Prints the agent's version."""

    def check_version(self, output: str) -> str:
        """The version in that output. Raises `InstallError`, with the fix, for one that cannot be guarded."""

    def register(self, text: str, registration: Registration) -> str:
        """A settings file's text (empty: a new one) with the gate's hooks in force; the rest byte for byte.

        Idempotent. Raises `ConfigError` for a file that cannot be extended without losing something.
        """

    def unregister(self, text: str) -> str:
        """The same file without any hook of the gate."""

    def registered(self, text: str | None, registration: Registration) -> str | None:
        """None if that file alone keeps every hook of the gate in force; else what is wrong with it."""
