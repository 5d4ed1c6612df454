"""A second verifier of receipts, slow and plain, written from FORMAT.md alone; shares no code with `enactd`.

    python naive_verifier.py FOLDER [KEYFILE]

prints `ok N` or `bad INDEX STEP REASON` and exits with 0 or 5.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import math
import re
import sys
from pathlib import Path
from typing import Any

import rfc8785

HASH = re.compile("[0-9a-f]{64}")
LEVELS = {"SAFE", "SENSITIVE", "COMMITMENT", "IRREVERSIBLE"}
ANSWERS = {"allow", "ask", "deny"}
WORD = re.compile(r"(?=.{1,32}\Z)[a-z]+(-[a-z]+)*", re.ASCII | re.DOTALL)
STATUSES = {"ok", "failed", "interrupted", "partial", "not-run", "unknown"}
LINE_LIMIT = 1_048_576


class BadError(Exception):
    def __init__(self, index: int, step: int, reason: str) -> None:
        super().__init__(f"bad {index} {step} {reason}")
        self.index, self.step, self.reason = index, step, reason


def is_text(value: Any) -> bool:
    return isinstance(value, str)


def is_integer(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def is_natural(value: Any) -> bool:
    return is_integer(value) and value >= 0


def is_hash(value: Any) -> bool:
    return is_text(value) and HASH.fullmatch(value) is not None


def is_word(value: Any) -> bool:
    return is_text(value) and WORD.fullmatch(value) is not None


def is_true(value: Any) -> bool:
    return value is True


def is_object(value: Any) -> bool:
    return isinstance(value, dict)


def one_of(names: set[str]):
    return lambda value: is_text(value) and value in names


def array_of(check):
    return lambda value: isinstance(value, list) and all(check(member) for member in value)


def texts_object(value: Any) -> bool:
    return is_object(value) and all(is_text(member) for member in value.values())


def is_pair(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(is_text(member) for member in value)


def part(required: dict, optional: dict, empty: dict | None = None):
    """An object with these fields; `empty` gives the value at which an optional one must be left out."""

    def check(value: Any) -> bool:
        if not is_object(value) or set(required) - set(value) or set(value) - set(required) - set(optional):
            return False
        for name, member in value.items():
            if not (required.get(name) or optional[name])(member):
                return False
            if name in optional and member_is_empty(name, member, empty or {}):
                return False
        return True

    return check


def member_is_empty(name: str, member: Any, empty: dict) -> bool:
    if name in empty:
        return member == empty[name]
    if name == "gained":
        return False
    return any(member == nothing for nothing in ("", 0, [], {}))


NOT_RUN = {"exit_code": object()}  # left out when unknown: no value stands for that
WITNESSED = part(
    {"uid": is_integer, "pid": is_integer},
    dict.fromkeys(("started", "gid", "agent_pid", "agent_started"), is_integer)
    | dict.fromkeys(("exe", "agent_exe", "boot", "note"), is_text),
    {"gid": -1},
)
INPUT = part({"digest": is_hash, "key": is_text, "size": is_natural}, {"text": is_text, "cut": is_true})
REDACTION = part({"kind": is_text, "count": is_integer}, {})
NOTE = part(
    {"policy": is_text, "decision": one_of(ANSWERS)},
    {"reason": is_text, "instead": is_text, "effect": is_integer, "severity": is_text, "would": is_text},
    {"effect": -1},
)
GAINS = part(
    {},
    dict.fromkeys(("taints", "hosts", "downloads", "deeds", "stopped"), array_of(is_text))
    | {"renamed": array_of(is_pair)},
)
LINK = part({"relation": is_word, "seq": is_natural, "hash": is_hash}, {})
OUTCOME = part(
    {"status": one_of(STATUSES)}, {"exit_code": is_integer, "duration": is_integer, "text": is_text}, NOT_RUN
)
TEXT_FIELDS = "event agent agent_version session subagent parent tool call_id cwd workspace policy_set engine".split()
RECORD = part(
    {
        "v": lambda value: is_integer(value) and value == 1,
        "log": is_text,
        "seq": is_natural,
        "prev": is_hash,
        "time": is_integer,
        "monotonic": is_integer,
        "kind": is_word,
        "mac_alg": is_text,
        "mac_key": is_text,
        "mac": is_hash,
    },
    dict.fromkeys(TEXT_FIELDS, is_text)
    | dict.fromkeys(("risk", "risk_before", "risk_after"), one_of(LEVELS))
    | dict.fromkeys(("claimed", "facts", "detail"), is_object)
    | {
        "witnessed": WITNESSED,
        "input": INPUT,
        "redacted": array_of(REDACTION),
        "effects": array_of(is_object),
        "verdict": one_of(ANSWERS),
        "findings": array_of(NOTE),
        "evaluated": array_of(is_text),
        "gained": GAINS,
        "links": array_of(LINK),
        "enforcement": texts_object,
        "duration": is_integer,
        "outcome": OUTCOME,
    },
)


def fits(value: Any, depth: int) -> bool:
    """ASCII keys, integers below 2^53, at most 64 levels."""
    if depth > 64:
        return False
    if isinstance(value, dict):
        return all(key.isascii() and fits(member, depth + 1) for key, member in value.items())
    if isinstance(value, list):
        return all(fits(member, depth + 1) for member in value)
    if isinstance(value, float):
        return False
    return not is_integer(value) or abs(value) < 2**53


def parse(line: bytes) -> Any:
    def refuse(word: str) -> Any:
        raise ValueError(word)

    def fraction(digits: str) -> float:
        return refuse(digits) if math.isinf(float(digits)) else float(digits)

    value = json.loads(line.decode("utf-8"), parse_constant=refuse, parse_float=fraction)
    json.dumps(value, ensure_ascii=False).encode("utf-8")  # a lone surrogate is no text
    return value


def is_canonical(line: bytes, value: Any) -> bool:
    try:
        return fits(value, 0) and rfc8785.dumps(value) == line
    except (rfc8785.CanonicalizationError, UnicodeError):
        return False


def split(data: bytes) -> list[tuple[bytes, bool]]:
    """Lines without LF, and whether they had one. Nothing is read behind a line that is too long."""
    lines = []
    while data:
        end = data.find(b"\n")
        if end < 0 or end + 1 > LINE_LIMIT:
            return [*lines, (data, False)]
        lines.append((data[:end], True))
        data = data[end + 1 :]
    return lines


def verify(folder: Path, key: bytes | None = None) -> int:
    """The number of records, all good; or raises `BadError` with index, step and reason."""
    names = sorted(path.name for path in folder.iterdir() if re.fullmatch(r"[0-9]{12}\.jsonl", path.name))
    hashes: list[str] = []
    entries: list[dict] = []
    for name in names:
        if int(name[:12]) != len(hashes):
            raise BadError(len(hashes), 1, f"{name} does not begin with record {len(hashes)}")
        lines = split((folder / name).read_bytes())
        for number, (line, complete) in enumerate(lines):
            following = lines[number + 1] if number + 1 < len(lines) else first_line(folder, names, name)
            entries.append(check(line, complete, following, entries, hashes, key))
            hashes.append(hashlib.sha256(line).hexdigest())
    return len(hashes)


def first_line(folder: Path, names: list[str], name: str) -> tuple[bytes, bool] | None:
    """The line that follows a segment's last one; none where the next segment fails check 1."""
    here = names.index(name)
    count = int(name[:12]) + len(split((folder / name).read_bytes()))
    if here + 1 == len(names) or int(names[here + 1][:12]) != count:
        return None
    lines = split((folder / names[here + 1]).read_bytes())
    return lines[0] if lines else None


