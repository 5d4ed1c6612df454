"""tar: what goes into an archive, what comes out of one, and the programs it runs on the way."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from typing import Final

from enactd.effects.invocation import Effects, Invocation, Line, Options, Output, Value, known, program, unknown, value
from enactd.effects.model import CopyPath, DeletePath, Opaque, ReadPath, SendData, Target, WritePath
from enactd.effects.programs.git_context import COMMITTED, Git
from enactd.effects.programs.streams import is_stream, shown_by, standard_input, without_output
from enactd.effects.programs.sync import Remote, remote_side
from enactd.effects.values import DECODED, FILE, NETWORK, SECRET
from enactd.risk import Risk

_LETTERS_WITH_VALUE: Final = "fCTXbgHIKLNVF"
_TAR: Final = Options(
    "-c --create", "-x --extract --get", "-t --list", "-r --append", "-u --update", "-A --catenate --concatenate",
    "-d --diff --compare", "--delete", "--test-label", "-f --file ARCHIVE", "-C --directory --cd DIR",
    "-T --files-from FILE", "-X --exclude-from FILE", "--exclude PATTERN", "--exclude-tag FILE",
    "-I --use-compress-program PROG", "--to-command COMMAND", "--checkpoint-action ACTION", "--checkpoint [N]",
    "-F --info-script --new-volume-script COMMAND", "--rmt-command COMMAND", "--rsh-command COMMAND",
    "--force-local", "-O --to-stdout", "--remove-files", "-k --keep-old-files", "--skip-old-files",
    "--keep-newer-files", "--overwrite", "-U --unlink-first", "--recursive-unlink", "--strip-components N",
    "-P --absolute-names", "--one-top-level [DIR]", "-z --gzip --gunzip --ungzip", "-j --bzip2", "-J --xz",
    "-Z --compress --uncompress", "-a --auto-compress", "--zstd", "--lzma", "--lzip", "--lzop", "-v --verbose",
    "-w --interactive --confirmation", "-p --preserve-permissions --same-permissions", "-m --touch", "-h --dereference",
    "-l --check-links", "-M --multi-volume", "-L --tape-length N", "-N --newer --after-date DATE", "--newer-mtime DATE",
    "-b --blocking-factor N", "-B --read-full-records", "-g --listed-incremental FILE", "-G --incremental",
    "-H --format FORMAT", "-i --ignore-zeros", "-K --starting-file NAME", "-n --seek", "-o", "-R --block-number",
    "-s", "-S --sparse", "-V --label TEXT", "-W --verify", "--owner NAME", "--group NAME", "--mode MODE",
    "--mtime DATE", "--sort ORDER", "--transform --xform EXPR", "--backup [CONTROL]", "--suffix S", "--level N",
    "--volno-file FILE", "--pax-option LIST", "--quoting-style S", "--index-file FILE", "--warning W",
    "--occurrence [N]", "--record-size N", "--no-recursion", "--recursion", "--wildcards", "--numeric-owner",
    "--totals [SIGNAL]", "--null", "--no-same-owner", "--same-owner", "--add-file FILE", "--help", "--usage", "-? ",
    "--version", "--anchored", "--hard-dereference", "--acls", "--xattrs", "--selinux", "--delay-directory-restore",
)  # fmt: skip


def _modern(args: Sequence[Value]) -> list[Value]:
    """`tar xzf a.tgz` as `tar -x -z -f a.tgz`: old letters take their values in order."""
    if not args or not args[0].known or args[0].startswith("-"):
        return list(args)
    letters = args[0].text or ""
    if not re.fullmatch(r"[a-zA-Z]+", letters):
        return list(args)
    rest = list(args[1:])
    words: list[Value] = []
    for letter in letters:
        words.append(known("-" + letter))
        if letter in _LETTERS_WITH_VALUE and rest:
            words.append(rest.pop(0))
    return words + rest


def _from_environment(call: Invocation) -> tuple[list[Value], bool]:
    """Words of TAR_OPTIONS, and whether they are not known."""
    text = call.variable("TAR_OPTIONS")
    if text is None or not text.pieces:
        return [], False
    if text.text is None:
        return [], True
    try:
        return [known(word) for word in shlex.split(text.text)], False
    except ValueError:
        return [], True


@program("tar", "gtar", "bsdtar", "star")
def tar(call: Invocation) -> Effects:
    """Creates, extracts, lists, and runs what its options name."""
    before, opaque = _from_environment(call)
    line = _TAR.parse([*before, *_modern(call.args)])
    if opaque:
        yield Opaque(reason="TAR_OPTIONS is known only at run time", level=Risk.COMMITMENT)
    if line.has("--help", "--usage", "--version"):
        return
    yield from _programs(call, line)
    for option in ("-T", "-X"):
        for word in line.values(option):
            if word.text != "-":
                yield ReadPath(target=call.target(word), shown=False)
    if line.has("--index-file"):
        yield WritePath(target=call.target(line.value("--index-file") or known("index")))
    if line.has("-c", "-r", "-u", "-A"):
        yield from _create(call, line)
    elif line.has("-x"):
        yield from _extract(call, line)
    elif line.has("--delete"):
        for archive in line.values("-f"):
            yield WritePath(target=call.target(archive), how="edit")
    elif line.has("-t", "-d", "--test-label"):
        for archive in line.values("-f"):
            if archive.text != "-":
                yield ReadPath(target=call.target(archive), shown=False)
        yield Output(unknown("names in an archive", *standard_input(call).origins))
    elif line.uncertain:
        yield Opaque(reason="tar is given words that are known only at run time", level=Risk.COMMITMENT)


def _programs(call: Invocation, line: Line) -> Effects:
    """Every option that makes tar start something."""
    for option in ("--to-command", "-F", "-I", "--rmt-command", "--rsh-command"):
        for command in line.values(option):
            yield from without_output(call.hidden(command, option, stdin=unknown("content of an archive", FILE)))
    for action in line.values("--checkpoint-action"):
        if action.startswith("exec="):
            yield from without_output(call.hidden(action.cut(len("exec=")), "--checkpoint-action"))
        elif not action.known:
            yield from without_output(call.hidden(action, "--checkpoint-action"))
    for archive in line.values("-f"):
        if archive.startswith("|"):
            yield from without_output(call.hidden(archive.cut(1), "-f"))


def _archives(call: Invocation, line: Line) -> list[tuple[Value, Remote | None]]:
    words = line.values("-f") or [call.variable("TAPE") or known("-")]
    return [(word, None if line.has("--force-local") else remote_side(word)) for word in words]


def _sources(call: Invocation, line: Line) -> list[Target]:
    """Operands in the folders that `-C` names. More than one `-C`: every operand in each of them."""
    folders = line.values("-C")
    words = [*line.operands, *line.values("--add-file")]
    if line.values("-T"):
        words.append(unknown("a name out of a list of files"))
    targets: list[Target] = []
    places: list[Value | None] = [*folders] if folders else [None]
    for given in words:
        word = given.cut(1) if given.startswith("@") and call.name == "bsdtar" else given
        for folder in places:
            if folder is None or word.startswith("/"):
                targets.append(call.target(word))
            else:
                path = value(*folder.pieces, "/", *word.pieces, glob=word.glob)
                targets.append(call.target(path))
    return targets


def _create(call: Invocation, line: Line) -> Effects:
    sources = _sources(call, line)
    secret = {SECRET} if any(target.secret for target in sources) else set()
    printed = False
    for word, remote in _archives(call, line):
        if remote is not None:
            yield SendData(to=remote.host, by="tar", uploads=tuple(sources), carries=frozenset({FILE, *secret}))
            continue
        to = None if word.text == "-" else call.target(word)
        if to is None or is_stream(to):
            printed = True
            for target in sources:
                yield ReadPath(target=target, recursive=True, shown=shown_by(call))
        if to is not None:
            for target in sources:
                yield CopyPath(target=target, to=to)
            if not sources:
                yield WritePath(target=to)
    if line.has("--remove-files"):
        for target in sources:
            yield DeletePath(target=target, recursive=True)
    if printed:
        yield Output(unknown("an archive", FILE, *secret))


def _extract(call: Invocation, line: Line) -> Effects:
    origins: frozenset[str] = frozenset((FILE,))
    for word, remote in _archives(call, line):
        if remote is not None:
            yield SendData(to=remote.host, by="tar")
            origins |= {NETWORK}
        elif word.text == "-":
            taken = standard_input(call)
            origins |= taken.origins
            if line.value("-C") is None and any(hole.why == COMMITTED for hole in taken.holes):
                git = Git(call, "archive", (), {})
                if git.repo is not None:
                    yield git.discard("archive", git.dirty(line.operands))
        else:
            target = call.target(word)
            yield ReadPath(target=target, shown=line.has("-O") and shown_by(call))
            origins |= call.text_of(word).origins
    if line.has("-O"):
        yield Output(unknown("content of an archive", DECODED, *origins))
        return
    if line.has("--to-command"):
        return
    how = "create" if line.has("-k", "--skip-old-files") else "overwrite"
    folder = line.value("-C") or known(".")
    top = line.value("--one-top-level")
    if top is not None:
        folder = value(*folder.pieces, "/", *top.pieces)
    if line.has("-P"):
        # Members may carry absolute names.
        yield WritePath(target=call.target(unknown("names inside an archive")), recursive=True, origins=origins)
    words = [value(*folder.pieces, "/", *word.pieces) for word in line.operands if not word.glob]
    if line.has("--transform", "--strip-components", "--wildcards") or not words:
        words = [folder]
    for word in words:
        yield WritePath(target=call.target(word), recursive=True, how=how, origins=origins)  # type: ignore[arg-type]
    if line.has("--recursive-unlink"):
        yield DeletePath(target=call.target(folder, everything=True), recursive=True, bulk=True)
