"""Receipts of all kinds to export, hostile text among them."""

from __future__ import annotations

from pathlib import Path

from enactd.receipts import segments
from enactd.receipts.exports import Options, find
from enactd.receipts.record import Draft, Input, Note, Outcome, Receipt, Witnessed
from support.receipts import decision, open_log

HOSTILE = (
    '=HYPERLINK("http://x","y")',
    "+1+1",
    "-2+3|cmd'!A0",
    "@SUM(1)",
    "\t=1",
    "  =1",
    "\r\n=1",
    "＝1",
    "a|b=c\\d\ne\rf",
    'quote " and , comma; \x00 \x1b[2J \u202e \u2028 é 漢 😀',
    "CEF:0|x|y|z|1|n|9|act=allow",
    "",
)
EFFECTS = (
    {"type": "ReadPath", "how": "content", "target": {"path": "/w/.env", "secret": "dotenv file"}},
    {"type": "DeletePath", "target": {"path": "/w/=x|y"}},
    {"type": "RunSql", "tables": ["orders"], "verb": "drop"},
)


def write(folder: Path) -> list[Receipt]:
    """A log of all kinds, of one that no version writes yet, too, with hostile words everywhere."""
    log = open_log(folder)
    log.append_now(Draft(kind="daemon", event="started", engine="0.1.0", detail={"version": "0.1.0"}))
    log.append_now(Draft(kind="session", event="start", agent="claude-code", session="s1"))
    for number, text in enumerate(HOSTILE):
        verdict = ("allow", "ask", "deny")[number % 3]
        log.append_now(
            decision(
                verdict,
                ("SAFE", "SENSITIVE", "COMMITMENT", "IRREVERSIBLE")[number % 4],
                session=text,
                tool=text or "Bash",
                call_id=f"c{number}",
                cwd=text,
                workspace="/w",
                witnessed=Witnessed(uid=1000, pid=42, exe="/usr/bin/node"),
                input=Input(digest="0" * 64, key="k", size=9, text=text),
                effects=EFFECTS[: number % 4],
                findings=(Note(policy="secrets.read", decision=verdict, reason=text),),
                policy_set="a" * 64,
                risk_after="SAFE",
                duration=1500,
            )
        )
        status = ("ok", "failed", "interrupted", "partial")[number % 4]
        ran = Outcome(status=status, exit_code=number - 3, duration=2000, text=text)  # type: ignore[arg-type]
        log.append_now(Draft(kind="outcome", agent="claude-code", session="s1", tool="Bash", outcome=ran))
    asked = log.append_now(Draft(kind="decision", event="malformed", verdict="deny", agent="x"))
    told = {"by": "Ada =1|x", "channel": "terminal", "grant": "g1", "until": 1_800_000_000}
    log.append_now(Draft(kind="approval", event="approved", session="s1", detail=told, links=(asked.link(),)))
    log.append_now(Draft(kind="of-a-later-version", event="grown", session="s1", detail=told))
    log.close()
    return list(segments.receipts(str(folder)))


def export(name: str, receipts: list[Receipt], **options: object) -> list[bytes]:
    """The lines of a format."""
    return list(find(name)(receipts, Options(**options)))  # type: ignore[arg-type]
