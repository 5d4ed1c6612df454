"""What programs read and write by name: operand files, standard input, plain files and raw devices."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final, Literal

from enactd.effects.areas import Places, area_of
from enactd.effects.invocation import EMPTY, Invocation, Output, Value, Yield, concat, known, unknown
from enactd.effects.model import Effect, ReadPath, Target, WriteDevice, WritePath
from enactd.effects.values import DECODED, ENVIRONMENT, FILE, SECRET

_NOWHERE: Final = Places(workspace="\0", home="\0")
_STDIN_NAMES: Final = frozenset(("-", "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"))
_BIG: Final = 200_000  # characters that a filter still computes


def is_device(target: Target) -> bool:
    """Whether the target is a raw disk or memory, on this machine or elsewhere."""
    if target.area == "device":
        return True
    return target.path is not None and area_of(target.path, _NOWHERE) == "device"


def is_stream(target: Target) -> bool:
    """Whether the target is no file at all: `/dev/null`, `/dev/stdout`, an open descriptor."""
    if target.area == "stream":
        return True
    return target.path is not None and area_of(target.path, _NOWHERE) == "stream"


def standard_input(call: Invocation) -> Value:
    """What flows in; unknown where nothing is known to."""
    return call.stdin if call.stdin is not None else unknown("standard input")


def shown_by(call: Invocation) -> bool:
    """Whether what the program prints can be seen by anybody."""
    return call.stdout.kind != "null"


def content_of(call: Invocation, word: Value, target: Target) -> Value:
    """A file's content with the taints of its place."""
    if is_stream(target):
        if target.path == "/dev/null":
            return EMPTY
        # `<(command)` has a name that this call gave: its text is what the command prints.
        given = call.text_of(word) if (word.text or "").startswith("/dev/fd/") else EMPTY
        return (
            given if given.known and given.pieces else unknown(f"what {target.word} gives", *(given.origins - {FILE}))
        )
    text = call.text_of(word).tainted(FILE)
    return text.tainted(SECRET) if target.secret else text


def reading(
    call: Invocation, words: Sequence[Value], *, shown: bool = True, recursive: bool = False
) -> tuple[list[ReadPath], Value]:
    """The reads of a filter and the text it works on: its operands, or standard input where there are none.

    The text is one value in operand order. `shown` False for programs that print nothing of what they read.
    """
    if not words:
        return [], standard_input(call)
    reads: list[ReadPath] = []
    texts: list[Value] = []
    for word in words:
        if word.text in _STDIN_NAMES:
            texts.append(standard_input(call))
            continue
        target = call.target(word)
        reads.append(ReadPath(target=target, shown=shown and shown_by(call), recursive=recursive))
        texts.append(content_of(call, word, target))
    return reads, concat(texts)


def transformed(text: Value, function: Callable[[str], str | None], why: str, *taints: str) -> Output:
    """The output of a filter: computed where its input is known and `function` knows how, else unknown.

    `function` gives None for what it does not compute. Taints of the input stay, `taints` are added.
    """
    origins = text.origins | frozenset(taints)
    plain = text.text
    result: str | None = None
    if plain is not None and len(plain) <= _BIG:
        try:
            result = function(plain)
        except (ValueError, IndexError, OverflowError):
            result = None
    if result is None:
        return Output(unknown(made_of(why, text), *origins))
    return Output(known(result, *origins))


def made_of(why: str, text: Value) -> str:
    """What a filter makes of unknown text, with the source of it: `kill` minds that the lines are those of `ps`."""
    source = next((hole.why for hole in text.holes if len(hole.why) < 80), "")
    return f"{why} of {source}" if source else why


def without_values(text: Value) -> Value:
    """The environment of which only what stands before `=` is kept: names tell nothing."""
    if ENVIRONMENT not in text.origins:
        return text
    return Value(text.pieces, text.glob, text.origins - {ENVIRONMENT, SECRET})


def selected(text: Value, function: Callable[[str], str | None], why: str) -> Output:
    """The output of a filter that only picks, repeats or orders lines.

    Unknown lines that are contained (file names that `find` prints) or begin with such a name pass, as a superset.
    """
    if text.text is None and (all(hole.contained for hole in text.holes) or first_fields(text, ":") is not None):
        return Output(text)
    return transformed(text, function, why)


def first_fields(text: Value, delimiter: str) -> Value | None:
    """What stands before the first delimiter of every line, of which parts are unknown: the names in `grep -n`'s lines.

    None where some line's first field is not contained.
    """
    fields = [line.split(delimiter, 1) for line in text.lines()]
    names = all(len(field) > 1 and all(hole.contained for hole in field[0].holes) for field in fields)
    if text.known or not names or not all(hole.contained or hole.line for hole in text.holes):
        return None
    return concat([part for field in fields for part in (field[0], known("\n"))]).tainted(*text.origins)


def decoded(text: Value, function: Callable[[str], str | None], why: str) -> Output:
    """Like `transformed` for decoders: the result is marked as decoded, known or not."""
    return transformed(text, function, why, DECODED)


def writing(
    call: Invocation,
    word: Value | str,
    *,
    how: Literal["create", "overwrite", "append", "edit"] = "overwrite",
    content: Value | None = None,
    recursive: bool = False,
) -> Effect:
    """A write to a path, or to the raw device it names. `content` carries text and taints where known."""
    target = call.target(word)
    if is_device(target):
        return WriteDevice(device=target.path or target.word, how=call.name)
    return WritePath(
        target=target,
        how=how,
        content=None if content is None else content.text,
        origins=frozenset() if content is None else content.origins,
        recursive=recursive,
    )


def without_output(items: Iterable[Yield]) -> list[Yield]:
    """The effects of a nested command whose standard output does not become the caller's."""
    return [item for item in items if isinstance(item, Effect)]


def nothing_printed() -> Output:
    """For programs that print nothing, whatever they read."""
    return Output(EMPTY)


def merged(runs: Iterable[Iterable[Yield]]) -> list[Yield]:
    """Several runs as one: all effects, and their outputs behind each other as one output."""
    items = [item for run in runs for item in run]
    outputs = [item.value for item in items if isinstance(item, Output)]
    return [*without_output(items), *([Output(concat(outputs))] if outputs else [])]
