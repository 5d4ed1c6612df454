"""What a change of settings and policies loosens and tightens, key by key and policy by policy.

Settings are compared layer by layer by the rules of `config.strictness`; what no rule can tell counts as
loosening. Of policies it is told which came, went or changed; what a change does to declared examples says
`comparison`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import msgspec

from enactd.config import Layer, Settings
from enactd.config.layers import dotted
from enactd.config.strictness import Direction, Key, leaves, rule_of
from enactd.evaluate import Policy

SHOWN: Final = 60
_OVERRIDES: Final = ("agents", "workspaces")
_GENERAL: Final = leaves(msgspec.to_builtins(Settings()))


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One difference: a key with its values, or a policy. `layer` is where it was said; empty for policies."""

    key: str
    direction: Direction
    layer: str = ""
    before: Any = None
    after: Any = None

    @property
    def loosens(self) -> bool:
        return self.direction in ("looser", "unclear")

    def shown(self) -> str:
        """One line for a person."""
        where = f"{self.layer}: " if self.layer else ""
        values = f": {_text(self.before)} -> {_text(self.after)}" if self.before != self.after else ""
        return f"{self.direction:<8}{where}{self.key}{values}"


def of_settings(before: Settings, after: Settings) -> tuple[Change, ...]:
    """What every layer says otherwise, overrides included."""
    old, new = ({layer.name: layer for layer in one.layers} for one in (before, after))
    found: list[Change] = []
    for name in dict.fromkeys([*old, *new]):
        found += _of_layer(name, old.get(name), new.get(name))
    return tuple(found)


def of_policies(before: Mapping[str, Policy], after: Mapping[str, Policy]) -> tuple[Change, ...]:
    """Policies that came, went, or are written otherwise. What a file says is kept by content: the same is the same."""
    found = [Change(key=f"policy {name}", direction="looser", after="gone") for name in before if name not in after]
    for name, policy in after.items():
        known = before.get(name)
        if known is None:
            found.append(Change(key=f"policy {name}", direction="tighter", after="new"))
        elif known.declaration is not policy.declaration:
            found.append(Change(key=f"policy {name}", direction="neutral", after="changed"))
    return tuple(found)


def digest_of(changes: Iterable[Change]) -> str:
    """Names just these changes: whoever agrees to them agrees to nothing else."""
    text = msgspec.json.encode([msgspec.to_builtins(change, enc_hook=str) for change in changes])
    return hashlib.sha256(text).hexdigest()[:12]


def _of_layer(name: str, before: Layer | None, after: Layer | None) -> Iterator[Change]:
    old, new = _said(before), _said(after)
    for key in dict.fromkeys([*old, *new]):
        plain = key[2:] if key[0] in _OVERRIDES else key
        default = None if key[0] in _OVERRIDES else _GENERAL.get(key)
        was, now = old.get(key, default), new.get(key, default)
        direction = rule_of(plain).compare(was, now)
        if direction != "same":
            yield Change(key=".".join(key[:2]) + "." + dotted(plain) if plain is not key else dotted(key), layer=name,
                         direction=direction, before=_plain(was), after=_plain(now))  # fmt: skip
    was, now = (layer.loosenable if layer else None for layer in (before, after))
    if was != now:
        closer = now is not None and (was is None or set(now) <= set(was))
        yield Change(
            key="loosenable", layer=name, direction="tighter" if closer else "looser", before=_plain(was), after=_plain(now)
        )  # fmt: skip


def _said(layer: Layer | None) -> dict[Key, Any]:
    """Everything a layer says, overrides with their names before the key."""
    if layer is None:
        return {}
    told = msgspec.to_builtins(layer.table)
    found = leaves(told)
    for kind in _OVERRIDES:
        for name, table in (told.get(kind) or {}).items():
            found.update({(kind, name, *key): value for key, value in leaves(table).items()})
    return found


def _plain(value: Any) -> Any:
    """As JSON has it."""
    if isinstance(value, Mapping):
        return {str(name): _plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value if value is None or isinstance(value, str | int | float | bool) else str(value)


def _text(value: Any) -> str:
    text = "-" if value is None else value if isinstance(value, str) else msgspec.json.encode(value).decode()
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"
