"""grep, ripgrep, ag, ack: what is searched, for what, and whether matching lines are shown."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from enactd.effects.invocation import (
    EMPTY,
    Effects,
    Hole,
    Invocation,
    Line,
    Options,
    Output,
    Value,
    known,
    program,
    unknown,
    value,
)
from enactd.effects.model import ReadPath, SearchSecrets, Target
from enactd.effects.programs.streams import (
    content_of,
    selected,
    shown_by,
    standard_input,
    without_output,
)
from enactd.effects.secrets import secret_variable
from enactd.effects.values import ENVIRONMENT, FILE, SECRET

_GREP: Final = Options(
    "-E --extended-regexp", "-F --fixed-strings --fixed-regexp", "-G --basic-regexp", "-P --perl-regexp",
    "-e --regexp PATTERN", "-f --file FILE", "-i -y --ignore-case", "--no-ignore-case", "-v --invert-match",
    "-w --word-regexp", "-x --line-regexp", "-c --count", "--color --colour [WHEN]", "-L --files-without-match",
    "-l --files-with-matches", "-m --max-count N", "-o --only-matching", "-q --quiet --silent", "-s --no-messages",
    "-b --byte-offset", "-H --with-filename", "-h --no-filename", "--label LABEL", "-n --line-number",
    "-T --initial-tab", "-Z --null", "-A --after-context N", "-B --before-context N", "-C --context N", "-a --text",
    "--binary-files TYPE", "-D --devices ACTION", "-d --directories ACTION", "--exclude GLOB", "--exclude-from FILE",
    "--exclude-dir GLOB", "-I", "--include GLOB", "-r --recursive", "-R --dereference-recursive", "--line-buffered",
    "-U --binary", "-u", "-z --null-data", "-S", "-O", "-p", "--no-group-separator", "--group-separator SEP",
    "-V --version", "--help", "-1", "-2", "-3", "-4", "-5", "-6", "-7", "-8", "-9", "-0",
)  # fmt: skip
_RG: Final = Options(
    "-e --regexp PATTERN", "-f --file FILE", "-g --glob GLOB", "--iglob GLOB", "-t --type TYPE", "-T --type-not TYPE",
    "--type-add SPEC", "--type-clear TYPE", "-A --after-context N", "-B --before-context N", "-C --context N",
    "-m --max-count N", "-d --max-depth --maxdepth N", "--max-filesize N", "-j --threads N", "-M --max-columns N",
    "-r --replace TEXT", "-E --encoding ENC", "--sort BY", "--sortr BY", "--color WHEN", "--colors SPEC",
    "--pre COMMAND", "--pre-glob GLOB", "--hostname-bin COMMAND", "--path-separator S", "--context-separator S",
    "--field-context-separator S", "--field-match-separator S", "--regex-size-limit N", "--dfa-size-limit N",
    "--ignore-file FILE", "--engine E", "--generate KIND", "--hyperlink-format F", "--files", "--type-list",
    "-l --files-with-matches", "--files-without-match", "-c --count", "--count-matches", "-q --quiet",
    "-o --only-matching", "-v --invert-match", "-z --search-zip", "-. --hidden", "--no-ignore", "-u --unrestricted",
    "-L --follow", "-n --line-number", "-N --no-line-number", "-i --ignore-case", "-S --smart-case",
    "-s --case-sensitive", "-w --word-regexp", "-x --line-regexp", "-F --fixed-strings", "-P --pcre2", "-U --multiline",
    "--multiline-dotall", "-H --with-filename", "-I --no-filename", "-p --pretty", "-0 --null", "-a --text", "-b",
    "--json", "--stats", "--passthru", "--heading", "--no-heading", "--column", "--trim", "--vimgrep", "--debug",
    "--no-messages", "--no-config", "--crlf", "--binary", "--glob-case-insensitive", "--no-ignore-vcs", "-h --help",
    "-V --version", "--one-file-system", "--line-buffered", "--block-buffered", "--no-pre", "--include-zero",
    "--max-columns-preview", "--no-ignore-parent", "--no-ignore-global", "--no-ignore-dot", "--no-require-git",
    abbreviate=False,
)  # fmt: skip
_AG: Final = Options(
    "-A --after [N]", "-B --before [N]", "-C --context [N]", "-G --file-search-regex PATTERN", "--ignore PATTERN",
    "--ignore-dir PATTERN", "-m --max-count N", "--depth N", "-p --path-to-ignore FILE", "-W --width N", "--pager CMD",
    "--color-line-number C", "--color-match C", "--color-path C", "-g", "-f", "-l --files-with-matches",
    "-L --files-without-matches", "-c --count", "-q", "-o --only-matching", "-v --invert-match", "-i --ignore-case",
    "-s --case-sensitive", "-S --smart-case", "-w --word-regexp", "-Q --literal -F --fixed-strings",
    "-u --unrestricted",
    "-U --skip-vcs-ignores", "-a --all-types", "-t --all-text", "--hidden", "-z --search-zip", "-n --norecurse",
    "-r --recurse -R", "-0 --null --print0", "--nogroup", "--group", "--nocolor", "--color", "--column", "--vimgrep",
    "--stats", "--ackmate", "--type T", "--files-from FILE", "-x", "-H", "-h", "--match PATTERN", "--sort-files",
    "--output EXPR", "--nopager", "--help", "-V --version",
)  # fmt: skip
_NAMES: Final = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+")
_NO_NAMES_FIRST: Final = ("-q", "-I", "-A", "-B", "-C", "-0", "-p", "--json", "--heading", "--passthru", "--stats",
                          "--path-separator", "--field-match-separator", "--null-data", "--debug")  # fmt: skip
_MORE: Final = ("-v", "-A", "-B", "-C", "-z", "-f")  # lines beside those that match
_SETTING: Final = re.compile(
    r"\^?(?:[A-Za-z0-9]+_)*(?:ENV|PATH|HOME|DIR|PORT|VERSION|MODE|LEVEL|DEBUG|REGION|LANG|SHELL|TERM|DISPLAY|EDITOR|TZ|ROOT"
    r"|PREFIX|PWD)=?|\^[A-Z][A-Z0-9_]+=",
    re.IGNORECASE,
)
"""Names of variables that say where and how, and a whole name up to its `=`."""
_SIMPLE: Final = re.compile(r"\^?[\w\s./:=@,#%&'\"<>~-]*\$?")


@program(
    "grep",
    "egrep",
    "fgrep",
    "rgrep",
    "ggrep",
    "zgrep",
    "zegrep",
    "zfgrep",
    "bzgrep",
    "xzgrep",
    "zstdgrep",
    "ugrep",
    "ug",
)
def grep(call: Invocation) -> Effects:
    """Matching lines become visible, unless only names, counts or nothing is printed."""
    line = _GREP.parse(call.args)
    if line.has("--help", "--version"):
        return
    patterns, files = _patterns(line)
    recursive = line.has("-r", "-R") or line.text("-d") == "recurse" or call.name in ("rgrep",)
    for option in ("-f", "--exclude-from"):
        for word in line.values(option):
            if word.text != "-":
                yield ReadPath(target=call.target(word), shown=False)
    hidden = line.has("-q", "-l", "-L", "-c")
    if not files and not recursive:
        yield _filtered(line, patterns, standard_input(call), call.name)
        return
    search = "\n".join(pattern.shown() for pattern in patterns)
    roots = files or [known(".")]
    reads = _searched(call, roots, line.values("--include"), recursive, not hidden, search)
    yield from reads
    if line.has("-l", "-L"):
        yield Output(_names(roots, recursive))
    elif recursive and not line.has("-h", "-q", "-A", "-B", "-C", "-Z", "-z", "--label"):
        yield Output(_named_lines(roots, reads))
    elif not recursive and len(files) == 1 and files[0].text != "-" and not hidden:
        target = call.target(files[0])
        if call.name in ("grep", "egrep", "fgrep"):
            yield _filtered(line, patterns, content_of(call, files[0], target), call.name)


def _named_lines(roots: Sequence[Value], reads: Sequence[ReadPath]) -> Value:
    """The lines of a recursive search, each behind the name of its file."""
    origins = {FILE, *((SECRET,) if any(read.target.secret for read in reads) else ())}
    return _names(roots, recursive=True, behind=(":", Hole("a matching line", line=True))).tainted(*origins)


def _names(roots: Sequence[Value], recursive: bool, behind: Sequence[str | Hole] = ()) -> Value:
    """The names that `-l` prints: operands, or files below them. `behind` stands behind each."""
    pieces: list[str | Hole] = []
    for root in roots:
        slash = "" if root.suffix.endswith("/") or not recursive else "/"
        below = [Hole("a file with a match", inside=True, empty=False)] if recursive else []
        pieces += [*root.pieces, slash, *below, *behind, "\n"]
    return value(*pieces)


def _patterns(line: Line) -> tuple[list[Value], list[Value]]:
    """The patterns, and the operands that are files."""
    given = line.values("-e")
    if given or line.has("-f"):
        return given, line.operands
    return line.operands[:1], line.operands[1:]


def _searched(
    call: Invocation, roots: Sequence[Value], globs: Sequence[Value], recursive: bool, shown: bool, search: str
) -> list[ReadPath]:
    """Searches of roots, narrowed to globs where there are any."""
    found: list[ReadPath] = []
    shown = shown and shown_by(call)
    for root in roots:
        if root.text == "-":
            continue
        targets = [call.target(root)]
        if globs and recursive:
            slash = "" if root.suffix.endswith("/") else "/"
            targets = [call.target(value(*root.pieces, slash, "**/", *glob.pieces, glob=True)) for glob in globs]
        for target in targets:
            found.append(ReadPath(target=target, how="search", recursive=recursive, shown=shown, search=search))
    return found


def _names_variables(pattern: str) -> bool:
    """Whether what is searched for in an environment are variables that never hold a secret, by their names."""
    alternatives = re.split(r"\\?\|", re.sub(r"\A(\^?)\(([^()]*)\)(=?)\Z", r"\2", pattern))
    return all(_SETTING.fullmatch(name) and not secret_variable(name.strip("^=")) for name in alternatives)


def _filtered(line: Line, patterns: list[Value], text: Value, name: str) -> Output:
    """The lines of a known text that match a plain pattern."""
    if line.has("-c", "-q", "-l", "-L"):
        return Output(unknown("a count", plain=True, empty=False) if line.has("-c") else EMPTY)
    pattern = patterns[0].text if len(patterns) == 1 else None
    fixed = line.has("-F") or name == "fgrep"
    if ENVIRONMENT in text.origins and pattern is not None and not line.has(*_MORE) and _names_variables(pattern):
        return Output(unknown("variables that hold no secret", ENVIRONMENT))
    plain = pattern is not None and (fixed or _SIMPLE.fullmatch(pattern) is not None)
    if not plain or line.has("-o", "-n", "-A", "-B", "-C", "-m", "-z", "-b", "-H"):
        return selected(text, lambda _: None, "lines that grep found")
    expression = re.escape(pattern or "") if fixed else re.sub(r"[/:=@,#%&~-]", r"\\\g<0>", pattern or "")
    if line.has("-w"):
        expression = rf"\b(?:{expression})\b"
    if line.has("-x"):
        expression = rf"^(?:{expression})$"
    found = re.compile(expression, re.IGNORECASE if line.has("-i") else 0)
    inverted = line.has("-v")

    def matching(known_text: str) -> str:
        kept = [one for one in known_text.splitlines() if bool(found.search(one)) != inverted]
        return "".join(one + "\n" for one in kept)

    return selected(text, matching, "lines that grep found")


@program("rg", "ripgrep", "rga")
def rg(call: Invocation) -> Effects:
    """`--pre` and `--hostname-bin` run programs; hidden and ignored files are left out unless asked for."""
    line = _RG.parse(call.args)
    if line.has("--help", "--version", "--type-list"):
        return
    for option in ("--pre", "--hostname-bin"):
        for command in line.values(option):
            if command.pieces:
                yield from without_output(call.hidden(command, option))
    for word in line.values("-f"):
        if word.text != "-":
            yield ReadPath(target=call.target(word), shown=False)
    globs = [glob for glob in line.values("-g") + line.values("--iglob") if not glob.startswith("!")]
    if line.has("--files"):
        for root in line.operands or [known(".")]:
            yield ReadPath(target=_listed(call, root, globs), how="list", recursive=True, shown=shown_by(call),
                           search=" ".join(glob.shown() for glob in globs))  # fmt: skip
        yield Output(_names(line.operands or [known(".")], recursive=True))
        return
    patterns, files = _patterns(line)
    hidden = line.has("-q", "-l", "--files-without-match", "-c", "--count-matches")
    if not files and call.stdin is not None:
        yield selected(call.stdin, lambda _: None, "lines that rg found")
        return
    search = "\n".join(pattern.shown() for pattern in patterns)
    if not hidden and not globs and _unrestricted(call) and any(map(secret_variable, _NAMES.findall(search))):
        yield SearchSecrets(pattern=search[:200], by=call.name)
    roots = files or [known(".")]
    reads = _searched(call, roots, globs, True, not hidden, search)
    yield from reads
    if line.has("-l", "--files-without-match"):
        yield Output(_names(roots, recursive=True))
    elif not files and not line.has(*_NO_NAMES_FIRST):
        yield Output(_named_lines(roots, reads))


def _unrestricted(call: Invocation) -> bool:
    """Whether hidden and ignored files are searched, too: dotenv files are both."""
    letters = "".join(text[1:] for word in call.args if re.fullmatch(r"-[a-zA-Z.]+", text := word.text or ""))
    texts = {word.text for word in call.args}
    hidden = "--hidden" in texts or "." in letters
    ignored = bool({"--no-ignore", "--no-ignore-vcs", "--unrestricted"} & texts)
    return letters.count("u") + hidden + ignored > 1


def _listed(call: Invocation, root: Value, globs: Sequence[Value]) -> Target:
    if len(globs) == 1:
        slash = "" if root.suffix.endswith("/") else "/"
        return call.target(value(*root.pieces, slash, "**/", *globs[0].pieces, glob=True))
    return call.target(root)


@program("ag", "ack", "ack-grep", "pt", "sift")
def ag(call: Invocation) -> Effects:
    """`-g` (and ack's `-f`) list names; `--pager` runs a program."""
    line = _AG.parse(call.args)
    if line.has("--help", "--version"):
        return
    for command in line.values("--pager"):
        yield from without_output(call.hidden(command, "--pager"))
    lists = line.has("-g") or (call.name.startswith("ack") and line.has("-f"))
    given = line.values("--match")
    patterns, files = (given, line.operands) if given else (line.operands[:1], line.operands[1:])
    if call.name.startswith("ack") and line.has("-f"):
        patterns, files = [], line.operands
    search = "\n".join(pattern.shown() for pattern in patterns)
    if lists:
        for root in files or [known(".")]:
            yield ReadPath(target=call.target(root), how="list", recursive=True, shown=shown_by(call), search=search)
        return
    if not files and call.stdin is not None:
        yield selected(call.stdin, lambda _: None, f"lines that {call.name} found")
        return
    hidden = line.has("-l", "-L", "-c", "-q")
    yield from _searched(call, files or [known(".")], line.values("-G"), True, not hidden, search)


@program("locate", "mlocate", "plocate", "mdfind")
def locate(call: Invocation) -> Effects:
    """Names anywhere on the machine."""
    options = Options("-d --database DB", "-l -n --limit N", "-i --ignore-case", "-c --count", "-r --regexp",
                      "-0 --null",
                      "-b --basename", "-e --existing", "-q --quiet", "-A --all", "-w --wholename", "-S --statistics",
                      "--regex", "-onlyin DIR", "-name NAME", "-live", "-h --help", "-V --version")  # fmt: skip
    line = options.parse(call.args)
    if line.has("-h", "-V", "-S"):
        return
    root = line.value("-onlyin") or known("/")
    for word in [*line.operands, *line.values("-name")]:
        text = word.text
        pattern = value(*root.pieces, "" if root.suffix.endswith("/") else "/", "**/*", *word.pieces, "*", glob=True)
        target = call.target(pattern) if text is not None else call.target(root)
        yield ReadPath(target=target, how="list", recursive=True, shown=not line.has("-c"), search=word.shown())
