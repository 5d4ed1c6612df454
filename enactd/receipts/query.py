"""Questions about receipts: which ones are meant, by the same rule with the index and without it.

`view` reads of a line only what questions can be about; `matches` is the rule. The index may narrow down which
lines are looked at, and never decides.
"""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any, Final

import msgspec

from enactd.receipts.record import Level

LEVELS: Final = {"SAFE": 0, "SENSITIVE": 1, "COMMITMENT": 2, "IRREVERSIBLE": 3}
_GLOB: Final = frozenset("*?[")
_NAMED: Final = ("host", "url", "remote", "branch", "repository", "device", "path", "to", "name", "context", "what")
_LISTED: Final = ("tables", "names", "paths", "files")
_PLACED: Final = ("target", "to")
_MANY_PLACED: Final = ("uploads", "mounts")


class Finding(msgspec.Struct, frozen=True):
    """Of a finding: whose it is, and why."""

    policy: str
    decision: str = "allow"
    reason: str = ""


class Text(msgspec.Struct, frozen=True):
    """Of an input: what may be read."""

    text: str = ""


class View(msgspec.Struct, frozen=True):
    """What a question can be about; other fields of the line are passed over, whatever schema they are of."""

    seq: int
    time: int
    kind: str
    event: str = ""
    agent: str = ""
    session: str = ""
    subagent: str = ""
    tool: str = ""
    cwd: str = ""
    verdict: str | None = None
    risk: Level | None = None
    findings: tuple[Finding, ...] = ()
    effects: tuple[dict[str, Any], ...] = ()
    input: Text | None = None


class Query(msgspec.Struct, frozen=True, kw_only=True):
    """All of it must hold; an empty member asks nothing.

    `session` is the beginning of an id. `policy` and `target` may hold `*?[`; a target without them is a name, or
    a path and all below it. `risk` is the least grave level that is meant. `since` and `until` are microseconds.
    `text` are words that occur somewhere in what was asked, touched or answered, whatever their case.
    """

    kinds: frozenset[str] = frozenset()
    agent: str = ""
    session: str = ""
    tool: str = ""
    verdicts: frozenset[str] = frozenset()
    policy: str = ""
    effect: str = ""
    target: str = ""
    secret: bool = False
    risk: int = 0
    since: int | None = None
    until: int | None = None
    text: tuple[str, ...] = ()


_decoder: Final = msgspec.json.Decoder(View)


def view(line: bytes) -> View:
    """What a line says; raises `ValueError` for one that is no receipt."""
    try:
        return _decoder.decode(line)
    except (msgspec.DecodeError, RecursionError) as error:
        raise ValueError(str(error)) from None


def matches(query: Query, seen: View) -> bool:
    """Whether this receipt is meant."""
    return (
        (not query.kinds or seen.kind in query.kinds)
        and (not query.agent or seen.agent == query.agent)
        and seen.session.startswith(query.session)
        and (not query.tool or seen.tool == query.tool)
        and (not query.verdicts or seen.verdict in query.verdicts)
        and (query.since is None or seen.time >= query.since)
        and (query.until is None or seen.time < query.until)
        and (query.risk == 0 or LEVELS[seen.risk or "SAFE"] >= query.risk)
        and _fits_effects(query, seen)
        and (not query.policy or any(fits_policy(query.policy, name) for name in policies(seen)))
        and (not query.text or _has_words(query.text, seen))
    )


def _fits_effects(query: Query, seen: View) -> bool:
    """One and the same effect must be of the type, touch the target and aim at a secret."""
    if not (query.effect or query.target or query.secret):
        return True
    return any(
        (not query.effect or effect.get("type") == query.effect)
        and (not query.secret or bool(secrets_of(effect)))
        and (not query.target or any(fits_target(query.target, name) for name in targets_of(effect)))
        for effect in seen.effects
    )


def fits_policy(wanted: str, name: str) -> bool:
    """Whether a policy's id is the one meant."""
    return fnmatch.fnmatchcase(name, wanted) if is_glob(wanted) else name == wanted


def fits_target(wanted: str, name: str) -> bool:
    """Whether a name is the target meant, or lies below it."""
    if is_glob(wanted):
        return fnmatch.fnmatchcase(name, wanted)
    return name == wanted or name.startswith(wanted.rstrip("/") + "/")


def is_glob(wanted: str) -> bool:
    """Whether it is a pattern rather than a name."""
    return not _GLOB.isdisjoint(wanted)


def beginning(wanted: str) -> str:
    """What every name begins with that fits this target or policy."""
    plain = next((place for place, letter in enumerate(wanted) if letter in _GLOB), len(wanted))
    return wanted[:plain] if plain < len(wanted) else wanted.rstrip("/")


def policies(seen: View) -> list[str]:
    """The policies that had an opinion, each once."""
    return list(dict.fromkeys(finding.policy for finding in seen.findings))


def effects(seen: View) -> list[str]:
    """The types of effects, each once."""
    return list(dict.fromkeys(str(effect.get("type", "")) for effect in seen.effects))


def targets(seen: View) -> list[str]:
    """Paths, hosts, tables, remotes: what the call would touch, each once."""
    return list(dict.fromkeys(name for effect in seen.effects for name in targets_of(effect)))


def is_about_secret(seen: View) -> bool:
    """Whether any effect aims at a secret."""
    return any(secrets_of(effect) for effect in seen.effects)


def targets_of(effect: Mapping[str, Any]) -> Iterator[str]:
    """The names in one effect, as receipts keep effects."""
    for place in _places(effect):
        yield from (str(place[name]) for name in ("path", "named", "worst") if place.get(name))
        if not place.get("path") and place.get("word"):
            yield str(place["word"])
    for field in _NAMED:
        value = effect.get(field)
        if isinstance(value, str) and value:
            yield value
    for field in _LISTED:
        values = effect.get(field)
        if isinstance(values, list):
            yield from (value for value in values if isinstance(value, str))
    database = effect.get("database")
    if isinstance(database, dict):
        yield from (str(database[name]) for name in ("name", "host") if database.get(name))


def secrets_of(effect: Mapping[str, Any]) -> list[str]:
    """What kinds of secrets an effect aims at, in words; empty for none."""
    found = [str(place["secret"]) for place in _places(effect) if place.get("secret")]
    match effect.get("type"):
        case "RevealSecret":
            found.append(str(effect.get("what") or "secret"))
        case "SearchSecrets":
            found.append("search for secrets")
        case "StoreSecret" | "GitCommit" | "GitPush":
            found += [str(kind) for kind in effect.get("kinds") or effect.get("secrets") or ()]
    return found


def haystack(seen: View) -> str:
    """The text that words are looked for in, folded to one case."""
    asked = seen.input.text if seen.input else ""
    parts = (seen.tool, seen.event, asked, *(finding.reason for finding in seen.findings), *targets(seen))
    return fold("\n".join(parts))


@lru_cache(maxsize=64)
def fold(text: str) -> str:
    """One case for all, and no NUL, which ends a text for SQLite."""
    return text.casefold().replace("\0", " ")


def words(text: str) -> tuple[str, ...]:
    """The words of a question."""
    return tuple(fold(word) for word in text.split())


def _has_words(wanted: Iterable[str], seen: View) -> bool:
    text = haystack(seen)
    return all(word in text for word in wanted)


def _places(effect: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The paths in one effect, with what is known about each."""
    for field in _PLACED:
        place = effect.get(field)
        if isinstance(place, dict):
            yield place
    for field in _MANY_PLACED:
        places = effect.get(field)
        if isinstance(places, list):
            yield from (place for place in places if isinstance(place, dict))
