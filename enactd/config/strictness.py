"""Which of two values of a setting is the stricter, key by key, and what both together come to.

A list of what is protected is stricter the longer it is, a list of what is trusted the shorter. Of a policy's
own parameters nobody can tell: a change of one counts as unclear, and unclear is treated as looser wherever it
matters.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final, Literal, NamedTuple

import msgspec

Key = tuple[str, ...]
Direction = Literal["same", "tighter", "looser", "unclear", "neutral"]
ONCE: Final[Key] = ("freeze", "once")
"""`freeze.reason` and `freeze.until` are one thing: neither says anything without the other."""
_LEVELS: Final[Mapping[Any, int]] = {"observe": 0, "ask": 1, None: 2, "deny": 3}
_ALLOW: Final[Mapping[Any, int]] = {"approve-safe": 0, None: 1, "silent": 1}
_RELOAD: Final[Mapping[Any, int]] = {"at-once": 0, None: 0, "confirm": 1}


class Rule(NamedTuple):
    """How values of one key compare (from the first to the second), and their stricter join."""

    compare: Callable[[Any, Any], Direction]
    join: Callable[[Any, Any], Any]


def rule_of(key: Key) -> Rule:
    """The rule of a key of `config.toml`, without any `agents.NAME` before it."""
    match key:
        case ("protect", _) | ("environments", "production", _) | ("freeze", "windows") | ("receipts", "redact"):
            return _LONGER_IS_STRICTER
        case ("environments", "test", _) | ("packages", "registries"):
            return _SHORTER_IS_STRICTER
        case ("packages", "only_listed") | ("policies", _, "enabled"):
            return _by_rank({False: 0, None: 0 if key[0] == "packages" else 1, True: 1})
        case ("policies", _, "level"):
            return _by_rank(_LEVELS)
        case ("risk", name):
            return _by_rank({"record": 0, None: 1 if name == "irreversible" else 0, "ask": 1, "deny": 2})
        case ("observe",):
            return _by_rank({True: 0, None: 1, False: 1})
        case ("allow",):
            return _by_rank(_ALLOW)
        case ("reload",):
            return _by_rank(_RELOAD)
        case ("deploy", "windows"):
            return Rule(_fenced, lambda upper, lower: upper or lower)
        case ("freeze", "once"):
            return Rule(_frozen, _longer_freeze)
        case ("receipts", "keep_days") | ("receipts", "keep_mb"):
            return Rule(_kept, lambda upper, lower: upper if _kept(lower, upper) != "looser" else lower)
        case ("approvals", "proof"):
            return _LONGER_IS_STRICTER
        case ("approvals", "hold_s"):
            return Rule(lambda a, b: "same" if a == b else "neutral", lambda upper, lower: upper)
        case ("approvals", *_):  # who may answer, by which way, for how long: no change of that is ever tighter
            return Rule(lambda a, b: "same" if a == b else "looser", lambda upper, lower: upper)
        case ("daemon", _) | ("receipts", _):
            return Rule(lambda a, b: "same" if a == b else "neutral", lambda upper, lower: upper)
        case _:
            return Rule(lambda a, b: "same" if a == b else "unclear", lambda upper, lower: upper)


def leaves(table: Mapping[str, Any], above: Key = ()) -> dict[Key, Any]:
    """The values of a table by key, lists whole; `agents`, `workspaces` and `loosenable` are left out at the top."""
    found: dict[Key, Any] = {}
    for name, value in table.items():
        key = (*above, name)
        if not above and name in ("agents", "workspaces", "loosenable"):
            continue
        if isinstance(value, Mapping) and not (above[:1] == ("policies",) and len(key) > 2):
            found.update(leaves(value, key))
        elif key in (("freeze", "reason"), ("freeze", "until")):
            found.setdefault(ONCE, {})[name] = value
        else:
            found[key] = value
    return found


def table_of(values: Mapping[Key, Any]) -> dict[str, Any]:
    """The inverse of `leaves`."""
    table: dict[str, Any] = {}
    for key, value in values.items():
        inner = table
        for name in key[:-1]:
            inner = inner.setdefault(name, {})
        if key == ONCE:
            inner.update(value)
        else:
            inner[key[-1]] = value
    return table


def _union(upper: Any, lower: Any) -> list[Any]:
    return [*(upper or ()), *(item for item in lower or () if item not in (upper or ()))]


def _grown(before: Any, after: Any) -> Direction:
    old, new = list(before or ()), list(after or ())
    if all(item in new for item in old):
        return "same" if all(item in old for item in new) else "tighter"
    return "looser"


_MIRROR: Final[Mapping[Direction, Direction]] = {"tighter": "looser", "looser": "tighter"}
_LONGER_IS_STRICTER: Final = Rule(_grown, _union)
_SHORTER_IS_STRICTER: Final = Rule(
    lambda a, b: "same" if _grown(a, b) == "same" else _shorter(a, b),
    lambda upper, lower: [item for item in upper or () if item in (lower or ())],
)


def _shorter(before: Any, after: Any) -> Direction:
    return "tighter" if all(item in (before or ()) for item in after or ()) else "looser"


def _by_rank(rank: Mapping[Any, int]) -> Rule:
    def compare(before: Any, after: Any) -> Direction:
        one, other = rank.get(before, -1), rank.get(after, -1)
        return "same" if one == other else "tighter" if other > one else "looser"

    return Rule(compare, lambda upper, lower: max((upper, lower), key=lambda value: rank.get(value, -1)))


def _fenced(before: Any, after: Any) -> Direction:
    if list(before or ()) == list(after or ()):
        return "same"
    return "tighter" if not before else "looser"


def _kept(before: Any, after: Any) -> Direction:
    """The longer receipts are kept the stricter; nothing said, or 0, keeps them all."""
    one, other = (float(value or 0) or float("inf") for value in (before, after))
    return "same" if one == other else "tighter" if other > one else "looser"


def _end(freeze: Mapping[str, Any] | None) -> datetime:
    """When a freeze ends; one that is none ended long ago."""
    if not freeze or not (freeze.get("reason") or freeze.get("until")):
        return datetime.min.replace(tzinfo=UTC)
    until = freeze.get("until")
    if until is None:
        return datetime.max.replace(tzinfo=UTC)
    moment: datetime = msgspec.convert(until, datetime) if isinstance(until, str) else until
    return moment if moment.tzinfo else moment.astimezone()


def _frozen(before: Any, after: Any) -> Direction:
    one, other = _end(before), _end(after)
    return "same" if one == other else "tighter" if other > one else "looser"


def _longer_freeze(upper: Any, lower: Any) -> Any:
    return upper if _end(upper) >= _end(lower) else lower
