"""What code does to the world, whatever language it is written in: the readers of all languages end here.

Each function yields effects for one deed. A path or text that is not known is a Value with holes, never left out.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

import msgspec

from enactd.effects.hosts import address
from enactd.effects.invocation import Invocation, Yield
from enactd.effects.model import (
    ChangeMode,
    CopyPath,
    Database,
    DeletePath,
    Effect,
    LinkPath,
    MovePath,
    Opaque,
    ReadPath,
    Request,
    RevealSecret,
    RunCode,
    SendData,
    SignalProcess,
    Target,
    WritePath,
)  # fmt: skip
from enactd.effects.programs.processes import signalled
from enactd.effects.sql.reading import Leaves, read_sql
from enactd.effects.values import DECODED, ENVIRONMENT, FILE, NETWORK, NONE, SECRET, Value, known, unknown

MAX_CODE: Final = 65_536  # characters of a text that are read
_NESTED: Final = 6  # texts inside texts that are read
_SQL: Final = re.compile(
    r"\s*(?:select|insert|update|delete|drop|truncate|alter|create|grant|revoke|with|merge|replace|call|exec(?:ute)?|copy"
    r"|vacuum|pragma|rename|explain|set|begin|lock|reindex|attach)\s+[\w\"'`\[(*@$\ue000]",
    re.IGNORECASE,
)
_PROJECT: Final = frozenset(("workspace", "system", "own"))
_SOFT_ORIGINS: Final = frozenset(("argument", "generated", "unknown", "stdin"))
EVERY_PROCESS: Final = "a process of /proc"
UNTOLD: Final = unknown("an argument")


def only_effects(found: Iterable[Yield]) -> Iterator[Effect]:
    """What a nested program does, without its output and exit status."""
    return (item for item in found if isinstance(item, Effect))


# Files


def delete(
    call: Invocation, path: Value | None, *, recursive: bool = False, only_empty: bool = False
) -> Iterator[Effect]:
    yield DeletePath(target=call.target(path or UNTOLD), recursive=recursive, only_empty=only_empty)


def write(
    call: Invocation, path: Value | None, content: Value | None = None, *, append: bool = False
) -> Iterator[Effect]:
    """A file is made or changed; `content` may be partly known."""
    yield WritePath(
        target=call.target(path or UNTOLD), how="append" if append else "overwrite",
        content=content.text if content is not None else None, origins=content.origins if content is not None else NONE,
    )  # fmt: skip


def unpack(call: Invocation, folder: Value | None) -> Iterator[Effect]:
    """The members of an archive, whatever their names are, land below `folder`, and over what is there."""
    yield WritePath(target=call.target(folder or known(".")), recursive=True, origins=frozenset({FILE}))


def read(call: Invocation, path: Value | None, *, listing: bool = False) -> Iterator[Effect]:
    yield ReadPath(target=call.target(path or UNTOLD), how="list" if listing else "content")


def move(call: Invocation, source: Value | None, to: Value | None) -> Iterator[Effect]:
    yield MovePath(target=call.target(source or UNTOLD), to=call.target(to or UNTOLD))


def copy(call: Invocation, source: Value | None, to: Value | None) -> Iterator[Effect]:
    yield CopyPath(target=call.target(source or UNTOLD), to=call.target(to or UNTOLD))


def link(call: Invocation, source: Value | None, to: Value | None) -> Iterator[Effect]:
    yield LinkPath(target=call.target(source or UNTOLD), to=call.target(to or UNTOLD))


def change_mode(call: Invocation, path: Value | None, mode: int | None, *, owner: bool = False) -> Iterator[Effect]:
    """`mode` None: not known, or an owner."""
    yield ChangeMode(
        target=call.target(path or UNTOLD), mode="" if mode is None else f"{mode:o}",
        opens=mode is not None and bool(mode & 0o002), owner=owner,
    )  # fmt: skip


def content_taints(call: Invocation, path: Value) -> frozenset[str]:
    """What a file's content carries."""
    return frozenset({FILE, SECRET}) if call.target(path).secret else frozenset({FILE})


# Programs and code


def shell(call: Invocation, text: Value | None, **changes: Any) -> Iterator[Effect]:
    yield from only_effects(call.shell(text or UNTOLD, **{"via": call.name or "code", **changes}))


def run(call: Invocation, argv: Sequence[Value], **changes: Any) -> Iterator[Effect]:
    yield from only_effects(call.run(argv, **{"via": call.name or "code", **changes}))


