"""Handlers for the tables of scripting languages: files and folders. Each makes one kind of deed out of a call."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from enactd.effects.code import operations
from enactd.effects.code.dialects import Dialect
from enactd.effects.code.objects import Thing, flattened, listed, text, untold
from enactd.effects.code.phrases import Handler, Phrase, Phrases
from enactd.effects.http import exchange
from enactd.effects.invocation import Effects, Invocation
from enactd.effects.model import (
    Opaque,
)
from enactd.effects.values import NETWORK, NONE, Value, concat, known, unknown
from enactd.risk import Risk


def table(entries: Mapping[str, Handler]) -> dict[str, Handler]:
    """One entry per name; a key may hold several names."""
    return {name: handler for names, handler in entries.items() for name in names.split()}


def read_phrases(
    call: Invocation,
    source: Value,
    origin: str,
    changes: Mapping[str, Any],
    dialect: Dialect,
    entries: Mapping[str, Handler],
) -> Effects:
    """What a text in this dialect does. Too long or too deep is opaque."""
    marked = call.reader.marked(source)
    reader = Phrases(call, dialect, entries, {**changes, "origin": origin})
    if len(marked) > operations.MAX_CODE:
        reader.found.append(Opaque(reason=f"more {dialect.language} than is read", level=Risk.SENSITIVE))
    else:
        try:
            reader.read(marked)
        except RecursionError:
            reader.found.append(Opaque(reason=f"{dialect.language} nested too deep to read", level=Risk.SENSITIVE))
    yield from operations.in_project(reader.found, origin, dialect.language)


def deletes(*, recursive: bool = False, start: int = 0, stop: int | None = None, empty: bool = False) -> Handler:
    """Every argument from `start` is a path; the subject is, where there is no argument."""

    def handler(phrase: Phrase) -> Thing | None:
        values = phrase.values(start, stop)
        if (not values and phrase.name[:1] == ".") or (not values and phrase.subject.plain):
            values = list(phrase.subject.texts)
        whole = recursive or _on(phrase, "recursive")
        for value in values:
            if value.pieces and value.text not in ("undef", "false"):
                phrase.emit(operations.delete(phrase.call, value, recursive=whole, only_empty=empty))
        return None

    return handler


def _on(phrase: Phrase, name: str) -> bool:
    found = phrase.options.get(name)
    return found is not None and (found.plain or "").lower() not in ("false", "f", "0", "nil")


def writes(*, path: int = 0, content: int | None = 1, append: bool = False) -> Handler:
    """A file is written, where the call names one."""

    def handler(phrase: Phrase) -> Thing | None:
        body = phrase.at(content) if content is not None else None
        told = body.text.tainted(*body.all_origins()) if body is not None else None
        words = [thing.plain or thing.name for thing in [*phrase.arguments[2:], *phrase.options.values()]]
        adding = append or any("APPEND" in word or word in ("a", "TRUE") for word in words)
        subject = phrase.at(path)
        for value in subject.texts if subject is not None else phrase.subject.texts:
            phrase.emit(operations.write(phrase.call, value, told, append=adding))
        return None

    return handler


def reads(*, path: int = 0, listing: bool = False) -> Handler:
    """A path that is a URL is fetched."""

    def handler(phrase: Phrase) -> Thing | None:
        subject = phrase.at(path)
        texts = subject.texts if subject is not None else phrase.subject.texts if phrase.name[:1] == "." else ()
        taints = NONE
        for value in texts:
            if re.match(r"(?:https?|ftp)://", value.visible):
                phrase.emit(exchange("GET", value))
                taints |= {NETWORK}
            elif not re.match(r"(?:php://(?:stdin|input|memory|temp|output|std\w+)|data:|-$)", value.visible):
                phrase.emit(operations.read(phrase.call, value, listing=listing))
                taints |= operations.content_taints(phrase.call, value)
        return untold("a file's content", taints)

    return handler


def opens(*, mode: int = 1, path: int = 0) -> Handler:
    """`open(path, mode)`; a text that begins with `|` is a command."""

    def handler(phrase: Phrase) -> Thing | None:
        first, told = phrase.at(path), phrase.at(mode)
        if first is None:
            return None
        letters = (told.plain if told is not None else "r") or "r"
        for value in first.texts:
            if value.startswith("|"):
                phrase.emit(operations.shell(phrase.call, value.cut(1)))
            elif re.match(r"(?:https?|ftp)://", value.visible):
                phrase.emit(exchange("GET", value))
                return untold("what came from the network", {NETWORK})
            elif value.startswith("php://") and not value.startswith("php://filter"):
                continue
            elif re.match(r"[waxc]|r.?\+", letters):
                phrase.emit(operations.write(phrase.call, value, append="a" in letters))
            else:
                phrase.emit(operations.read(phrase.call, value))
        return Thing((unknown("a file", *_file_taints(phrase, first)),), "file")

    return handler


def _file_taints(phrase: Phrase, thing: Thing) -> frozenset[str]:
    return NONE.union(*(operations.content_taints(phrase.call, value) for value in thing.texts if value.pieces))


def moves(phrase: Phrase) -> Thing | None:
    for part in flattened(phrase.at(0) or untold()):
        phrase.emit(operations.move(phrase.call, part.text, phrase.text(1)))
    return None


def copies(phrase: Phrase) -> Thing | None:
    for part in flattened(phrase.at(0) or untold()):
        if re.match(r"https?://", part.text.visible):
            phrase.emit(exchange("GET", part.text))
            phrase.emit(operations.write(phrase.call, phrase.text(1), unknown("what came from the network", NETWORK)))
        else:
            phrase.emit(operations.copy(phrase.call, part.text, phrase.text(1)))
    return None


def links(phrase: Phrase) -> Thing | None:
    phrase.emit(operations.link(phrase.call, phrase.text(0), phrase.text(1)))
    return None


def modes(*, first: bool) -> Handler:
    """`first`: the mode comes before the paths."""

    def handler(phrase: Phrase) -> Thing | None:
        told = phrase.at(0 if first else 1)
        number = int(told.number) if told is not None and told.number is not None else None
        owner = "own" in phrase.method
        start = 2 if owner and first else 1 if first else 0
        for value in phrase.values(start, None if first else 1):
            phrase.emit(operations.change_mode(phrase.call, value, None if owner else number, owner=owner))
        return None

    return handler


def same(phrase: Phrase) -> Thing | None:
    return phrase.at(0) or phrase.subject


def subject_itself(phrase: Phrase) -> Thing | None:
    """What keeps its subject as it is."""
    return phrase.subject


def globs(phrase: Phrase) -> Thing | None:
    """Every match of a pattern, as the pattern itself."""
    return listed([Thing((Value(value.pieces, True, value.origins),)) for value in phrase.values()])


def joins_path(phrase: Phrase) -> Thing | None:
    """`File.join`: separators are not doubled."""
    parts = [part for thing in phrase.arguments for part in flattened(thing)]
    if phrase.subject.plain and phrase.name[:1] == ".":
        parts.insert(0, phrase.subject)
    found: list[Value] = []
    for index, part in enumerate(parts):
        found += [known("/")] if index and not found[-1].suffix.endswith("/") and not part.text.startswith("/") else []
        found.append(part.text)
    return Thing((concat(found),)) if found else text("")


def expands_path(phrase: Phrase) -> Thing | None:
    """`File.expand_path`: `~` is the home, a second argument the folder."""
    first, base = phrase.text(0), phrase.at(1)
    if first.startswith("~/") or first.text == "~":
        return Thing((concat((known(phrase.reader.home), first.cut(1))),))
    if base is not None and not first.startswith("/"):
        return Thing((concat((base.text, known("/"), first)),))
    return Thing((first,))


def here(phrase: Phrase) -> Thing | None:
    return Thing((phrase.call.cwd,))


def home(phrase: Phrase) -> Thing | None:
    return text(phrase.reader.home)


def temporary(phrase: Phrase) -> Thing | None:
    if "dir" in phrase.method.lower() and not phrase.method.startswith(("mk", "temp")):
        return text("/tmp")
    return Thing((Value(("/tmp/", *unknown("a random name", plain=True, empty=False).pieces)),))


def chdir(phrase: Phrase) -> Thing | None:
    folder = phrase.text(0)
    if phrase.arguments:
        phrase.call.cwd = (
            folder if folder.startswith("/") or not folder.known else concat((phrase.call.cwd, known("/"), folder))
        )
    return None
