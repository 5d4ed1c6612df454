"""mv, cp, install, ln, link: files that appear at another place, and what they replace there."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import Final

from enactd.effects.invocation import Effects, Hole, Invocation, Line, Options, Output, Value, known, program, value
from enactd.effects.model import (
    ChangeMode,
    CopyPath,
    DeletePath,
    LinkPath,
    MovePath,
    ReadPath,
    Target,
    WriteDevice,
    WritePath,
)
from enactd.effects.programs.permissions import opens_to_others
from enactd.effects.programs.streams import content_of, is_device, is_stream, nothing_printed, shown_by

_TARGETS: Final = (
    "-t --target-directory DIR", "-T --no-target-directory", "-b", "--backup [CONTROL]", "-S --suffix SUFFIX",
    "-v --verbose", "-Z", "--context [CTX]", "--help", "--version",
)  # fmt: skip
_MV: Final = Options(
    *_TARGETS, "-f --force", "-i --interactive", "-n --no-clobber", "-u", "--update [WHEN]", "-h",
    "--strip-trailing-slashes", "--exchange", "--no-copy", "--debug",
)  # fmt: skip
_CP: Final = Options(
    *_TARGETS, "-a --archive", "-c", "--attributes-only", "--copy-contents", "-d", "-f --force", "-H",
    "-i --interactive", "-L --dereference", "-l --link", "-n --no-clobber", "-N", "-p", "--preserve [ATTRS]",
    "--no-preserve ATTRS", "-P --no-dereference", "--parents", "--path", "-r -R --recursive", "--reflink [WHEN]",
    "--remove-destination", "-s --symbolic-link", "--sparse WHEN", "--strip-trailing-slashes", "-u",
    "--update [WHEN]", "-x --one-file-system", "-X", "--debug", "--keep-directory-symlink",
)  # fmt: skip
_INSTALL: Final = Options(
    *_TARGETS, "-c", "-C --compare", "-d --directory", "-D", "-g --group GROUP", "-m --mode MODE", "-o --owner OWNER",
    "-p --preserve-timestamps", "-s --strip", "--strip-program PROG", "--preserve-context", "--debug",
)  # fmt: skip
_LN: Final = Options(
    *_TARGETS, "-s --symbolic", "-f --force", "-F --directory -d", "-h", "-i --interactive", "-L --logical",
    "-n --no-dereference", "-P --physical", "-r --relative", "-w",
)  # fmt: skip


def base_name(word: Value) -> Value:
    """The last part of a path; a plain hole where it is not known."""
    text = word.text
    if text is not None:
        return Value((posixpath.basename(text.rstrip("/")) or ".",), word.glob, word.origins)
    last = word.suffix.rstrip("/").rpartition("/")
    if last[1]:
        return known(last[2])
    return value(Hole(f"the name of {word.shown(80)}", plain=True, empty=False))


def inside(folder: Value, word: Value) -> Value:
    """The name of `word` within `folder`."""
    separator = "" if folder.suffix.endswith("/") else "/"
    base = base_name(word)
    if base.glob:  # the names are not known: what matches arrives one by one
        base = Value((Hole(f"what {word.shown(80)} matches", plain=True, empty=False),))
    return value(*folder.pieces, separator, *base.pieces, origins=folder.origins | word.origins)


def _is_folder(call: Invocation, word: Value, target: Target) -> bool:
    text = word.text
    if text is not None and (text.endswith("/") or posixpath.basename(text) in (".", "..", "~")):
        return True
    return target.kind == "folder"


def _pairs(call: Invocation, line: Line) -> Iterator[tuple[Value, Value]]:
    """Each source with the path that it arrives at, as mv, cp, install and ln tell them apart."""
    given = line.value("-t")
    if given is not None:
        sources, goal = line.operands, given
    elif len(line.operands) >= 2:
        sources, goal = line.operands[:-1], line.operands[-1]
    else:
        return
    many = given is not None or len(sources) > 1
    into = many or (not line.has("-T") and _is_folder(call, goal, call.target(goal)))
    for source in sources:
        yield source, inside(goal, source) if into else goal


@program("mv", "gmv")
def mv(call: Invocation) -> Effects:
    """With `-n` an existing goal stays, and so does the source; to `/dev/null` the source is lost."""
    line = _MV.parse(call.args)
    if line.has("--help", "--version"):
        return
    for source, goal in _pairs(call, line):
        to = call.target(goal)
        if line.has("-n") and to.kind in ("file", "folder"):
            continue
        target = call.target(source)
        if is_device(to):
            yield WriteDevice(device=to.path or to.word, how="mv")
        elif is_stream(to):
            yield DeletePath(target=target, recursive=True)
        yield MovePath(target=target, to=to)
    yield nothing_printed()


def _copied(call: Invocation, source: Value, goal: Value) -> Effects:
    """A copy, by what source and goal are: devices are written, `/dev/null` empties, a stream shows."""
    target, to = call.target(source), call.target(goal)
    if is_device(to):
        yield WriteDevice(device=to.path or to.word, how=call.name)
        return
    if is_stream(to) and to.path not in ("/dev/null", "NUL"):
        yield ReadPath(target=target, shown=shown_by(call))
        yield CopyPath(target=target, to=to)
        yield Output(content_of(call, source, target))
        return
    if is_stream(target):
        stdin = call.stdin if target.path in ("/dev/stdin", "/dev/fd/0", "/proc/self/fd/0") else None
        empty = target.path == "/dev/null"
        content = "" if empty else stdin.text if stdin is not None else None
        yield WritePath(target=to, content=content, origins=stdin.origins if stdin is not None else frozenset())
        return
    yield CopyPath(target=target, to=to)


@program("cp", "gcp", "copy-item")
def cp(call: Invocation) -> Effects:
    """Copies, symbolic links (`-s`), or only attributes; `-n` leaves existing files alone."""
    line = _CP.parse(call.args)
    if line.has("--help", "--version"):
        return
    for source, arrival in _pairs(call, line):
        parents = line.has("--parents") and source.text is not None and not source.glob
        folder = line.value("-t") or line.operands[-1]
        goal = value(*folder.pieces, "/", source.text or "") if parents else arrival
        if line.has("-n") and call.target(goal).kind == "file":
            continue
        if line.has("-s"):
            yield LinkPath(target=call.target(source), to=call.target(goal))
        elif line.has("--attributes-only"):
            yield WritePath(target=call.target(goal), how="append", content="")
        else:
            yield from _copied(call, source, goal)


@program("install", "ginstall")
def install(call: Invocation) -> Effects:
    """cp with a mode; `-d` only makes folders."""
    line = _INSTALL.parse(call.args)
    if line.has("--help", "--version"):
        return
    mode = line.text("-m")
    if line.has("-d"):
        made = list(line.operands)
        for word in made:
            yield WritePath(target=call.target(word), how="create", content="")
    else:
        made = []
        for source, goal in _pairs(call, line):
            made.append(goal)
            yield from _copied(call, source, goal)
    if line.value("--strip-program") is not None:
        yield from call.run([line.value("--strip-program") or known("strip"), *made])
    if line.value("-m") is not None and (not mode or opens_to_others(mode)):
        for word in made:
            yield ChangeMode(target=call.target(word), mode=mode, opens=opens_to_others(mode))
    for option in ("-o", "-g"):
        owner = line.value(option)
        if owner is not None:
            for word in made:
                yield ChangeMode(target=call.target(word), mode=owner.shown(), owner=True)


@program("ln", "gln")
def ln(call: Invocation) -> Effects:
    """A symbolic link's target counts from the link's folder, a hard link's from the current one."""
    line = _LN.parse(call.args)
    if line.has("--help", "--version"):
        return
    pairs = list(_pairs(call, line))
    if len(line.operands) == 1 and line.value("-t") is None:
        pairs = [(line.operands[0], base_name(line.operands[0]))]
    for source, goal in pairs:
        to = call.target(goal)
        if line.has("-f") and to.kind == "file" and to.named in (None, to.path):
            yield DeletePath(target=to)
        if not line.has("-s"):
            yield CopyPath(target=call.target(source), to=to)
        else:
            yield LinkPath(target=call.target(_from_link(source, goal, line.has("-r"))), to=to)
    yield nothing_printed()


def _from_link(source: Value, goal: Value, relative: bool) -> Value:
    text, place = source.text, goal.text
    if relative or text is None or text.startswith("/") or place is None or not posixpath.dirname(place):
        return source
    return Value((posixpath.join(posixpath.dirname(place), text),), source.glob, source.origins)


@program("link")
def link(call: Invocation) -> Effects:
    """A hard link: the content has a second name."""
    words = [word for word in call.args if not word.startswith("--")]
    if len(words) == 2:
        yield CopyPath(target=call.target(words[0]), to=call.target(words[1]))


@program("symlink")
def symlink(call: Invocation) -> Effects:
    """The bare form of `ln -s`."""
    words = [word for word in call.args if not word.startswith("-")]
    if len(words) == 2:
        yield LinkPath(target=call.target(_from_link(words[0], words[1], False)), to=call.target(words[1]))
