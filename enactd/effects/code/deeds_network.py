"""Handlers for the tables of scripting languages: output, requests, mail, databases."""

from __future__ import annotations

import re

from enactd.effects.code import operations
from enactd.effects.code.objects import Thing, json_text, untold
from enactd.effects.code.phrases import Handler, Phrase
from enactd.effects.http import exchange
from enactd.effects.model import (
    Database,
    ResetDatabase,
    SendMessage,
)
from enactd.effects.sql.connection import file_database, locate
from enactd.effects.values import NETWORK, SECRET, known, unknown


def prints(phrase: Phrase) -> Thing | None:
    subject = [phrase.subject] if phrase.name[:1] == "." else []
    tainted = [
        unknown(value.shown(60), *thing.all_origins())
        for thing in [*phrase.arguments, *subject]
        for value in thing.texts
    ]
    phrase.emit(operations.shown(tainted, phrase.method))
    return None


def environment(phrase: Phrase) -> Thing | None:
    """One variable by its name, or all of them."""
    if not phrase.arguments:
        return Thing((unknown("the whole environment", SECRET, "environment"),), "ENV")
    found: Thing = phrase.reader.environment(phrase.text(0).text)
    return found


def environment_itself(phrase: Phrase) -> Thing | None:
    """The whole environment under another form."""
    return Thing((unknown("the whole environment", SECRET, "environment"),), "ENV")


def requests(method: str | None, *, url: int = 0, body: int | None = 1, verb: int | None = None) -> Handler:
    """One request. `method` None: named by argument `verb`."""

    def handler(phrase: Phrase) -> Thing | None:
        told = phrase.at(verb).plain if verb is not None and phrase.at(verb) is not None else method  # type: ignore[union-attr]
        part = phrase.at(body) if body is not None else None
        part = part or next(
            (phrase.options[n] for n in ("body", "json", "form_params", "data", "payload") if n in phrase.options), None
        )
        content = None
        if part is not None and part.name != "function":
            content = (json_text(part) if part.fields is not None else part.text).tainted(*part.all_origins())
        for address in (phrase.at(url) or phrase.subject).texts[:4]:
            phrase.emit(
                exchange((told or "").upper() or None, address, body=content, carries=phrase.carried() & {SECRET})
            )
        return untold("what came from the network", {NETWORK})

    return handler


def connects(index: int = 0, by: str = "a socket") -> Handler:
    """A connection leaves this machine, or stays on it."""

    def handler(phrase: Phrase) -> Thing | None:
        options = phrase.options
        told = options.get("PeerAddr") or options.get("PeerHost") or options.get("host") or phrase.at(index)
        value = told.text if told is not None else None
        if value is not None and value.text is not None:
            value = known(re.sub(r"^\w+://", "", value.text).split(":")[0])
        phrase.emit(operations.connect(phrase.call, value, by, phrase.carried()))
        return Thing((unknown("a socket", NETWORK),), "socket")

    return handler


def mails(phrase: Phrase) -> Thing | None:
    to = phrase.options.get("to") or phrase.at(0)
    phrase.emit(
        iter([SendMessage(by=phrase.name, to=to.text.shown(80) if to is not None else "", carries=phrase.carried())])
    )
    return None


def statements(*, index: int = 0) -> Handler:
    """SQL, where the text begins like it."""

    def handler(phrase: Phrase) -> Thing | None:
        things = phrase.arguments[index : index + 1]
        for value in [value for thing in things for value in thing.texts][:6]:
            if operations.is_sql(value):
                database = phrase.subject.database
                phrase.emit(operations.sql(value, database.dialect if database is not None else "", database))
        return None

    return handler


def connects_database(dialect: str = "") -> Handler:
    """A connection by URL or data source name (`mysql:host=x;dbname=y`)."""

    def handler(phrase: Phrase) -> Thing | None:
        first = phrase.text(0)
        plain = (first.text or "").removeprefix("dbi:").removeprefix("DBI:")
        kind = dialect or {
            "pgsql": "postgres",
            "Pg": "postgres",
            "mysql": "mysql",
            "sqlite": "sqlite",
            "SQLite": "sqlite",
            "sqlsrv": "tsql",
        }.get(plain.split(":")[0], "")
        host = re.search(r"host=([^;]+)", plain)
        name = re.search(r"(?:dbname|database)=([^;]+)", plain)
        if kind == "sqlite":
            where = file_database(phrase.call, kind, known(name[1] if name else plain.split(":", 1)[-1]))
        elif "://" in plain:
            where = locate(phrase.call, kind, url=first)
        else:
            where = locate(
                phrase.call, kind, host=known(host[1]) if host else None, name=known(name[1]) if name else None
            )
        return Thing((unknown("a database"),), phrase.name, database=where)

    return handler


def empties(how: str = "drop") -> Handler:
    """A store or a table is emptied through its client."""

    def handler(phrase: Phrase) -> Thing | None:
        what = phrase.text(0).shown(40) if phrase.arguments else phrase.subject.name
        phrase.emit(
            iter(
                [
                    ResetDatabase(
                        tool=phrase.reader.dialect.language,
                        how=how,
                        what=what,
                        database=phrase.subject.database or Database(),
                    )
                ]
            )
        )
        return None

    return handler
