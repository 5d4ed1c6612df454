"""Second places: where checkpoints and receipts are put so that nobody who rewrites the log can rewrite them, too.

    file:/mnt/audit/ada.checkpoints      appended to a file, on another mount or owned by another user
    syslog:                              RFC 5424 to the machine's own socket, /dev/log
    syslog:udp:HOST:PORT, syslog:tcp:HOST:PORT
    journald:                            the journal's own protocol
    git:URL-OR-PATH                      a commit per delivery, pushed to a branch of a remote of its own
    https://HOST/PATH, http://...        a POST of each note (text/plain), of many lines (application/x-ndjson);
                                         any 2xx takes it

`put` returns when the place has taken all of it, and raises `OSError` else. What is put twice does no harm: a file
and a git remote keep lines once, and whoever else gets one twice knows it by its number. A datagram holds no
receipt above 8 KiB: its number and digest go there, without the line.
"""

from __future__ import annotations

import base64
import os
import re
import socket
import subprocess
import time
from collections.abc import Callable, Sequence
from typing import Final, Protocol
from urllib.parse import urlsplit

import msgspec

from enactd import posting
from enactd.atomic import replace_file
from enactd.errors import ConfigError
from enactd.receipts.parcel import Kind, Parcel
from enactd.receipts.segments import LINE_LIMIT

TIMEOUT_S: Final = 20.0
DEV_LOG: Final = "/dev/log"
JOURNAL: Final = "/run/systemd/journal/socket"
NOTICE_OF_DAEMON: Final = 3 * 8 + 5  # facility daemon, severity notice
EXAMPLE_PEN: Final = 32473  # the number that RFC 5612 keeps for whoever has none
DATAGRAM: Final = 8192  # bytes of a line that are sent in one: what common receivers take by default
ANSWER_LIMIT: Final = 1 << 18
_BOM: Final = b"\xef\xbb\xbf"
_REMOTE: Final = re.compile(r"(udp|tcp):(\[[0-9a-fA-F:]+\]|[^:\s]+):([0-9]{1,5})")


class Place(Protocol):
    """Somewhere to put checkpoints, or receipts."""

    def put(self, parcels: Sequence[Parcel]) -> None:
        """Deliver these, of one kind, oldest first. Raises `OSError`."""


class FilePlace(msgspec.Struct, frozen=True):
    """A file that is only appended to; its folder must be there, so that a mount that is not is noticed."""

    path: str

    def put(self, parcels: Sequence[Parcel]) -> None:
        data = b"".join(parcel.filed for parcel in parcels)
        if parcels and parcels[0].kind == "receipt":
            data = _behind(self.path, parcels)
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
        descriptor = os.open(self.path, flags, 0o600)
        try:
            if data and os.write(descriptor, data) != len(data):
                raise OSError(28, "not all of it was taken")
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


