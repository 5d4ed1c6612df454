"""rm and its relatives: files and folders that go away, for good or into a trash."""

from __future__ import annotations

import posixpath
from typing import Final

from enactd.effects.invocation import Effects, Invocation, Options, Value, known, program
from enactd.effects.model import DeletePath, Target, WriteDevice
from enactd.effects.programs.streams import is_device, nothing_printed
from enactd.effects.programs.windows import has_switch, remove_folder

_RM: Final = Options(
    "-f --force", "-i", "-I", "--interactive [WHEN]", "-r -R --recursive", "-d --dir", "-v --verbose",
    "-x --one-file-system", "--no-preserve-root", "--preserve-root [ALL]", "-P", "-W", "--help", "--version",
)  # fmt: skip
_RMDIR: Final = Options("-p --parents", "-v --verbose", "--ignore-fail-on-non-empty", "--help", "--version")
_SHRED: Final = Options(
    "-f --force", "-n --iterations N", "--random-source FILE", "-s --size N", "-u", "--remove [HOW]", "-v --verbose",
    "-x --exact", "-z --zero", "--help", "--version",
)  # fmt: skip
_WIPE: Final = Options(
    "-r -R --recursive", "-f --force", "-i", "-v --verbose", "-z --zero", "-s --simple --short", "-d --dod", "-n",
    "-m --medium", "-q --quick", "-Q COUNT", "-x [N]", "-k", "-c", "-D", "-e", "-P", "-S SIZE", "-F", "-Z", "-l LENGTH",
    "-M METHOD", "-o OFFSET", "-T TRIES", "-p PASSES", "-G --gutmann", "-C --rcmp", "-O --openbsd", "--help",
    "-h", "-V --version",
)  # fmt: skip
_TRASH: Final = Options(
    "-f --force", "-i --interactive", "-r -R --recursive", "-d --directory", "-v --verbose", "-F", "-l", "-e", "-s",
    "-u", "-y", "--trash-dir DIR", "--home-fs", "--glob", "--help", "-h", "--version",
)  # fmt: skip
_RIMRAF: Final = Options(
    "-g --glob", "-G --no-glob", "-v --verbose", "-V --no-verbose", "--preserve-root", "--no-preserve-root",
    "-i --interactive", "-I --no-interactive", "--impl IMPL", "--tmp DIR", "--max-retries N", "--retry-delay N",
    "--backoff N", "-h --help", "--version",
)  # fmt: skip
_DEL: Final = Options("-f --force", "-d --dry-run", "--help", "--version", "-h")
_TRASH_FOLDER: Final = ".local/share/Trash"


def _in_trash(call: Invocation, folder: str) -> Target:
    return call.target(f"{call.world.home}/{folder}", everything=True)


def _entry(call: Invocation, word: Value) -> Target:
    """What `rm` takes away: where the last part of a name is a link, the link and not what it leads to."""
    target = call.target(word)
    named = target.named
    if call.place or named is None or named == target.path or target.pattern or target.everything_in:
        return target
    if word.suffix.endswith(("/", "/.")):
        return target
    folder, name = posixpath.split(named)
    above = call.target(known(folder))
    link = posixpath.join(above.path or folder, name)
    if above.path is None or link == target.path or above.area not in ("workspace", "workspace-root"):
        return target
    return Target(word=target.word, path=link, named=named, area="workspace", kind="link")


@program("rm", "grm")
def rm(call: Invocation) -> Effects:
    """Deletes; without `-r` folders stay."""
    line = _RM.parse(call.args)
    if line.has("--help", "--version"):
        return
    # A word that is not known may be `-rf`.
    recursive = line.has("-r") or line.uncertain
    for word in line.operands:
        if word.text == "":
            continue  # an empty word names nothing; `rm` says so
        target = _entry(call, word)
        if is_device(target):
            yield WriteDevice(device=target.path or target.word, how="rm")
        yield DeletePath(target=target, recursive=recursive, only_empty=line.has("-d") and not recursive)
    yield nothing_printed()


@program("rmdir")
def rmdir(call: Invocation) -> Effects:
    """Only empty folders, unless cmd.exe switches say that it is the Windows command."""
    if has_switch(call.args, "s", "q"):
        yield from remove_folder(call)
        return
    line = _RMDIR.parse(call.args)
    if line.has("--help", "--version"):
        return
    for word in line.operands:
        yield DeletePath(target=call.target(word), only_empty=True)
        text = word.text if line.has("-p") else None
        while text and "/" in text.strip("/"):
            text = text.rstrip("/").rpartition("/")[0]
            yield DeletePath(target=call.target(text), only_empty=True)
    yield nothing_printed()


@program("unlink")
def unlink(call: Invocation) -> Effects:
    """Takes one name away."""
    for word in call.args:
        if not word.startswith("--"):
            yield DeletePath(target=call.target(word))


