"""getent: entries of the system's databases, which may hold password hashes, or a name that travels to look itself up."""

from __future__ import annotations

from enactd.effects.invocation import Effects, Invocation, Output, program, unknown
from enactd.effects.model import ReadPath, SendData
from enactd.effects.values import ENVIRONMENT, SECRET


@program("getent")
def getent(call: Invocation) -> Effects:
    """`getent shadow` shows the hashes; `getent hosts NAME` asks the name servers."""
    words = [word for word in call.args if not word.prefix.startswith("-")]
    database = words[0].text if words else None
    if database in ("shadow", "gshadow"):
        yield ReadPath(target=call.target(f"/etc/{database}"))
    elif database in ("hosts", "ahosts", "ahostsv4", "ahostsv6", "networks"):
        carried = frozenset().union(*(word.origins for word in words[1:])) & {SECRET, ENVIRONMENT}
        if carried:
            yield SendData(to=words[-1].suffix.lstrip(".") or None, by="dns", carries=carried)
    yield Output(unknown("output of getent"))
