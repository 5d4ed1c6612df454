"""The typed record: one JSON line per event, as FORMAT.md lists it field by field.

A `Draft` is what the gate knows; the log adds its place in the chain, the time and the signature and so
makes it a `Record`. Optional fields that are empty are left out of the line.
"""

from __future__ import annotations

import hashlib
from typing import Annotated, Any, Final, Literal

import msgspec

from enactd.receipts import canonical
from enactd.risk import Risk

SCHEMA_VERSION: Final = 1
GENESIS: Final = "0" * 64
MAC_ALGORITHM: Final = "HMAC-SHA256"

KINDS: Final = ("decision", "outcome", "session", "daemon", "undelivered", "approval")
"""What this version writes. A log may hold kinds of a later one: they are read and verified as any other."""
Word = Annotated[str, msgspec.Meta(pattern=r"\A[a-z]+(-[a-z]+)*\Z", max_length=32)]
Level = Literal["SAFE", "SENSITIVE", "COMMITMENT", "IRREVERSIBLE"]
Answer = Literal["allow", "ask", "deny"]
Hash = Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-f]{64}\Z")]
Integer = Annotated[int, msgspec.Meta(gt=-canonical.INTEGER_LIMIT, lt=canonical.INTEGER_LIMIT)]
Number = Annotated[int, msgspec.Meta(ge=0, lt=canonical.INTEGER_LIMIT)]


