"""How the database tools of frameworks are described: a table of verbs and what each means.

    KNEX = Tool("knex", {"migrate:latest": "migrate apply", "migrate:rollback": "reset rollback"}, "--env NAME")
    yield from KNEX.effects(call, call.args)

A meaning is `migrate HOW`, `reset HOW`, `safe`, `opaque WHY`, or `code LANGUAGE`. A verb that no table
knows is searched for words that destroy (`db:nuke:drop_all`), because projects add tasks of their own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from enactd.effects.invocation import Effects, Invocation, Line, Options, Value
from enactd.effects.model import Database, MigrateDatabase, Opaque, ResetDatabase, RunCode
from enactd.effects.sql.connection import Stage, locate, says_production, stage_of
from enactd.risk import Risk

HARMLESS: Final = ("--help", "-h", "--version", "-V")
_ENVIRONMENTS: Final = (
    "NODE_ENV", "RAILS_ENV", "RACK_ENV", "APP_ENV", "MIX_ENV", "FLASK_ENV", "DJANGO_ENV", "ENV", "ENVIRONMENT", "STAGE",
    "ASPNETCORE_ENVIRONMENT", "DOTNET_ENVIRONMENT", "SPRING_PROFILES_ACTIVE", "HANAMI_ENV", "CONFIG_ENV",
)  # fmt: skip
_URLS: Final = ("DATABASE_URL", "DIRECT_URL", "DB_URL", "SQLALCHEMY_DATABASE_URI")
_STAGES: Final[dict[str, Stage]] = {
    "production": "production",
    "prod": "production",
    "prd": "production",
    "live": "production",
    "test": "test",
    "testing": "test",
    "ci": "test",
    "development": "local",
    "dev": "local",
    "local": "local",
}
# What a word inside an unknown task's name most likely means.
_DESTROYING: Final[dict[str, str]] = {
    "drop": "drop",
    "dropall": "drop",
    "wipe": "drop",
    "nuke": "drop",
    "destroy": "drop",
    "delete": "drop",
    "reset": "reset",
    "recreate": "reset",
    "rebuild": "reset",
    "fresh": "fresh",
    "refresh": "fresh",
    "purge": "truncate",
    "truncate": "truncate",
    "clear": "truncate",
    "clean": "drop",
    "flush": "flush",
    "rollback": "rollback",
    "revert": "rollback",
    "undo": "rollback",
    "downgrade": "rollback",
}
_DATABASE_WORDS: Final = frozenset(
    {"db", "database", "schema", "migrate", "migration", "migrations", "tables", "data", "doctrine"}
)


class Tool:
    """A framework's command: its verbs, its options that take values, and its flags that only look."""

    def __init__(
        self, name: str, verbs: dict[str, str], *options: str, looks: tuple[str, ...] = (), url: tuple[str, ...] = ()
    ) -> None:
        self.name = name
        self.verbs = verbs
        self.looks = looks + HARMLESS
        self.url = url
        self.options = Options(
            *options, *(f"{flag}" for flag in (*looks, *HARMLESS) if flag not in " ".join(options).split())
        )
        self._longest = max((len(verb.split()) for verb in verbs), default=1)

    def effects(self, call: Invocation, args: Sequence[Value]) -> Effects:
        """What this command line does."""
        line = self.options.parse(args)
        if not self.only_looks(line):
            yield from self.meaning(call, line, self.database(call, line))

    def only_looks(self, line: Line) -> bool:
        """Whether a flag makes the command harmless, whatever its verb."""
        return line.has(*self.looks)

    def database(self, call: Invocation, line: Line) -> Database:
        """Where it would go, as far as the command line and the environment say."""
        url = next((value for name in self.url for value in line.values(name)), None)
        return configured_database(call, url, line.text("--env") or line.text("-e"))

    def meaning(self, call: Invocation, line: Line, database: Database) -> Effects:
        """The effects of the verb among the operands."""
        words = line.operands
        if not words:
            return
        first = words[0].text
        if first is None:
            yield Opaque(reason=f"{self.name} command known only at run time", level=Risk.COMMITMENT)
            return
        texts = [word.text or "?" for word in words]
        for length in range(min(self._longest, len(texts)), 0, -1):
            verb = " ".join(texts[:length])
            if verb in self.verbs:
                yield from self.said(call, self.verbs[verb], verb, words[length:], database)
                return
        if len(texts) > 1 and texts[1] == "?" and any(key.startswith(first + " ") for key in self.verbs):
            yield Opaque(reason=f"{self.name} {first} command known only at run time", level=Risk.COMMITMENT)
            return
        how = destroys(" ".join(texts[:2]) if any(key.startswith(first + " ") for key in self.verbs) else first)
        if how:
            yield ResetDatabase(tool=self.name, how=how, what=first, database=database)

    def said(self, call: Invocation, meaning: str, verb: str, rest: Sequence[Value], database: Database) -> Effects:
        """One meaning as effects."""
        kind, _, how = meaning.partition(" ")
        if kind == "reset":
            what = " ".join([verb, *(word.shown() for word in rest[:2])])
            yield ResetDatabase(tool=self.name, how=how, what=what, database=database)
        elif kind == "migrate":
            yield MigrateDatabase(tool=self.name, how=how, database=database)
        elif kind == "opaque":
            yield Opaque(reason=f"{self.name} {verb}: {how}", level=Risk.COMMITMENT)
        elif kind == "run":
            yield RunCode(language=how, origin="workspace", what=f"{self.name} {verb}")
        elif kind == "code" and rest:
            yield from call.code(how, rest[0])


def destroys(verb: str) -> str:
    """How an unknown verb destroys, told by its words; "" where none of them says so."""
    words = [word for word in re.split(r"[^a-z]+", verb.lower()) if word]
    if not _DATABASE_WORDS & set(words):
        return ""
    return next((_DESTROYING[word] for word in words if word in _DESTROYING), "")


def configured_database(call: Invocation, url: Value | None, environment: str = "") -> Database:
    """The database of a framework: a URL given or in the environment, else what the environment's name says."""
    if url is None:
        url = next((value for name in _URLS if (value := call.variable(name)) is not None), None)
    elsewhere = stage_of("?", "", call.place) if call.place else "unknown"
    database = locate(call, "", url=url) if url is not None else Database(stage=elsewhere)
    names = [environment, *((value.text or "") for name in _ENVIRONMENTS if (value := call.variable(name)) is not None)]
    stages = [_STAGES[name.lower()] for name in names if name.lower() in _STAGES]
    unknown_words = [word for word in call.args if not word.visible]  # `goose postgres "$PROD_DSN" up`
    if "production" in stages or says_production(call.args, url, *unknown_words):
        return Database(dialect=database.dialect, name=database.name, host=database.host, stage="production")
    if database.stage == "unknown" and stages and not database.host:
        return Database(dialect=database.dialect, name=database.name, host=database.host, stage=stages[0])
    return database
