"""Handlers for the tables of scripting languages: programs, evaluated text, decoders, signals."""

from __future__ import annotations

import re
from typing import Any

from enactd.effects.code import operations
from enactd.effects.code.objects import Thing, flattened, text, untold
from enactd.effects.code.phrases import Handler, Phrase
from enactd.effects.model import (
    Effect,
    ForkBomb,
    ReadPath,
    Request,
    RunCode,
)
from enactd.effects.values import DECODED, NETWORK, SECRET, concat, known


def _outcome(effects: list[Effect]) -> Thing:
    origins: set[str] = set()
    for effect in effects:
        if isinstance(effect, Request):
            origins.add(NETWORK)
        elif isinstance(effect, ReadPath) and effect.target.secret:
            origins.add(SECRET)
    return untold("output of a program", origins)


def shells(phrase: Phrase) -> Thing | None:
    """One text runs in a shell, several words are a program."""
    return _started(phrase, phrase.arguments)


def runs(phrase: Phrase) -> Thing | None:
    """The words of a program; never a shell."""
    words = phrase.values()
    return _outcome(phrase.emit(operations.run(phrase.call, words))) if words else None


def shells_at(index: int) -> Handler:
    def handler(phrase: Phrase) -> Thing | None:
        return _started(phrase, phrase.arguments[index : index + 1])

    return handler


def _started(phrase: Phrase, arguments: list[Thing]) -> Thing | None:
    arguments = [thing for thing in arguments if thing.name not in ("{}", "ENV")]
    if not arguments:
        return None
    changes: dict[str, Any] = {}
    folder = phrase.options.get("chdir") or phrase.options.get("cwd") or phrase.options.get("cd")
    if folder is not None:
        changes["cwd"] = (
            folder.text if folder.text.startswith("/") else concat((phrase.call.cwd, known("/"), folder.text))
        )
    found: list[Effect] = []
    if len(arguments) == 1 and arguments[0].items is None:
        for value in arguments[0].texts[:6]:
            found += phrase.emit(operations.shell(phrase.call, value, **changes))
    else:
        words = [value.text for thing in arguments for value in flattened(thing)]
        found += phrase.emit(operations.run(phrase.call, words, **changes))
    return _outcome(found)


def evaluates(language: str, index: int = 0) -> Handler:
    """Text that becomes code. A block is no text, and was read already."""

    def handler(phrase: Phrase) -> Thing | None:
        subject = phrase.at(index)
        if subject is None or (subject.name in ("{}", "function") and not subject.plain):
            return None
        for value in subject.texts[:4]:
            phrase.emit(operations.evaluate(phrase.call, language, value))
        return untold("what evaluated text gives")

    return handler


def loads(language: str) -> Handler:
    """Another file of the language, or a package by its name."""

    def handler(phrase: Phrase) -> Thing | None:
        for value in phrase.values(0, 1):
            name = value.text
            if name is not None and re.match(r"https?://", name):
                phrase.emit(iter([RunCode(language=language, origin="download", what=name[:80])]))
            elif name is None:
                phrase.emit(iter([RunCode(language=language, origin="generated", what=value.shown(60))]))
            elif "/" in name or phrase.method in ("load", "require_relative", "dofile", "source", "include"):
                _load(phrase, language, name)
        return None

    return handler


def _load(phrase: Phrase, language: str, name: str) -> None:
    folder = phrase.reader.file.rpartition("/")[0] if phrase.reader.file and phrase.method == "require_relative" else ""
    path = name if name.startswith("/") or not folder else f"{folder}/{name}"
    for ending in ("", ".rb") if language == "ruby" else ("",):
        if phrase.call.target(path + ending).kind == "file" and phrase.call.text_of(path + ending).known:
            phrase.emit(operations.only_effects(phrase.call.script(known(path + ending), language=language)))
            return
    if name.startswith(("/", "./", "../", "~")):
        phrase.emit(operations.only_effects(phrase.call.script(known(path), language=language)))