def evaluate(call: Invocation, language: str, text: Value | None, *, what: str = "") -> Iterator[Effect]:
    """Text given to `eval`: read on where it is known, and named where it came from a decoder or a network."""
    text = text or UNTOLD
    if text.origins & {NETWORK, DECODED} or not text.known:
        origin = "download" if NETWORK in text.origins else "decoded" if DECODED in text.origins else "generated"
        yield RunCode(language=language, origin=origin, what=what or text.shown(60))
    if text.known and call.depth < _NESTED:
        inner = Value(text.pieces)
        yield from only_effects(call.code(language, inner, via=call.name))


def decoded(text: Value, form: str) -> Value:
    """What a decoder makes of text, `form` being base64 or hex; unknown where it cannot be told."""
    plain = text.text
    try:
        if plain is not None and form == "base64":
            packed = "".join(plain.split()).replace("-", "+").replace("_", "/").rstrip("=")
            clear = base64.b64decode(packed + "=" * (-len(packed) % 4), validate=True)
            return known(clear.decode("utf-8"), DECODED, *text.origins)
        if plain is not None and form == "hex":
            return known(bytes.fromhex(plain).decode("utf-8"), DECODED, *text.origins)
    except (binascii.Error, ValueError):
        pass
    return unknown("decoded text", DECODED, *text.origins)


# Network


def connect(call: Invocation, host: Value | None, by: str, carries: frozenset[str] = NONE) -> Iterator[Effect]:
    """A raw connection; bytes may leave."""
    text = host.text if host is not None else None
    place = address(f"tcp://{text}") if text else None
    yield SendData(to=text, by=by, carries=carries, local=place is not None and place.local)


# Databases


def is_sql(text: Value | None) -> bool:
    """Whether text begins like a statement. Words alone (`update`) are none."""
    if text is None:
        return False
    marked = "".join(piece if isinstance(piece, str) else "\ue000" for piece in text.pieces)
    return _SQL.match(marked[:2000]) is not None


def sql(
    text: Value, dialect: str = "", database: Database | None = None, *, leaves: Leaves = "screen"
) -> Iterator[Effect]:
    yield from read_sql(text, dialect, database or Database(dialect=dialect), leaves=leaves)


# Secrets and processes


def shown(values: Iterable[Value], by: str) -> Iterator[Effect]:
    """Printing: a secret variable or the whole environment becomes visible. Files are told when they are read."""
    for value in values:
        if ENVIRONMENT in value.origins or (SECRET in value.origins and FILE not in value.origins):
            yield RevealSecret(what=value.shown(60), by=by)


def signal(pid: Value | None, number: str = "TERM") -> Iterator[Effect]:
    """Process ids: -1 is everything, 1 what keeps it alive, 0 and negative ones are groups; listed ones are many."""
    text = (pid.text if pid is not None else None) or ""
    if pid is None or text in ("1", "-1") or any(hole.why == EVERY_PROCESS for hole in pid.holes):
        yield SignalProcess(scope="one" if pid is None else "all", what=text or "a process", signal=number)
    else:
        yield from only_effects(signalled(pid, number))


# Project code


def in_project(effects: Iterable[Yield], origin: str, language: str) -> Iterator[Yield]:
    """Effects of a file of the project: what depends on the run there is the project's own business.

    Known targets are judged like any other; deletions of whole trees stay whatever is known of them. The rest
    becomes one `RunCode` of that origin.
    """
    if origin not in _PROJECT:
        yield from effects
        return
    dropped = False
    for effect in effects:
        if isinstance(effect, Effect) and _depends_on_run(effect):
            dropped = True
        else:
            yield effect
    if dropped:
        yield RunCode(language=language, origin=origin, what="parts that depend on the run")


def _depends_on_run(effect: Effect) -> bool:
    match effect:
        case RunCode(origin=origin):
            return origin in _SOFT_ORIGINS
        case Opaque():
            return True
        case Request(host=None, carries=carries) | SendData(to=None, carries=carries):
            return not carries & {SECRET, ENVIRONMENT}
        case DeletePath(target=target, recursive=recursive):
            return _is_untold(target) and not recursive
        case WritePath(target=target) | ReadPath(target=target) | ChangeMode(target=target):
            return _is_untold(target)
        case CopyPath(target=target, to=to) | MovePath(target=target, to=to) | LinkPath(target=target, to=to):
            return (_is_untold(target) or _is_untold(to)) and not (target.secret or to.area in ("home", "root"))
    return False


def _is_untold(target: Target) -> bool:
    """Nothing is known but the run, and the part that is known names no place to protect."""
    return (
        target.path is None and not target.secret and target.worst_area not in ("root", "home", "system-root", "system")
    )


def via(effects: Iterable[Effect], name: str) -> Iterator[Effect]:
    """The same effects with a link added to their chain."""
    return (msgspec.structs.replace(effect, chain=(name, *effect.chain)) for effect in effects)
