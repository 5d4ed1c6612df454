"""mkdir, touch, truncate, tee, split, csplit, mktemp, dd, patch: files that are made or written by name."""

from __future__ import annotations

import re
from typing import Final

from enactd.effects.invocation import (
    EMPTY,
    Effects,
    Hole,
    Invocation,
    Options,
    Output,
    Value,
    known,
    program,
    unknown,
    value,
)
from enactd.effects.model import CopyPath, ReadPath, WritePath
from enactd.effects.programs.streams import (
    content_of,
    is_device,
    is_stream,
    nothing_printed,
    reading,
    shown_by,
    standard_input,
    writing,
)
from enactd.effects.values import FILE

_MKDIR: Final = Options(
    "-p --parents", "-m --mode MODE", "-v --verbose", "-Z", "--context [CTX]", "--help", "--version"
)
_TOUCH: Final = Options(
    "-a", "-c --no-create", "-d --date STRING", "-f", "-h --no-dereference", "-m", "-r --reference FILE", "-t STAMP",
    "-A ADJUST", "--time WORD", "--help", "--version",
)  # fmt: skip
_TRUNCATE: Final = Options(
    "-c --no-create", "-o --io-blocks", "-r --reference FILE", "-s --size SIZE", "--help", "--version"
)
_TEE: Final = Options("-a --append", "-i --ignore-interrupts", "-p", "--output-error [MODE]", "--help", "--version")
_SPLIT: Final = Options(
    "-a --suffix-length N", "--additional-suffix SUFFIX", "-b --bytes SIZE", "-C --line-bytes SIZE", "-d",
    "--numeric-suffixes [FROM]", "-x", "--hex-suffixes [FROM]", "-e --elide-empty-files", "--filter COMMAND",
    "-l --lines N", "-n --number CHUNKS", "-t --separator SEP", "-u --unbuffered", "--verbose", "-p PATTERN",
    "--help", "--version",
)  # fmt: skip
_CSPLIT: Final = Options(
    "-b --suffix-format FORMAT", "-f --prefix PREFIX", "-k --keep-files", "--suppress-matched", "-n --digits N",
    "-s -q --quiet --silent", "-z --elide-empty-files", "--help", "--version",
)  # fmt: skip
_MKTEMP: Final = Options(
    "-d --directory", "-u --dry-run", "-q --quiet", "--suffix SUFFIX", "-p DIR", "--tmpdir [DIR]", "-t", "--help",
    "-V --version",
)  # fmt: skip
_RANDOM: Final = Hole("a random suffix", plain=True, empty=False)


@program("mkdir", "gmkdir", "mkfifo", "mkdirp")
def mkdir(call: Invocation) -> Effects:
    """A folder that exists already stays as it is."""
    line = _MKDIR.parse(call.args)
    if line.has("--help", "--version"):
        return
    for word in line.operands:
        target = call.target(word)
        if target.kind != "folder":
            yield WritePath(target=target, how="create", content="")
    yield nothing_printed()


@program("mknod")
def mknod(call: Invocation) -> Effects:
    """A device node, a pipe or a socket file."""
    words = [word for word in call.args if not word.startswith("-")]
    if words:
        yield WritePath(target=call.target(words[0]), how="create", content="")


@program("touch", "gtouch")
def touch(call: Invocation) -> Effects:
    """Makes an empty file where there is none, else only the times change."""
    line = _TOUCH.parse(call.args)
    if line.has("--help", "--version"):
        return
    for word in line.operands:
        if word.text != "-":
            yield writing(call, word, how="append", content=EMPTY)
    yield nothing_printed()


@program("truncate", "gtruncate")
def truncate(call: Invocation) -> Effects:
    """Shrinks or extends; `+N` and `>N` never lose content."""
    line = _TRUNCATE.parse(call.args)
    if line.has("--help", "--version"):
        return
    size = line.text("-s", "?").strip()
    for word in line.operands:
        if size.startswith(("+", ">")):
            yield writing(call, word, how="append", content=unknown("zero bytes"))
        else:
            yield writing(call, word, content=EMPTY if re.fullmatch(r"0+[a-zA-Z]*", size) else None)


@program("tee", "gtee")
def tee(call: Invocation) -> Effects:
    """What flows in goes to every file and on to the output."""
    line = _TEE.parse(call.args)
    if line.has("--help", "--version"):
        return
    text = standard_input(call)
    for word in line.operands:
        if word.text != "-":
            yield writing(call, word, how="append" if line.has("-a") else "overwrite", content=text)
    yield Output(text)


def _pieces(call: Invocation, source: Value | None, pattern: Value) -> Effects:
    """Files named after a pattern, made of a file or of standard input."""
    to = call.target(pattern)
    if source is None or source.text == "-":
        yield WritePath(target=to, origins=standard_input(call).origins)
    else:
        target = call.target(source)
        yield ReadPath(target=target, shown=False)
        yield CopyPath(target=target, to=to)


@program("split", "gsplit")
def split(call: Invocation) -> Effects:
    """`--filter` hands every piece to a shell command instead of writing it."""
    line = _SPLIT.parse([w for w in call.args if not re.fullmatch(r"-\d+", w.text or "")])
    if line.has("--help", "--version"):
        return
    source = line.operands[0] if line.operands else None
    command = line.value("--filter")
    if command is not None:
        reads, text = reading(call, [] if source is None else [source], shown=True)
        yield from reads
        yield from call.hidden(command, "--filter", stdin=text)
        return
    prefix = line.operands[1] if len(line.operands) > 1 else known("x")
    hole = Hole("the number of the piece", plain=True, empty=False)
    suffix = line.value("--additional-suffix") or EMPTY
    yield from _pieces(call, source, value(*prefix.pieces, hole, *suffix.pieces))