class SyslogPlace(msgspec.Struct, frozen=True):
    """A syslog receiver. `kind`: unix, udp, tcp; UDP says nothing about what arrived."""

    kind: str
    address: str
    port: int = 0

    def put(self, parcels: Sequence[Parcel]) -> None:
        limit = None if self.kind == "tcp" else DATAGRAM
        messages = [syslog_message(parcel, limit=limit) for parcel in parcels]
        if self.kind == "tcp":
            with socket.create_connection((self.address, self.port), TIMEOUT_S) as stream:
                stream.sendall(b"".join(b"%d %s" % (len(message), message) for message in messages))  # RFC 6587
            return
        family, to = (socket.AF_UNIX, self.address) if self.kind == "unix" else _resolved(self.address, self.port)
        with socket.socket(family, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sender:
            sender.settimeout(TIMEOUT_S)
            sender.connect(to)
            for message in messages:
                sender.send(message)


class JournalPlace(msgspec.Struct, frozen=True):
    """systemd's journal, which seals what it has."""

    path: str = JOURNAL

    def put(self, parcels: Sequence[Parcel]) -> None:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sender:
            sender.settimeout(TIMEOUT_S)
            sender.connect(self.path)
            for parcel in parcels:
                sender.send(_journal_entry(parcel))


class HttpPlace(msgspec.Struct, frozen=True):
    """An HTTP endpoint; redirects are not followed."""

    url: str

    def put(self, parcels: Sequence[Parcel]) -> None:
        if parcels and parcels[0].kind == "receipt":
            post(self.url, b"".join(parcel.filed for parcel in parcels), "application/x-ndjson")
            return
        for parcel in parcels:
            post(self.url, parcel.data, "text/plain; charset=utf-8")


class GitPlace(msgspec.Struct, frozen=True):
    """A branch of a git remote. `work` is a repository of our own beside the log; nothing else is in it."""

    remote: str
    work: str
    branch: str = "checkpoints"

    def put(self, parcels: Sequence[Parcel]) -> None:
        if not os.path.isdir(os.path.join(self.work, ".git")):
            self._git("init", "--quiet", "--initial-branch", self.branch, self.work, inside=False)
        if parcels[0].kind == "receipt":
            self._keep_lines(parcels)
        else:
            log_id = parcels[-1].log.split("/")[0]
            FilePlace(os.path.join(self.work, f"{log_id}.checkpoints")).put(parcels)
        self._git("add", "--all")
        self._git("commit", "--quiet", "--allow-empty", "-m", parcels[-1].summary)
        self._git("push", "--quiet", self.remote, f"HEAD:refs/heads/{self.branch}")

    def _keep_lines(self, parcels: Sequence[Parcel]) -> None:
        """A file for each delivery, named as a segment: together they are a log that verifies."""
        folder = os.path.join(self.work, parcels[0].log)
        os.makedirs(folder, mode=0o700, exist_ok=True)
        name, end = f"{parcels[0].end - 1:012d}.jsonl", f"{parcels[-1].end:012d}.jsonl"
        for later in os.listdir(folder):  # from a delivery that was forgotten, and is made again
            if name < later < end:
                os.unlink(os.path.join(folder, later))
        replace_file(os.path.join(folder, name), b"".join(parcel.filed for parcel in parcels))

    def _git(self, *words: str, inside: bool = True) -> None:
        """Run git with nobody's configuration, hooks or questions. Raises `OSError` with the last line it said."""
        ours = ("core.hooksPath=/dev/null", "commit.gpgSign=false", "user.name=enactd", "user.email=enactd@localhost")
        options = [part for setting in ours for part in ("-c", setting)] + (["-C", self.work] if inside else [])
        environment = {"PATH": os.environ.get("PATH", os.defpath), "HOME": os.environ.get("HOME", "/")}
        environment |= {"GIT_TERMINAL_PROMPT": "0", "GIT_CONFIG_NOSYSTEM": "1", "LC_ALL": "C"}
        environment |= {name: os.environ[name] for name in ("SSH_AUTH_SOCK", "GIT_SSH_COMMAND") if name in os.environ}
        try:
            run = subprocess.run(
                ["git", *options, *words], env=environment, capture_output=True, timeout=6 * TIMEOUT_S, check=False
            )
        except subprocess.TimeoutExpired:
            raise OSError(110, f"git {words[0]} took too long") from None
        if run.returncode:
            said = run.stderr.decode("utf-8", "replace").strip().splitlines() or ["it said nothing"]
            raise OSError(5, f"git {words[0]}: {said[-1][:200]}")


class Nowhere(msgspec.Struct, frozen=True):
    """What a line of the settings names that is no place: it takes nothing, and says why."""

    why: str

    def put(self, parcels: Sequence[Parcel]) -> None:
        raise OSError(22, self.why)


def open_place(text: str, work: str, what: Kind = "checkpoint") -> Place:
    """The place that a line of the settings names, for what; `work` is a folder for what it needs.

    Raises `ConfigError`.
    """
    kind, colon, rest = text.partition(":")
    maker = _KINDS.get(kind)
    found = maker(rest, text, os.path.join(work, f"{what}s")) if maker and colon else None
    if found is None:
        raise ConfigError(
            f"`{text}` is no second place",
            cause="it is `file:/PATH`, `syslog:`, `syslog:udp:HOST:PORT`, `journald:`, `git:REMOTE` or a URL",
            effect="nothing is put there",
            fix="mend `receipts.places` or `receipts.copies` in config.toml",
        )
    return found


def post(url: str, body: bytes, content: str) -> bytes:
    """What an HTTP endpoint answers with a 2xx; redirects are not followed. Raises `OSError`."""
    answer = posting.request("POST", url, body, {"Content-Type": content}, seconds=TIMEOUT_S, limit=ANSWER_LIMIT)
    if not 200 <= answer.status < 300:
        raise OSError(5, f"it answered {answer.status}")
    return answer.body


def syslog_message(
    parcel: Parcel, *, host: str = "", pid: int = 0, now: float | None = None, limit: int | None = None
) -> bytes:
    """One message of RFC 5424: what it is in structured data; behind it a checkpoint in base64, a receipt as it is.

    A receipt above `limit` bytes leaves its line out.
    """
    moment = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now))
    data = " ".join(f'{name}="{_escaped(value)}"' for name, value in parcel.facts)
    name = (host or socket.gethostname())[:255] or "-"
    text = f"<{NOTICE_OF_DAEMON}>1 {moment} {name} enactd {pid or os.getpid()} {parcel.kind} "
    head = (text + f"[{parcel.kind}@{EXAMPLE_PEN} {data}]").encode("ascii", "replace")
    if limit is not None and len(parcel.data) > limit:
        return head
    return head + b" " + (base64.b64encode(parcel.data) if parcel.kind == "checkpoint" else _BOM + parcel.data)


