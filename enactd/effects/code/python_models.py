"""Rows and documents that models and collections change in Python: Django, SQLAlchemy, PyMongo."""

from __future__ import annotations

import re
from typing import Final, Literal

from enactd.effects.code.objects import Thing
from enactd.effects.code.operations import is_sql
from enactd.effects.code.phrase_services import table_of
from enactd.effects.code.python_modules import Given, method
from enactd.effects.frameworks import configured_database
from enactd.effects.model import ChangeStore

_EVERY: Final = re.compile(r"(?:objects(?:\.all\(\))?|query(?:\(\))?)$")
_MODEL: Final = re.compile(r"(?:^|\.)([A-Z]\w*)\.(?:objects|query)\b")
_ROWS: Final = re.compile(r"objects|\.query\b|\.filter\(\)$|\.select\(\)$")


def _changed(given: Given, verb: Literal["write", "delete"], *, everything: bool) -> None:
    """The table is named as frameworks name it; a collection is the last word of what leads to it."""
    model = _MODEL.search(given.subject.name)
    what = table_of(model[1]) if model is not None else given.subject.name[-60:]
    database = given.subject.database or configured_database(given.call, None)
    effect = ChangeStore(tool="python", verb=verb, what=what, everything=everything, database=database)
    given.emit(iter([effect]))


@method("text")
def statement(given: Given) -> Thing | None:
    """`db.text("DELETE ...")` is the statement that it wraps."""
    first = given.at(0, "text")
    return first if first is not None and is_sql(first.text) else None


@method("delete", "update")
def rows(given: Given) -> Thing | None:
    """`Model.objects.all().delete()` empties a table; an `update` of a dictionary is none of these."""
    name = given.subject.name
    if _ROWS.search(name) and (given.method == "delete" or ".objects" in name or given.keywords):
        verb: Literal["write", "delete"] = "delete" if given.method == "delete" else "write"
        _changed(given, verb, everything=_EVERY.search(name) is not None)
    return None


@method("delete_many", "update_many")
def documents(given: Given) -> Thing | None:
    """Without a filter every document of the collection is meant."""
    first = given.at(0, "filter")
    verb: Literal["write", "delete"] = "delete" if given.method == "delete_many" else "write"
    _changed(given, verb, everything=first is None or first.fields == {})
    return None


@method("delete_one", "update_one", "replace_one", "insert_one", "insert_many", "find_one_and_delete",
        "find_one_and_update", "find_one_and_replace")  # fmt: skip
def document(given: Given) -> Thing | None:
    """One document, or new ones."""
    _changed(given, "delete" if "delete" in given.method else "write", everything=False)
    return None