@program("csplit", "gcsplit")
def csplit(call: Invocation) -> Effects:
    """Pieces named `xx00`, `xx01` or after `-f`."""
    line = _CSPLIT.parse(call.args)
    if line.has("--help", "--version") or not line.operands:
        return
    prefix = line.value("-f") or known("xx")
    hole = Hole("the number of the piece", plain=True, empty=False)
    yield from _pieces(call, line.operands[0], value(*prefix.pieces, hole))


@program("mktemp", "gmktemp", "tempfile")
def mktemp(call: Invocation) -> Effects:
    """Prints the name that it made: a known folder and a random end."""
    line = _MKTEMP.parse(call.args)
    if line.has("--help", "--version"):
        return
    template = line.operands[0] if line.operands else None
    folder = line.value("-p") or line.value("--tmpdir") or call.variable("TMPDIR")
    if folder is None or not folder.pieces:
        folder = known("/tmp")
    here = template is not None and not line.has("-t", "-p", "--tmpdir")
    path = _filled(template or known("tmp.XXXXXXXXXX"), line.has("-t"))
    suffix = line.value("--suffix")
    if suffix is not None:
        path = value(*path.pieces, *suffix.pieces)
    if not here and not path.startswith("/"):
        path = value(*folder.pieces, "" if folder.suffix.endswith("/") else "/", *path.pieces, origins=folder.origins)
    if not line.has("-u"):
        yield WritePath(target=call.target(path), how="create", content="")
    yield Output(value(*path.pieces, "\n", origins=path.origins))


def _filled(template: Value, prefix: bool) -> Value:
    """The template with its run of X replaced; without one it is a prefix (macOS) or not valid."""
    text = template.text
    if text is None:
        return template
    runs = list(re.finditer(r"X{3,}", text))
    if not runs:
        return value(text, ".", _RANDOM) if prefix else known(text)
    run = runs[-1]
    return value(text[: run.start()], _RANDOM, text[run.end() :])


@program("dd", "gdd", "dcfldd", "dc3dd", "ddrescue")
def dd(call: Invocation) -> Effects:
    """`if=` is read, `of=` written; with neither it copies standard input to standard output."""
    fields: dict[str, Value] = {}
    plain: list[Value] = []
    for word in call.args:
        name, equals, _ = word.prefix.partition("=")
        if equals and not name.startswith("-"):
            fields[name] = word.cut(len(name) + 1)
        elif word.text in ("--help", "--version"):
            return
        elif not word.startswith("-"):
            plain.append(word)
    if call.name == "ddrescue" and len(plain) >= 2:
        fields = {"if": plain[0], "of": plain[1]}
    yield from _dump(call, fields, plain)


def _dump(call: Invocation, fields: dict[str, Value], plain: list[Value]) -> Effects:
    source, goal = fields.get("if"), fields.get("of")
    if goal is None and any(not word.known for word in plain):
        goal = next(word for word in plain if not word.known)  # it may be `of=…`
    origin = call.target(source) if source is not None else None
    text = standard_input(call) if source is None else content_of(call, source, call.target(source))
    if goal is None:
        if origin is not None and not is_stream(origin):
            yield ReadPath(target=origin, shown=shown_by(call))
        yield Output(text if "conv" not in fields else unknown("converted data", *text.origins))
        return
    to = call.target(goal)
    edits = "notrunc" in fields.get("conv", EMPTY).visible or "seek" in fields
    appends = "append" in fields.get("oflag", EMPTY).visible
    if is_device(to):
        if origin is not None and not is_stream(origin):
            yield ReadPath(target=origin, shown=False)
        yield writing(call, goal)
    elif origin is not None and not is_stream(origin) and not edits and not appends:
        yield CopyPath(target=origin, to=to)
    else:
        if origin is not None and not is_stream(origin):
            yield ReadPath(target=origin, shown=False)
        how = "append" if appends else "edit" if edits else "overwrite"
        content = unknown("data that dd reads", *(text.origins - {FILE}))
        if source is None or (origin is not None and origin.path == "/dev/null"):
            content = text
        yield writing(call, goal, how=how, content=content)  # type: ignore[arg-type]
    yield nothing_printed()


@program("fallocate", "mkfile", "xfs_mkfile")
def fallocate(call: Invocation) -> Effects:
    """Reserves space; `-p`, `-z`, `-c` punch holes into what is there."""
    options = Options("-l --length N", "-o --offset N", "-n --keep-size", "-p --punch-hole", "-z --zero-range",
                      "-c --collapse-range", "-d --dig-holes", "-i --insert-range", "-x --posix", "-v --verbose",
                      "-h --help", "-V --version")  # fmt: skip
    line = options.parse(call.args)
    operands = line.operands if call.name == "fallocate" else line.operands[1:]
    if line.has("--help", "--version"):
        return
    for word in operands:
        loses = line.has("-p", "-z", "-c")
        yield writing(call, word, how="edit" if loses else "append", content=None if loses else EMPTY)
