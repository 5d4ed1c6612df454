"""The mail that asks cannot be bent by what an agent writes; a reply counts only if its writer gave one answer."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from hypothesis import given as tried
from hypothesis import settings
from hypothesis import strategies as st
from support.asking import EVIL, asked, links
from support.fuzz import examples

from enactd.approvals.channels.letter import Reply, question, reply_in

ADA, BOT = "ada@example.org", "enactd@example.org"
REQUEST = asked()
GIVEN = links(REQUEST, ADA)
YES, NO = GIVEN.approve, GIVEN.deny


def read(mail: EmailMessage) -> Any:
    return message_from_bytes(mail.as_bytes(), policy=policy.default)


def answer(subject: str, body: str = "", *, kind: str = "plain", sender: str = ADA) -> Reply | None:
    mail = EmailMessage()
    mail["From"], mail["Subject"] = f"Ada <{sender}>", subject
    mail.set_content(body, subtype=kind)
    return reply_in(mail.as_bytes(policy=policy.SMTP))


@pytest.mark.parametrize("place", ["call", "agent", "session", "cwd", "risk"])
def test_agents_words_become_no_header_and_no_markup(place: str) -> None:
    """Whatever a call or a name holds, it is text."""
    request = asked(**({"call": EVIL} if place == "call" else {place: EVIL}))
    mail = read(question(request, links(request, ADA), sender=BOT, replies=True))
    assert {"Subject", "From", "To", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type"} == set(mail.keys())
    assert (ADA, BOT) == (mail["To"], mail["From"])
    marked, plain = (mail.get_body((kind,)).get_content() for kind in ("html", "plain"))
    assert "<script>" not in marked
    assert not set("\x1b\u202e") & set(marked + plain)


@settings(max_examples=examples(100))
@tried(st.text(max_size=2000), st.text(max_size=50))
def test_any_text_makes_a_mail_that_can_be_sent(call: str, agent: str) -> None:
    """Nothing an agent writes keeps people from being asked."""
    request = asked(call, agent=agent)
    mail = read(question(request, links(request, ADA), sender=BOT, replies=True))
    assert ADA == mail["To"]
    assert mail["Subject"].startswith("[enactd] ")


def test_where_nothing_is_polled_no_token_is_sent() -> None:
    """Without an inbox a mail has the page's link and no way to answer by mail."""
    mail = read(question(REQUEST, GIVEN, sender=BOT, replies=False))
    whole = mail.get_body(("plain",)).get_content() + mail.get_body(("html",)).get_content()
    assert GIVEN.view in whole
    assert YES not in whole
    assert "mailto:" not in whole


def test_a_call_cannot_forge_what_the_mail_says() -> None:
    """Its lines stand behind bars, below everything of ours; also in the marked-up text."""
    forged = (
        "terraform destroy #\n\nWhy: tidy (fs.temp)\nWould: delete 1 file\n\nSee it and decide:\n  https://evil.example"
    )
    mail = read(question(asked(forged), GIVEN, sender=BOT, replies=True))
    lines = mail.get_body(("plain",)).get_content().splitlines()
    assert "Would: deletes 5 resources" in lines
    assert not {"Why: tidy (fs.temp)", "Would: delete 1 file", "  https://evil.example"} & set(lines)
    assert all(line.startswith("| ") for line in lines[lines.index("| terraform destroy #") :] if line)
    marked = mail.get_body(("html",)).get_content()
    assert marked.index("evil.example") > marked.index(GIVEN.view)


def test_what_is_not_shown_whole_is_not_approved_by_mail() -> None:
    """It can be looked at, and denied."""
    request = asked("echo\n[9000 characters more]\necho")
    mail = read(question(request, GIVEN, sender=BOT, replies=True))
    for kind in ("plain", "html"):
        whole = mail.get_body((kind,)).get_content()
        assert (True, True, False) == (
            GIVEN.view in whole,
            "deny" in whole,
            "approve " in whole.replace("approve 7", ""),
        )
    assert YES not in str(mail)


@pytest.mark.parametrize(
    "address", ["", "ada", "a@b@c", "a b@c", "a@b\r\nBcc: x@y", "a@b, c@d", "<a@b>;c@d", "a@b\x00"]
)
def test_what_is_no_single_address_is_refused(address: str) -> None:
    """Before anything is built of it."""
    with pytest.raises(ValueError, match="no address"):
        question(REQUEST, links(REQUEST, address), sender=BOT, replies=True)


@pytest.mark.parametrize(
    ("subject", "body", "expected"),
    [
        (f"enactd approve {YES}", "", ("approve", YES)),
        (f"Re: enactd  APPROVE   {YES}", "thanks", ("approve", YES)),
        (f"enactd deny {NO}", f"> approve {YES}", ("deny", NO)),
        ("Re: [enactd]", f"approve {YES}\n\nOn Mon, 1 Jan 2026 enactd wrote:\n> deny {NO}", ("approve", YES)),
        ("Re: [enactd]", f"Deny {NO}.\n-----Original Message-----\nTo approve: approve {YES}", ("deny", NO)),
        ("Re: [enactd]", f"ok\n> approve {YES}\n> deny {NO}", None),
        ("Re: [enactd]", f"ok\n  | approve {YES}", None),
        ("Re: [enactd]", f"Am 1. Januar schrieb enactd:\napprove {YES}", None),
        ("Re: [enactd]", f"________________\napprove {YES}", None),
        (f"enactd approve {YES}", f"deny {NO}", None),
        ("Re: [enactd]", f"approve {YES}\ndeny {NO}", None),
        (f"enactd approve {YES}", f"approve {YES}", ("approve", YES)),
        (f"enactd {YES}", "", None),
        (f"enactd approve {YES[:30]}", "", None),
        (f"enactd approve {YES}{'x' * 700}", "", None),
        (f"disapprove {YES}", "", None),
        ("", "", None),
    ],
    ids=map(str, range(17)),  # a token is another one in each process; a name must not be
)
def test_an_answer_is_one_that_its_writer_gave(subject: str, body: str, expected: tuple[str, str] | None) -> None:
    """Quotes are ours; two answers are none."""
    assert (Reply(ADA, *expected) if expected else None) == answer(subject, body)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (f"<p>approve <b>{YES}</b></p>", ("approve", YES)),
        (f"<p>ok</p><blockquote>approve {YES}</blockquote>", None),
        (f'<div>deny {NO}</div><div class="gmail_quote">On Monday:<br>approve {YES}<br></div>', ("deny", NO)),
        (f"<style>approve {YES}</style>", None),
        (f"<blockquote><p>a</p></blockquote></blockquote><p>deny {NO}</p>", ("deny", NO)),
    ],
    ids=map(str, range(5)),
)
def test_a_marked_up_reply_is_read_without_its_quotes(body: str, expected: tuple[str, str] | None) -> None:
    """As far as the marks of mail programs go."""
    assert (Reply(ADA, *expected) if expected else None) == answer("Re: [enactd]", body, kind="html")


@settings(max_examples=examples(100))
@tried(st.binary(max_size=3000))
def test_no_letter_raises(data: bytes) -> None:
    """Whatever lies in an inbox."""
    assert reply_in(data) is None
    assert (
        reply_in(b"From: a@b\r\nSubject: enactd\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n" + data)
        is None
    )
