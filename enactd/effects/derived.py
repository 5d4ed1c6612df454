"""Effects that follow from others: a search aimed at secrets, a live key in what is written, the gate as a target."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterable, Iterator
from typing import Final

from enactd.effects.areas import Places, below
from enactd.effects.model import (
    DeletePath,
    Effect,
    MovePath,
    OpenTunnel,
    ReadPath,
    Request,
    SearchSecrets,
    SendData,
    SignalProcess,
    StoreSecret,
    TamperGate,
    WritePath,
)
from enactd.effects.secrets import find_keys, secret_search

_SOCKET: Final = re.compile(r"(?:(?<![\w/.-])(?:\./)?|/run/(?:user/\d+/)?enactd/)enactd\.sock(?![\w./-])")
"""The gate's socket by its name alone, as it is spoken of from its own folder."""
_SECRET_WORDS: Final = re.compile(r"passw(?:or)?d|secret|credential|token|api.{0,6}key|private.{0,3}key", re.IGNORECASE)
_LINK: Final = re.compile(r"/approve/AQ[AEI][\w-]{60,}")
"""A link to the page for approvals: the path, and a token behind it."""


def derived(effects: Iterable[Effect], places: Places) -> Iterator[Effect]:
    """The consequences of each effect, in order. Pure."""
    for effect in effects:
        if isinstance(effect, ReadPath):
            yield from _search(effect)
        elif isinstance(effect, WritePath):
            yield from _stored(effect)
        elif isinstance(effect, SignalProcess | SendData | OpenTunnel | Request):
            yield from _at_the_gate(effect, places)
        elif isinstance(effect, DeletePath | MovePath):
            yield from _around_the_gate(effect, places)


def _search(effect: ReadPath) -> Iterator[Effect]:
    if not effect.search or effect.how != "search" or effect.place:
        return
    # A home holds dotenv and key files: everyday words find what is in them there.
    everywhere = effect.recursive and effect.shown and effect.target.area in ("home", "root")
    if secret_search(effect.search) or (everywhere and _SECRET_WORDS.search(effect.search)):
        yield SearchSecrets(pattern=effect.search[:200], by=effect.source, source=effect.source, chain=effect.chain)


def _stored(effect: WritePath) -> Iterator[Effect]:
    kinds = find_keys(effect.content) if effect.content else ()
    before = find_keys(effect.removed) if effect.removed and kinds else ()
    fresh = tuple(kind for kind in kinds if kind not in before)
    if fresh:
        yield StoreSecret(
            kinds=fresh,
            where="file",
            target=effect.target,
            source=effect.source,
            chain=effect.chain,
            place=effect.place,
        )


def _at_the_gate(effect: SignalProcess | SendData | OpenTunnel | Request, places: Places) -> Iterator[Effect]:
    """Signals to the gate's process and words into its socket, however they are sent."""
    if effect.place:
        return
    if isinstance(effect, SignalProcess):
        named = {word.lstrip("-") for word in effect.what.replace(",", " ").split()}
        if effect.signal not in ("0", "EXIT") and named & {str(pid) for pid in places.gate_pids}:
            yield TamperGate(how=f"`{effect.source}` signals the gate", source=effect.source, chain=effect.chain)
        return
    spoken = f"{getattr(effect, 'to', '')} {effect.source}"
    by_path = "enactd.sock" in spoken and any(folder and f"{folder}/" in spoken for folder in places.gate)
    if by_path or _SOCKET.search(spoken):
        yield TamperGate(how=f"`{effect.source}` speaks to the gate's socket", source=effect.source, chain=effect.chain)
    if _LINK.search(f"{getattr(effect, 'url', '')} {spoken}"):
        yield TamperGate(how="opens a link that asks a person", source=effect.source, chain=effect.chain)


def _around_the_gate(effect: DeletePath | MovePath, places: Places) -> Iterator[Effect]:
    """A folder that holds the gate's own goes away, and the gate with it. What is inside has an area of its own."""
    target = effect.target
    whole = isinstance(effect, MovePath) or (effect.recursive and not effect.only_empty)
    if effect.place or target.path is None or not whole or target.area == "gate":
        return
    for folder in places.gate:
        if not below(folder, target.path) or folder == target.path:
            continue
        first = folder.removeprefix(target.path).lstrip("/").split("/")[0]
        if not target.pattern or fnmatch.fnmatchcase(first, target.pattern.split("/")[0]):
            yield TamperGate(
                how=f"`{effect.source}` takes away `{target.shown}`, which holds the gate",
                target=target, source=effect.source, chain=effect.chain,
            )  # fmt: skip
            return
