"""zip, unzip, 7z, rar, cpio, ar: files that go into archives and come out of them."""

from __future__ import annotations

import posixpath
from collections.abc import Sequence
from typing import Final, Literal

from enactd.effects.invocation import Effects, Invocation, Options, Output, Value, known, program, unknown, value
from enactd.effects.model import CopyPath, DeletePath, ReadPath, SendData, WritePath
from enactd.effects.programs.streams import reading, shown_by, standard_input, without_output
from enactd.effects.programs.sync import remote_side
from enactd.effects.values import DECODED, FILE, SECRET

_ZIP: Final = Options(
    "-r --recurse-paths", "-m --move", "-d --delete", "-u --update", "-f --freshen", "-q --quiet", "-v --verbose", "-j",
    "-9", "-0", "-1", "-2", "-3", "-4", "-5", "-6", "-7", "-8", "-y --symlinks", "-x --exclude", "-i --include",
    "-@ --names-stdin", "-T --test", "-TT --unzip-command COMMAND", "-b --temp-path DIR", "-P --password PASS",
    "-e --encrypt", "-o --latest-time", "-X", "-D", "-l", "-ll", "-g --grow", "-n --suffixes S", "-t --from-date D",
    "-tt --before-date D", "-O --output-file FILE", "--out FILE", "-s --split-size N", "-sf --show-files", "-z", "-c",
    "-FF --fixfix", "-F --fix", "-A", "-J", "-w", "-FS --filesync", "-R --recurse-patterns", "-S", "-U --copy-entries",
    "-lf --logfile-path FILE", "-la --log-append", "-li --log-info", "-h -? --help", "-L", "--version",
    abbreviate=False,
)  # fmt: skip
_UNZIP: Final = Options(
    "-d DIR", "-o", "-n", "-q", "-qq", "-l", "-v", "-t", "-p", "-c", "-z", "-Z", "-j", "-a", "-aa", "-b", "-C", "-L",
    "-M", "-u", "-f", "-x", "-X", "-K", "-B", "-D", "-DD", "-O ENC", "-I ENC", "-P PASS", "-:", "-^", "-T", "-W", "-s",
    "-h", "-hh", "--help",
)  # fmt: skip
_CPIO: Final = Options(
    "-o --create", "-i --extract", "-p --pass-through", "-t --list", "-d --make-directories", "-u --unconditional",
    "-v --verbose", "-V --dot", "-m --preserve-modification-time", "-a --reset-access-time", "-0 --null", "-A --append",
    "-F --file ARCHIVE", "-I ARCHIVE", "-O ARCHIVE", "-D --directory DIR", "-E --pattern-file FILE", "-H --format FMT",
    "-c", "-l --link", "-L --dereference", "-R --owner OWNER", "-r --rename", "-f --nonmatching", "-B",
    "-C --io-size N", "-M --message M", "-n --numeric-uid-gid", "-k", "-b --swap", "-s --swap-bytes", "-S",
    "--block-size N", "--rsh-command COMMAND", "--force-local", "--to-stdout", "--absolute-filenames",
    "--no-absolute-filenames", "--quiet", "--sparse", "--only-verify-crc", "--rename-batch-file FILE",
    "-? --help", "--version",
)  # fmt: skip
_How = Literal["create", "overwrite", "append", "edit"]


def _members(folder: Value, words: Sequence[Value]) -> list[Value]:
    """Where members arrive; the folder itself where they are not named plainly."""
    plain = [word for word in words if word.text is not None and not set(word.text) & set("*?[")]
    if len(plain) != len(words) or not words:
        return [folder]
    return [value(*folder.pieces, "/", *word.pieces) for word in plain]


def _unpacked(call: Invocation, archive: Value | None, folder: Value, words: Sequence[Value], how: _How) -> Effects:
    origins: frozenset[str] = frozenset((FILE,))
    if archive is not None:
        yield ReadPath(target=call.target(archive), shown=False)
        origins |= call.text_of(archive).origins
    else:
        origins |= standard_input(call).origins
    for word in _members(folder, words):
        yield WritePath(target=call.target(word), how=how, recursive=True, origins=origins)


