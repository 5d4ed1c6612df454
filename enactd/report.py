"""What the daemon and its clients say to each other beside hook calls, as typed JSON.

Every request and every reply carries the version of the program that sent it. Fields are only ever
added, with a default, so that a new client can ask an old daemon to stop.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

import msgspec

from enactd import errors
from enactd.errors import EnactError

Severity = Literal["yellow", "red"]
Scope = Literal["call", "shape", "policy", "session"]
"""What an approval opens: this very call; calls with the same effects; what this policy asks; what this session asks."""


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """What a client wants: a route of `control.py` and its arguments."""

    route: str
    client: str
    arguments: dict[str, Any] = {}


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """An `EnactError` on its way."""

    problem: str
    cause: str = ""
    effect: str = ""
    fix: str = ""
    code: str = EnactError.code

    @classmethod
    def of(cls, error: EnactError) -> Problem:
        return cls(problem=error.problem, cause=error.cause, effect=error.effect, fix=error.fix, code=error.code)

    def error(self) -> EnactError:
        """The error again, of the class that has this code."""
        known: dict[str, type[EnactError]] = {
            value.code: value
            for value in vars(errors).values()
            if isinstance(value, type) and issubclass(value, EnactError)
        }
        return known.get(self.code, EnactError)(self.problem, cause=self.cause, effect=self.effect, fix=self.fix)


class ControlReply(msgspec.Struct, frozen=True, kw_only=True):
    """The end of a request: a value, or a problem."""

    daemon: str
    value: msgspec.Raw = msgspec.Raw(b"null")
    problem: Problem | None = None


class Version(msgspec.Struct, frozen=True, kw_only=True):
    """Which daemon answers. `started` in seconds since 1970."""

    version: str
    pid: int
    started: float


class Ailment(msgspec.Struct, frozen=True, kw_only=True):
    """Something that is wrong now, in words, with what mends it. `since` in seconds since 1970."""

    code: str
    title: str
    severity: Severity
    text: str
    fix: str
    since: float = 0.0


class BundleSeen(msgspec.Struct, frozen=True, kw_only=True):
    """An installed bundle. `signed_by` is the pinned key that signed it, empty for none."""

    name: str
    version: str
    digest: str
    signed_by: str = ""


class Installation(msgspec.Struct, frozen=True, kw_only=True):
    """What came in or went; `changed` is false where it was there already. `waiting` as in `Reloaded`."""

    bundle: BundleSeen
    changed: bool
    waiting: str = ""


class FreezeSeen(msgspec.Struct, frozen=True, kw_only=True):
    """Why a freeze is on now, empty for none. `ordered`: by `enactctl freeze`; `source`: the file it is from.

    `waiting` as in `Reloaded`: an end that waits for confirmation.
    """

    reason: str
    ordered: bool = False
    until: datetime | None = None
    since: datetime | None = None
    source: str = ""
    waiting: str = ""


class Opening(msgspec.Struct, frozen=True, kw_only=True):
    """One rule and one effect, as plain values without what changes from call to call."""

    policy: str
    effect: dict[str, Any]
    shown: str = ""


class Given(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the operator brought along. Secrets: it never shows itself."""

    pin: str = ""
    otp: str = ""

    def __repr__(self) -> str:
        return "Given(...)"


class Grant(msgspec.Struct, frozen=True, kw_only=True):
    """What a person opened: questions, never denials, from `since` until `until` (seconds since 1970).

    `call`: the call that `bond` names, as far as `policies` asked about it. `shape`: what `opens` lists. `policy`:
    what `policies` ask. `session`: what is asked in `session`. Empty places, agents and sessions mean any. `count`
    bounds its uses, 0 does not; `made` is the receipt of its making, as number and hash; `ended` says how it ended.
    """

    id: str
    scope: Scope
    receipt: str
    reason: str
    since: float
    until: float
    workspace: str = ""
    agent: str = ""
    session: str = ""
    cwd: str = ""
    policies: tuple[str, ...] = ()
    opens: tuple[Opening, ...] = ()
    bond: str = ""
    count: int = 0
    used: int = 0
    by: tuple[str, ...] = ()
    channel: str = ""
    made: tuple[int, str] | None = None
    ended: str = ""

    def holds(self, now: float) -> bool:
        """Whether it opens anything now. A clock that was set back before its beginning closes it, too."""
        return not self.ended and self.since <= now < self.until and (not self.count or self.used < self.count)


