"""What SQL text would do, in its client's dialect: `read_sql`."""

from __future__ import annotations

__all__ = ["read_sql"]


def __getattr__(name: str) -> object:
    # Lazily, because a worker process imports this package for its parser only.
    if name == "read_sql":
        from enactd.effects.sql.reading import read_sql

        return read_sql
    raise AttributeError(name)
