"""Programs that print files as they are or reworked beyond recognition: cat, less, od, diff, paste, column.

Their operands become visible. Those whose output can be computed are in `filters.py` and `encoding.py`.
"""

from __future__ import annotations

import re
from typing import Final

import msgspec

from enactd.effects.invocation import Effects, Invocation, Line, Options, Output, Value, known, program, unknown
from enactd.effects.model import ReadPath, WritePath
from enactd.effects.programs.streams import reading, shown_by, standard_input, without_output


class Reader(msgspec.Struct, frozen=True):
    """How a reading program's line is read.

    `reads` name input files, `writes` output files, `runs` hold shell text, `quiet` mean that no content
    is printed, `prints` that it is although `shown` says no, `recursive` that folders are entered. `skip` operands
    are no files.
    """

    options: Options
    skip: int = 0
    reads: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()
    runs: tuple[str, ...] = ()
    quiet: tuple[str, ...] = ()
    recursive: tuple[str, ...] = ()
    shown: bool = True
    prints: tuple[str, ...] = ()


def _reader(
    *declarations: str, skip: int = 0, reads: str = "", writes: str = "", runs: str = "", quiet: str = "",
    recursive: str = "", shown: bool = True, prints: str = "",
) -> Reader:  # fmt: skip
    options = Options(*declarations, "--help", *(() if any("--version" in d for d in declarations) else ("--version",)))
    return Reader(options, skip, tuple(reads.split()), tuple(writes.split()), tuple(runs.split()), tuple(quiet.split()),
                  tuple(recursive.split()), shown, tuple(prints.split()))  # fmt: skip