@program("zip")
def zip_(call: Invocation) -> Effects:
    """`-m` deletes what it packed, `-d` takes members out, `-TT` runs a command."""
    line = _ZIP.parse(_without_lists(call.args))
    if line.has("-h", "-L", "--version", "-sf") or not line.operands:
        return
    command = line.value("-TT")
    if command is not None:
        yield from without_output(call.hidden(command, "an option"))
    archive, *sources = line.operands
    out = line.value("-O", "--out")
    if not posixpath.splitext(archive.text or "x.zip")[1] and archive.text != "-":
        archive = value(*archive.pieces, ".zip")
    if line.has("-d", "-F", "-FF"):
        yield WritePath(target=call.target(out or archive), how="edit")
        return
    if line.has("-@"):
        sources += standard_input(call).lines()
    yield from _packed(call, out or archive, sources, line.has("-m"))


def _without_lists(args: Sequence[Value]) -> list[Value]:
    """Without the patterns of `-x` and `-i`, which end at the next option or at `@`."""
    kept: list[Value] = []
    skipping = False
    for word in args:
        if word.text in ("-x", "-i", "--exclude", "--include"):
            skipping = True
        elif word.text == "@" or (word.startswith("-") and len(word.prefix) > 1):
            skipping = False
            if word.text != "@":
                kept.append(word)
        elif not skipping:
            kept.append(word)
    return kept


def _packed(call: Invocation, archive: Value, sources: Sequence[Value], moves: bool) -> Effects:
    targets = [call.target(word) for word in sources]
    if archive.text == "-":
        for target in targets:
            yield ReadPath(target=target, recursive=True, shown=shown_by(call))
        secret = [SECRET] if any(target.secret for target in targets) else []
        yield Output(unknown("an archive", FILE, *secret))
    else:
        to = call.target(archive)
        for target in targets:
            yield CopyPath(target=target, to=to)
        if not targets:
            yield WritePath(target=to, how="edit")
    if moves:
        for target in targets:
            yield DeletePath(target=target, recursive=True)


@program("unzip", "funzip", "zipinfo", "jar-unpack")
def unzip(call: Invocation) -> Effects:
    """Prints names, prints content (`-p`) or unpacks, over what is there unless `-n` says no."""
    args = list(call.args)
    for index, word in enumerate(args):
        if word.text == "-x":
            end = next((i for i in range(index + 1, len(args)) if args[i].startswith("-")), len(args))
            args = args[:index] + args[end:]
            break
    line = _UNZIP.parse(args)
    if line.has("-h", "-hh", "--help") or (not line.operands and call.name != "funzip"):
        return
    archive = line.operands[0] if line.operands else None
    if call.name == "zipinfo" or line.has("-l", "-t", "-v", "-z", "-Z"):
        if archive is not None:
            yield ReadPath(target=call.target(archive), shown=False)
        return
    if line.has("-p", "-c") or call.name == "funzip":
        reads, text = reading(call, line.operands[:1])
        yield from reads
        yield Output(unknown("content of an archive", DECODED, *text.origins))
        return
    folder = line.value("-d") or known(".")
    yield from _unpacked(call, archive, folder, line.operands[1:], "create" if line.has("-n") else "overwrite")


@program("7z", "7za", "7zr", "7zz", "p7zip", "rar", "unrar", "unar", "lsar")
def seven_zip(call: Invocation) -> Effects:
    """A verb, switches, the archive, then files: `7z a x.7z src`, `7z x x.7z -oout`."""
    options = [word for word in call.args if word.startswith("-") and word.text != "-"]
    words = [word for word in call.args if word not in options]
    if call.name in ("unar", "lsar"):
        verb = "x" if call.name == "unar" else "l"
    elif not words:
        return
    else:
        verb = (words.pop(0).text or "x").lower()
    archive, files = (words[0], words[1:]) if words else (None, [])
    folder = next((option.cut(2) for option in options if option.startswith("-o") and option.text != "-o"), known("."))
    if call.name in ("rar", "unrar") and files and (files[-1].suffix.endswith("/")):
        folder = files.pop()
    texts = {option.text for option in options}
    if verb in ("l", "t", "i", "h", "b", "v", "lb", "lt", "vb") or archive is None:
        if archive is not None:
            yield ReadPath(target=call.target(archive), shown=False)
    elif verb in ("x", "e") and "-so" not in texts:
        yield from _unpacked(call, archive, folder, files, "create" if texts & {"-aos", "-o-"} else "overwrite")
    elif verb in ("x", "e", "p"):
        yield ReadPath(target=call.target(archive), shown=shown_by(call))
        yield Output(unknown("content of an archive", DECODED, FILE))
    elif verb in ("a", "u", "m", "f"):
        yield from _packed(call, archive, files, "-sdel" in texts or "-df" in texts or verb == "m")
    else:
        yield WritePath(target=call.target(archive), how="edit")


