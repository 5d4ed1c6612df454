"""Records: what a line must look like, how it is signed in place, and how it is named."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.receipts import KEY, drafts, signer

from enactd.receipts import canonical, record
from enactd.receipts.record import Draft, Gains, Note, Outcome, Record, Witnessed
from enactd.risk import Risk

FORMAT = Path(record.__file__).with_name("FORMAT.md")
CHAIN: dict[str, Any] = {
    "v": 1,
    "log": "l",
    "seq": 0,
    "prev": record.GENESIS,
    "time": 1,
    "monotonic": 1,
    "mac_alg": "HMAC-SHA256",
    "mac_key": "k",
    "mac": "f" * 64,
}


def placed(draft: Draft | None = None, **chain: Any) -> Record:
    return record.place(draft or Draft(kind="daemon"), **(CHAIN | chain))


def test_empty_fields_are_left_out() -> None:
    """A minimal record holds the required fields only, `seq` 0 among them."""
    assert set(CHAIN) | {"kind"} == set(json.loads(record.encode(placed())))


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        (Witnessed(uid=0, pid=1), {"uid": 0, "pid": 1}),
        (Witnessed(uid=0, pid=1, gid=0), {"uid": 0, "pid": 1, "gid": 0}),
        (Note(policy="p", decision="deny", effect=0), {"policy": "p", "decision": "deny", "effect": 0}),
        (Note(policy="p", decision="deny"), {"policy": "p", "decision": "deny"}),
        (Outcome(status="ok", exit_code=0), {"status": "ok", "exit_code": 0}),
        (Outcome(status="ok"), {"status": "ok"}),
        (Gains(renamed=(("new", "old"),)), {"renamed": [["new", "old"]]}),
    ],
)
def test_parts_leave_out_only_what_is_unknown(part: msgspec.Struct, expected: dict[str, Any]) -> None:
    """Zero is a value where a field may be unknown."""
    assert expected == json.loads(canonical.encode(part))


@pytest.mark.parametrize(
    "change",
    [
        {"v": 2},
        {"v": "1"},
        {"seq": -1},
        {"seq": True},
        {"seq": 1.5},
        {"prev": ""},
        {"prev": "F" * 64},
        {"prev": "f" * 63},
        {"mac": "f" * 64 + "\n"},
        {"kind": "Guess"},
        {"verdict": "maybe"},
        {"risk": "HIGH"},
        {"unknown": 1},
        {"witnessed": {"uid": 1}},
        {"witnessed": {"uid": 1, "pid": 2, "more": 3}},
        {"input": {"digest": "x", "key": "k", "size": 1}},
        {"input": {"digest": "f" * 64, "key": "k", "size": -1}},
        {"links": [{"relation": "cousin 2", "seq": 0, "hash": "f" * 64}]},
        {"links": [{"relation": "decision", "seq": 0, "hash": "x"}]},
        {"outcome": {"status": "great"}},
        {"findings": [{"policy": "p"}]},
        {"gained": {"renamed": [["a"]]}},
        {"enforcement": {"gate": 1}},
        {"effects": ["text"]},
    ],
    ids=str,
)
def test_what_does_not_fit_the_schema(change: dict[str, Any]) -> None:
    """Unknown fields, wrong types and foreign values are refused with a reason."""
    line = canonical.encode(json.loads(record.encode(placed())) | change)
    with pytest.raises(ValueError, match=r"."):
        record.decode(line)


@pytest.mark.parametrize("missing", sorted(CHAIN | {"kind": ""}))
def test_required_fields(missing: str) -> None:
    """A record without one of them is none."""
    fields = json.loads(record.encode(placed()))
    del fields[missing]
    with pytest.raises(ValueError, match="missing"):
        record.decode(canonical.encode(fields))


@pytest.mark.parametrize("line", [b"", b"[]", b"null", b"{", b"\xff", b"[" * 5000])
def test_garbage_is_a_value_error(line: bytes) -> None:
    """Whatever a line holds, decoding it raises nothing else."""
    with pytest.raises(ValueError, match=r"."):
        record.decode(line)


@given(drafts, st.text("0123456789abcdef", min_size=64, max_size=64))
def test_the_mac_is_put_in_and_taken_out(draft: Draft, mac: str) -> None:
    """Signing in place gives the canonical line, and the signed part is the same before and after."""
    unsigned = record.encode(placed(draft, mac=""))
    line = record.with_mac(unsigned, mac)
    assert record.encode(placed(draft, mac=mac)) == line
    assert record.signed_part(unsigned) == record.signed_part(line)
    elsewhere = mac == record.GENESIS or (draft.input is not None and draft.input.digest == mac)
    assert elsewhere or mac.encode() not in record.signed_part(line)


@pytest.mark.parametrize("name", ["facts", "detail", "claimed"])
def test_a_foreign_mac_member_is_not_taken_for_ours(name: str) -> None:
    """A key `mac` in free-form parts, or text that looks like one, changes nothing."""
    trap = {"a": 1, "mac": "0" * 64, "z": ',"mac":"' + "1" * 64 + '"'}
    draft = Draft(kind="daemon", session=',"mac":""', tool='","mac":"', **{name: trap})
    line = record.with_mac(record.encode(placed(draft, mac="")), "a" * 64)
    assert "a" * 64 == record.decode(line).mac
    assert b"a" * 64 not in record.signed_part(line)
    assert b"0" * 64 in record.signed_part(line)


def test_free_form_fields_sort_before_the_mac() -> None:
    """The rule that makes the last `mac` the top-level one holds for every field with free keys."""
    free = ["claimed", "detail", "effects", "enforcement", "facts"]
    assert all(name < "mac" for name in free)
    kinds = {field.name: str(field.type) for field in msgspec.structs.fields(Record)}
    assert free == sorted(name for name, kind in kinds.items() if "dict" in kind)


def test_no_mac_no_signed_part() -> None:
    """A line without a MAC cannot be taken for a signed one."""
    with pytest.raises(ValueError, match="no mac"):
        record.signed_part(b'{"a":1}')
    with pytest.raises(ValueError, match="no mac"):
        record.signed_part(b'{"a":1,"mac":"')


def test_ids_are_short_and_stable() -> None:
    """Number, dash, six digits of the line's hash."""
    line = record.encode(placed(seq=1042))
    receipt = record.receipt(line)
    assert f"1042-{hashlib.sha256(line).hexdigest()[:6]}" == receipt.id
    assert ("decision", 1042, receipt.hash) == msgspec.structs.astuple(receipt.link())
    assert "undo" == receipt.link("undo").relation


