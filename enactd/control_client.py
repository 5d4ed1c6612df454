"""Typed client of the daemon's control side, for the command line, for programs and for tests.

It knows why the daemon is silent. Every failure to reach it is an `UnreachableError` with the one
command that helps, and every refusal of the daemon comes back as the error the daemon raised.
"""

from __future__ import annotations

import os
import socket
import stat
import struct
import sys
import time
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final, TypeVar

import msgspec

from enactd import __version__, wire
from enactd.approvals import model as approvals
from enactd.config import Layout
from enactd.errors import EnactError, ProtocolError, UnreachableError
from enactd.policy_stats import StatsSeen
from enactd.report import (
    Ailment,
    CheckpointSeen,
    ControlReply,
    FreezeSeen,
    Grant,
    Installation,
    KeyExported,
    KeyRotated,
    KeysSeen,
    MacCheck,
    Pause,
    Reloaded,
    Request,
    Status,
    Trusted,
    Version,
    Waiting,
)

EFFECT: Final = "agents using the hook are denied until the daemon answers"
T = TypeVar("T")


class Client:
    """Talks to the daemon of `layout`; each call is one connection of at most `timeout` seconds."""

    def __init__(self, layout: Layout, timeout: float = 5.0) -> None:
        self._layout = layout
        self._timeout = timeout
        self.daemon_version = ""

    def version(self) -> Version:
        """Which daemon answers."""
        return self._call("version", Version)

    def status(self) -> Status:
        """Everything the daemon knows of itself and of its agents."""
        return self._call("status", Status)

    def health(self) -> tuple[Ailment, ...]:
        """What is wrong now, gravest first; empty when all is well."""
        return self._call("health", tuple[Ailment, ...])

    def reload(self) -> Reloaded:
        """Read configuration and policies again now; raises what they are refused with."""
        return self._call("reload", Reloaded)

    def confirm_reload(self, name: str, **given: Any) -> Reloaded:
        """Agree to the changes that wait under this name; `given` is the proof, here and below."""
        return self._call("reload-confirm", Reloaded, name=name, **given)

    def allow(self, receipt: str, *, reason: str, seconds: float, session: bool = False, **given: Any) -> Grant:
        """Make an exception from a receipt."""
        return self._call("allow", Grant, receipt=receipt, reason=reason, seconds=seconds, session=session, **given)

    def revoke(self, name: str) -> Grant:
        """Take an exception back."""
        return self._call("allow-revoke", Grant, name=name)

    def pending(self) -> tuple[approvals.Request, ...]:
        """What waits for a person, oldest first."""
        return self._call("approvals-pending", tuple[approvals.Request, ...])

    def watch(self, watcher: str, after: int = -1) -> tuple[int, tuple[approvals.Request, ...]]:
        """As `pending`, once something is not as in the look of the number `after`, or after a while; and its number."""
        seen = self._call("approvals-watch", Waiting, watcher=watcher, after=after)
        return seen.number, msgspec.convert(seen.requests, tuple[approvals.Request, ...])

    def answer(self, request: str, decision: approvals.Decision, **more: Any) -> approvals.Settled:
        """Approve or deny; `more` as in `approval_control.AnswerOrder`."""
        return self._call("approvals-answer", approvals.Settled, request=request, decision=decision, **more)

    def link(self, request: str) -> str:
        """The page of a request, for whoever asks."""
        return self._call("approvals-link", dict[str, str], name=request)["view"]

    def grants(self) -> tuple[Grant, ...]:
        """Every grant there is, and those that ended lately."""
        return self._call("grant-list", tuple[Grant, ...])

    def grant(self, *, reason: str, seconds: float, **more: Any) -> Grant:
        """Open what some policies ask, or a session; `more` as in `approval_control.GrantOrder`."""
        return self._call("grant-add", Grant, reason=reason, seconds=seconds, **more)

    def revoke_grant(self, name: str) -> Grant:
        """Take a grant back."""
        return self._call("grant-revoke", Grant, name=name)

    def pause(self, *, minutes: float, reason: str, **more: Any) -> Pause:
        """Break the glass."""
        return self._call("pause", Pause, minutes=minutes, reason=reason, **more)

    def resume(self, name: str = "") -> tuple[Pause, ...]:
        """End break-glass: all of it, or the one of that id or session."""
        return self._call("resume", tuple[Pause, ...], name=name)

    def proof(self) -> tuple[str, ...]:
        """What an answer has to prove, by the settings in force."""
        return self._call("approvals-proof", tuple[str, ...])

    def proofs(self) -> dict[str, bool]:
        """Which secrets of the operator are set up."""
        return self._call("proofs", dict[str, bool])

    def set_pin(self, fresh: str, old: str = "") -> None:
        """Set or change the PIN; raises `RefusedError` unless `old` is the one before."""
        self._call("pin-set", type(None), fresh=fresh, old=old)

    def remove_pin(self, old: str) -> None:
        """Take the PIN away."""
        self._call("pin-remove", type(None), old=old)

    def offer_totp(self, old: str, account: str) -> str:
        """A fresh secret for an authenticator, shown this once."""
        return self._call("totp-offer", str, old=old, fresh=account)

    def confirm_totp(self, code: str) -> None:
        """Bring it into force by a code of it."""
        self._call("totp-confirm", type(None), fresh=code)

    def remove_totp(self, old: str) -> None:
        """Forget the authenticator."""
        self._call("totp-remove", type(None), old=old)

    def test_channels(self) -> tuple[approvals.Tried, ...]:
        """Send a test message over every configured channel."""
        return self._call("approvals-test", tuple[approvals.Tried, ...])

    def trust(self, workspace: str, digest: str, reason: str = "", **given: Any) -> Trusted:
        """Agree to what the repository of a workspace says, if it is still of this digest."""
        return self._call("trust", Trusted, workspace=workspace, digest=digest, reason=reason, **given)

    def distrust(self, workspace: str) -> tuple[Trusted, ...]:
        """Take trust in a workspace's repository back."""
        return self._call("trust-revoke", tuple[Trusted, ...], name=workspace)

    def install_bundle(self, folder: str, **given: Any) -> Installation:
        """Verify the bundle in `folder` and bring it into force; raises what it is refused with."""
        return self._call("bundle-install", Installation, folder=folder, **given)

    def remove_bundle(self, name: str, **given: Any) -> Installation:
        """Take an installed bundle out of force."""
        return self._call("bundle-remove", Installation, name=name, **given)

    def freeze(self) -> FreezeSeen:
        """Whether a freeze is on, and whose."""
        return self._call("freeze", FreezeSeen)

    def freeze_on(self, reason: str, until: datetime | None = None) -> FreezeSeen:
        """Nothing may be changed or shipped from now on."""
        given = {"until": until.isoformat()} if until else {}
        return self._call("freeze-on", FreezeSeen, reason=reason, **given)

    def freeze_off(self, **given: Any) -> FreezeSeen:
        """Take the order back; says what freeze is left."""
        return self._call("freeze-off", FreezeSeen, **given)

    def policy_stats(self) -> StatsSeen:
        """What each policy was asked, said and cost since the daemon started."""
        return self._call("policy-stats", StatsSeen)

    def stop(self) -> None:
        """Ask the daemon to finish its calls and end; returns when it has agreed."""
        self._call("stop", type(None))

    def verify_macs(self, first: int = 0, last: int | None = None) -> MacCheck:
        """Let the daemon check the HMACs of receipts `first` to `last`, with the key only it opens."""
        return self._call("verify-macs", MacCheck, first=first, last=last)

    def checkpoint(self) -> CheckpointSeen:
        """A checkpoint of all receipts there are, signed now if the newest one does not cover them."""
        return self._call("checkpoint", CheckpointSeen)

    def keys(self) -> KeysSeen:
        """The public key, and which MAC key is in use."""
        return self._call("keys", KeysSeen)

    def rotate_keys(self) -> KeyRotated:
        """Let the daemon go on with new keys; both public keys sign the change."""
        return self._call("rotate-keys", KeyRotated)

    def export_mac_key(self) -> KeyExported:
        """The MAC key for an auditor; each is handed out once."""
        return self._call("export-mac-key", KeyExported)

    def is_outdated(self) -> bool:
        """Whether the daemon that last answered is of another version than this client."""
        return self.daemon_version not in ("", __version__)

    def await_ready(self, seconds: float) -> Version:
        """The daemon's version as soon as it answers; raises the last `UnreachableError` when it never does."""
        end = time.monotonic() + seconds
        while True:
            try:
                return self.version()
            except UnreachableError:
                if time.monotonic() >= end:
                    raise
            time.sleep(0.02)

    def await_gone(self, seconds: float) -> bool:
        """Whether nobody listens any more within `seconds`."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                self.version()
            except UnreachableError:
                return True
            time.sleep(0.02)
        return False

    def _call(self, route: str, kind: type[T], **arguments: Any) -> T:
        with self._connect() as connection:
            for frame in self._exchange(connection, route, arguments):
                if frame.kind is wire.Kind.CONTROL_REPLY:
                    return self._value(frame, kind)
        raise self._silent("it closed the connection without an answer", "look into the log: enactctl log")

    def _exchange(self, connection: socket.socket, route: str, arguments: dict[str, Any]) -> Iterator[wire.Frame]:
        request = Request(route=route, client=__version__, arguments=arguments)
        decoder = wire.Decoder.of_client()
        try:
            connection.sendall(wire.encode_control(msgspec.json.encode(request)))
            while data := connection.recv(65_536):
                yield from decoder.feed(data)
        except TimeoutError:
            raise self._silent(f"it did not answer within {self._timeout:g} s", self._start()) from None
        except OSError as error:
            raise self._silent(f"the connection broke: {_lower(error)}", self._start()) from None

    def _value(self, frame: wire.Frame, kind: type[T]) -> T:
        try:
            reply = msgspec.json.decode(frame.payload, type=ControlReply)
            self.daemon_version = reply.daemon
            if reply.problem is not None:
                raise reply.problem.error()
            return msgspec.json.decode(reply.value, type=kind)
        except msgspec.MsgspecError as error:
            raise ProtocolError(
                "the daemon's answer cannot be read",
                cause=f"{_lower(error)}; it is version {self.daemon_version or 'unknown'}, this is {__version__}",
                effect="agents are served as before",
                fix=self._start(),
            ) from None

    def _connect(self) -> socket.socket:
        self._check_socket()
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_CLOEXEC)
        connection.settimeout(self._timeout)
        try:
            connection.connect(str(self._layout.socket))
            self._check_peer(connection)
        except ConnectionRefusedError:
            connection.close()
            raise self._silent("connection refused: the socket is there, nobody is listening", self._start()) from None
        except (TimeoutError, BlockingIOError):
            connection.close()
            raise self._silent(
                "it is there but takes no connection: it hangs or is overloaded", self._start()
            ) from None
        except OSError as error:
            connection.close()
            raise self._silent(_lower(error), self._start()) from None
        except EnactError:
            connection.close()
            raise
        return connection

    def _check_socket(self) -> None:
        """Not even connect to a socket that another user could have put there."""
        path = self._layout.socket
        try:
            found, above = path.lstat(), path.parent.stat()
        except FileNotFoundError:
            raise self._silent("no such socket: the daemon was never started, or has ended", self._start()) from None
        except OSError as error:
            raise self._silent(_lower(error), f"ls -ld {path.parent} {path}") from None
        if not stat.S_ISSOCK(found.st_mode):
            raise self._silent("what is there is no socket", f"rm {path}; {self._start()}")
        guarded = self._layout.guarded
        mine = (os.getuid(),) if guarded is None else (0,)  # only root puts a machine's socket there
        theirs = mine if guarded is None else (0, guarded)
        for place, info, owners in ((path, found, theirs), (path.parent, above, mine)):
            if info.st_uid not in owners:
                raise self._silent(f"`{place}` belongs to user {info.st_uid}, not to you", f"ls -ld {place}")
        if above.st_mode & 0o022:
            raise self._silent(f"others may write into `{path.parent}`", f"chmod 0700 {path.parent}")

    def _check_peer(self, connection: socket.socket) -> None:
        if sys.platform != "linux":
            return
        _, uid, _ = struct.unpack("3i", connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))
        guarded = self._layout.guarded
        if (uid != os.getuid()) if guarded is None else (uid == guarded):
            raise self._silent(f"user {uid} is listening there", f"ls -l {self._layout.socket}")

    def _silent(self, cause: str, fix: str) -> UnreachableError:
        return UnreachableError(f"cannot reach enactd at {self._layout.socket}", cause=cause, effect=EFFECT, fix=fix)

    def _start(self) -> str:
        """The command that starts this daemon, the way it is installed here."""
        if self._layout.guarded is not None:
            return f"sudo systemctl restart enactd@{self._layout.guarded}"
        if self._layout.root is not None:
            return f"enactd start --home {self._layout.root}"
        unit = self._layout.home / ".config/systemd/user/enactd.service"
        return "systemctl --user restart enactd" if unit.exists() else "enactd start"


def _lower(error: Exception) -> str:
    text = (error.strerror if isinstance(error, OSError) else None) or str(error)
    return text[:1].lower() + text[1:]
