"""Looking at paths without their content: ls, tree, du, stat, test, realpath and their kin."""

from __future__ import annotations

import operator
import posixpath
import re
from collections.abc import Sequence
from typing import Final

from enactd.effects.invocation import (
    Effects,
    Exit,
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
from enactd.effects.model import ReadPath, WritePath
from enactd.effects.programs.streams import shown_by

_LS: Final = Options(
    "-a --all", "-A --almost-all", "-b --escape", "-B --ignore-backups", "-c", "-C", "-d --directory", "-D --dired",
    "-f",
    "-F --classify [W]", "-g", "-G --no-group", "-h --human-readable", "-H --dereference-command-line", "-i --inode",
    "-I --ignore GLOB", "-k --kibibytes", "-l --long", "-L --dereference", "-m", "-n --numeric-uid-gid", "-N --literal",
    "-o", "-p", "-q --hide-control-chars", "-Q --quote-name", "-r --reverse", "-R --recursive", "-s --size", "-S", "-t",
    "-T --tabsize N", "-u", "-U", "-v", "-w --width N", "-x", "-X", "-Z --context", "-1 --oneline", "--block-size S",
    "--color --colour [W]", "--full-time", "--group-directories-first", "--hide GLOB", "--hyperlink [W]",
    "--indicator-style W", "--format W", "--quoting-style W", "--show-control-chars", "--si", "--sort W", "--time W",
    "--time-style S", "--zero", "--author", "--help", "--version",
)  # fmt: skip
_EZA: Final = Options(
    "-1 --oneline", "-l --long", "-G --grid", "-x --across", "-R --recurse", "-T --tree", "-F --classify [W]",
    "--colour --color [W]", "--icons [W]", "--no-quotes", "--hyperlink", "-w --width N", "-a --all", "-A --almost-all",
    "-d --list-dirs --directory-only", "-L --level --depth N", "-r --reverse", "-s --sort F",
    "--group-directories-first",
    "-D --only-dirs", "-f --only-files", "-I --ignore-glob G", "--git-ignore", "-b --binary", "-B --bytes",
    "-g --group",
    "-h --header", "-H --links", "-i --inode", "-m --modified", "-n --numeric", "-S --blocksize", "-t --time F",
    "-u --accessed", "-U --created", "-X --dereference", "-Z --context", "-@ --extended", "--changed", "--git",
    "--time-style S", "--no-permissions", "--no-filesize", "--no-user", "--no-time", "--tree-depth N", "--help",
    "-v --version",
)  # fmt: skip
_TREE: Final = Options(
    "-a", "-d", "-l", "-f", "-x", "-L N", "-R", "-P PATTERN", "-I PATTERN", "--ignore-case", "--matchdirs",
    "--metafirst",
    "--prune", "--info", "--noreport", "--charset X", "--filelimit N", "-q", "-N", "-Q", "-p", "-u", "-g", "-s", "-h",
    "--si",
    "-D", "--timefmt F", "-F", "-o FILE", "-v", "-t", "-c", "-U", "-r", "--dirsfirst", "--filesfirst", "--sort X",
    "-i", "-A",
    "-S", "-n", "-C", "-X", "-J", "-H BASE", "-T TITLE", "--nolinks", "--gitignore", "--gitfile F", "--fromfile",
    "--du", "--inodes", "--device", "--hintro F", "--houtro F", "--compress N", "--help", "--version",
)  # fmt: skip
_DU: Final = Options(
    "-0 --null", "-a --all", "--apparent-size", "-B --block-size S", "-b --bytes", "-c --total", "-D -H",
    "-d --max-depth N",
    "--files0-from FILE", "-h --human-readable", "--inodes", "-k", "-L --dereference", "-l --count-links", "-m",
    "-P --no-dereference", "-S --separate-dirs", "--si", "-s --summarize", "-t --threshold S", "--time [W]",
    "--time-style S", "-X --exclude-from FILE", "--exclude P", "-x --one-file-system", "-I MASK", "-g", "-n", "-r",
    "-A",
    "--help", "--version",
)  # fmt: skip
_STAT: Final = Options(
    "-L --dereference", "-f --file-system", "-c --format F", "--printf F", "-t --terse", "--cached M", "-x", "-s",
    "-r", "-n",
    "-q", "-l", "-F", "--help", "--version",
)  # fmt: skip
_FILE: Final = Options(
    "-b --brief", "-c --checking-printout", "-C --compile", "-d", "-E", "-e --exclude T", "-f --files-from FILE",
    "-F --separator S", "-h --no-dereference", "-i --mime", "--mime-type", "--mime-encoding", "-I", "-k --keep-going",
    "-l",
    "-L --dereference", "-m --magic-file F", "-N", "-n", "-p", "-P --parameter P", "-r", "-s", "-S", "-v --version",
    "-z",
    "-Z", "-0", "--apple", "--extension", "--help",
)  # fmt: skip
_UNARY: Final = re.compile(r"-[abcdefghkLNOprsSuwxG]")
_BINARY: Final = frozenset(("-nt", "-ot", "-ef"))


@program("ls", "gls", "lsd", "ll", "la", "gdir")
def ls(call: Invocation) -> Effects:
    """Names in folders; `-d` names the operands themselves."""
    line = _LS.parse(call.args)
    if line.has("--help", "--version"):
        return
    yield from _listed(
        call, line.operands, line.has("-R"), line.has("-d"), line.has("-l", "-n", "-g", "-o", "-s", "-F", "-p")
    )


def _listed(call: Invocation, words: list[Value], recursive: bool, itself: bool, detailed: bool) -> Effects:
    """Names in folders; of a plain file, and with `-d`, only that it is there."""
    lines: list[Value] = []
    for word in words or [known(".")]:
        target = call.target(word)
        single = (itself or target.kind == "file") and not target.pattern and not target.everything_in
        yield ReadPath(target=target, how="exists" if single else "list", recursive=recursive, shown=shown_by(call))
        name = _matches(word) if target.pattern else unknown(f"a name in {word.shown(60)}", plain=True, empty=False)
        plain = not detailed and not recursive and len(words) <= 1 and not single
        lines.append(
            name + known("\n")
            if plain
            else value(*word.pieces, "\n", glob=word.glob)
            if single and not detailed
            else unknown("a listing")
        )
    yield Output(lines[0] if len(lines) == 1 else unknown("a listing"))


def _matches(word: Value) -> Value:
    """What an unresolved pattern matches: its literal parts, plain holes between them."""
    pieces: list[str | Hole] = []
    for part in re.split(r"(\[[^]]*\]|[*?])", word.text or ""):
        pieces.append(Hole(f"what {part} matches", plain=True, empty=False) if part[:1] in ("*", "?", "[") else part)
    return value(*pieces)


@program("exa", "eza")
def eza(call: Invocation) -> Effects:
    """ls with more colours and trees."""
    line = _EZA.parse(call.args)
    if not line.has("--help", "--version"):
        yield from _listed(call, line.operands, line.has("-R", "-T"), line.has("-d"), True)


@program("tree", "broot", "br")
def tree(call: Invocation) -> Effects:
    """All names below."""
    line = _TREE.parse(call.args)
    if line.has("--help", "--version"):
        return
    for word in line.values("-o"):
        yield WritePath(target=call.target(word))
    for word in line.operands or [known(".")]:
        yield ReadPath(target=call.target(word), how="list", recursive=True, shown=shown_by(call))


@program("du", "gdu", "dust", "dua", "ncdu", "duf")
def du(call: Invocation) -> Effects:
    """Sizes; without `-s` the names of all folders below."""
    line = _DU.parse(call.args)
    if line.has("--help", "--version"):
        return
    for option in ("--files0-from", "-X"):
        for word in line.values(option):
            yield ReadPath(target=call.target(word), shown=option != "-X")
    for word in line.operands or [known(".")]:
        total = line.has("-s") or line.text("-d") == "0"
        yield ReadPath(target=call.target(word), how="exists" if total else "list", recursive=not total)


@program("stat", "gstat", "pathchk", "namei")
def stat(call: Invocation) -> Effects:
    """Only whether and what something is."""
    line = _STAT.parse(call.args)
    for word in line.operands:
        yield ReadPath(target=call.target(word), how="exists")


@program("file", "mimetype", "enca", "uchardet")
def file_type(call: Invocation) -> Effects:
    """The kind of each file; `-f` reads names out of a file."""
    line = _FILE.parse(call.args)
    for word in line.values("-f"):
        if word.text != "-":
            yield ReadPath(target=call.target(word), shown=shown_by(call))
    for word in line.operands:
        yield ReadPath(target=call.target(word), how="exists")


_NUMBER: Final = re.compile(r"\s*[+-]?\d{1,18}\s*")
_NUMBERS: Final = {
    "-eq": operator.eq, "-ne": operator.ne, "-lt": operator.lt, "-le": operator.le, "-gt": operator.gt, "-ge": operator.ge,
}  # fmt: skip


@program("test", "[")
def test(call: Invocation) -> Effects:
    """File tests say only whether something is there."""
    words = [word for word in call.args if word.text != "]"]
    for index, word in enumerate(words):
        text = word.text or ""
        if (
            _UNARY.fullmatch(text)
            and index + 1 < len(words)
            and words[index + 1].text not in ("-a", "-o", "=", "!=", ")")
        ):
            yield ReadPath(target=call.target(words[index + 1]), how="exists", shown=False)
        elif text in _BINARY and 0 < index < len(words) - 1:
            for side in (words[index - 1], words[index + 1]):
                yield ReadPath(target=call.target(side), how="exists", shown=False)
    status = _decided([None if word.glob else word.text for word in words])
    if status is not None:
        yield Exit(status)


def _decided(words: Sequence[str | None]) -> int | None:
    """How a test of known texts and numbers ends; None where it asks for anything else."""
    if len(words) > 1 and words[0] == "!":
        inner = _decided(words[1:])
        return None if inner is None else 1 - inner
    if any(word is None for word in words):
        return None
    texts = [word for word in words if word is not None]
    match texts:
        case []:
            return 1
        case [text]:
            return int(not text)
        case ["-n" | "-z" as how, text]:
            return int(bool(text) is (how == "-z"))
        case [one, "=" | "==" | "!=" as how, two]:
            return int((one == two) is (how == "!="))
        case [one, how, two] if how in _NUMBERS and _NUMBER.fullmatch(one) and _NUMBER.fullmatch(two):
            return int(not _NUMBERS[how](int(one), int(two)))
        case _:
            return None


@program("realpath", "grealpath", "readlink", "greadlink")
def realpath(call: Invocation) -> Effects:
    """Where a path leads."""
    options = Options("-e --canonicalize-existing", "-m --canonicalize-missing", "-f --canonicalize", "-n --no-newline",
                      "-s --strip --no-symlinks", "-L --logical", "-P --physical", "-q --quiet --silent",
                      "-v --verbose",
                      "-z --zero", "--relative-to DIR", "--relative-base DIR", "--help", "--version")  # fmt: skip
    line = options.parse(call.args)
    if line.has("--help", "--version"):
        return
    lines: list[Value] = []
    for word in line.operands:
        target = call.target(word)
        yield ReadPath(target=target, how="exists")
        relative = line.has("--relative-to", "--relative-base")
        path = target.path if not relative and word.known and not target.pattern else None
        lines.append(known(path + "\n") if path is not None else unknown(f"where {word.shown(60)} leads"))
    yield Output(value(*(piece for one in lines for piece in one.pieces)))


@program("basename", "gbasename")
def basename(call: Invocation) -> Effects:
    """The last part of a path."""
    options = Options("-a --multiple", "-s --suffix S", "-z --zero", "--help", "--version")
    line = options.parse(call.args)
    if line.has("--help", "--version") or not line.operands:
        return
    several = line.has("-a", "-s")
    suffix = line.value("-s") or (line.operands[1] if len(line.operands) > 1 and not several else known(""))
    names: list[Value] = []
    for word in line.operands if several else line.operands[:1]:
        text, ending = word.text, suffix.text
        if text is None or ending is None:
            names.append(unknown(f"the name of {word.shown(60)}", plain=True))
            continue
        name = posixpath.basename(text.rstrip("/")) or "/"
        names.append(known(name.removesuffix(ending) if name != ending else name))
    yield Output(value(*(piece for name in names for piece in (*name.pieces, "\n"))))


@program("dirname", "gdirname")
def dirname(call: Invocation) -> Effects:
    """The path without its last part."""
    words = [word for word in call.args if word.text not in ("-z", "--zero", "--help", "--version", "--")]
    lines: list[Value] = []
    for word in words:
        text = word.text
        if text is not None:
            folder = posixpath.dirname(text.rstrip("/")) or ("/" if text.startswith("/") else ".")
            lines.append(known(folder + "\n"))
        else:
            lines.append(unknown(f"the folder of {word.shown(60)}") + known("\n"))
    yield Output(value(*(piece for one in lines for piece in one.pieces)))


@program("which", "whereis", "gwhich", "where")
def which(call: Invocation) -> Effects:
    """Where a program lies: found along PATH, or guessed, its name kept in either case."""
    names = [word for word in call.args if not word.startswith("-")]
    lines: list[Value] = []
    for word in names:
        name = word.text
        if name is None or not re.fullmatch(r"[\w.+-]+", name):
            lines.append(unknown(f"where {word.shown(60)} lies") + known("\n"))
            continue
        lines.append(known(_along_path(call, name) + "\n"))
    plain = call.name in ("which", "gwhich", "where") and len(names) == 1
    yield Output(lines[0] if plain else unknown("where programs lie"))


def _along_path(call: Invocation, name: str) -> str:
    path = call.variable("PATH")
    folders = (path.text or "").split(":") if path is not None and not call.place else []
    for folder in folders[:40]:
        if folder.startswith("/") and call.world.stat(posixpath.join(folder, name)).kind == "file":
            return posixpath.join(folder, name)
    return f"/usr/bin/{name}"
