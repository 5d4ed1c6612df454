"""CEF: read back by the rules of its specification."""

from __future__ import annotations

import re
from pathlib import Path

from support.exported import HOSTILE, export, write

FIELD = re.compile(r"(?:^|(?<= ))([A-Za-z0-9_]+)=((?:[^\\=]|\\.)*?)(?= [A-Za-z0-9_]+=|$)")
NAMES = {
    "rt", "externalId", "act", "outcome", "sourceServiceName", "requestClientApplication", "reason", "msg",
    "filePath", "suid", "spid", *(f"cs{n}" for n in range(1, 7)), *(f"cs{n}Label" for n in range(1, 7)),
}  # fmt: skip
"""Names of the format's dictionary that we use, with the longest value each may have."""


def parse(line: str) -> tuple[list[str], dict[str, str]]:
    """Header fields and extensions, unescaped, by the specification: pipes and backslashes are escaped in the header,
    equals signs, backslashes and line ends in the extension."""
    assert line.startswith("CEF:0|")
    header = re.split(r"(?<!\\)(?:\\\\)*\|", line, maxsplit=7)
    assert 8 == len(header)
    extension = header.pop()
    fields = {}
    place = 0
    for match in FIELD.finditer(extension):
        assert match.start() == place
        assert match[1] not in fields
        fields[match[1]] = re.sub(r"\\(.)", lambda m: {"n": "\n", "r": "\r"}.get(m[1], m[1]), match[2])
        place = match.end() + 1
    assert place >= len(extension)
    return [re.sub(r"\\([\\|])", r"\1", part) for part in header], fields


def test_read_back(tmp_path: Path) -> None:
    """Every field is one of the dictionary's, and what agents wrote comes back as a value, never as a field."""
    receipts = write(tmp_path)
    told = []
    for receipt, line in zip(receipts, export("cef", receipts), strict=True):
        header, fields = parse(line.decode())
        assert ["CEF:0", "enactd", "enactd"] == header[:3]
        assert 0 <= int(header[6]) <= 10
        assert fields.keys() <= NAMES
        assert receipt.id == fields["externalId"]
        assert (receipt.record.verdict or "") == fields.get("act", "")
        assert receipt.record.time // 1000 == int(fields["rt"])
        assert all(len(value) <= 1023 for value in fields.values())
        labels = {fields[f"cs{n}Label"]: fields[f"cs{n}"] for n in range(1, 7) if f"cs{n}" in fields}
        assert receipt.hash == labels["lineSha256"]
        told.append(fields.get("msg", ""))
    shown = {"".join(sign if sign.isprintable() or sign in "\r\n" else " " for sign in text) for text in HOSTILE}
    assert {text for text in shown if text.strip()} <= set(told) | {text.lstrip(" ") for text in told} | set(told)
