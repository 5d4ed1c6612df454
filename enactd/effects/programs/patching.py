"""patch: the files that a patch names, where the patch can be read."""

from __future__ import annotations

import re
from typing import Final

from enactd.effects.invocation import Effects, Invocation, Options, Value, known, program, value
from enactd.effects.model import ReadPath, WritePath
from enactd.effects.programs.git_context import Git
from enactd.effects.programs.streams import content_of, standard_input

_PATCH: Final = Options(
    "-p --strip N", "-i --input FILE", "-d --directory DIR", "-o --output FILE", "-r --reject-file FILE",
    "-R --reverse", "-N --forward", "-f --force", "-t --batch", "-b --backup", "-B --prefix P",
    "-Y --basename-prefix P",
    "-z --suffix S", "-V --version-control M", "-E --remove-empty-files", "-F --fuzz N", "-g --get N",
    "-D --ifdef NAME",
    "-l --ignore-whitespace", "-s --quiet --silent", "-u --unified", "-c --context", "-e --ed", "-n --normal", "-T",
    "-Z --set-utc", "-x --debug N", "-C --check --dry-run", "--binary", "--merge [STYLE]", "--posix", "--verbose",
    "--no-backup-if-mismatch", "--backup-if-mismatch", "--reject-format F", "--read-only B", "--quoting-style S",
    "--follow-symlinks", "-v --version", "--help",
)  # fmt: skip
_FILE_LINE: Final = re.compile(r"^(?:\+\+\+|---|\*\*\*|Index:) +([^\t\n]+)", re.MULTILINE)


@program("patch", "gpatch")
def patch(call: Invocation) -> Effects:
    """Without a file operand, the patch says which files change; where it cannot be read, all below the folder may."""
    line = _PATCH.parse(call.args)
    if line.has("--version", "--help"):
        return
    source = line.value("-i") or (line.operands[1] if len(line.operands) > 1 else None)
    text = standard_input(call)
    if source is not None and source.text != "-":
        target = call.target(source)
        yield ReadPath(target=target, shown=False)
        text = content_of(call, source, target)
    if line.has("-C"):
        return
    folder = line.value("-d") or known(".")
    for name in line.values("-o") + line.values("-r"):
        yield WritePath(target=call.target(_below(folder, name)))
    if line.has("-o"):
        return
    if line.operands:
        yield WritePath(target=call.target(_below(folder, line.operands[0])), how="edit")
        return
    if line.has("-R") and text.text is None and source is None:
        git = Git(call, "apply", (), {})
        if git.repo is not None:
            yield git.discard("apply --reverse", git.dirty())  # the output of `git diff` taken back is a checkout
    names = named_files(text.text, line.text("-p")) if text.text is not None else []
    for path in names:
        yield WritePath(target=call.target(_below(folder, known(path))), how="edit", origins=text.origins)
    if not names:
        yield WritePath(target=call.target(folder), how="edit", recursive=True, origins=text.origins)


def _below(folder: Value, name: Value) -> Value:
    if folder.text == "." or name.startswith("/"):
        return name
    return value(*folder.pieces, "/", *name.pieces)


def named_files(text: str, strip: str) -> list[str]:
    """The files that a patch names, `strip` leading folders taken off; without a number only the last part stays."""
    names: list[str] = []
    for match in _FILE_LINE.finditer(text):
        path = match.group(1).strip().strip('"')
        if path == "/dev/null" or re.fullmatch(r"\d+(,\d+)? (?:----|\*\*\*\*)?", path):
            continue
        parts = path.split("/")
        kept = parts[int(strip) :] if strip.isdigit() else parts[-1:]
        name = "/".join(kept)
        if name and name not in names:
            names.append(name)
    return names