class Part(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """A nested object of a record."""


class Witnessed(Part, frozen=True, kw_only=True):
    """What the kernel said about the caller; never what a message claimed.

    `started` and `agent_started` are start times in clock ticks after boot, which together with the process
    id name one process. The `agent_` fields are the process that opened the session, where it was found.
    """

    uid: Integer
    pid: Integer
    started: Integer = 0
    gid: Integer = -1
    exe: str = ""
    agent_pid: Integer = 0
    agent_started: Integer = 0
    agent_exe: str = ""
    boot: str = ""
    note: str = ""


class Input(Part, frozen=True, kw_only=True):
    """The tool input: a keyed digest of its exact bytes, and a bounded, redacted text."""

    digest: Hash
    key: str
    size: Number
    text: str = ""
    cut: bool = False


class Redaction(Part, frozen=True, kw_only=True):
    """How many values of one kind were left out of this record."""

    kind: str
    count: Integer


class Note(Part, frozen=True, kw_only=True):
    """A finding as it is kept: one policy's opinion of one effect."""

    policy: str
    decision: Answer
    reason: str = ""
    instead: str = ""
    effect: Integer = -1
    severity: str = ""
    would: str = ""  # `ask` or `deny`: what an observed policy would have decided; `decision` is then `allow`


class Gains(Part, frozen=True, kw_only=True):
    """What this call adds to its session if it runs, so that a session is a fold of receipts alone."""

    taints: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    downloads: tuple[str, ...] = ()
    renamed: tuple[tuple[str, str], ...] = ()  # (table now, table before)
    deeds: tuple[str, ...] = ()  # what it has done if it runs: "copied /a", "leased origin/x"
    stopped: tuple[str, ...] = ()  # what it was stopped for: "DeletePath /a"


class Outcome(Part, frozen=True, kw_only=True):
    """How a call ended, as the agent reports it. `not-run`: it never started."""

    status: Literal["ok", "failed", "interrupted", "partial", "not-run", "unknown"]
    exit_code: Integer | None = None
    duration: Integer = 0  # microseconds, 0 where not reported
    text: str = ""


class Link(Part, frozen=True, kw_only=True):
    """A reference to an earlier receipt of the same log: its number and the hash of its line.

    `relation`: `decision`, `approval`, `undo`, or a word of a later version.
    """

    relation: Word
    seq: Number
    hash: Hash


class Draft(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """An event before it has its place in the log."""

    kind: Word
    event: str = ""  # what happened, for session and daemon: start, resume, fork, end, torn-tail ...
    agent: str = ""
    agent_version: str = ""
    session: str = ""
    parent: str = ""  # the session this one came from: "agent/session"
    subagent: str = ""
    tool: str = ""
    call_id: str = ""
    cwd: str = ""
    workspace: str = ""
    witnessed: Witnessed | None = None
    claimed: dict[str, Any] = {}
    input: Input | None = None
    redacted: tuple[Redaction, ...] = ()
    effects: tuple[dict[str, Any], ...] = ()
    facts: dict[str, Any] = {}
    verdict: Answer | None = None
    findings: tuple[Note, ...] = ()
    evaluated: tuple[str, ...] = ()
    policy_set: str = ""
    engine: str = ""
    risk: Level | None = None  # of this call
    risk_before: Level | None = None  # of the session
    risk_after: Level | None = None
    gained: Gains | None = None
    links: tuple[Link, ...] = ()
    enforcement: dict[str, str] = {}
    duration: Integer = 0  # microseconds from the frame's arrival to this draft
    outcome: Outcome | None = None
    detail: dict[str, Any] = {}


class Record(Draft, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """A draft with its place: what one line of a segment says."""

    v: Integer
    log: str
    seq: Number
    prev: Hash
    time: Integer  # microseconds since 1970, UTC; the host's word
    monotonic: Integer  # microseconds of a clock that never steps back while the machine runs
    mac_alg: str
    mac_key: str
    mac: Hash


class Receipt(msgspec.Struct, frozen=True):
    """A durable record: the parsed form, the hash that the next line carries, and the line without its LF."""

    record: Record
    hash: str
    line: bytes

    @property
    def id(self) -> str:
        """Short and stable: `1042-ab12cd`."""
        return receipt_id(self.record.seq, self.hash)

    def link(self, relation: Literal["decision", "approval", "undo"] = "decision") -> Link:
        """What a later record says to point here."""
        return Link(relation=relation, seq=self.record.seq, hash=self.hash)


_decoder: Final = msgspec.json.Decoder(Record)
_MAC_FIELD: Final = b',"mac":"'


def receipt_id(seq: int, line_hash: str) -> str:
    """The id people use; the part after the dash catches a number from another log."""
    return f"{seq}-{line_hash[:6]}"


def line_hash(line: bytes) -> str:
    """SHA-256 of a line without its LF, as the next line's `prev` holds it."""
    return hashlib.sha256(line).hexdigest()


def decode(line: bytes) -> Record:
    """A line as a record; raises `ValueError` saying what does not fit the schema."""
    try:
        record = _decoder.decode(line)
    except (msgspec.DecodeError, RecursionError) as error:
        raise ValueError(str(error)) from None
    if record.v != SCHEMA_VERSION:
        raise ValueError(f"schema version {record.v} is not {SCHEMA_VERSION}")
    return record


def fits(record: Record) -> bool:
    """Whether the parts with free keys are canonical; the schema bounds everything else."""
    free = (record.claimed, record.detail, record.effects, record.enforcement, record.facts)
    return all(
        canonical.fits(list(part) if isinstance(part, tuple) else part, canonical.DEPTH - 1) for part in free if part
    )


def receipt(line: bytes) -> Receipt:
    """A stored line as a receipt; raises `ValueError`."""
    return Receipt(decode(line), line_hash(line), line)


def signed_part(line: bytes) -> bytes:
    """The line without its `mac` member: the bytes that the MAC covers.

    The last `,"mac":"` is the top-level one: every member with free keys sorts before it, and inside a
    string the quotes are escaped.
    """
    start = line.rfind(_MAC_FIELD)
    end = line.find(b'"', start + len(_MAC_FIELD))
    if start < 0 or end < 0:
        raise ValueError("no mac in the line")
    return line[:start] + line[end + 1 :]


def with_mac(unsigned: bytes, mac: str) -> bytes:
    """The inverse of `signed_part` for a line that was encoded with an empty `mac`."""
    start = unsigned.rfind(_MAC_FIELD) + len(_MAC_FIELD)
    return unsigned[:start] + mac.encode("ascii") + unsigned[start:]


def place(draft: Draft, **chain: Any) -> Record:
    """The draft as a record with its chain fields (`v log seq prev time monotonic mac_alg mac_key mac`)."""
    return Record(**msgspec.structs.asdict(draft), **chain)


def encode(record: Record) -> bytes:
    """The canonical line without LF."""
    return canonical.encode(record)


def level(value: Level | None) -> Risk:
    """A record's level as the enum; absent means SAFE."""
    return Risk.SAFE if value is None else Risk[value]


def level_name(risk: Risk) -> Level:
    """The enum as a record spells it."""
    names: tuple[Level, ...] = ("SAFE", "SENSITIVE", "COMMITMENT", "IRREVERSIBLE")
    return names[risk]