@pytest.mark.parametrize("risk", list(Risk))
def test_levels_by_name(risk: Risk) -> None:
    """Levels are names in a record and the enum in code."""
    assert risk == record.level(record.level_name(risk))
    assert str(risk) == record.level_name(risk)


def test_no_level_is_safe() -> None:
    """A record that names no level raises none."""
    assert Risk.SAFE == record.level(None)


def example() -> list[bytes]:
    block = re.search(r"```jsonl\n(.*?)\n```", FORMAT.read_text(), re.DOTALL)
    assert block is not None
    return block[1].encode().split(b"\n")


def test_the_worked_example_holds() -> None:
    """FORMAT.md's two lines chain, carry right MACs under the key it names, and have the id it names."""
    first, second = example()
    assert record.line_hash(first) == record.decode(second).prev
    for line in (first, second):
        assert canonical.is_canonical(line, canonical.decode(line))
        assert signer().matches(record.signed_part(line), record.decode(line).mac)
    assert f"`{record.receipt(second).id}`" in FORMAT.read_text()
    assert KEY.hex() in FORMAT.read_text()


def test_the_worked_example_hides_its_input_well() -> None:
    """The example's digest is that of its input under the example's key."""
    entry = record.decode(example()[1])
    assert entry.input is not None
    assert signer().digest(entry.input.text.encode()) == entry.input.digest
    assert entry.input.size == len(entry.input.text)


def test_every_field_is_in_the_specification() -> None:
    """FORMAT.md names each field of the record and of its parts."""
    text = FORMAT.read_text()
    parts = [Record, record.Input, Witnessed, record.Redaction, Note, Gains, Outcome, record.Link]
    fields = {field.name for part in parts for field in msgspec.structs.fields(part)}
    assert not {name for name in fields if f"`{name}`" not in text}


@pytest.mark.parametrize(
    "change", [{"kind": "guess"}, {"links": [{"relation": "cousin", "seq": 0, "hash": "f" * 64}]}], ids=str
)
def test_words_of_a_later_version(change: dict[str, Any]) -> None:
    """Kinds and relations that are not known yet are read, and written back as they were."""
    line = canonical.encode(json.loads(record.encode(placed())) | change)
    assert line == record.encode(record.decode(line))
