"""The e-mail that asks, and what a reply to it says. Pure: text in, text out.

A reply counts by a token behind the word `approve` or `deny`, in its subject or in what its writer wrote themselves:
what a mail program quotes is ours, not theirs. If two different answers are found, neither counts.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import make_msgid, parseaddr
from html.parser import HTMLParser
from typing import Final, NamedTuple
from urllib.parse import quote

from enactd.approvals.channels import text
from enactd.approvals.model import Links, Request
from enactd.approvals.tokens import LONGEST

TAG: Final = "enactd"
"""In the subject of every mail that asks, and of every one that answers."""
_ANSWER: Final = re.compile(rf"\b(approve|deny)\s+([A-Za-z0-9_-]{{40,{LONGEST}}})(?![A-Za-z0-9_-])", re.IGNORECASE)
_QUOTES: Final = re.compile(
    r"\s*(-{2,}\s*(original message|ursprüngliche nachricht|forwarded message|message d'origine)\b.*"
    r"|_{10,}|(on|am|le|el)\b.{0,200}(wrote|schrieb|a écrit|escribió)\s*:?.*)",
    re.IGNORECASE,
)
_SCANNED: Final = 200_000
_LONGEST: Final = 64_000
"""Bytes of what a mail tells of a request."""


class Reply(NamedTuple):
    """Who answers by what."""

    sender: str
    decision: str
    token: str


def question(request: Request, links: Links, *, sender: str, replies: bool) -> EmailMessage:
    """The mail to one approver. Raises `ValueError` for an address that is none."""
    mail = EmailMessage(policy=policy.SMTP)
    mail["Subject"] = f"[{TAG}] {text.title(request, 120)}"
    mail["From"] = _address(sender)
    mail["To"] = _address(links.approver)
    mail["Message-ID"] = make_msgid("enactd", domain=_address(sender).rpartition("@")[2])
    mail["Auto-Submitted"] = "auto-generated"
    told = text.message(request, _LONGEST)
    ways = tuple(_ways(links, sender, replies, told.whole))
    # The call comes last: below it nothing is ours, so that nothing in it can be taken for ours.
    mail.set_content("\n".join((*told.lines, "", *(line for way in ways for line in way.plain), *told.call, "")))
    marked = ["<ul>", *(f"<li>{html.escape(line)}</li>" for line in told.lines), "</ul>"]
    marked += [f'<p><a href="{html.escape(way.target)}">{html.escape(way.label)}</a></p>' for way in ways]
    marked.append("<pre>" + html.escape("\n".join(told.call)) + "</pre>")
    mail.add_alternative("<!doctype html><meta charset=utf-8>" + "\n".join(marked), subtype="html")
    return mail


def reply_in(data: bytes) -> Reply | None:
    """The one answer that a mail gives; None if there is none, or more than one. Never raises for what was sent."""
    try:
        mail = BytesParser(policy=policy.default).parsebytes(data)
        sender = parseaddr(str(mail.get("From", "")))[1].lower()
        texts = [str(mail.get("Subject", ""))[:_SCANNED], _own_words(mail)]
    except (ValueError, LookupError, AttributeError, TypeError, IndexError, RecursionError):
        return None  # the standard library's parser does not promise more
    found = {(match[1].lower(), match[2]) for part in texts for match in _ANSWER.finditer(part)}
    if len(found) != 1 or not sender:
        return None
    decision, token = found.pop()
    return Reply(sender, decision, token)


class _Way(NamedTuple):
    label: str
    target: str
    plain: tuple[str, ...]


def _ways(links: Links, sender: str, replies: bool, whole: bool) -> Iterator[_Way]:
    """How it can be answered from afar; what the mail does not show whole is not approved by one."""
    if links.view:
        yield _Way("See it and decide", links.view, ("See it and decide:", f"  {links.view}", ""))
    if replies and links.approve:
        approve = (("approve", links.approve),) if whole else ()
        for word, token in (*approve, ("deny", links.deny)):
            subject = f"{TAG} {word} {token}"
            target = f"mailto:{quote(_address(sender))}?subject={quote(subject)}"
            plain = (f"To {word}, mail this subject to {_address(sender)}:", f"  {subject}", "")
            yield _Way(f"{word.capitalize()} by mail", target, plain)


def _address(given: str) -> str:
    """The bare address; what could become another header or recipient is none."""
    address = parseaddr(given)[1]
    if (
        not re.fullmatch(r"[^\s@<>,;:\"()\[\]\\]+@[^\s@<>,;:\"()\\]+", address)
        or not given.isprintable()
        or set(",;") & set(given)
    ):
        raise ValueError(f"`{given[:100]}` is no address")
    return address


def _own_words(mail: EmailMessage) -> str:
    """The text that the sender wrote: no quotes, nothing below what mail programs put above quotes."""
    part = mail.get_body(("plain", "html"))
    if part is None:
        return ""
    body = str(part.get_content())[:_SCANNED]
    if part.get_content_subtype() == "html":
        reader = _Words()
        reader.feed(body)
        body = "".join(reader.found)
    kept = []
    for line in body.splitlines():
        if _QUOTES.match(line[:400]):
            break
        if not line.lstrip().startswith((">", "|")):
            kept.append(line)
    return "\n".join(kept)


class _Words(HTMLParser):
    """The text of a page outside of quotes."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        quoted = any(name in ("class", "id") and "quote" in (value or "").lower() for name, value in attrs)
        if self._hidden or tag in ("blockquote", "style", "script") or quoted:
            self._hidden += tag not in ("br", "img", "hr", "meta", "link", "input")
        elif tag in ("br", "p", "div", "li", "tr"):
            self.found.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._hidden = max(0, self._hidden - 1) if self._hidden else 0

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.found.append(data)
