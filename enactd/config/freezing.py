"""The freeze that a person orders with `enactctl freeze`: a layer of its own above all files.

Only the daemon writes it. It adds to what `config.toml` says and takes nothing away: of two freezes the one that
lasts longer holds, and ending this one ends no other.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

import msgspec

from enactd.atomic import replace_file, sync_folder
from enactd.config.layout import Layout
from enactd.config.settings import Layer
from enactd.errors import ConfigError

LAYER: Final = "order"


class Order(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why, until when (None: until it is taken back), and since when nothing may be changed or shipped."""

    reason: str
    until: datetime | None = None
    since: datetime

    def holds(self, now: datetime | None = None) -> bool:
        """Whether it is not over yet."""
        return self.until is None or (now or datetime.now(UTC)) < self.until


def ordered(layout: Layout) -> Order | None:
    """The order, over or not; None if there is none. Raises `ConfigError` if it cannot be read."""
    try:
        return msgspec.json.decode(layout.freeze_file.read_bytes(), type=Order)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.DecodeError) as error:
        raise ConfigError(
            f"`{layout.freeze_file}` cannot be read",
            cause=str(error),
            effect="a daemon that runs keeps what it has; one that starts does not",
            fix=f"look at it, then: rm {layout.freeze_file}; enactctl reload",
        ) from None


def layer(layout: Layout) -> tuple[Layer, ...]:
    """The order as a layer of settings; nothing where there is none."""
    order = ordered(layout)
    if order is None:
        return ()
    once = {"reason": order.reason, **({"until": order.until} if order.until else {})}
    return (Layer(name=LAYER, path=str(layout.freeze_file), table={"freeze": once}),)


def give(layout: Layout, order: Order) -> None:
    """Keep an order, whole and durable; it replaces the one before."""
    replace_file(layout.freeze_file, msgspec.json.encode(order) + b"\n")


def take_back(layout: Layout) -> bool:
    """End the order; whether there was one."""
    try:
        layout.freeze_file.unlink()
    except FileNotFoundError:
        return False
    sync_folder(layout.freeze_file.parent)
    return True
