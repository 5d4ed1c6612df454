"""Effects that follow from others: a search aimed at secrets, a live key in what is written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from enactd.effects.model import Effect, ReadPath, SearchSecrets, StoreSecret, WritePath
from enactd.effects.secrets import find_keys, secret_search


def derived(effects: Iterable[Effect]) -> Iterator[Effect]:
    """The consequences of each effect, in order. Pure."""
    for effect in effects:
        if isinstance(effect, ReadPath) and effect.search and effect.how == "search" and not effect.place:
            aim = secret_search(effect.search)
            if aim:
                yield SearchSecrets(pattern=effect.search[:200], by=effect.source, source=effect.source, chain=effect.chain)
        elif isinstance(effect, WritePath) and effect.content:
            kinds = find_keys(effect.content)
            known_before = find_keys(effect.removed) if effect.removed and kinds else ()
            fresh = tuple(kind for kind in kinds if kind not in known_before)
            if fresh:
                yield StoreSecret(
                    kinds=fresh, where="file", target=effect.target, source=effect.source, chain=effect.chain, place=effect.place
                )
