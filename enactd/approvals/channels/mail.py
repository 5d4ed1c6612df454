"""Questions by e-mail over SMTP, and answers by reply from an IMAP inbox that is looked at while something waits.

Both servers are believed by their certificates. The standard library's clients run in threads of their own, each
connection under a deadline: a server that hangs costs its own message.
"""

from __future__ import annotations

import asyncio
import contextlib
import imaplib
import smtplib
import socket
import ssl
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any, Final

import structlog

from enactd.approvals.channels.letter import TAG, question, reply_in
from enactd.approvals.channels.secret import UNTOLD, secret
from enactd.approvals.channels.waiting import Waiting
from enactd.approvals.channels.work import Work
from enactd.approvals.model import ChannelName, Links, Request, State
from enactd.config.approvals import Mail
from enactd.errors import ChannelError
from enactd.posting import Deadline, is_loopback

SECONDS: Final = 20.0
PAUSE_S: Final = 10.0
"""Between two looks into the inbox while something waits."""
LONGEST_PAUSE_S: Final = 120.0
LETTERS: Final = 50
"""The newest so many unseen ones are looked at."""
LETTER_LIMIT: Final = 128 * 1024
_PORTS: Final = {"smtp": {"tls": 465, "starttls": 587, "none": 25}, "imap": {"tls": 993, "starttls": 143, "none": 143}}

log = structlog.get_logger()


class MailChannel:
    """Mail to each configured address; see `model.Channel`."""

    name: ChannelName = "mail"

    def __init__(self, mail: Mail, keys: Path, *, seconds: float = SECONDS, pause: float = PAUSE_S) -> None:
        self.approvers: tuple[str, ...] = mail.to
        self._mail = mail
        self._keys = keys
        self._seconds = seconds
        self._pause = pause
        self._work = Work()
        self._waiting = Waiting()
        self._read: set[bytes] = set()
        self._smtp = _place(mail.server, "smtp", mail.security)
        self._imap = _place(mail.inbox, "imap", mail.security) if mail.inbox else None
        if not mail.to or not mail.sender:
            raise ChannelError("`approvals.mail` lacks `to` or `sender`", effect=UNTOLD, fix="enactctl config edit")

    async def announce(self, request: Request, links: Links) -> None:
        """Send it to the approver that the links are for."""
        self._waiting.add(request, links)
        with _told(self._mail.server):
            letter = question(request, links, sender=self._mail.sender, replies=self._imap is not None)
        await self._work.do(lambda: self._send(letter), wanted=lambda: self._waiting.has(request))

    async def withdraw(self, request: Request, state: State) -> None:
        """A mail cannot be called back; its tokens are dead, and nothing is looked for any more."""
        self._waiting.drop(request)

    async def replies(self) -> AsyncIterator[str]:
        """Tokens of replies by those whom they were sent to."""
        pause = self._pause
        while self._imap is not None:
            await self._waiting.some()
            found: list[bytes] = []
            try:
                found = await self._work.do(self._look) or []
                pause = self._pause
            except ChannelError as error:
                pause = min(LONGEST_PAUSE_S, pause * 2)
                log.warning("no replies", channel="mail", problem=error.problem, cause=error.cause)
            for data in found:
                token = self._answer(data)
                if token:
                    yield token
            await asyncio.sleep(pause)

    def _answer(self, data: bytes) -> str:
        """The token of a letter that answers: sent by its approver, and of the kind that its word says."""
        reply = reply_in(data)
        known = self._waiting.what(reply.token) if reply else None
        if reply is None or known is None:
            return ""
        if known.decision != reply.decision or known.approver.lower() != reply.sender:
            log.warning("a reply that does not count", channel="mail", why="its sender or its word is another one")
            return ""
        return reply.token

    @property
    def _password(self) -> str:
        return secret(self._mail.password_file, self._keys, "mail password")

    def _send(self, letter: Any) -> None:
        with _told(self._mail.server), Deadline(self._seconds) as deadline:
            client = _Smtp(deadline, self._mail.security, self._smtp[0])
            try:
                client.connect(*self._smtp)
                if self._mail.security == "starttls":
                    client.starttls(context=ssl.create_default_context())
                if self._mail.user:
                    client.login(self._mail.user, self._password)
                client.send_message(letter)
                with contextlib.suppress(smtplib.SMTPException):
                    client.quit()  # it was taken already
            finally:
                client.close()

    def _look(self) -> list[bytes]:
        """New letters about approvals, as they are; each is handed out once."""
        assert self._imap is not None
        with _told(self._mail.inbox), Deadline(self._seconds) as deadline:
            client = _Imap(deadline, self._mail.security, *self._imap)
            try:
                if self._mail.security == "starttls":
                    client.starttls(ssl.create_default_context())
                client.login(self._mail.user, self._password)
                client.select("INBOX")
                since = imaplib.Time2Internaldate(time.time() - 2 * 86_400)[1:12].strip()
                _, answer = client.uid("SEARCH", "UNSEEN", "SINCE", since, "SUBJECT", f'"{TAG}"')
                fresh = [number for number in (answer[0] or b"").split() if number not in self._read][-LETTERS:]
                found = [letter for number in fresh for letter in self._letter(client, number)]
                self._read.update(fresh)
                return found
            finally:
                client.shutdown()

    def _letter(self, client: imaplib.IMAP4, number: bytes) -> Iterator[bytes]:
        """One letter, not longer than we read, and still unread for its owner."""
        _, parts = client.uid("FETCH", number.decode("ascii", "replace"), f"(BODY.PEEK[]<0.{LETTER_LIMIT}>)")
        for part in parts:
            if isinstance(part, tuple) and len(part) == 2:
                yield part[1]


