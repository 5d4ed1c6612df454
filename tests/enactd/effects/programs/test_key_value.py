"""etcdctl and influx."""

from __future__ import annotations

from typing import Any

import pytest
from support.databases import told


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("etcdctl get /a --prefix", [("store", "read")]),
        ("etcdctl del /a", [("store", "delete")]),
        ("etcdctl del '' --prefix", [("store", "flush", "everything")]),
        ("etcdctl del / --from-key", [("store", "flush", "everything")]),
        ("etcdctl put a b", [("store", "write")]),
        ("etcdctl member remove 8211f1d0f64f3269", [("store", "delete")]),
        ("etcdctl member list", [("store", "read")]),
        ("etcdutl snapshot restore x.db", [("reset", "restore", "local")]),
        ("etcdctl snapshot save x.db", [("WritePath",)]),
        ("influx delete -b x --start 1 --stop 2", [("store", "delete", "everything")]),
        ("influx delete -b x --predicate 'a=1'", [("store", "delete")]),
        ("influx bucket delete -n x", [("reset", "drop", "local")]),
        ("influx -execute 'DROP DATABASE x'", [("sql", "drop", "x")]),
        ("influx query 'from(bucket: 1)'", [("store", "read")]),
        ("influx --help", []),
    ],
)
def test_effects(command: str, expected: list[tuple[Any, ...]]) -> None:
    """Reads, writes, deletions and drops."""
    assert expected == told(command)