def check(
    line: bytes,
    complete: bool,
    following: tuple[bytes, bool] | None,
    entries: list[dict],
    hashes: list[str],
    key: bytes | None,
) -> dict:
    index = len(hashes)
    if not complete:
        raise BadError(index, 2, "not finished, or too long")
    try:
        entry = parse(line)
    except ValueError as error:
        raise BadError(index, 2, str(error)) from None
    if not is_object(entry):
        raise BadError(index, 2, "no object")
    if not is_canonical(line, entry):
        raise BadError(index, 3, "not canonical")
    if not RECORD(entry):
        raise BadError(index, 4, "not of this schema")
    if entry["seq"] != index:
        raise BadError(index, 5, "out of sequence")
    if entry["prev"] != (hashes[-1] if hashes else "0" * 64):
        vouched = key is None and (following is None or vouches(following, line))
        raise BadError(max(0, index - 1) if vouched else index, 6, "the chain is broken")
    if entries and entry["log"] != entries[-1]["log"]:
        raise BadError(index, 6, "of another log")
    for link in entry.get("links", ()):
        check_link(link, index, entries, hashes)
    if key is not None and not mac_is_right(line, entry, key):
        raise BadError(index, 8, "the MAC is wrong")
    return entry


def vouches(following: tuple[bytes, bool], line: bytes) -> bool:
    """Whether the next line is a record whose `prev` is this one's hash."""
    try:
        entry = parse(following[0])
    except ValueError:
        return False
    return RECORD(entry) and entry["prev"] == hashlib.sha256(line).hexdigest()


def check_link(link: dict, index: int, entries: list[dict], hashes: list[str]) -> None:
    if link["seq"] >= index or hashes[link["seq"]] != link["hash"]:
        raise BadError(index, 7, "a link points nowhere")
    if link["relation"] in ("decision", "approval") and entries[link["seq"]]["kind"] != link["relation"]:
        raise BadError(index, 7, "a link points to the wrong kind")


def mac_is_right(line: bytes, entry: dict, key: bytes) -> bool:
    key_id = hashlib.sha256(b"enactd receipt key id\0" + key).hexdigest()[:16]
    match = re.fullmatch(rb'(.*),"mac":"[0-9a-f]{64}"(.*)', line, re.DOTALL)
    if match is None or entry["mac_alg"] != "HMAC-SHA256" or entry["mac_key"] != key_id:
        return False
    return hmac.new(key, match[1] + match[2], "sha256").hexdigest() == entry["mac"]


def main(arguments: list[str]) -> int:
    key = Path(arguments[1]).read_bytes() if len(arguments) > 1 else None
    try:
        print("ok", verify(Path(arguments[0]), key))
    except BadError as bad:
        print(bad)
        return 5
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