class _Smtp(smtplib.SMTP):
    """The library's client on a connection that has a deadline, and TLS from the start where that is wanted."""

    def __init__(self, deadline: Deadline, security: str, host: str) -> None:
        super().__init__(local_hostname="[127.0.0.1]", timeout=deadline.seconds)  # no look-up of our own name
        self._deadline = deadline
        self._security = security
        self._host = host  # what the certificate must name

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        connection = self._deadline.connect(host, port)
        if self._security != "tls":
            return connection
        return ssl.create_default_context().wrap_socket(connection, server_hostname=host)


class _Imap(imaplib.IMAP4):
    """The same for IMAP, and no server makes us read more than it may."""

    def __init__(self, deadline: Deadline, security: str, host: str, port: int) -> None:
        self._deadline = deadline
        self._security = security
        super().__init__(host, port, timeout=deadline.seconds)

    def _create_socket(self, timeout: float | None) -> socket.socket:
        connection = self._deadline.connect(self.host, self.port)
        if self._security != "tls":
            return connection
        return ssl.create_default_context().wrap_socket(connection, server_hostname=self.host)

    def read(self, size: int) -> bytes:
        if size > 2 * LETTER_LIMIT:
            raise self.abort("it sends more than was asked for")
        return super().read(size)


@contextlib.contextmanager
def _told(server: str) -> Iterator[None]:
    """What a mail server can do wrong, as a `ChannelError`; never with what it said about a password."""
    who = f"the mail server {server}"
    try:
        yield
    except ssl.SSLCertVerificationError as error:
        raise _refused(who, f"its certificate does not hold: {error.verify_message}", "mend it, or its name") from None
    except smtplib.SMTPAuthenticationError:
        raise _refused(who, "it does not take user and password", "approvals.mail: user, password_file") from None
    except smtplib.SMTPResponseException as error:
        raise _refused(who, f"it answered {error.smtp_code}") from None
    except smtplib.SMTPRecipientsRefused:
        raise _refused(who, "it does not take mail to this address", "approvals.mail: to") from None
    except (smtplib.SMTPException, imaplib.IMAP4.error) as error:
        raise _refused(who, f"{type(error).__name__}: {str(error)[:200]}") from None
    except OSError as error:
        raise _refused(who, str(error.strerror or error)) from None
    except ValueError as error:
        raise _refused(who, str(error)[:200], "approvals.mail: sender, to") from None


def _refused(who: str, cause: str, fix: str = "enactctl approvals test") -> ChannelError:
    return ChannelError(f"{who} was of no use", cause=cause, effect=UNTOLD, fix=fix)


def _place(text: str, protocol: str, security: str) -> tuple[str, int]:
    """Host and port. Raises `ChannelError`, also for a password in the clear to another machine."""
    host, colon, port = text.rpartition(":")
    if not colon or "]" in port:
        host, port = text, str(_PORTS[protocol][security])
    host = host.strip("[]")
    if not host or not port.isascii() or not port.isdigit() or not 0 < int(port) < 65_536:
        raise ChannelError(f"`{text}` is no mail server", cause="it takes HOST:PORT", effect=UNTOLD)
    if security == "none" and not is_loopback(host):
        raise ChannelError(
            f"`{text}` would be asked without TLS",
            cause='`security = "none"` is for this machine alone',
            effect=UNTOLD,
            fix='security = "tls"   # or "starttls"',
        )
    return host, int(port)