_TABLE: Final[dict[str, Reader]] = {
    "tac": _reader("-b --before", "-r --regex", "-s --separator S"),
    "nl": _reader("-b --body-numbering S", "-d --section-delimiter C", "-f --footer-numbering S",
                  "-h --header-numbering S",
                  "-i --line-increment N", "-l --join-blank-lines N", "-n --number-format F", "-p --no-renumber",
                  "-s --number-separator S", "-v --starting-line-number N", "-w --number-width N"),
    "more": _reader("-d --silent", "-f --logical", "-l --no-pause", "-c --print-over", "-p --clean-print", "-e",
                    "-s --squeeze", "-u --plain", "-n --lines N"),
    "bat": _reader("-l --language L", "--theme T", "--style S", "-r --line-range R", "-H --highlight-line N",
                   "--tabs N",
                   "--wrap M", "--terminal-width N", "--color W", "--paging W", "--pager CMD", "-m --map-syntax M",
                   "--file-name N", "--diff-context N", "-p --plain", "-n --number", "-A --show-all", "-d --diff",
                   "-f --force-colorization", "-L --list-languages", "--list-themes", "-P", "-s --squeeze-blank",
                   "-u --unbuffered", "--italic-text W", "--decorations W", "--ignored-suffix S", runs="--pager"),
    "od": _reader("-A --address-radix R", "-j --skip-bytes N", "-N --read-bytes N", "-S --strings [N]", "-t --format T",
                  "-v --output-duplicates", "-w --width [N]", "-a", "-b", "-c", "-d", "-f", "-i", "-l", "-o", "-s",
                  "-x",
                  "--traditional", "--endian E"),
    "hexdump": _reader("-b", "-c", "-C --canonical", "-d", "-e --format F", "-f --format-file FILE", "-n --length N",
                       "-o",
                       "-s --skip N", "-v", "-x", "-X", "-L --color [W]", reads="-f"),
    "strings": _reader("-a --all", "-d --data", "-f --print-file-name", "-n --bytes N", "-o", "-t --radix R",
                       "-e --encoding E", "-T --target B", "-w", "-s S", "-U --unicode M"),
    "fold": _reader("-b --bytes", "-c --characters", "-s --spaces", "-w --width N"),
    "fmt": _reader("-c --crown-margin", "-p --prefix S", "-s --split-only", "-t --tagged-paragraph",
                   "-u --uniform-spacing",
                   "-w --width N", "-g --goal N"),
    "expand": _reader("-i --initial", "-t --tabs N"),
    "unexpand": _reader("-a --all", "--first-only", "-t --tabs N"),
    "pr": _reader("-h --header H", "-l --length N", "-w --width N", "-o --indent N", "-s [C]", "-S [S]", "-e [C]",
                  "-i [C]",
                  "-n [C]", "-N N", "-D F", "-a", "-c", "-d", "-f", "-F", "-J", "-m", "-r", "-t", "-T", "-v", "-W N"),
    "column": _reader("-t --table", "-s --separator S", "-o --output-separator S", "-N --table-columns L", "-c N",
                      "--output-width N", "-R L", "-H L", "-O L", "-E L", "-T L", "-W L", "-n N", "-J --json", "-x",
                      "-L",
                      "-e", "-d", "-m", "-i C", "-p C", "-r C", "-l N"),
    "paste": _reader("-d --delimiters L", "-s --serial", "-z --zero-terminated"),
    "join": _reader("-a N", "-e S", "-i --ignore-case", "-j N", "-o F", "-t C", "-v N", "-1 N", "-2 N", "--check-order",
                    "--nocheck-order", "--header", "-z"),
    "comm": _reader("-1", "-2", "-3", "-i", "--check-order", "--nocheck-order", "--output-delimiter S", "--total",
                    "-z"),
    "tsort": _reader(),
    "col": _reader("-b", "-f", "-h", "-l N", "-p", "-x"),
    "ul": _reader("-i", "-t T"),
    "look": _reader("-a", "-d", "-f", "-b", "-t C", skip=1),
    "diff": _reader("-u", "-U --unified [N]", "-c", "-C --context [N]", "-e --ed", "-n --rcs", "-y --side-by-side",
                    "-r --recursive", "-N --new-file", "-q --brief", "-s --report-identical-files", "-i", "-w", "-b",
                    "-B",
                    "-Z", "-E", "-a --text", "-x --exclude P", "-X --exclude-from FILE", "-I P", "-F P", "-L --label L",
                    "-p", "-t", "-T", "-l", "-d", "-H", "-S F", "-W --width N", "-D --ifdef N", "--from-file F",
                    "--to-file F", "--color [W]", "--palette P", "--strip-trailing-cr", "--no-dereference",
                    "--suppress-common-lines", "--left-column", "--line-format F", "--old-line-format F",
                    "--new-line-format F", "--unchanged-line-format F", "--changed-group-format F", "--horizon-lines N",
                    "--normal", "--no-ignore-file-name-case", "--ignore-file-name-case", "--tabsize N", "-P",
                    "--old-group-format F", "--new-group-format F", "--unchanged-group-format F", "-v --version", "-0",
                    "-1", "-2", "-3", "-4", "-5", "-6", "-7", "-8", "-9",
                    reads="--from-file --to-file -X", quiet="-q", recursive="-r"),
    "diff3": _reader("-e", "-E", "-A", "-x", "-X", "-3", "-m --merge", "-a", "-i", "-T", "-L --label L",
                     "--diff-program P", runs="--diff-program"),
    "sdiff": _reader("-o --output FILE", "-i", "-E", "-Z", "-b", "-W", "-B", "-I RE", "-a", "-w --width N", "-l", "-s",
                     "-t",
                     "-d", "-H", "--diff-program P", writes="-o", runs="--diff-program"),
    "cmp": _reader("-b --print-bytes", "-i --ignore-initial N", "-l --verbose", "-n --bytes N", "-s --quiet --silent",
                   shown=False, prints="-b -l"),
    "wdiff": _reader("-1", "-2", "-3", "-a", "-c", "-d", "-i", "-l", "-n", "-p", "-s", "-t", "-w S", "-x S", "-y S",
                     "-z S"),
    "iconv": _reader("-f --from-code E", "-t --to-code E", "-c", "-o --output FILE", "-s --silent", "-l --list",
                     "--verbose",
                     writes="-o"),
    "csvcut": _reader("-c --columns C", "-C --not-columns C", "-d --delimiter D", "-t --tabs", "-n --names", "-e E",
                      "-S", "-x"),
    "mdcat": _reader("-p", "-P", "-l", "-c"),
    "glow": _reader("-s --style S", "-w --width N", "-p --pager", "-a"),
    "pandoc": _reader("-f --from --read F", "-t --to --write F", "-o --output FILE", "-s --standalone",
                      "--template FILE",
                      "-H --include-in-header FILE", "-B FILE", "-A FILE", "-c --css URL", "-V --variable V",
                      "-M --metadata V", "--metadata-file FILE", "--toc", "-N", "--pdf-engine P", "-F --filter P",
                      "-L --lua-filter FILE", "--bibliography FILE", "--csl FILE", "--reference-doc FILE", "--wrap W",
                      "--columns N", "--extract-media DIR", "--data-dir DIR", "--resource-path P",
                      "--highlight-style S",
                      writes="-o", runs="--pdf-engine -F"),
    "source-highlight": _reader("-i FILE", "-o FILE", "-s L", "-f F", reads="-i", writes="-o"),
    "pygmentize": _reader("-l L", "-f F", "-o FILE", "-g", "-O O", "-P O", "-F F", "-S S", "-N", writes="-o"),
    "highlight": _reader("-i FILE", "-o FILE", "-S L", "-O F", "-s S", "-l", reads="-i", writes="-o"),
    "hexyl": _reader("-n --length N", "-s --skip N", "--color W", "-v", "-p", "-C"),
    "msgcat": _reader("-o --output-file FILE", writes="-o"),
    "readelf": _reader("-a", "-h", "-l", "-S", "-s", "-d", "-n", "-r", "-V", "-W", "-x N", "-p N", shown=False),
    "objdump": _reader("-d", "-D", "-S", "-h", "-t", "-T", "-x", "-p", "-s", "-j N", "-C", "-M O", shown=False),
    "nm": _reader("-g", "-u", "-C", "-D", "-a", "-n", "-S", "--defined-only", "--demangle [S]", shown=False),
    "size": _reader("-A", "-B", "-d", shown=False),
    "ldd": _reader("-v", "-u", "-d", "-r", shown=False),
    "otool": _reader("-L", "-l", "-h", "-t", "-v", "-V", shown=False),
    "exiftool": _reader("-a", "-u", "-g", "-j", "-s", "-r", recursive="-r"),
    "identify": _reader("-verbose", "-format F", shown=False),
    "ffprobe": _reader("-v L", "-show_format", "-show_streams", "-print_format F", "-of F", "-i FILE", reads="-i",
                       shown=False),
    "mediainfo": _reader(shown=False),
}  # fmt: skip
_ALIASES: Final = {
    "batcat": "bat", "hd": "hexdump", "most": "more", "pg": "more", "gtac": "tac", "colordiff": "diff", "god": "od",
    "gdiff": "diff", "difft": "diff", "difftastic": "diff", "delta": "diff", "icdiff": "diff", "zdiff": "diff",
    "zcmp": "cmp", "csvlook": "csvcut", "csvgrep": "csvcut", "csvsort": "csvcut", "csvstat": "csvcut",
    "gpaste": "paste",
    "zipcat": "tac", "ccat": "tac", "rdiff-view": "diff", "llvm-objdump": "objdump", "llvm-nm": "nm", "lesspipe": "tac",
}  # fmt: skip


