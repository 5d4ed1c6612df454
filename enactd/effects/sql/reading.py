"""SQL text to effects: split, read by parser or tokens, follow what the text itself runs.

Pure but for the parser's worker process. Whatever cannot be read is `Opaque`, or code of unknown text.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Literal

import msgspec

from enactd.effects.model import Database, Effect, Opaque, RunCode, RunSql
from enactd.effects.scripts import text_origin
from enactd.effects.sql import routines
from enactd.effects.sql.facts import Facts
from enactd.effects.sql.scan import extras, needs_parser, scan
from enactd.effects.sql.split import Statement, statements
from enactd.effects.sql.tokens import HOLE, shown
from enactd.effects.values import Hole, Value, known
from enactd.memo import memo
from enactd.risk import Risk
from enactd.workers import Failure, reader_pool

_ENCODER: Final = msgspec.msgpack.Encoder()
Leaves = Literal["screen", "file", "program"]

TEXT_LIMIT: Final = 262_144  # characters of a script
STATEMENT_LIMIT: Final = 16_384  # characters of a statement that the parser is given
STATEMENTS_LIMIT: Final = 2_000
DEPTH_LIMIT: Final = 64
ARRAY_LIMIT: Final = 8
INNER_LIMIT: Final = 6
QUESTIONS_LIMIT: Final = 100  # statements of one text that the parser is asked about
FAILURES_LIMIT: Final = 2  # after so many that were too hard for it, tokens have to do
SHOWN: Final = 300


def read_sql(text: Value | str, dialect: str, database: Database, *, leaves: Leaves = "screen") -> list[Effect]:
    """What this SQL would do to `database`; `leaves` says where the rows of its queries go.

    Holes in the text are parts known only at run time: a table becomes `?`, a whole statement becomes
    code that nobody has read. Never raises.
    """
    text = known(text) if isinstance(text, str) else text
    if not text.known and not text.visible.strip(" \t\r\n;"):
        return [RunCode(language="sql", origin=text_origin(text, "argument"), what=text.shown())]
    marked = "".join(HOLE if isinstance(piece, Hole) else piece for piece in text.pieces)
    return _Reading(dialect, database, leaves).read(marked, 0)


class _Reading:
    def __init__(self, dialect: str, database: Database, leaves: Leaves) -> None:
        self.dialect = dialect
        self.database = database
        self.leaves = leaves
        self.variables: dict[str, str] = {}
        self.temporary: set[str] = set()
        self.questions = QUESTIONS_LIMIT
        self.failures = FAILURES_LIMIT
        self.statements = STATEMENTS_LIMIT

    def read(self, text: str, level: int) -> list[Effect]:
        if level > INNER_LIMIT or len(text) > TEXT_LIMIT:
            return [Opaque(reason="SQL too long or nested too deeply to read", level=Risk.COMMITMENT)]
        found: list[Effect] = []
        # Without a dialect nobody knows whether \' ends a string: what either reading shows counts.
        readings = (None, True) if not self.dialect and "\\'" in text else (None,)
        seen: set[bytes] = set()
        for backslash in readings:
            for statement in statements(text, self.dialect, backslash=backslash):
                self.statements -= 1
                if self.statements < 0:
                    found.append(Opaque(reason="SQL script with too many statements to read", level=Risk.COMMITMENT))
                    return found
                for effect in self._statement(statement, level):
                    # A dump inserts into the same table a thousand times; once is enough to judge.
                    key = _ENCODER.encode(
                        msgspec.structs.replace(effect, text="") if isinstance(effect, RunSql) else effect
                    )
                    if key not in seen:
                        seen.add(key)
                        found.append(effect)
        return found

    def _statement(self, statement: Statement, level: int) -> list[Effect]:
        tokens = statement.tokens
        if self._is_dynamic(statement):
            facts = [routines.execute(tokens, self.variables)]
        elif needs_parser(statement):
            facts = [*self._parsed(statement), *extras(statement)]
        else:
            facts = [*scan(statement, self.dialect), *extras(statement)]
        assigned = routines.assignment(tokens)
        if assigned is not None:
            self.variables[assigned[0]] = routines.text_of(assigned[1], self.variables)
        effects = [effect for fact in facts for effect in self._effects(fact, statement, level)]
        if statement.broken and not any(isinstance(effect, Opaque) for effect in effects):
            effects.append(Opaque(reason="SQL with an open quote or comment"))
        return effects

    def _parsed(self, statement: Statement) -> Iterable[Facts]:
        answer: _Answer = None
        if self.questions and self.failures and not statement.broken and _within_limits(statement):
            if not _is_plain_insert(statement):
                self.questions -= 1
                try:
                    answer = _remembered(statement.text, self.dialect)
                except _UnansweredError:
                    self.failures -= 1
        return scan(statement, self.dialect) if answer is None else answer

    def _is_dynamic(self, statement: Statement) -> bool:
        tokens = statement.tokens
        if tokens[0].is_word("PREPARE"):
            return True
        if not tokens[0].is_word("EXEC", "EXECUTE") or len(tokens) < 2:
            return False
        return tokens[1].is_symbol("(") or tokens[1].kind == "string" or tokens[1].is_word("IMMEDIATE")

    def _effects(self, facts: Facts, statement: Statement, level: int) -> Iterable[Effect]:
        if facts.opaque:
            yield self._opaque(facts, statement)
            return
        if facts.code:
            yield RunCode(language=facts.language, origin="argument", what=f"{facts.language} body in the database")
            return
        if facts.inner:
            for effect in self.read(facts.inner, level + 1):
                yield msgspec.structs.replace(effect, conditional=True) if facts.conditional else effect
            return
        if facts.program is not None:
            what = shown(facts.program)
            yield RunCode(language="shell", origin="argument", what=f"`{what}`, started by the database server")
        yield self._run_sql(facts, statement)

    def _opaque(self, facts: Facts, statement: Statement) -> Effect:
        if statement.tokens[0].value.startswith(HOLE.upper()) and len(statement.tokens) == 1:
            return RunCode(language="sql", origin="argument", what="SQL known only at run time")
        return Opaque(reason=f"{facts.opaque}: {_excerpt(statement.text, 80)}", level=Risk.COMMITMENT)

    def _run_sql(self, facts: Facts, statement: Statement) -> RunSql:
        kind = facts.object
        if facts.verb == "create" and kind == "temporary table":
            self.temporary.update(facts.tables)
        elif facts.tables and set(facts.tables) <= self.temporary and kind == "table":
            kind = "temporary table"
        leaves = self.leaves
        if facts.verb == "copy-out":
            leaves = "program" if facts.program is not None else "file" if facts.path is not None else leaves
        return RunSql(
            verb=facts.verb,
            tables=facts.tables,
            object=kind,
            where=facts.where if facts.where in {"none", "always", "some"} else "",  # type: ignore[arg-type]
            columns=facts.columns,
            limit=facts.limit,
            drops=facts.drops,
            renames=facts.renames,
            text=_excerpt(statement.text, SHOWN),
            database=self.database,
            leaves=leaves,
            conditional=facts.conditional,
        )


def _is_plain_insert(statement: Statement) -> bool:
    """Rows as literals: tokens tell all there is."""
    return statement.tokens[0].is_word("INSERT") and not any(
        token.is_word("SELECT", "WITH", "RETURNING", "OVERWRITE", "OUTPUT") for token in statement.tokens
    )


def _within_limits(statement: Statement) -> bool:
    if len(statement.text) > STATEMENT_LIMIT or max(t.depth for t in statement.tokens) > DEPTH_LIMIT:
        return False
    arrays = deepest = 0
    for token in statement.tokens:
        if token.is_symbol("["):
            arrays += 1
            deepest = max(deepest, arrays)
        elif token.is_symbol("]"):
            arrays = max(arrays - 1, 0)
    return deepest <= ARRAY_LIMIT


_Answer = tuple[Facts, ...] | None


class _UnansweredError(Exception):
    """The worker failed for its own reasons; another time it may not."""


@memo(1_024, 16_384)
def _remembered(text: str, dialect: str) -> _Answer:
    """The parser's reading, None where it refuses. Raises where it was too hard, so that only answers are kept."""
    answer = reader_pool().call("sql", {"text": text, "dialect": dialect})
    if isinstance(answer, Failure):
        if answer.cause == "rejected":
            return None
        raise _UnansweredError(answer.reason)
    return tuple(msgspec.convert(answer.value, list[Facts]))


def _excerpt(text: str, limit: int) -> str:
    plain = " ".join(shown(text).split())
    return plain if len(plain) <= limit else plain[: limit - 1] + "…"
