"""Numbers out of samples: median and tails by nearest rank, times in microseconds."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec


class Figures(msgspec.Struct, frozen=True):
    """One distribution. Times are microseconds."""

    n: int
    p50: float
    p95: float
    p99: float


def of(samples: Sequence[float]) -> Figures:
    """The figures of some samples in microseconds; raises `ValueError` if there are none."""
    if not samples:
        raise ValueError("nothing was measured")
    ordered = sorted(samples)
    return Figures(len(ordered), *(round(at(ordered, share), 1) for share in (0.5, 0.95, 0.99)))


def at(ordered: Sequence[float], share: float) -> float:
    """The sample below which this share of the others lies; `ordered` is sorted and not empty."""
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def quartile(samples: Sequence[float]) -> float:
    """The sample below which a quarter lies: what a thing takes when neighbours leave it alone."""
    return at(sorted(samples), 0.25)


def median(samples: Sequence[float]) -> float:
    """The middle sample."""
    return at(sorted(samples), 0.5)