def _scrub(call: Invocation, words: list[Value], recursive: bool) -> Effects:
    for word in words:
        if word.text == "-":
            continue
        target = call.target(word)
        if is_device(target):
            yield WriteDevice(device=target.path or target.word, how=call.name)
        else:
            yield DeletePath(target=target, recursive=recursive, scrub=True)


@program("shred", "gshred")
def shred(call: Invocation) -> Effects:
    """The content is gone even where the name stays."""
    line = _SHRED.parse(call.args)
    if not line.has("--help", "--version"):
        yield from _scrub(call, line.operands, recursive=False)


@program("wipe", "srm", "sfill", "nwipe")
def wipe(call: Invocation) -> Effects:
    """Overwrites, then deletes."""
    line = _WIPE.parse(call.args)
    if not line.has("--help", "-h", "--version"):
        yield from _scrub(call, line.operands, line.has("-r") or line.uncertain)


@program("trash", "trash-put", "rmtrash", "gomi", "rip", "move-to-trash", "recycle-bin")
def trash(call: Invocation) -> Effects:
    """Files leave their place for a trash folder; `trash -e` and `-s` (macOS) empty it."""
    line = _TRASH.parse(call.args)
    if line.has("--help", "-h", "--version"):
        return
    if call.name == "trash" and line.has("-e", "-s"):
        yield DeletePath(target=_in_trash(call, ".Trash"), recursive=True)
    for word in line.operands:
        yield DeletePath(target=call.target(word), recursive=True)


@program("trash-empty", "trash-rm")
def trash_empty(call: Invocation) -> Effects:
    """What is in the trash goes for good."""
    texts = call.texts()
    if not {"--help", "-h", "--version", "--dry-run"} & set(texts):
        yield DeletePath(target=_in_trash(call, _TRASH_FOLDER), recursive=True)


@program("trash-list", "trash-restore", "restore-trash", "list-trash")
def trash_list(call: Invocation) -> Effects:
    """Looking at the trash, or taking a file out of it after a question."""
    yield from ()


@program("gio", "gvfs-trash", "gvfs-rm", "kioclient")
def gio(call: Invocation) -> Effects:
    """The desktop's file commands: `gio trash|remove|move|copy|mkdir|cat|open`."""
    if call.name.startswith("gvfs-"):
        verb, words = call.name.removeprefix("gvfs-"), list(call.args)
    else:
        verb, words = (call.args[0].text or "") if call.args else "", list(call.args[1:])
    operands = [word for word in words if not word.startswith("-")]
    match verb:
        case "trash" if any(word.text == "--empty" for word in words):
            yield DeletePath(target=_in_trash(call, _TRASH_FOLDER), recursive=True)
        case "trash" | "remove" | "rm":
            for word in operands:
                yield DeletePath(target=call.target(word), recursive=verb == "trash")
        case "move" | "copy" | "cat" | "mkdir" | "list" | "tree" | "rename":
            name = {"move": "mv", "copy": "cp", "list": "ls", "rename": "mv"}.get(verb, verb)
            yield from call.run([known(name), *operands])
        case _:
            return


@program("rimraf")
def rimraf(call: Invocation) -> Effects:
    """Deletes trees; with `--glob` it expands patterns itself."""
    line = _RIMRAF.parse(call.args)
    if line.has("--help", "--version"):
        return
    for word in line.operands:
        path = Value(word.pieces, True, word.origins) if line.has("--glob") else word
        yield DeletePath(target=call.target(path), recursive=True)


@program("del-cli")
def del_cli(call: Invocation) -> Effects:
    """`del-cli` expands patterns itself; `!x` takes paths out again."""
    line = _DEL.parse(call.args)
    if line.has("--help", "-h", "--version", "--dry-run"):
        return
    for word in line.operands:
        if not word.startswith("!"):
            yield DeletePath(target=call.target(Value(word.pieces, True, word.origins)), recursive=True)


_DUPLICATES: Final = {
    "fdupes": ("-d", "--delete"),
    "jdupes": ("-d", "--delete"),
    "rdfind": ("-deleteduplicates",),
    "fclones": ("remove",),
    "czkawka_cli": ("-D", "--delete-method"),
}


@program(*_DUPLICATES)
def duplicates(call: Invocation) -> Effects:
    """Finders of duplicates, told to delete: which of two equal files goes is the tool's own choice."""
    texts = [word.text or "" for word in call.args]
    deletes = any(text.partition("=")[0] in _DUPLICATES[call.name] or _has_d(call.name, text) for text in texts)
    if not deletes or {"-n", "--dry-run", "-dryrun", "--help"} & set(texts):
        return
    folders = [word for word in call.args if not word.startswith("-") and (word.text or "/") not in ("true", "remove")]
    for word in folders or [known(".")]:
        yield DeletePath(target=call.target(word, everything=True), bulk=True)


def _has_d(name: str, text: str) -> bool:
    """`fdupes -rdN`: the letter stands among others."""
    return name in ("fdupes", "jdupes") and text[:1] == "-" and text[1:2] != "-" and "d" in text