@program(*_TABLE, *_ALIASES)
def show(call: Invocation) -> Effects:
    """Operand files become visible."""
    entry = _TABLE[_ALIASES.get(call.name, call.name)]
    line = entry.options.parse(call.args)
    if line.has("--help", "--version"):
        return
    yield from _side(call, entry, line)
    hidden = not entry.shown and not (entry.prints and line.has(*entry.prints))
    quiet = hidden or (bool(entry.quiet) and line.has(*entry.quiet))
    recursive = bool(entry.recursive) and line.has(*entry.recursive)
    named = [word for option in entry.reads for word in line.values(option)]
    words = [*line.operands[entry.skip :], *named]
    reads, text = reading(call, words, shown=not quiet, recursive=recursive)
    yield from reads
    yield Output(unknown(f"output of {call.name}", *(text.origins if not quiet else ())))


def _side(call: Invocation, entry: Reader, line: Line) -> Effects:
    for option in entry.writes:
        for word in line.values(option):
            if word.text != "-":
                yield WritePath(target=call.target(word))
    for option in entry.runs:
        for word in line.values(option):
            yield from without_output(call.hidden(word, option))


@program("cat", "gcat")
def cat(call: Invocation) -> Effects:
    """Prints its operands behind each other; the options that change lines make the text unknown."""
    options = Options("-A --show-all", "-b --number-nonblank", "-e", "-E --show-ends", "-n --number",
                      "-s --squeeze-blank",
                      "-t", "-T --show-tabs", "-u", "-v --show-nonprinting", "-l", "--help", "--version")  # fmt: skip
    line = options.parse(call.args)
    if line.has("--help", "--version"):
        return
    reads, text = reading(call, line.operands)
    yield from reads
    changed = line.has("-A", "-b", "-e", "-E", "-n", "-s", "-t", "-T")
    yield Output(unknown("numbered lines", *text.origins) if changed else text)


