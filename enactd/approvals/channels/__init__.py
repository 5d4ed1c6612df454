"""Ways to people, one module each; none is loaded that is not configured.

Whatever a channel carries was made for one approver: the link by which they see the request, and where the channel is
polled the tokens by which they answer. A channel that others on this machine could listen to carries neither.
"""

from __future__ import annotations

from pathlib import Path

from enactd.approvals.model import Channel
from enactd.config.approvals import Approvals


def channels(approvals: Approvals, keys: Path) -> tuple[Channel, ...]:
    """The configured channels; relative names of secret files are looked for in the `keys` folder.

    Raises `ChannelError` for one that can never work as it is configured.
    """
    found: list[Channel] = []
    if approvals.desktop:
        from enactd.approvals.channels.desktop import Desktop

        found.append(Desktop())
    if approvals.mail.server:
        from enactd.approvals.channels.mail import MailChannel

        found.append(MailChannel(approvals.mail, keys))
    if approvals.ntfy.topic:
        from enactd.approvals.channels.ntfy import NtfyChannel

        found.append(NtfyChannel(approvals.ntfy, keys))
    if approvals.webhooks:
        from enactd.approvals.channels.webhook import WebhookChannel

        found.extend(WebhookChannel(webhook) for webhook in approvals.webhooks)
    return tuple(found)
