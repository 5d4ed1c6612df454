"""What is left out of a journal is what nobody would miss."""

from __future__ import annotations

import msgspec
from support.desk import answer, request

from enactd.approvals.journal import Agreed, Asked, Closed, Ended, Entry, Made, Paused, Used
from enactd.approvals.standing import still_counting
from enactd.report import Grant, Pause

NOW = 1_000.0
GRANT = Grant(id="g", scope="policy", receipt="7-a", reason="why", since=0, until=2_000, policies=("p",), count=3)


def asked(name: str) -> Asked:
    return Asked(request=request(name), bond=name, link=(1, "h"))


def test_what_waits_and_what_holds_stays() -> None:
    """Uses and ends are part of their grant; what is settled or over is left out."""
    pause = Pause(id="p", reason="why", since=0, until=2_000, by="ada")
    entries: list[Entry] = [
        asked("1-a"), asked("2-b"), Agreed(answer=answer("1-a")), Agreed(answer=answer("2-b")),
        Closed(request="2-b", state="approved"), Made(grant=GRANT), Used(grant="g"), Ended(grant="g", how="revoked"),
        Paused(pause=pause), Paused(pause=msgspec.structs.replace(pause, until=NOW - 1)),
    ]  # fmt: skip
    assert [
        asked("1-a"), Agreed(answer=answer("1-a")), Made(grant=msgspec.structs.replace(GRANT, used=1, ended="revoked"))
    ] == still_counting(entries, NOW)  # fmt: skip
    assert [Paused(pause=pause)] == still_counting(entries[8:9], NOW)
    assert [] == still_counting(entries[:8], NOW + 1e9)[2:]