class Pause(msgspec.Struct, frozen=True, kw_only=True):
    """Break-glass: what is let through with a receipt until `until`, in one session or, without, in all."""

    id: str
    reason: str
    since: float
    until: float
    agent: str = ""
    session: str = ""
    by: str = ""
    made: tuple[int, str] | None = None

    def holds(self, now: float) -> bool:
        """Whether it is on now."""
        return self.since <= now < self.until


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """A look at what waits for people, and its number; `requests` as `approvals.model.Request`."""

    number: int
    requests: list[dict[str, Any]] = []


class Trusted(msgspec.Struct, frozen=True, kw_only=True):
    """One agreement: this content, in this workspace. `since` in seconds since 1970."""

    workspace: str
    digest: str
    since: float
    reason: str = ""


class PolicySetSeen(msgspec.Struct, frozen=True, kw_only=True):
    """The policies in force. `loaded` in seconds since 1970; `observed` decide and stop nothing."""

    digest: str
    count: int
    loaded: float
    bundles: tuple[BundleSeen, ...] = ()
    observed: tuple[str, ...] = ()
    observing: bool = False


class AgentSeen(msgspec.Struct, frozen=True, kw_only=True):
    """An agent that called since the daemon started. `last_call` in seconds since 1970."""

    name: str
    calls: int
    last_call: float
    shim: str = ""


class SessionSeen(msgspec.Struct, frozen=True, kw_only=True):
    """A session and how far it has risen; `attempted` is what it asked for and did not get."""

    session: str
    agent: str
    risk: str
    attempted: str = "SAFE"
    parent: str = ""
    workspace: str = ""
    last: float = 0.0
    ended: bool = False


class PlaceSeen(msgspec.Struct, frozen=True, kw_only=True):
    """A second place: what it is brought (`checkpoints`, `receipts`, `time stamps`), how many records it is behind,
    since when, and what keeps it from getting them; `missed` were dropped by retention before it could."""

    place: str
    what: str = "checkpoints"
    behind: int
    end: int = 0
    when: float = 0.0
    missed: int = 0
    failing: str = ""


class Status(msgspec.Struct, frozen=True, kw_only=True):
    """All that `enactctl status` shows. `mechanisms` are full, `partial (what)` or `none (why)`."""

    version: str
    pid: int
    started: float
    socket: str
    policies: PolicySetSeen | None
    agents: tuple[AgentSeen, ...] = ()
    sessions: tuple[SessionSeen, ...] = ()
    health: tuple[Ailment, ...] = ()
    mechanisms: dict[str, str] = {}
    counters: dict[str, int] = {}
    freeze: str = ""
    places: tuple[PlaceSeen, ...] = ()
    pending: int = 0
    """Calls that wait for a person."""


class Reloaded(msgspec.Struct, frozen=True, kw_only=True):
    """What a reload led to: `changed` says whether another policy set is in force now.

    `changes` are lines about what is different from what was agreed to last. With a `waiting` they are not all
    in force: that name confirms just them.
    """

    changed: bool
    digest: str
    count: int
    changes: tuple[str, ...] = ()
    waiting: str = ""


class CheckpointSeen(msgspec.Struct, frozen=True, kw_only=True):
    """A signed head: how many receipts it covers, and the note as it is handed on."""

    origin: str
    size: int
    note: str


class KeysSeen(msgspec.Struct, frozen=True, kw_only=True):
    """What may be known of the keys: the public one, and the id and epoch of the MAC key."""

    origin: str
    fingerprint: str
    vkey: str
    pem: str
    mac_key: str
    epoch: int
    exported: bool = False
    checkpoint: int = 0


class KeyRotated(msgspec.Struct, frozen=True, kw_only=True):
    """A new public key: the receipt that announces it, both fingerprints, the new verifier key."""

    receipt: str
    old: str
    new: str
    vkey: str


class KeyExported(msgspec.Struct, frozen=True, kw_only=True):
    """The MAC key handed to an auditor: it checks receipts from number `first` on. `key` is in hex."""

    key: str
    epoch: int
    receipt: str
    first: int = 0


class MacCheck(msgspec.Struct, frozen=True, kw_only=True):
    """HMACs of a range of receipts: how many were checked, and the first that is wrong.

    `erased` are those before them whose key the daemon does not have any more.
    """

    checked: int
    erased: int = 0
    first_bad: int | None = None
    reason: str = ""