def from_syslog(message: bytes) -> bytes:
    """The note or line in such a message, as whoever collects them gets it back; raises `ValueError`."""
    _, bom, line = message.partition(_BOM)
    return line if bom else base64.b64decode(message.rsplit(b" ", 1)[-1].strip(), validate=True)


def _journal_entry(parcel: Parcel) -> bytes:
    """Fields of the journal's native protocol; a value of several lines goes with its length."""
    fields = {"MESSAGE": parcel.summary, "PRIORITY": "5", "SYSLOG_IDENTIFIER": "enactd"}
    fields |= {f"ENACTD_{name.upper()}": value for name, value in parcel.facts}
    text = "".join(f"{name}={value}\n" for name, value in fields.items()).encode()
    if parcel.kind == "receipt" and len(parcel.data) > DATAGRAM:
        return text
    return text + f"ENACTD_{parcel.kind.upper()}\n".encode() + len(parcel.data).to_bytes(8, "little") + parcel.filed


def _behind(path: str, parcels: Sequence[Parcel]) -> bytes:
    """The receipts that the file does not end with already, which a crash may keep us from remembering.

    An unfinished last line is left as it is, and ended. A file that we may not read gets all of them.
    """
    known: _Numbered | None = None
    start = b""
    try:
        with open(path, "rb", opener=_carefully) as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - 2 * LINE_LIMIT))
            *whole, rest = file.read().split(b"\n")
        start = b"\n" if rest else b""
        known = msgspec.json.decode(whole[-1], type=_Numbered) if whole else None
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        pass
    is_ours = known is not None and known.log == parcels[0].log
    return start + b"".join(one.filed for one in parcels if known is None or not is_ours or one.end > known.seq + 1)


def _carefully(path: str, flags: int) -> int:
    """Opened unless it is a link; a pipe without a writer is not waited for."""
    return os.open(path, flags | os.O_NOFOLLOW | os.O_NONBLOCK)


class _Numbered(msgspec.Struct):
    log: str
    seq: int


def _escaped(value: str) -> str:
    return re.sub(r'(["\\\]])', r"\\\1", value)


def _resolved(host: str, port: int) -> tuple[socket.AddressFamily, tuple[str, int]]:
    family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_DGRAM)[0]
    return family, (str(address[0]), port)


def _file(rest: str, _: str, __: str) -> Place | None:
    return FilePlace(rest) if os.path.isabs(rest) else None


def _syslog(rest: str, _: str, __: str) -> Place | None:
    if rest in ("", "local"):
        return SyslogPlace("unix", DEV_LOG)
    found = _REMOTE.fullmatch(rest)
    return SyslogPlace(found[1], found[2].strip("[]"), int(found[3])) if found and 0 < int(found[3]) < 65536 else None


def _http(_: str, whole: str, __: str) -> Place | None:
    try:
        return HttpPlace(whole) if urlsplit(whole).hostname else None
    except ValueError:  # brackets without an end
        return None


def _git(rest: str, whole: str, work: str) -> Place | None:
    name = re.sub(r"[^A-Za-z0-9]+", "-", whole)[:80]
    if not rest or rest.startswith("-"):
        return None
    return GitPlace(rest, os.path.join(work, name), branch=os.path.basename(work))


_KINDS: Final[dict[str, Callable[[str, str, str], Place | None]]] = {
    "file": _file,
    "syslog": _syslog,
    "journald": lambda rest, _, __: None if rest else JournalPlace(),
    "http": _http,
    "https": _http,
    "git": _git,
}
