"""What is known of one SQL statement; the form in which workers and scanners report."""

from __future__ import annotations

import msgspec


class Facts(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing a statement does; fields as in `model.RunSql`, and what else it sets off.

    `program` is a shell command the server starts, `path` a file it reads or writes, `inner` SQL text that
    it executes, `code` a body in another language (`language`). `opaque` says why it cannot be read.
    """

    verb: str = "other"
    tables: tuple[str, ...] = ()
    object: str = "table"
    where: str = ""
    columns: tuple[str, ...] = ()
    limit: bool = False
    drops: tuple[str, ...] = ()
    renames: tuple[str, str] = ("", "")
    text: str = ""
    program: str | None = None
    path: str | None = None
    inner: str = ""
    language: str = ""
    code: str = ""
    opaque: str = ""
    conditional: bool = False
