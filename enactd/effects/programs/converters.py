"""Converters of pictures, sound, documents and object files: what they read, and the file they write."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from enactd.effects.invocation import Effects, Invocation, Line, Options, Value, program
from enactd.effects.model import ReadPath, WritePath

_FFMPEG: Final = Options(
    "-i I", "-f F", "-ss T", "-to T", "-t T", "-c -codec C", "-c:v -vcodec C", "-c:a -acodec C", "-c:s C", "-vf F", "-af F",
    "-filter_complex -lavfi F", "-map M", "-b:v B", "-b:a -ab B", "-r R", "-s S", "-ar R", "-ac N", "-crf N", "-preset P",
    "-loglevel -v L", "-threads N", "-metadata M", "-movflags F", "-pix_fmt F", "-q:v -qscale:v Q", "-q:a Q", "-frames:v -vframes N",
    "-framerate R", "-loop N", "-stream_loop N", "-itsoffset T", "-safe N", "-protocol_whitelist P", "-tune T", "-profile:v P",
    "-level L", "-maxrate R", "-bufsize B", "-g N", "-aspect A", "-y", "-n", "-an", "-vn", "-sn", "-dn", "-hide_banner", "-nostdin",
    "-shortest", "-stats", "-nostats", "-re", "-report", "-L", "-version", "-h", "-formats", "-codecs", "-encoders", "-decoders", "-devices",
    "-tag:v T", "-vsync V", "-fps_mode M", "-disposition:a D", "-hwaccel H", "-start_number N", "-segment_time T", "-hls_time T",
    "-hls_list_size N", "-hls_segment_filename F", "-passlogfile F", "-pass N", "-vol N", "-filter:v F", "-filter:a F", "-timeout T",
    abbreviate=False,
)  # fmt: skip
_STREAMS: Final = ("pipe:", "rtmp:", "rtmps:", "udp:", "tcp:", "rtsp:", "srt:", "-")


@program("ffmpeg", "avconv")
def ffmpeg(call: Invocation) -> Effects:
    """Every operand is an output; `-i` names the inputs."""
    line = _FFMPEG.parse(call.args)
    for word in line.values("-i"):
        if "://" not in word.visible:
            yield ReadPath(target=call.target(word), shown=False)
    for word in line.operands:
        if not word.prefix.startswith(_STREAMS):
            yield WritePath(target=call.target(word))


# program -> options; the last operand is the file that is written.
_LAST_WRITTEN: Final[dict[str, Options]] = {
    "wkhtmltopdf": Options("-q --quiet", "-s --page-size S", "-O --orientation O", "--enable-local-file-access", "-T V", "-B V", "-L V", "-R V", "-n"),
    "wkhtmltoimage": Options("-q --quiet", "--width W", "--height H", "--quality Q", "-f --format F"),
    "weasyprint": Options("-e --encoding E", "-s --stylesheet S", "-m --media-type M", "-u --base-url U", "-q --quiet", "-v --verbose"),
    "pdfunite": Options("-v", "-h"),
    "pdfseparate": Options("-f N", "-l N", "-v"),
    "pdftoppm": Options("-r N", "-f N", "-l N", "-png", "-jpeg", "-tiff", "-gray", "-mono", "-singlefile", "-scale-to N", "-x N", "-y N", "-W N", "-H N", "-q", abbreviate=False),
    "qpdf": Options("--empty", "--linearize", "--decrypt", "--password P", "--rotate R", "--check", "--show-npages", "--json", "--qdf"),
    "lame": Options("-b N", "-V N", "-q N", "-m M", "-h", "--preset P", "--quiet", "-r"),
    "composite": Options("-compose C", "-gravity G", "-geometry G", "-dissolve D", abbreviate=False),
    "montage": Options("-geometry G", "-tile T", "-background B", "-label L", "-pointsize P", "-border B", abbreviate=False),
    "flac2wav": Options("-f"),
}  # fmt: skip


@program(*_LAST_WRITTEN)
def last_written(call: Invocation) -> Effects:
    """Inputs first, the output last; a single operand is only looked at."""
    line = _LAST_WRITTEN[call.name].parse(call.args)
    yield from _inputs_and_output(call, line.operands)


def _inputs_and_output(call: Invocation, operands: list[Value]) -> Iterator[ReadPath | WritePath]:
    for word in operands[:-1] or operands:
        if "://" not in word.visible and word.text != "-":
            yield ReadPath(target=call.target(word), shown=False)
    if len(operands) > 1 and operands[-1].text != "-":
        yield WritePath(target=call.target(operands[-1]))


_LOOKING: Final = frozenset(
    {"identify", "compare", "-version", "--version", "-list", "-help", "--help", "display", "animate"}
)


@program("pdftotext", "pdftohtml", "ps2pdf", "ps2ascii")
def document_text(call: Invocation) -> Effects:
    """Text of a document: shown with `-` or by ps2ascii, else written beside it or to the second operand."""
    line = Options("-layout", "-f N", "-l N", "-raw", "-enc E", "-q", "-nopgbrk", "-htmlmeta", "-bbox", "-r N", "-x N", "-y N",
                   "-W N", "-H N", "-opw P", "-upw P", "-stdout", "-s", "-noframes", "-i", "-v", "-h", "-eol E", abbreviate=False).parse(call.args)  # fmt: skip
    if not line.operands:
        return
    shown = line.has("-stdout") or call.name == "ps2ascii" or line.operands[-1].text == "-"
    yield ReadPath(target=call.target(line.operands[0]), shown=shown)
    if len(line.operands) > 1 and not shown:
        yield WritePath(target=call.target(line.operands[1]))


@program("magick", "convert", "gm")
def imagemagick(call: Invocation) -> Effects:
    """Pictures come first, the picture that is written is the last word; `mogrify` overwrites what it is given."""
    words = list(call.args)
    if not words or words[0].text in _LOOKING or (len(words) > 1 and call.name == "gm" and words[1].text in _LOOKING):
        return
    if words[0].text == "mogrify":
        yield from _in_place(call, words[1:])
        return
    if words[0].text in ("convert", "composite", "montage", "import", "conjure"):
        words = words[1:]
    if len(words) > 1 and not _is_stream(words[-1]):
        yield WritePath(target=call.target(_after_format(words[-1])))


@program("mogrify")
def mogrify(call: Invocation) -> Effects:
    """Every picture that is named is overwritten, unless `-path` says where the new ones go."""
    yield from _in_place(call, list(call.args))


_TAKES_NONE: Final = frozenset(
    {"-strip", "-auto-orient", "-flip", "-flop", "-trim", "-negate", "-verbose", "-normalize", "-monitor", "+repage"}
)


def _in_place(call: Invocation, words: list[Value]) -> Effects:
    skip = False
    for number, word in enumerate(words):
        if skip:
            skip = False
            if words[number - 1].text == "-path":
                yield WritePath(target=call.target(word), recursive=True)
                return
        elif word.startswith("-") or word.startswith("+"):
            skip = word.text not in _TAKES_NONE
        else:
            yield WritePath(target=call.target(word))


def _is_stream(word: Value) -> bool:
    return word.text in ("-", "info:", "info:-", "null:") or word.suffix.endswith(":-")


def _after_format(word: Value) -> Value:
    """`png:out.img` names the file behind the format."""
    head, separator, _ = word.prefix.partition(":")
    return word.cut(len(head) + 1) if separator and head.isalnum() and len(head) > 1 else word


@program("sox")
def sox(call: Invocation) -> Effects:
    """The second file that is named is written; effects follow it. `-n` and `-d` are no files."""
    line = Options(
        "-r R", "-c N", "-b N", "-t T", "-e E", "-v V", "-C F", "-q", "-V", "-G", "-S", "-n", "-d", "-m", "-M"
    ).parse(call.args)
    files = [word for word in line.operands if word.text != "-"]
    if len(files) > 1 and not line.has("-d", "-n"):
        yield ReadPath(target=call.target(files[0]), shown=False)
        yield WritePath(target=call.target(files[1]))


_OUTPUT: Final[dict[str, Options]] = {
    "rsvg-convert": Options("-o --output F", "-w --width W", "-h --height H", "-f --format F", "-d D", "-p P", "-z Z"),
    "cairosvg": Options("-o --output F", "-f --format F", "-W W", "-H H", "-s --scale S"),
    "cwebp": Options("-o F", "-q Q", "-preset P", "-resize W", "-lossless", "-m N", "-quiet", abbreviate=False),
    "dwebp": Options("-o F", "-quiet", "-bmp", "-tiff", "-pam", "-ppm", abbreviate=False),
    "inkscape": Options("-o --export-filename F", "-w W", "-h H", "--export-type T", "-d --export-dpi D", "-e F", "--export-pdf F", "--export-png F"),
    "dot": Options("-o F", "-T F", "-K E", "-G A", "-N A", "-E A", "-O", "-v", "-q", "-l F", abbreviate=False),
    "gcc": Options("-o F", "-I D", "-L D", "-l L", "-D M", "-U M", "-x L", "-c", "-S", "-E", "-g", "-include F", "-isystem D", "-MF F", "-MT T", abbreviate=False),
    "as": Options("-o F", "-I D", "-g", "-a", "--gstabs", "-W", abbreviate=False),
    "ld": Options("-o F", "-L D", "-l L", "-T F", "-e E", "-m M", "-rpath D", "-dynamic-linker F", "-shared", "-static", abbreviate=False),
    "oggenc": Options("-o --output F", "-q Q", "-b B", "-Q --quiet"),
    "nasm": Options("-o F", "-f F", "-l F", "-i D", "-I D", "-d M", "-g", abbreviate=False),
    "rustc": Options("-o F", "--out-dir D", "--crate-type T", "--edition E", "-C O", "-L D", "--extern E", "--emit E", "-g", "-O", "--test", "--cfg C", "--crate-name N"),
    "strip": Options("-o F", "-s", "-g -S -d --strip-debug", "-x", "-X", "-p", "-K N", "-N N", "-R N", "--strip-all", "--strip-unneeded", "-v", "-V --version", "--help", "--only-keep-debug", abbreviate=False),
}  # fmt: skip
_ALIASES: Final = {
    "g++": "gcc", "cc": "gcc", "c++": "gcc", "clang": "gcc", "clang++": "gcc", "neato": "dot", "fdp": "dot", "circo": "dot",
    "twopi": "dot", "sfdp": "dot", "ld.lld": "ld", "ld.gold": "ld", "lld": "ld", "mold": "ld", "gfortran": "gcc", "tcc": "gcc",
    "llvm-strip": "strip",
}  # fmt: skip


@program(*_OUTPUT, *_ALIASES)
def writes_output(call: Invocation) -> Effects:
    """`-o` names the file that is written; strip works on its operands where no other file is named."""
    name = re.sub(r"-?[\d.]+$", "", call.name) if call.name not in _OUTPUT and call.name not in _ALIASES else call.name
    tool = _ALIASES.get(name, name)
    line = _OUTPUT[tool].parse(call.args)
    written = _outputs(line)
    for word in written:
        if word.text not in ("-", "/dev/stdout", "%stdout"):
            yield WritePath(target=call.target(word))
    if tool == "strip" and not written and not line.has("-V", "--help"):
        for word in line.operands:
            yield WritePath(target=call.target(word), how="edit")


def _outputs(line: Line) -> list[Value]:
    return [
        word
        for name in ("-o", "--export-pdf", "--export-png", "--out-dir", "-MF")
        if name in line.names
        for word in line.values(name)
    ]


@program("gs", "ghostscript")
def ghostscript(call: Invocation) -> Effects:
    """`-sOutputFile=FILE` or `-o FILE` is written."""
    for number, word in enumerate(call.args):
        if word.startswith("-sOutputFile="):
            yield WritePath(target=call.target(word.cut(len("-sOutputFile="))))
        elif word.text == "-o" and number + 1 < len(call.args):
            yield WritePath(target=call.target(call.args[number + 1]))


@program("objcopy", "llvm-objcopy")
def objcopy(call: Invocation) -> Effects:
    """The second file is written, or the only one in place."""
    line = Options("-I F", "-O F", "-j S", "-R S", "-B A", "-N S", "-K S", "-S", "-g --strip-debug", "--only-keep-debug", "--add-section S",
                   "--add-gnu-debuglink F", "--rename-section S", "--set-section-flags S", "-V --version", "--help", abbreviate=False).parse(call.args)  # fmt: skip
    if line.operands and not line.has("-V", "--help"):
        yield WritePath(target=call.target(line.operands[-1]), how="edit")
