"""fd: finds paths, and runs commands on them with `-x` and `-X`."""

from __future__ import annotations

import re
from typing import Final

from enactd.effects.invocation import Effects, Invocation, Line, Options, Output, Value, concat, known, program, value
from enactd.effects.model import ReadPath
from enactd.effects.programs.find import Depth, Reach, found_path, place_of, refined, substituted
from enactd.effects.programs.streams import shown_by

_FD: Final = Options(
    "-H --hidden", "-I --no-ignore", "-u --unrestricted", "-s --case-sensitive", "-i --ignore-case", "-g --glob",
    "--regex", "-F --fixed-strings --literal", "--and PATTERN", "-a --absolute-path", "-l --list-details",
    "-L --follow --dereference", "-p --full-path", "-0 --print0", "-d --max-depth --maxdepth N", "--min-depth N",
    "--exact-depth N", "-E --exclude GLOB", "--prune", "-t --type KIND", "-e --extension EXT", "-S --size SIZE",
    "--changed-within --newer --change-newer-than T", "--changed-before --older --change-older-than T", "-o --owner U",
    "--format FMT", "--batch-size N", "--ignore-file FILE", "-c --color WHEN", "--hyperlink [WHEN]", "-j --threads N",
    "--max-results N", "-1", "-q --quiet --has-results", "--show-errors", "--base-directory DIR", "--search-path DIR",
    "--path-separator S", "--strip-cwd-prefix [WHEN]", "--one-file-system --mount --xdev", "--no-ignore-vcs",
    "--no-ignore-parent", "--no-require-git", "--no-follow", "--no-hidden", "--ignore", "-C DIR", "-h --help",
    "-V --version", "--gen-completions [S]",
)  # fmt: skip
_COMMANDS: Final = ("-x", "--exec", "-X", "--exec-batch")
_MARKS: Final = ("{/.}", "{//}", "{/}", "{.}", "{}")


@program("fd", "fdfind")
def fd(call: Invocation) -> Effects:
    """The command behind `-x` reaches to `;` or the end."""
    args = list(call.args)
    at = next((i for i, word in enumerate(args) if word.text in _COMMANDS or word.startswith("--exec=")), len(args))
    command = args[at + 1 :]
    after: list[Value] = []
    end = next((i for i, word in enumerate(command) if word.text == ";"), None)
    if end is not None:
        command, after = command[:end], command[end + 1 :]
    line = _FD.parse([*args[:at], *after])
    if line.has("--help", "--version"):
        return
    base = line.value("--base-directory", "-C")
    roots = [*line.operands[1:], *line.values("--search-path")]
    if line.values("--search-path") and line.operands:
        roots = [*line.operands[1:], *line.values("--search-path")]
    paths = [value(*base.pieces, "/", *r.pieces) if base is not None else r for r in roots] or [base or known(".")]
    patterns = _patterns(line)
    depth = Depth(1, _depth(line))
    reach = Reach(None, limited=patterns is None, kind="f" if line.text("-t")[:1] == "f" else "")
    names: list[Value | None] = [*patterns] if patterns else [None]
    lines: list[Value] = []
    for root in paths:
        for name in names:
            pattern = None if name is None or name.text == "*" else ("-name", name)
            target = place_of(call, root, reach, pattern, depth)
            path = found_path(root, reach, pattern, depth)
            shown = not command and not line.has("-q") and shown_by(call)
            yield ReadPath(target=target, how="list", recursive=True, shown=shown, search=name.shown() if name else "")
            if not command:
                lines.append(value(*path.pieces, "\n"))
                continue
            items = call.run(_filled(command, path))
            lines += [item.value for item in items if isinstance(item, Output)]
            yield from refined(items, path, target)
    yield Output(concat(lines))


def _depth(line: Line) -> int:
    text = line.text("-d") or line.text("--exact-depth")
    return int(text) if text.isdigit() and len(text) < 6 else 1_000


def _patterns(line: Line) -> list[Value] | None:
    """Name patterns as globs; None where a regular expression or other tests only limit."""
    extensions = line.values("-e")
    pattern = line.operands[0] if line.operands else None
    if line.has("-S", "--changed-within", "--changed-before", "-o"):
        return None
    if extensions and (pattern is None or pattern.text in ("", ".")):
        return [value("*.", *extension.pieces) for extension in extensions]
    if pattern is None or pattern.text in ("", "."):
        return [known("*")]
    text = pattern.text
    if text is None:
        return None
    if line.has("-g"):
        return [pattern]
    if line.has("-F") or re.fullmatch(r"[\w -]+", text):
        return [known(f"*{text}*")]
    exact = re.fullmatch(r"\^?((?:[\w -]|\\?\.)+)(\$?)", text)
    if exact:
        # A bare dot matches any character; who writes `.env` means the dot.
        cores = {exact.group(1).replace("\\.", "."), re.sub(r"(?<!\\)\.", "?", exact.group(1)).replace("\\.", ".")}
        before, after = "" if text.startswith("^") else "*", "" if exact.group(2) else "*"
        return [known(before + core + after) for core in sorted(cores)]
    return None


def _filled(command: list[Value], path: Value) -> list[Value]:
    words = command
    if not any(mark in word.visible for word in words for mark in _MARKS):
        return [*words, path]
    for mark in _MARKS:
        words = substituted(words, mark, path)
    return words
