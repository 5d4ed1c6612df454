"""Plan files: only addresses and actions are read, from bytes that anybody may have written."""

from __future__ import annotations

import contextlib
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.fuzz import examples
from support.plan_files import archive, plan_file

from enactd.approvals.plans import terraform_plan
from enactd.approvals.plans.terraform_plan import Change, NotAPlan, read_plan


def test_an_archive() -> None:
    """What is lost comes first; what stays is no change."""
    plan = read_plan(
        plan_file(
            ("a.new", 1), ("a.same", 0), ("data.x.y", 2), ('module.m["k"].b.gone', 5), ("a.again", 6), ("a.odd", 99)
        )
    )
    assert [
        ("destroys", ['module.m["k"].b.gone']),
        ("destroys and makes anew", ["a.again"]),
        ("creates", ["a.new"]),
        ("does something that is not known to", ["a.odd"]),
    ] == [(action, [change.address for change in found]) for action, found in plan.grouped()]


def test_types_and_names() -> None:
    """Of addresses with modules and keys in them."""
    change = Change('module.m["a.b"].module.n.aws_db.main[0]', "destroys")
    assert ("aws_db", 'module.m["a.b"].module.n.main[0]') == (change.type, change.name)
    assert ("resource", "odd") == (Change("odd", "x").type, Change("odd", "x").name)


def test_json() -> None:
    """As `show -json` writes it."""
    actions = {"a.x": ["delete"], "a.y": ["delete", "create"], "a.z": ["no-op"], "a.q": ["dance"]}
    changes = [{"address": name, "change": {"actions": list(words)}} for name, words in actions.items()]
    plan = read_plan(json.dumps({"format_version": "1.2", "resource_changes": changes}).encode())
    assert [("a.x", "destroys"), ("a.y", "destroys and makes anew"), ("a.q", "does dance")] == [
        (change.address, change.action) for change in plan.changes
    ]


@pytest.mark.parametrize(
    "data",
    [
        b"", b"PK\x03\x04", b"{", b'{"resource_changes": 1}', b'{"resource_changes": [{}]}', archive(other=b""),
        archive(tfplan=b"\xff"), archive(tfplan=b"\x1a\xff\xff"), archive(tfplan=b"\x03"), archive(tfplan=b"\xff" * 20),
        b"#!/bin/sh",
    ],
)  # fmt: skip
def test_what_is_no_plan(data: bytes) -> None:
    """An error in words."""
    with pytest.raises(NotAPlan):
        read_plan(data)


@settings(max_examples=examples(100))
@given(st.binary(max_size=200), st.booleans())
def test_any_bytes(data: bytes, packed: bool) -> None:
    """A plan or `NotAPlan`, never anything else."""
    with contextlib.suppress(NotAPlan):
        read_plan(archive(tfplan=data) if packed else data)


def test_an_archive_that_grows_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """A few kilobytes that unpack to gigabytes are no plan."""
    monkeypatch.setattr(terraform_plan, "MEMBER_LIMIT", 1 << 16)
    with pytest.raises(NotAPlan, match="too large"):
        read_plan(archive(tfplan=b"\0" * (1 << 20)))


def test_too_many_changes_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was read is told, and that there is more."""
    monkeypatch.setattr(terraform_plan, "MOST_CHANGES", 3)
    plan = read_plan(plan_file(*((f"a.b{number}", 5) for number in range(5))))
    assert (3, True) == (len(plan.changes), plan.incomplete)


@pytest.mark.parametrize("junk", [b"\x08\x01", b"\x1a\x00", b"\x1a\x02\x6a\x00", b"\x0d\0\0\0\0"])
def test_an_archive_of_many_fields_is_not_read(junk: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sixteen kilobytes that unpack to millions of fields cost no more than a plan may."""
    counted: list[int] = []
    number = terraform_plan._number

    def counting(data: bytes, place: int) -> tuple[int, int]:
        counted.append(place)
        return number(data, place)

    monkeypatch.setattr(terraform_plan, "_number", counting)
    with pytest.raises(NotAPlan, match="too large"):
        read_plan(archive(tfplan=junk * (2 * terraform_plan.MOST_FIELDS)))
    assert len(counted) <= 2 * terraform_plan.MOST_FIELDS


@pytest.mark.parametrize("limit", ["MOST_FIELDS", "READ_S"])
def test_what_was_read_until_then_is_told(limit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A plan that costs too much after its first changes is one with more in it."""
    monkeypatch.setattr(terraform_plan, "_STRIDE", 1 if limit == "READ_S" else 4096)
    monkeypatch.setattr(terraform_plan, "MOST_FIELDS", 40)
    if limit == "READ_S":
        monkeypatch.setattr(terraform_plan, "READ_S", 1.0)
        moments = iter([0.0] * 25)
        monkeypatch.setattr(terraform_plan.time, "monotonic", lambda: next(moments, 2.0))
    plan = read_plan(plan_file(*((f"a.b{number}", 5) for number in range(50))))
    assert plan.incomplete
    assert 0 < len(plan.changes) < 50
