"""Second places for checkpoints: where they are put so that nobody who rewrites the log can rewrite them, too.

    file:/mnt/audit/ada.checkpoints      appended to a file, on another mount or owned by another user
    syslog:                              RFC 5424 to the machine's own socket, /dev/log
    syslog:udp:HOST:PORT, syslog:tcp:HOST:PORT
    journald:                            the journal's own protocol
    git:URL-OR-PATH                      a commit per delivery, pushed to a branch of a remote of its own
    https://HOST/PATH, http://...        a POST of the note, text/plain; any 2xx takes it

`put` returns when the place has taken all of it, and raises `OSError` else. What is put twice does no harm.
"""

from __future__ import annotations

import base64
import http.client
import os
import re
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from typing import Final, Protocol
from urllib.parse import urlsplit

import msgspec

from enactd.errors import ConfigError
from enactd.receipts.checkpoint import Signed

TIMEOUT_S: Final = 20.0
DEV_LOG: Final = "/dev/log"
JOURNAL: Final = "/run/systemd/journal/socket"
NOTICE_OF_DAEMON: Final = 3 * 8 + 5  # facility daemon, severity notice
EXAMPLE_PEN: Final = 32473  # the number that RFC 5612 keeps for whoever has none
_REMOTE: Final = re.compile(r"(udp|tcp):(\[[0-9a-fA-F:]+\]|[^:\s]+):([0-9]{1,5})")


class Place(Protocol):
    """Somewhere to put checkpoints."""

    def put(self, signed: Sequence[Signed]) -> None:
        """Deliver these, oldest first. Raises `OSError`."""


class FilePlace(msgspec.Struct, frozen=True):
    """A file that is only appended to; its folder must be there, so that a mount that is not is noticed."""

    path: str

    def put(self, signed: Sequence[Signed]) -> None:
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
        descriptor = os.open(self.path, flags, 0o600)
        try:
            data = b"".join(one.data + b"\n" for one in signed)
            if os.write(descriptor, data) != len(data):
                raise OSError(28, "not all of it was taken")
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


class SyslogPlace(msgspec.Struct, frozen=True):
    """A syslog receiver. `kind`: unix, udp, tcp; UDP says nothing about what arrived."""

    kind: str
    address: str
    port: int = 0

    def put(self, signed: Sequence[Signed]) -> None:
        messages = [syslog_message(one) for one in signed]
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

    def put(self, signed: Sequence[Signed]) -> None:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sender:
            sender.settimeout(TIMEOUT_S)
            sender.connect(self.path)
            for one in signed:
                sender.send(_journal_entry(one))


class HttpPlace(msgspec.Struct, frozen=True):
    """An HTTP endpoint; redirects are not followed."""

    url: str

    def put(self, signed: Sequence[Signed]) -> None:
        for one in signed:
            headers = {"Content-Type": "text/plain; charset=utf-8", "User-Agent": "enactd"}
            request = urllib.request.Request(self.url, one.data, headers, method="POST")  # noqa: S310 - http(s) by name
            try:
                with urllib.request.build_opener(_NoRedirects()).open(request, timeout=TIMEOUT_S) as answer:
                    answer.read(1024)
            except urllib.error.HTTPError as error:
                error.close()
                raise OSError(5, f"it answered {error.code}") from None
            except (urllib.error.URLError, http.client.HTTPException) as error:
                raise OSError(5, str(getattr(error, "reason", error) or type(error).__name__)) from None


class GitPlace(msgspec.Struct, frozen=True):
    """A branch of a git remote. `work` is a repository of our own beside the log; nothing else is in it."""

    remote: str
    work: str
    branch: str = "checkpoints"

    def put(self, signed: Sequence[Signed]) -> None:
        if not os.path.isdir(os.path.join(self.work, ".git")):
            self._git("init", "--quiet", "--initial-branch", self.branch, self.work, inside=False)
        log_id = signed[-1].checkpoint.origin.split("/")[0]
        FilePlace(os.path.join(self.work, f"{log_id}.checkpoints")).put(signed)
        head = signed[-1].checkpoint
        self._git("add", "--all")
        self._git("commit", "--quiet", "--allow-empty", "-m", f"{head.origin}: {head.size}")
        self._git("push", "--quiet", self.remote, f"HEAD:refs/heads/{self.branch}")

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

    def put(self, signed: Sequence[Signed]) -> None:
        raise OSError(22, self.why)


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


def open_place(text: str, work: str) -> Place:
    """The place that a line of the settings names; `work` is a folder for what it needs. Raises `ConfigError`."""
    kind, colon, rest = text.partition(":")
    maker = _KINDS.get(kind)
    found = maker(rest, text, work) if maker and colon else None
    if found is None:
        raise ConfigError(
            f"`{text}` is no second place for checkpoints",
            cause="it is `file:/PATH`, `syslog:`, `syslog:udp:HOST:PORT`, `journald:`, `git:REMOTE` or a URL",
            effect="nothing is put there",
            fix="mend `receipts.places` in config.toml",
        )
    return found


def syslog_message(signed: Signed, *, host: str = "", pid: int = 0, now: float | None = None) -> bytes:
    """A checkpoint as one message of RFC 5424: readable in its structured data, whole in base64 behind it."""
    head = signed.checkpoint
    moment = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now))
    root = base64.b64encode(head.root).decode()
    data = f'[checkpoint@{EXAMPLE_PEN} origin="{_escaped(head.origin)}" size="{head.size}" root="{root}"]'
    name = (host or socket.gethostname())[:255] or "-"
    text = f"<{NOTICE_OF_DAEMON}>1 {moment} {name} enactd {pid or os.getpid()} checkpoint {data} "
    return text.encode("ascii", "replace") + base64.b64encode(signed.data)


def from_syslog(message: bytes) -> bytes:
    """The note in such a message, as whoever collects them gets it back; raises `ValueError`."""
    return base64.b64decode(message.rsplit(b" ", 1)[-1].strip(), validate=True)


def _journal_entry(signed: Signed) -> bytes:
    """Fields of the journal's native protocol; a value of several lines goes with its length."""
    head = signed.checkpoint
    note = len(signed.data).to_bytes(8, "little") + signed.data
    summary = f"MESSAGE=checkpoint of {head.size} receipts, {head.origin}\nPRIORITY=5\nSYSLOG_IDENTIFIER=enactd\n"
    return summary.encode() + b"ENACTD_CHECKPOINT\n" + note + b"\n"


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
    return HttpPlace(whole) if urlsplit(whole).hostname else None


def _git(rest: str, whole: str, work: str) -> Place | None:
    name = re.sub(r"[^A-Za-z0-9]+", "-", whole)[:80]
    return GitPlace(rest, os.path.join(work, name)) if rest and not rest.startswith("-") else None


_KINDS: Final[dict[str, Callable[[str, str, str], Place | None]]] = {
    "file": _file,
    "syslog": _syslog,
    "journald": lambda rest, _, __: None if rest else JournalPlace(),
    "http": _http,
    "https": _http,
    "git": _git,
}
