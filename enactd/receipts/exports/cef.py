"""CEF 0 (ArcSight Common Event Format): a line per receipt that most SIEMs read, for syslog or a file.

Foreign text goes into extension values only, where backslash, equals sign and line ends are escaped; in the header
stand our own words, and the tool's name with pipes escaped.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from enactd import __version__
from enactd.receipts.exports import Options, asked
from enactd.receipts.record import Receipt

MAXIMUM: Final = 1023
"""Characters that SIEMs keep of a text: the limit of most string fields in the format's dictionary."""
_SEVERITIES: Final = {1: 2, 3: 5, 4: 7, 5: 9}


def export(receipts: Iterable[Receipt], options: Options) -> Iterator[bytes]:
    """`CEF:0|enactd|enactd|VERSION|KIND|NAME|SEVERITY|key=value ...`"""
    for receipt in receipts:
        entry = receipt.record
        name = f"{entry.verdict or entry.event or entry.kind} {entry.tool}".strip()
        header = ("enactd", "enactd", __version__, asked.operation(entry), name, str(_severity(receipt)))
        fields = " ".join(f"{key}={_value(value)}" for key, value in _fields(receipt) if value)
        yield f"CEF:0|{'|'.join(map(_header, header))}|{fields}".encode()


def _severity(receipt: Receipt) -> int:
    return _SEVERITIES[asked.severity(receipt.record)]


def _fields(receipt: Receipt) -> Iterator[tuple[str, str]]:
    entry = receipt.record
    yield "rt", str(entry.time // 1000)
    yield "externalId", receipt.id
    yield "act", entry.verdict or ""
    yield "outcome", entry.outcome.status if entry.outcome else ""
    yield "sourceServiceName", entry.agent
    yield "requestClientApplication", entry.tool
    yield "reason", asked.reason(entry)
    yield "msg", asked.text(entry)
    targets = asked.targets(receipt)
    yield "filePath", next((name for name in targets if name.startswith("/")), "")
    yield "suid", str(entry.witnessed.uid) if entry.witnessed else ""
    yield "spid", str(entry.witnessed.pid) if entry.witnessed else ""
    custom = (
        ("session", entry.session),
        ("policies", " ".join(asked.deciding(entry))),
        ("risk", entry.risk or ""),
        ("targets", " ".join(targets)),
        ("lineSha256", receipt.hash),
        ("log", entry.log),
    )
    for number, (label, value) in enumerate(custom, 1):
        if value:
            yield f"cs{number}Label", label
            yield f"cs{number}", value


def _header(value: str) -> str:
    """A header field: no line end may be in it."""
    clean = "".join(sign if sign.isprintable() else " " for sign in value)
    return clean[:512].replace("\\", "\\\\").replace("|", "\\|")


def _value(value: str) -> str:
    cut = value if len(value) <= MAXIMUM else value[: MAXIMUM - 1] + "…"
    clean = "".join(sign if sign.isprintable() or sign in "\r\n" else " " for sign in cut)
    for sign, escaped in (("\\", "\\\\"), ("=", "\\="), ("\n", "\\n"), ("\r", "\\r")):
        clean = clean.replace(sign, escaped)
    return clean
