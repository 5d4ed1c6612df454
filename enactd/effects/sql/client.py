"""A client program at work: its scripts, the files they include and write, the commands they start."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from enactd.effects.invocation import Invocation, Yield
from enactd.effects.model import Database, Opaque, ReadPath, ResetDatabase, RunCode, WritePath
from enactd.effects.scripts import text_origin
from enactd.effects.sql import client_scripts
from enactd.effects.sql.reading import Leaves, read_sql
from enactd.effects.values import Value
from enactd.risk import Risk

INCLUDE_LIMIT: Final = 5
_ORIGINS: Final = {"workspace": "workspace"}


def leaves(call: Invocation) -> Leaves:
    """Where the rows go that the client prints."""
    return {"file": "file", "pipe": "program", "network": "program"}.get(call.stdout.kind, "screen")  # type: ignore[return-value]


class Client:
    """One run of a client against one database.

    `kind` names the client whose own commands the scripts may hold; "" for plain SQL.
    """

    def __init__(
        self,
        call: Invocation,
        kind: str,
        database: Database,
        *,
        rows_to: Leaves | None = None,
        variables: dict[str, str] | None = None,
    ) -> None:
        self.call = call
        self.kind = kind
        self.database = database
        self.rows_to: Leaves = leaves(call) if rows_to is None else rows_to
        self.variables = variables or {}

    def run(self, texts: Sequence[Value], files: Sequence[Value]) -> Iterator[Yield]:
        """What running these does; a client that is given neither runs what flows in."""
        for word in texts:
            yield from self.script(word)
        for word in files:
            yield from self.file(word)
        if not texts and not files:
            yield from self.standard_input()

    def script(self, text: Value, *, origin: str = "argument", level: int = 0) -> Iterator[Yield]:
        """What running this text does. Text of which nothing is known becomes code that nobody read."""
        if not text.known and not text.visible.strip(" \t\r\n;"):
            yield RunCode(language="sql", origin=text_origin(text, origin), what=text.shown())
            return
        for step in client_scripts.steps(client_scripts.marked(text), self.kind):
            yield from self._step(step, level)

    def file(self, word: Value, level: int = 0) -> Iterator[Yield]:
        """What running the script in this file does."""
        if word.text in {"-", "/dev/stdin"}:
            yield from self.standard_input()
            return
        target = self.call.target(word)
        yield ReadPath(target=target, shown=False)
        text = self.call.text_of(word)
        if level >= INCLUDE_LIMIT:
            yield Opaque(reason="SQL scripts that include each other", level=Risk.COMMITMENT)
        elif not text.known and not text.visible.strip():
            origin = text_origin(text, _ORIGINS.get(target.area, "outside"))
            yield RunCode(language="sql", origin=origin, what=word.shown(), target=target)
        else:
            yield from self.script(text, level=level + 1)

    def standard_input(self) -> Iterator[Yield]:
        """What flows in is run; a terminal is a session that nobody sees."""
        if self.call.stdin is not None:
            yield from self.script(self.call.stdin, origin="stdin")

    def writes(self, word: Value | str) -> Iterator[Yield]:
        """Rows go to this file."""
        yield WritePath(target=self.call.target(word), content=None)

    def _step(self, step: client_scripts.Step, level: int) -> Iterator[Yield]:
        argument = client_scripts.unmarked(step.text)
        match step.kind:
            case "sql":
                text = client_scripts.substitute(step.text, self.variables)
                yield from read_sql(
                    client_scripts.unmarked(text), self.database.dialect, self.database, leaves=self.rows_to
                )
            case "generated":
                yield from self._generated(argument)
            case "shell":
                yield from self.call.shell(argument)
            case "include":
                yield from self.file(argument, level + 1)
            case "write":
                self.rows_to = "file"
                yield from self.writes(argument)
            case "read":
                yield ReadPath(target=self.call.target(argument), shown=False)
            case "pipe":
                self.rows_to = "program"
                yield from self.call.shell(argument)
            case "drop":
                yield ReadPath(target=self.call.target(argument), shown=False)
                yield ResetDatabase(tool=self.call.name, how="restore", what=step.text, database=self.database)
            case "native":
                yield RunCode(language="native", origin="outside", what=argument.shown())
            case "connect":
                self._connect(step.text)

    def _generated(self, rows: Value) -> Iterator[Yield]:
        if not re.search(r"[A-Za-z]{3}", rows.visible):
            yield RunCode(language="sql", origin="generated", what="rows of a query, run as SQL")
            return
        yield from read_sql(rows, self.database.dialect, self.database)

    def _connect(self, argument: str) -> None:
        # Later statements go somewhere else; nothing says where it would be harmless.
        if self.database.stage in {"memory", "temp", "local", "test"} and argument not in {"-", ""}:
            self.database = Database(
                dialect=self.database.dialect, name=argument.split(maxsplit=1)[0], host=self.database.host
            )
