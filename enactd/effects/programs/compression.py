"""gzip, bzip2, xz, zstd and their kin: files packed and unpacked in place, or to standard output."""

from __future__ import annotations

import posixpath
from typing import Final

from enactd.effects.invocation import Effects, Invocation, Line, Options, Output, Value, program, unknown, value
from enactd.effects.model import CopyPath, MovePath, ReadPath, Target, WritePath
from enactd.effects.programs.copying import inside
from enactd.effects.programs.streams import is_stream, reading
from enactd.effects.values import DECODED

_PACK: Final = Options(
    "-c --stdout --to-stdout", "-d --decompress --uncompress", "-k --keep", "-f --force", "-l --list", "-t --test",
    "-r --recursive", "-n --no-name", "-N --name", "-q --quiet", "-v --verbose", "-S --suffix SUF", "-z --compress",
    "-T --threads N", "-p --processes N", "-b --blocksize N", "-F --format FMT", "-C --check TYPE", "-M --memory N",
    "-m", "--rm", "-o --output FILE", "-D DICT", "-e --extreme", "-Z", "-L --license", "-H", "-Y", "-i",
    "--ultra", "--long [N]", "--fast [N]", "--best", "--rsyncable", "--adapt", "--no-progress", "--output-dir-flat DIR",
    "--output-dir-mirror DIR", "-j --rm-source", "-s --small", "-q --quality N", "-w --lgwin N", "--no-sync",
    "--sparse", "--no-check", "--filelist FILE", "--files [FILE]", "--files0 [FILE]", "-h --help", "-V --version",
    "--train", "--memlimit N", "--block-size N", "--robot", "--single-stream", "-a --ascii", "--synchronous",
)  # fmt: skip
_ENDINGS: Final = {
    "gzip": ".gz", "pigz": ".gz", "bzip2": ".bz2", "pbzip2": ".bz2", "lbzip2": ".bz2", "xz": ".xz", "pixz": ".xz",
    "lzma": ".lzma", "zstd": ".zst", "pzstd": ".zst", "zstdmt": ".zst", "lz4": ".lz4", "lzip": ".lz", "plzip": ".lz",
    "lzop": ".lzo", "brotli": ".br", "compress": ".Z", "lrzip": ".lrz",
}  # fmt: skip
_UNPACK: Final = {
    "gunzip": "gzip", "unpigz": "pigz", "bunzip2": "bzip2", "unxz": "xz", "unlzma": "lzma", "unzstd": "zstd",
    "unlz4": "lz4", "uncompress": "compress", "lunzip": "lzip", "unbrotli": "brotli", "lrunzip": "lrzip",
}  # fmt: skip
_SHOW: Final = ("zcat", "gzcat", "bzcat", "xzcat", "lzcat", "zstdcat", "lz4cat", "lzmore", "zless", "zmore", "bzless",
                "bzmore", "xzless", "xzmore", "zstdless", "brcat")  # fmt: skip
_KEEPS_SOURCE: Final = frozenset(("zstd", "pzstd", "zstdmt", "lz4", "brotli", "lrzip", "lzop"))


@program(*_ENDINGS, *_UNPACK, "gzip.exe")
def pack(call: Invocation) -> Effects:
    """In place: the file is replaced by its packed (or unpacked) form, unless `-k` or `-c` keep it."""
    name = _UNPACK.get(call.name, call.name)
    line = _PACK.parse(call.args)
    if line.has("--help", "--version"):
        return
    unpacks = call.name in _UNPACK or line.has("-d")
    words = [word for word in line.operands if word.text != "-"]
    if line.has("-t", "-l"):
        for word in words:
            yield ReadPath(target=call.target(word), shown=False)
        return
    to_screen = line.has("-c") or not words
    if to_screen:
        yield from _streamed(call, line, unpacks)
        return
    for word in words:
        yield from _in_place(call, line, name, word, unpacks)


def _streamed(call: Invocation, line: Line, unpacks: bool) -> Effects:
    reads, text = reading(call, line.operands)
    yield from reads
    taints = (DECODED, *text.origins) if unpacks else tuple(text.origins)
    yield Output(unknown("unpacked data" if unpacks else "packed data", *taints))


def _in_place(call: Invocation, line: Line, name: str, word: Value, unpacks: bool) -> Effects:
    target = call.target(word)
    if is_stream(target):
        return
    if line.has("-r") and target.kind != "file":
        yield WritePath(target=target, how="edit", recursive=True)
        return
    given = line.value("-o")
    folder = line.value("--output-dir-flat")
    if given is not None:
        goal = given
    else:
        goal = _result(word, line.text("-S") or _ENDINGS.get(name, ".gz"), unpacks)
        goal = inside(folder, goal) if folder is not None else goal
    to = call.target(goal)
    keeps = line.has("-k") or (name in _KEEPS_SOURCE and not line.has("--rm", "-j", "-m"))
    yield _placed(target, to, keeps or (given is not None and name != "lz4"))


def _placed(target: Target, to: Target, keeps: bool) -> CopyPath | MovePath:
    return CopyPath(target=target, to=to) if keeps else MovePath(target=target, to=to)


def _result(word: Value, ending: str, unpacks: bool) -> Value:
    if not unpacks:
        return value(*word.pieces, ending, glob=word.glob, origins=word.origins)
    text = word.text
    if text is None:
        return word
    stem, extension = posixpath.splitext(text)
    if extension in (".tgz", ".tbz2", ".txz", ".taz", ".tzst"):
        return Value((stem + ".tar",), word.glob)
    return Value((stem if extension else text,), word.glob)


@program(*_SHOW)
def show(call: Invocation) -> Effects:
    """Prints the unpacked content."""
    line = _PACK.parse(call.args)
    if not line.has("--help", "--version"):
        yield from _streamed(call, line, unpacks=True)