@program("less", "lv", "vimpager")
def less(call: Invocation) -> Effects:
    """`+!command` and `+|` run a command, `-o` keeps a log."""
    options = Options("-o -O --log-file --LOG-FILE FILE", "-k --lesskey-file FILE", "-p --pattern P", "-P --prompt S",
                      "-t --tag T", "-T --tag-file F", "-x --tabs N", "-b --buffers N", "-h --max-back-scroll N",
                      "-j N",
                      "-y N", "-z --window N", "-D C", "--lesskey-src FILE", "--mouse", "-F", "-X", "-R", "-r", "-S",
                      "-N", "-i",
                      "-I", "-M", "-m", "-n", "-e", "-E", "-f", "-g", "-G", "-q", "-Q", "-s", "-u", "-w", "-a", "-A",
                      "-c", "-d",
                      "-J", "-K", "-L", "-U", "-V --version", "-W", "--help -?", "--use-color",
                      "--wheel-lines N")  # fmt: skip
    commands = [word for word in call.args if word.startswith("+")]
    line = options.parse([word for word in call.args if word not in commands])
    if line.has("--help", "--version"):
        return
    for word in commands:
        match = re.match(r"\++[^!|#]*([!#]|\|.)", word.prefix)
        if match:
            yield from without_output(call.hidden(word.cut(match.end()), "+"))
    for word in line.values("-o"):
        yield WritePath(target=call.target(word), origins=standard_input(call).origins)
    reads, text = reading(call, line.operands)
    yield from reads
    yield Output(text)


@program("man", "info", "pinfo")
def man(call: Invocation) -> Effects:
    """Documentation. `-P` names a pager and `-H` a browser, and both are run."""
    options = Options("-C --config-file FILE", "-d --debug", "-D --default", "-f --whatis", "-k --apropos",
                      "-K --global-apropos", "-l --local-file", "-w --where --path --location", "-W", "-L --locale L",
                      "-m --systems S", "-M --manpath P", "-S -s --sections L", "-e --extension S", "-i", "-I",
                      "-a --all",
                      "-u --update", "--names-only", "--regex", "--wildcard", "-P --pager CMD", "-r --prompt S", "-7",
                      "-E --encoding E", "-p --preprocessor S", "-t --troff", "-T --troff-device [D]", "-H --html [B]",
                      "-X --gxditview [R]", "-Z --ditroff", "--no-hyphenation", "--no-justification", "--no-subpages",
                      "-n --node N", "-o --output FILE", "--subnodes", "--help", "-h", "-V --version")  # fmt: skip
    line = options.parse(call.args)
    if line.has("--help", "-h", "--version"):
        return
    for word in line.values("-P", "-H"):
        yield from without_output(call.hidden(word, "-P", stdin=unknown("a manual page")))
    for word in line.values("-o"):
        if word.text != "-" and call.name != "man":
            yield WritePath(target=call.target(word))
    if line.has("-l"):
        for word in line.operands:
            yield ReadPath(target=call.target(word), shown=shown_by(call))
    for word in line.values("-C"):
        yield ReadPath(target=call.target(word), shown=False)


