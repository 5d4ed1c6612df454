"""Only what is configured is there, and only that is loaded."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from enactd.approvals.channels import channels
from enactd.config.approvals import Approvals, Mail, Ntfy, Webhook
from enactd.errors import ChannelError

ALL = Approvals(
    desktop=True,
    mail=Mail(server="mail.example:465", sender="e@example", to=("a@example", "b@example")),
    ntfy=Ntfy(topic="https://ntfy.example/x", approver="phone"),
    webhooks=(Webhook(url="https://h/1", approver="ops"), Webhook(url="https://h/2", format="slack")),
)


def test_nothing_configured_is_no_channel(tmp_path: Path) -> None:
    """The terminal is always there."""
    assert () == channels(Approvals(), tmp_path)


def test_each_channel_knows_whom_it_tells(tmp_path: Path) -> None:
    """One approver for each address, phone, and chat."""
    found = [(channel.name, channel.approvers) for channel in channels(ALL, tmp_path)]
    assert [
        ("desktop", ("desktop",)),
        ("mail", ("a@example", "b@example")),
        ("ntfy", ("phone",)),
        ("webhook", ("ops",)),
        ("webhook", ("webhook",)),
    ] == found


def test_a_channel_that_cannot_work_is_told_of(tmp_path: Path) -> None:
    """Before the first question."""
    with pytest.raises(ChannelError):
        channels(Approvals(webhooks=(Webhook(url="http://h/x"),)), tmp_path)


def test_what_is_not_configured_is_not_loaded() -> None:
    """Neither at the daemon's start nor for a question."""
    program = """
import sys
from pathlib import Path
from enactd.approvals.channels import channels
from enactd.config.approvals import Approvals
channels(Approvals(), Path("/"))
print([name for name in sys.modules if name in ("smtplib", "imaplib", "jeepney", "enactd.posting")])
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert "[]" == done.stdout.strip()
