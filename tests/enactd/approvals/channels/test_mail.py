"""Questions by mail and answers by reply, over real servers: SMTP by aiosmtpd, IMAP by Dovecot."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from support.asking import asked, links
from support.mail_servers import PASSWORD, USER, Authority, Mailbox, authority, free_port, imap, smtp
from support.unhelpful import closing, dripping, says, silent, unhelpful

from enactd.approvals.channels.mail import MailChannel
from enactd.config.approvals import Mail
from enactd.errors import ChannelError

pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH")  # on loopback, in a test
ADA = "ada@example.org"
BOT = "enactd@example.org"


@pytest.fixture(scope="module")
def signed(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    file = tmp_path / "mail.password"
    file.touch(mode=0o600)
    file.write_text(PASSWORD + "\n")
    return tmp_path


@pytest.fixture
def trusted(signed: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(signed.root))


@pytest.fixture(scope="module")
def mailbox(signed: Authority) -> Iterator[Mailbox]:
    with imap(signed) as running:
        yield running


def settings(port: int, security: Any = "tls", **fields: Any) -> Mail:
    usual = {
        "server": f"localhost:{port}", "security": security, "user": USER, "password_file": "mail.password",
        "sender": BOT, "to": (ADA, "bob@example.org"),
    }  # fmt: skip
    return Mail(**(usual | fields))


def reply(subject: str, body: str = "", *, sender: str = ADA) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = f"Ada <{sender}>", BOT, subject
    mail.set_content(body or "Sent from my phone")
    return mail.as_bytes(policy=policy.SMTP)


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize("security", ["tls", "starttls"])
async def test_a_question_reaches_its_approver_and_nobody_else(signed: Authority, keys: Path, security: Any) -> None:
    """Over TLS, after logging in, with a plain and a marked-up part."""
    request = asked()
    given = links(request, ADA)
    with smtp(security, signed) as (inbox, port):
        await MailChannel(settings(port, security), keys).announce(request, given)
    (envelope,) = inbox.envelopes
    assert ([ADA], BOT, [True]) == (envelope.rcpt_tos, envelope.mail_from, inbox.encrypted)
    mail: Any = message_from_bytes(envelope.content, policy=policy.default)
    assert ADA == mail["To"]
    for kind in ("plain", "html"):
        text = mail.get_body((kind,)).get_content()
        assert "terraform destroy" in text
        assert given.view in text
        assert "deletes 5 resources" in text


@pytest.mark.usefixtures("trusted")
async def test_a_reply_answers(signed: Authority, keys: Path, mailbox: Mailbox) -> None:
    """By the link in the mail, as a mail program opens it; the letter stays unread for its owner."""
    request = asked()
    given = links(request, ADA)
    with smtp("tls", signed) as (inbox, port):
        channel = MailChannel(settings(port, inbox=f"localhost:{mailbox.port}"), keys, pause=0.1)
        await channel.announce(request, given)
    mail: Any = message_from_bytes(inbox.envelopes[0].content, policy=policy.default)
    target = mail.get_body(("html",)).get_content().split('href="mailto:')[1].split('"')[0]
    address, _, query = target.partition("?subject=")
    assert BOT == unquote(address)
    strangers = links(asked(), ADA)
    for letter in (
        reply(f"enactd approve {strangers.approve}"),
        reply(f"enactd deny {given.approve}"),
        reply(f"enactd approve {given.approve}", sender="eve@example.org"),
        reply(f"enactd approve {given.approve}", sender="bob@example.org"),
        reply("Re: [enactd] claude-code asks", f"what is this?\n\nOn Monday the bot wrote:\n> approve {given.approve}"),
        b"Subject: enactd \xff\xfe\r\nFrom: \xff\r\n\r\n\xff",
        reply(unquote(query)),
    ):
        await asyncio.to_thread(mailbox.deliver, letter)
    async with asyncio.timeout(30):
        heard = [token async for token in first(channel)]
    assert [given.approve] == heard
    client = mailbox.client()
    assert b"" == client.search(None, "SEEN")[1][0]
    client.logout()


async def first(channel: MailChannel) -> Any:
    """The first token that comes back."""
    async for token in channel.replies():
        yield token
        return


@pytest.mark.usefixtures("trusted")
async def test_the_inbox_is_read_over_starttls_too(keys: Path, mailbox: Mailbox) -> None:
    """With the same care for its certificate."""
    request = asked()
    given = links(request, ADA)
    port = free_port()
    channel = MailChannel(settings(port, "starttls", inbox=f"localhost:{mailbox.plain}"), keys, pause=0.1)
    with pytest.raises(ChannelError):
        await channel.announce(request, given)  # nobody listens there; its tokens may have arrived all the same
    await asyncio.to_thread(mailbox.deliver, reply(f"enactd deny {given.deny}"))
    async with asyncio.timeout(30):
        assert [given.deny] == [token async for token in first(channel)]


@pytest.mark.parametrize("security", ["tls", "starttls"])
async def test_a_certificate_that_nobody_vouches_for_gets_no_password(
    signed: Authority, keys: Path, security: Any
) -> None:
    """Neither it nor a mail."""
    request = asked()
    with smtp(security, signed) as (inbox, port), pytest.raises(ChannelError) as caught:
        await MailChannel(settings(port, security), keys).announce(request, links(request, ADA))
    assert "certificate does not hold" in caught.value.cause
    assert [] == inbox.envelopes


@pytest.mark.usefixtures("trusted")
async def test_a_server_that_offers_no_tls_gets_no_password(keys: Path) -> None:
    """What was to be encrypted is not sent in the clear instead."""
    heard = b""

    def plain(connection: Any, over: threading.Event) -> None:
        nonlocal heard
        connection.sendall(b"220 hello\r\n")
        while data := connection.recv(1000):
            heard += data
            connection.sendall(b"250 hello\r\n")

    request = asked()
    with unhelpful(plain) as port, pytest.raises(ChannelError):
        await MailChannel(settings(port, "starttls"), keys).announce(request, links(request, ADA))
    assert b"AUTH" not in heard
    assert b"MAIL" not in heard


@pytest.mark.usefixtures("trusted")
async def test_a_wrong_password_is_told_without_it(signed: Authority, keys: Path) -> None:
    """And says which settings to look at."""
    (keys / "mail.password").write_text("not-this-one")
    request = asked()
    with smtp("tls", signed) as (_, port), pytest.raises(ChannelError) as caught:
        await MailChannel(settings(port), keys).announce(request, links(request, ADA))
    assert "does not take user and password" in caught.value.cause
    assert "not-this-one" not in str(caught.value)


@pytest.mark.parametrize(
    "behave", [silent, dripping, closing, says(b"550 go away\r\n"), says(b"220 x\r\n" + b"y" * 99_999)]
)
async def test_a_server_that_hangs_or_babbles_costs_its_own_message(keys: Path, behave: Any) -> None:
    """In time, with the reason, and without holding up anybody else."""
    request = asked()
    with unhelpful(behave) as port:
        channel = MailChannel(settings(port, "none", server=f"127.0.0.1:{port}", user=""), keys, seconds=0.6)
        began = time.monotonic()
        with pytest.raises(ChannelError) as caught:
            await channel.announce(request, links(request, ADA))
        assert time.monotonic() - began < 30
    assert caught.value.effect


@pytest.mark.parametrize(
    "behave",
    [
        silent,
        dripping,
        closing,
        says(b"* OK hi\r\n"),
        says(b"* OK hi\r\n* 1 FETCH (BODY[] {99999999999}\r\n" + b"x" * 1000),
    ],
)
async def test_an_inbox_that_hangs_or_babbles_is_asked_again_later(keys: Path, behave: Any) -> None:
    """It never ends the looking, nor the daemon."""
    request = asked()
    with unhelpful(behave) as port:
        plain = settings(1, "none", server="127.0.0.1:1", inbox=f"127.0.0.1:{port}")
        channel = MailChannel(plain, keys, seconds=0.3, pause=0.05)
        with pytest.raises(ChannelError):
            await channel.announce(request, links(request, ADA))
        listening = asyncio.ensure_future(anext(aiter(channel.replies())))
        await asyncio.sleep(1.0)
        assert not listening.done()
        listening.cancel()


async def test_what_is_settled_meanwhile_is_not_sent(keys: Path) -> None:
    """Behind a server that hangs; people are not told of what is over."""
    requests = [asked(name=f"{number}-x") for number in range(8)]
    with unhelpful(silent) as port:
        channel = MailChannel(settings(port, "none", server=f"127.0.0.1:{port}"), keys, seconds=0.5)
        sending = [asyncio.ensure_future(channel.announce(request, links(request, ADA))) for request in requests]
        await asyncio.sleep(0.1)
        for request in requests:
            await channel.withdraw(request, "approved")
        results = await asyncio.gather(*sending, return_exceptions=True)
    assert 4 == sum(isinstance(result, ChannelError) for result in results)


@pytest.mark.parametrize(
    "fields",
    [
        {"security": "none", "server": "mail.example.org:25"},
        {"security": "none", "inbox": "mail.example.org:143"},
        {"server": "mail.example.org:smtp"},
        {"server": ":25"},
        {"server": "h:99999"},
        {"to": ()},
        {"sender": ""},
    ],
)
def test_what_can_never_work_is_refused_at_once(keys: Path, fields: dict[str, Any]) -> None:
    """A password in the clear above all."""
    with pytest.raises(ChannelError):
        MailChannel(settings(25, **({"security": "tls"} | fields)), keys)


async def test_an_address_that_would_be_a_header_is_refused(keys: Path) -> None:
    """Nothing is sent to anybody."""
    request = asked()
    evil = f"{ADA}\r\nBcc: eve@example.org"
    with pytest.raises(ChannelError) as caught:
        await MailChannel(settings(free_port(), to=(evil,)), keys).announce(request, links(request, evil))
    assert "is no address" in caught.value.cause


async def test_without_an_inbox_nothing_is_polled(keys: Path) -> None:
    """Its replies end at once."""
    assert [] == [token async for token in MailChannel(settings(1), keys).replies()]