@program("dos2unix", "unix2dos", "mac2unix", "unix2mac", "fromdos", "todos")
def line_ends(call: Invocation) -> Effects:
    """Operands change in place, `-n` pairs inputs with outputs, `-O` prints."""
    options = Options("-n --newfile", "-o --oldfile", "-O --to-stdout", "-k --keepdate", "-q --quiet",
                      "-c --convmode M", "-f",
                      "-i --info [F]", "-m", "-r", "-s", "-u", "-l", "-e", "-F", "-S", "-R", "-b", "-h --help",
                      "-V --version")  # fmt: skip
    line = options.parse(call.args)
    if line.has("--help", "--version"):
        return
    if line.has("-O", "-i") or not line.operands:
        reads, text = reading(call, line.operands, shown=not line.has("-i"))
        yield from reads
        yield Output(unknown("converted lines", *text.origins))
        return
    for index, word in enumerate(line.operands):
        if line.has("-n") and index % 2 == 0:
            yield ReadPath(target=call.target(word), shown=False)
        else:
            yield WritePath(target=call.target(word), how="overwrite" if line.has("-n") else "edit")


@program("wc", "gwc")
def wc(call: Invocation) -> Effects:
    """Counts only; the list of names behind `--files0-from` shows in messages."""
    options = Options("-c --bytes", "-m --chars", "-l --lines", "-w --words", "-L --max-line-length", "--total W",
                      "--files0-from FILE", "--debug", "--help", "--version")  # fmt: skip
    line = options.parse(call.args)
    for word in line.values("--files0-from"):
        if word.text != "-":
            yield ReadPath(target=call.target(word), shown=shown_by(call))
    reads, _ = reading(call, line.operands, shown=False)
    yield from reads
    yield Output(unknown("a count", plain=True, empty=False))


@program(*"md5sum sha1sum sha224sum sha256sum sha384sum sha512sum b2sum b3sum cksum sum md5 sha1 sha256 shasum xxhsum"
         " xxh64sum crc32 rhash gsha256sum gmd5sum sha512 hashdeep md5deep".split())  # fmt: skip
def checksum(call: Invocation) -> Effects:
    """Digests show nothing of the content; `-c` reads a list of names."""
    takes = ["-a --algorithm A"] if call.name in ("shasum", "cksum") else []
    options = Options(*takes, "-b --binary", "-c --check", "-t --text", "-l --length N", "-w --warn", "-s",
                      "-q --quiet", "-r",
                      "-p", "-z --zero", "--tag", "--status", "--strict", "--ignore-missing", "--help",
                      "--version")  # fmt: skip
    line = options.parse(call.args)
    reads, _ = reading(call, line.operands, shown=False)
    yield from reads
    yield Output(unknown("a checksum") if line.operands else known("") + unknown("a checksum", plain=True, empty=False))


@program("pv", "buffer", "mbuffer", "cstream", "ts", "annotate-output", "lolcat", "cowsay", "figlet", "toilet",
         "banner", "boxes",
         "vipe", "unbuffer-pipe", "stdbuf-pipe", "pee")  # fmt: skip
def pass_through(call: Invocation) -> Effects:
    """What flows in flows out; pee gives it to shell commands."""
    if call.name == "pee":
        for word in call.args:
            yield from call.shell(word)
        return
    words: list[Value] = (
        [word for word in call.args if not word.startswith("-")] if call.name in ("pv", "lolcat") else []
    )
    reads, text = reading(call, words)
    yield from reads
    yield Output(text if call.name in ("pv", "buffer", "mbuffer") else unknown(f"output of {call.name}", *text.origins))