def calls(index: int = 0) -> Handler:
    """`send(:name, …)`, `call_user_func('name', …)`: the function is named by a text."""

    def handler(phrase: Phrase) -> Thing | None:
        name = phrase.at(index)
        rest = phrase.arguments[index + 1 :]
        if name is None or name.name == "function":
            return None
        if phrase.method in ("array_map", "array_walk", "call_user_func_array"):
            rest = [part for thing in rest for part in flattened(thing)]
        for value in name.texts:
            if value.text is None:
                phrase.reader.hidden(value.shown(40))
            elif value.text:
                full = (
                    f"{phrase.subject.name}.{value.text}"
                    if phrase.subject.name not in ("", "self", "Kernel", "Object", "main")
                    else value.text
                )
                phrase.reader.called(full, phrase.subject, rest, phrase.options)
        return untold("a result")

    return handler


def constants(phrase: Phrase) -> Thing | None:
    """`Object.const_get(name)`: a class by its name."""
    name = phrase.text(0).text
    if name is None:
        phrase.reader.hidden("a class")
        return None
    return Thing((known(name),), name)


def decodes(form: str) -> Handler:
    def handler(phrase: Phrase) -> Thing | None:
        source = phrase.at(0) if phrase.at(0) is not None else phrase.subject
        return Thing((operations.decoded(source.text, form),)) if source is not None else None

    return handler


def unpacks(phrase: Phrase) -> Thing | None:
    """`pack` and `unpack` decode base64, uuencoding or hex; every other form is unknown and marked."""
    subject = phrase.subject if phrase.name[:1] == "." or phrase.subject.texts != untold().texts else phrase.at(1)
    form = phrase.text(0).text or ""
    if subject is None:
        return untold("unpacked text", {DECODED})
    if form.startswith("m") and phrase.method.startswith("unpack"):
        return Thing((operations.decoded(subject.text, "base64"),))
    if form.startswith("H") and phrase.method == "pack":
        return Thing((operations.decoded(flattened(subject)[0].text, "hex"),))
    return untold("unpacked text", {DECODED, *subject.all_origins()})


def hides(phrase: Phrase) -> Thing | None:
    """A decoder without a reader of its own."""
    return untold("decoded text", {DECODED, *phrase.carried()})


def signals(phrase: Phrase) -> Thing | None:
    """`kill(signal, pid …)`."""
    number = phrase.text(0).text or "TERM"
    if number != "0":
        for value in phrase.values(1):
            phrase.emit(operations.signal(value, number.removeprefix("SIG")))
    return None


def signals_first(phrase: Phrase) -> Thing | None:
    """`kill(pid, signal)`."""
    phrase.emit(operations.signal(phrase.text(0), phrase.text(1).text or "TERM"))
    return None


def forks(phrase: Phrase) -> Thing | None:
    """A short text that forks in a loop multiplies without bound; a long one is a server."""
    names = [token.text for token in phrase.reader.tokens]
    if len(names) < 60 and {"while", "until", "loop", "redo", "goto"} & set(names):
        phrase.emit(iter([ForkBomb(how=f"{phrase.name} in a loop")]))
    return untold("a process id")


def reverses(phrase: Phrase) -> Thing | None:
    subject = phrase.subject if phrase.name[:1] == "." or not phrase.arguments else phrase.arguments[0]
    return text(subject.plain[::-1]) if subject.plain is not None else subject


def implodes(phrase: Phrase) -> Thing | None:
    """`implode(separator, list)`, `join(separator, list …)`, `list.join(separator)`."""
    from enactd.effects.code.objects import joined

    if phrase.subject.items is not None:
        return joined(phrase.subject.items, phrase.text(0).text or "" if phrase.arguments else "")
    parts = [part for thing in phrase.arguments[1:] for part in flattened(thing)]
    return joined(parts, phrase.text(0).text or "") if parts else None


def characters(phrase: Phrase) -> Thing | None:
    codes = [thing.number for thing in phrase.arguments] if phrase.arguments else [phrase.subject.number]
    if codes and all(code is not None and 0 <= code < 0x110000 for code in codes):
        return text("".join(chr(int(code or 0)) for code in codes))
    return untold("a character")
