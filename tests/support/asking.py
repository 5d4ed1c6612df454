"""A request as the desk announces it, and links with tokens that are genuine."""

from __future__ import annotations

import time
from typing import Any

from enactd.approvals.model import Links, Question, Request
from enactd.approvals.tokens import Tokens

EVIL = "rm -rf build \x1b[2J\r\nBcc: eve@example.org\n<script>alert(1)</script> `id` [x](http://evil) <!channel> \u202e"


def asked(call: str = "terraform destroy", *, name: str = "7-abc", **fields: Any) -> Request:
    """A request that waits for five minutes."""
    now = time.time()
    usual: dict[str, Any] = {
        "id": name, "agent": "claude-code", "session": "s1", "session_risk": "SAFE", "risk": "IRREVERSIBLE",
        "tool": "Bash", "call": call, "cwd": "/home/ada/app", "workspace": "/home/ada/app", "since": now,
        "until": now + 300,
        "questions": (Question(policy="cloud/terraform", reason="it destroys what runs", instead="plan first"),),
        "effects": ("deletes 5 resources",), "lasting": ("the database `main`",),
    }  # fmt: skip
    return Request(**(usual | fields))


def links(request: Request, approver: str, *, view: str = "https://gate.example/approve/") -> Links:
    """The links of one approver; the page's address is `view` and a token behind it, or empty."""
    tokens = Tokens()

    def token(purpose: Any) -> str:
        return tokens.issue(request.id, purpose, approver, request.until)

    return Links(
        approver=approver, view=view and view + token("view"), approve=token("approve"), deny=token("deny"),
        until=request.until,
    )  # fmt: skip
