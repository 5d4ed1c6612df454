"""`[approvals]`: how long a question waits, what proves that a person answers it, and the ways to people.

None of it may come from a repository. A password stands in a file of its own, named here by its path.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from enactd.config.section import Section

Proof = Literal["terminal", "pin", "totp", "polkit"]


class Web(Section, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A page on which a question is shown and answered."""

    listen: Annotated[str, Meta(description="ADDRESS:PORT to serve it on, `127.0.0.1:7468`; empty for no page")] = ""
    url: Annotated[str, Meta(description="how people reach it, if not by that address: `https://host/enactd`")] = ""


class Mail(Section, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Questions by e-mail, and answers by reply."""

    server: Annotated[str, Meta(description="SMTP server, HOST:PORT; empty for no mail")] = ""
    security: Annotated[Literal["tls", "starttls", "none"], Meta(description="`none` only for this machine")] = "tls"
    user: Annotated[str, Meta(description="name to log in with")] = ""
    password_file: Annotated[str, Meta(description="file that holds the password and nobody else can read")] = ""
    sender: Annotated[str, Meta(description="address that mails come from")] = ""
    to: Annotated[tuple[str, ...], Meta(description="addresses; each is an approver of its own")] = ()
    inbox: Annotated[str, Meta(description="IMAP server for replies, HOST:PORT; empty for none")] = ""


class Ntfy(Section, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Questions on a phone by ntfy, answered there."""

    topic: Annotated[str, Meta(description="URL of the topic that tells; empty for none")] = ""
    replies: Annotated[str, Meta(description="URL of the topic that answers come back by; empty for none")] = ""
    token_file: Annotated[str, Meta(description="file that holds the access token")] = ""
    approver: Annotated[str, Meta(description="whose phone it is")] = "phone"


class Webhook(Section, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A message to a chat or a program."""

    url: Annotated[str, Meta(description="where it is posted")]
    format: Annotated[Literal["json", "slack", "teams"], Meta(description="how it is written")] = "json"
    approver: Annotated[str, Meta(description="whose links it carries")] = "webhook"


class Approvals(Section, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Questions at the boundary."""

    hold_s: Annotated[
        int,
        Meta(ge=0, le=3_600, description="how long an agent waits for an answer while somebody can hear the question"),
    ] = 60
    ticket_minutes: Annotated[
        int, Meta(ge=1, le=43_200, description="how long a question can be answered after the agent was told no")
    ] = 720
    grant_minutes: Annotated[
        int, Meta(ge=1, le=1_440, description="how long an approval of one call waits for its use")
    ] = 15
    dialog: Annotated[
        bool, Meta(description="use the agent's own dialog where a person is seen to sit in front of it")
    ] = True
    proof: Annotated[
        tuple[Proof, ...], Meta(min_length=1, description="what an answer on this machine needs, all of them")
    ] = ("terminal",)
    approvers: Annotated[
        dict[str, int], Meta(description="how many different people must approve, by policy id; `*` for every policy")
    ] = msgspec.field(default_factory=dict)
    count_rows: Annotated[
        bool, Meta(description="count, read-only, which rows a DELETE or UPDATE fits in a local SQLite file")
    ] = False
    desktop: Annotated[bool, Meta(description="a notification on this desktop")] = False
    web: Web = Web()
    mail: Mail = Mail()
    ntfy: Ntfy = Ntfy()
    webhooks: Annotated[tuple[Webhook, ...], Meta(description="messages to chats and programs")] = ()

    def needs(self, policy: str) -> int:
        """How many different people must approve what this policy stops."""
        return self.approvers.get(policy, self.approvers.get("*", 1))