@program("cpio", "gcpio", "bsdcpio", "pax")
def cpio(call: Invocation) -> Effects:
    """Names of files come from standard input; `-p` copies them into a folder."""
    line = _CPIO.parse(call.args)
    if line.has("--help", "--version"):
        return
    archive = line.value("-F") or line.value("-O") or line.value("-I")
    command = line.value("--rsh-command")
    if command is not None:
        yield from without_output(call.hidden(command, "an option"))
    remote = remote_side(archive) if archive is not None and not line.has("--force-local") else None
    if line.has("-o", "-p"):
        names = standard_input(call).lines() or [unknown("a name from standard input")]
        if remote is not None:
            yield SendData(to=remote.host, by="cpio", uploads=tuple(call.target(name) for name in names))
        elif line.has("-p"):
            goal = line.operands[0] if line.operands else known(".")
            for name in names:
                yield CopyPath(target=call.target(name), to=call.target(goal))
        else:
            yield from _packed(call, archive or known("-"), names, moves=False)
        return
    if line.has("-t"):
        if archive is not None and remote is None:
            yield ReadPath(target=call.target(archive), shown=False)
        return
    folder = line.value("-D") or known(".")
    if remote is not None:
        yield SendData(to=remote.host, by="cpio")
        archive = None
    if line.has("--absolute-filenames"):
        yield WritePath(target=call.target(unknown("names inside an archive")), recursive=True)
    yield from _unpacked(call, archive, folder, [], "overwrite")


@program("ar", "gar", "llvm-ar")
def ar(call: Invocation) -> Effects:
    """`ar rcs lib.a x.o`: the first word holds the operation and its modifiers."""
    words = [word for word in call.args if not word.startswith("--")]
    if len(words) < 2:
        return
    keys = (words[0].text or "r").lstrip("-")
    rest = words[2:] if set("abi") & set(keys[1:]) and len(words) > 2 else words[1:]
    archive, files = rest[0], rest[1:]
    if keys[:1] in ("t", "p"):
        yield ReadPath(target=call.target(archive), shown=keys.startswith("p"))
    elif keys.startswith("x"):
        yield from _unpacked(call, archive, known("."), files, "overwrite")
    elif keys[:1] in ("r", "q") and files:
        yield from _packed(call, archive, files, moves=False)
    else:
        yield WritePath(target=call.target(archive), how="edit")


@program("shar", "makeself", "mksquashfs", "genisoimage", "mkisofs", "xorriso")
def pack_folder(call: Invocation) -> Effects:
    """Archivers of whole folders: sources first, or the image behind `-o`."""
    words = list(call.args)
    out = next((words[i + 1] for i, w in enumerate(words[:-1]) if w.text in ("-o", "-output", "-outdev")), None)
    operands = [word for word in words if not word.startswith("-") and word is not out]
    if out is None and call.name in ("mksquashfs", "makeself") and len(operands) >= 2:
        out, operands = operands[1], operands[:1]
    if out is not None:
        for word in operands:
            yield CopyPath(target=call.target(word), to=call.target(out))
    elif call.name == "shar":
        for word in operands:
            yield ReadPath(target=call.target(word), recursive=True, shown=shown_by(call))


@program("unsquashfs")
def unsquashfs(call: Invocation) -> Effects:
    """Unpacks an image into `squashfs-root` or the folder behind `-d`."""
    words = list(call.args)
    if any(word.text in ("-l", "-ls", "-ll", "-lls", "-s", "-stat") for word in words):
        return
    folder = next((words[i + 1] for i, w in enumerate(words[:-1]) if w.text in ("-d", "-dest")), known("squashfs-root"))
    archive = next((w for w in words if not w.startswith("-") and w is not folder), None)
    yield from _unpacked(call, archive, folder, [], "overwrite")
