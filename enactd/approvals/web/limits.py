"""How much of the page's time anybody may have: buckets that refill, for each address and for all together.

Whoever opens a link that is genuine has a bucket of its own: those who guess cannot shut it out.
"""

from __future__ import annotations

import hashlib
import ipaddress
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Final, TypeVar

REMEMBERED: Final = 4_096
"""Addresses, and genuine links, that are told apart; beyond that the oldest are forgotten."""
K = TypeVar("K")


class Bucket:
    """Holds `size` tries and gets `rate` back a second."""

    __slots__ = ("_at", "_left", "_rate", "_size")

    def __init__(self, size: float, rate: float, now: float) -> None:
        self._size, self._rate = size, rate
        self._left, self._at = size, now

    def take(self, now: float) -> float:
        """Seconds to wait before the next try; 0 for one that was had."""
        self._left = min(self._size, self._left + max(0.0, now - self._at) * self._rate)
        self._at = now
        if self._left >= 1:
            self._left -= 1
            return 0.0
        return (1 - self._left) / self._rate


class Limits:
    """Counts tries. `clock` in seconds, never backwards."""

    def __init__(
        self,
        *,
        each: tuple[float, float] = (300, 5),
        all_: tuple[float, float] = (1_000, 50),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._clock = clock
        self._each, self._every = each, Bucket(*all_, clock())
        self._addresses: OrderedDict[str, Bucket] = OrderedDict()
        self._genuine: OrderedDict[bytes, Bucket] = OrderedDict()

    def wait(self, address: str, token: str = "") -> float:
        """Seconds that `address` must wait before it is heard; 0 if it is heard now."""
        now = self._clock()
        own = self._genuine.get(_digest(token)) if token else None
        if own is not None:
            return own.take(now)
        block = _block(address)
        bucket = self._addresses.get(block) or Bucket(*self._each, now)
        _keep(self._addresses, block, bucket)
        return bucket.take(now) or self._every.take(now)

    def trust(self, token: str) -> None:
        """`token` was genuine: from now on nobody else's tries count against it."""
        digest = _digest(token)
        if digest not in self._genuine:
            _keep(self._genuine, digest, Bucket(60, 2, self._clock()))


def _keep(kept: OrderedDict[K, Bucket], key: K, bucket: Bucket) -> None:
    kept[key] = bucket
    kept.move_to_end(key)
    while len(kept) > REMEMBERED:
        kept.popitem(last=False)


def _digest(token: str) -> bytes:
    return hashlib.blake2b(token.encode("utf-8", "replace"), digest_size=16).digest()


def _block(address: str) -> str:
    """Who shares a bucket: an IPv4 address, or the network that one IPv6 customer has."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return "unknown"
    if found.version == 6:
        return str(found.ipv4_mapped or ipaddress.ip_network((int(found) >> 64 << 64, 64)))
    return str(found)
