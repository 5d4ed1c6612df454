"""rsync and its kin: copies between folders and machines, and what they delete on the receiving side."""

from __future__ import annotations

import re
import shlex
from typing import Final

import msgspec

from enactd.effects.invocation import Effects, Hole, Invocation, Line, Options, Value, known, program, unknown, value
from enactd.effects.model import (
    ChangeService,
    CopyPath,
    DeletePath,
    MovePath,
    ReadPath,
    Request,
    SendData,
    Target,
    WritePath,
)
from enactd.effects.programs.copying import inside
from enactd.effects.programs.streams import nothing_printed, without_output
from enactd.effects.values import NETWORK, SECRET

_RSYNC: Final = Options(
    "-a --archive", "-r --recursive", "-R --relative", "-l --links", "-L --copy-links", "-k --copy-dirlinks",
    "-K --keep-dirlinks", "-H --hard-links", "-p --perms", "-E --executability", "-A --acls", "-X --xattrs",
    "-o --owner", "-g --group", "-t --times", "-O --omit-dir-times", "-J --omit-link-times", "-U --atimes",
    "-N --crtimes", "-S --sparse", "-W --whole-file", "-x --one-file-system", "-n --dry-run", "-v --verbose",
    "-q --quiet", "-c --checksum", "-u --update", "-b --backup", "-d --dirs", "-z --compress", "-P", "-h",
    "-8 --8-bit-output", "-i --itemize-changes", "-I --ignore-times", "-y --fuzzy", "-C --cvs-exclude", "-F", "-0",
    "-4 --ipv4", "-6 --ipv6", "-D", "-s --secluded-args --protect-args", "-m --prune-empty-dirs", "-e --rsh COMMAND",
    "--rsync-path PROGRAM", "--exclude PATTERN", "--include PATTERN", "--exclude-from FILE", "--include-from FILE",
    "--files-from FILE", "-f --filter RULE", "-B --block-size N", "--bwlimit N", "--timeout N", "--contimeout N",
    "--port N", "--password-file FILE", "--log-file FILE", "--log-file-format F", "--out-format F", "--info F",
    "--debug F", "-T --temp-dir DIR", "--partial-dir DIR", "--compare-dest DIR", "--copy-dest DIR", "--link-dest DIR",
    "--backup-dir DIR", "--suffix S", "--chmod MODE", "--chown OWNER", "--usermap M", "--groupmap M", "--max-size N",
    "--min-size N", "--max-delete N", "-@ --modify-window N", "--skip-compress L", "--compress-level --zl N",
    "--compress-choice --zc C", "--checksum-choice --cc C", "--stop-after N", "--stop-at T", "--write-batch FILE",
    "--only-write-batch FILE", "--read-batch FILE", "--protocol N", "--iconv S", "--checksum-seed N", "--address A",
    "--sockopts O", "--outbuf M", "-M --remote-option O", "--config FILE", "--stderr M", "--copy-as U",
    "--early-input FILE", "--max-alloc N", "--delete --del --delete-before --delete-during --delete-delay "
    "--delete-after --delete-excluded", "--delete-missing-args", "--remove-source-files --remove-sent-files",
    "--list-only", "--existing --ignore-non-existing", "--ignore-existing", "--daemon", "--server", "--sender",
    "--force", "--inplace", "--help", "-V --version",
    abbreviate=False,
)  # fmt: skip


# A perl expression that only changes text.
_SUBSTITUTION: Final = re.compile(r"(?:s|y|tr)(\W)(?:(?!\1).)*\1(?:(?!\1)[^$@`\\])*\1[gimsxcdr]*;?")


_NEW_NAME: Final = unknown("the new name", plain=True, empty=False)


class Remote(msgspec.Struct, frozen=True):
    """The remote side of `host:path`, `host::module/path` or `rsync://host/path`. Host None: not known."""

    host: str | None
    path: Value

    @property
    def place(self) -> str:
        return f"ssh {self.host or '?'}"


def remote_side(word: Value) -> Remote | None:
    """What `[user@]host:path` names, or None for a path of this machine."""
    if word.startswith("rsync://"):
        rest = word.cut(len("rsync://"))
        host, *_ = rest.split("/", 1)
        parts = rest.split("/", 1)
        return Remote(
            (host.text or "").rpartition("@")[2].partition(":")[0] or None, parts[-1] if len(parts) > 1 else known("/")
        )
    host_word, *after = word.split(":", 1)
    if not after or "/" in host_word.visible or not host_word.pieces:
        return None
    text = host_word.text
    if text is not None and len(text) == 1 and after[0].prefix[:1] in ("\\", "/"):
        return None  # a drive letter
    path = after[0].cut(1) if after[0].startswith(":") else after[0]
    return Remote(text.rpartition("@")[2] if text is not None else None, path if path.pieces else known("."))


@program("rsync")
def rsync(call: Invocation) -> Effects:
    """Copies in either direction; what `--delete` takes away counts from where the sources arrive."""
    line = _RSYNC.parse(call.args)
    if line.has("--help", "--version"):
        return
    if line.has("--daemon"):
        yield ChangeService(tool="rsync", verb="daemon")
        return
    remotes = [remote for word in line.operands if (remote := remote_side(word)) is not None]
    yield from _started(call, line, remotes)
    yield from _side_files(call, line)
    if len(line.operands) < 2 or line.has("--list-only"):
        for word in line.operands:
            yield from _listed(call, word)
        return
    if line.has("-n"):
        for word in line.operands[:-1]:
            yield from _listed(call, word)
        return
    *sources, goal = line.operands
    for source in sources:
        yield from _transfer(call, line, source, goal)
    if line.has("--delete"):
        yield from _deletions(call, sources, goal)
    yield nothing_printed()


def _started(call: Invocation, line: Line, remotes: list[Remote]) -> Effects:
    """The remote shell that `-e` or RSYNC_RSH names, and the program it starts over there."""
    shell = line.value("-e") or call.variable("RSYNC_RSH")
    host = remotes[0].host if remotes else None
    if shell is not None and (remotes or not line.operands):
        yield from _remote_shell(call, shell, host or "host")
    remote_program = line.value("--rsync-path")
    if remote_program is not None and remotes and (remote_program.text or " ").strip().count(" "):
        yield from without_output(call.shell(remote_program, place=remotes[0].place))


def _remote_shell(call: Invocation, shell: Value, host: str) -> Effects:
    """ssh with its options is read as ssh, anything else is a command hidden in an option."""
    try:
        words = [known(word) for word in shlex.split(shell.text or "")]
    except ValueError:
        words = []
    if words and (words[0].text or "").rpartition("/")[2] in ("ssh", "rsh", "autossh"):
        yield from without_output(call.run([*words, known(host), known("true")]))
    else:
        yield from without_output(call.hidden(shell, "-e"))


def _side_files(call: Invocation, line: Line) -> Effects:
    for option in ("--exclude-from", "--include-from", "--files-from", "--password-file", "--read-batch"):
        for word in line.values(option):
            if word.text != "-":
                yield ReadPath(target=call.target(word), shown=False)
    for option in ("--log-file", "--write-batch", "--only-write-batch"):
        for word in line.values(option):
            yield WritePath(target=call.target(word), how="append" if option == "--log-file" else "overwrite")


def _listed(call: Invocation, word: Value) -> Effects:
    remote = remote_side(word)
    if remote is not None:
        yield Request(method="GET", host=remote.host, url=word.shown(), scheme="rsync")
    else:
        yield ReadPath(target=call.target(word), how="list", recursive=True)


def _whole(word: Value) -> bool:
    """Whether a source stands for what is in it: `src/`, `.`, `src/.`."""
    text = word.suffix if word.pieces and not isinstance(word.pieces[-1], Hole) else ""
    return text.endswith("/") or text in (".", "..") or text.endswith(("/.", "/..")) or not text


def _arrival(source: Value, goal: Value) -> Value:
    return goal if _whole(source) else inside(goal, source)


def _transfer(call: Invocation, line: Line, source: Value, goal: Value) -> Effects:
    sender, receiver = remote_side(source), remote_side(goal)
    if receiver is not None:
        target = call.target(source)
        yield SendData(to=receiver.host, by="rsync", carries=_taints(target), uploads=(target,))
        there = call.target(receiver.path, place=receiver.place)
        yield WritePath(target=there, recursive=True, place=receiver.place)
        if line.has("--remove-source-files"):
            yield DeletePath(target=target, recursive=True, bulk=True)
    elif sender is not None:
        yield Request(method="GET", host=sender.host, url=source.shown(), scheme="rsync")
        arrived = goal if _names_file(call, sender.path, goal) else _arrival(_remote_word(sender), goal)
        to = call.target(arrived)
        yield WritePath(target=to, recursive=True, origins=frozenset((NETWORK,)))
        if line.has("--remove-source-files"):
            there = call.target(sender.path, place=sender.place)
            yield DeletePath(target=there, recursive=True, bulk=True, place=sender.place)
    elif line.has("--remove-source-files"):
        yield MovePath(target=call.target(source), to=call.target(_arrival(source, goal)))
    else:
        arrived = goal if _names_file(call, source, goal) else _arrival(source, goal)
        yield CopyPath(target=call.target(source), to=call.target(arrived))


def _names_file(call: Invocation, source: Value, goal: Value) -> bool:
    """Whether one file is copied to another name, told by endings: `host:a.sh b.sh`, never `src dest/`."""
    ending = _ENDING.search(source.suffix)
    return ending is not None and _ENDING.search(goal.suffix) is not None and call.target(goal).kind != "folder"


_ENDING: Final = re.compile(r"[^/.]\.\w{1,5}$")


def _remote_word(remote: Remote) -> Value:
    return remote.path


def _taints(target: Target) -> frozenset[str]:
    return frozenset((SECRET,)) if target.secret else frozenset()


def _deletions(call: Invocation, sources: list[Value], goal: Value) -> Effects:
    """What the sources lack goes from the folders that they arrive at."""
    receiver = remote_side(goal)
    place = receiver.place if receiver is not None else ""
    base = receiver.path if receiver is not None else goal
    for source in sources:
        sender = remote_side(source)
        folder = _arrival(sender.path if sender is not None else source, base)
        target = call.target(folder, everything=True, place=place or None)
        if target.kind != "missing" or place:
            yield DeletePath(target=target, recursive=True, bulk=True, place=place)


@program("unison", "osync", "lsyncd", "syncthing", "csync2")
def unison(call: Invocation) -> Effects:
    """Two-way synchronisers change both sides."""
    for word in call.args:
        if not word.startswith("-"):
            remote = remote_side(word)
            if remote is not None:
                yield SendData(to=remote.host, by=call.name)
            else:
                yield WritePath(target=call.target(word), recursive=True)


@program("rename", "prename", "file-rename", "mmv", "rename.ul", "perl-rename", "detox", "qmv")
def rename(call: Invocation) -> Effects:
    """Names of the operand files change; the perl one runs its first operand as code."""
    dry = any(
        word.text in ("-n", "--no-act", "--nono", "-h", "--help", "-V", "--version", "--dry-run") for word in call.args
    )
    operands = [word for word in call.args if not word.startswith("-")]
    if dry or not operands:
        return
    code = operands[0]
    if call.name in ("detox", "qmv"):
        for word in operands:
            yield MovePath(target=call.target(word), to=call.target(_beside(word, _NEW_NAME)))
        return
    if call.name == "mmv" and len(operands) >= 2:
        yield MovePath(target=call.target(Value(code.pieces, True)), to=call.target(operands[1]))
        return
    if "/" in code.visible or ";" in code.visible:
        if not _SUBSTITUTION.fullmatch(code.text or ""):
            yield from without_output(call.code("perl", code))
        files = operands[1:]
    else:
        files = operands[2:]
    for word in files:
        yield MovePath(target=call.target(word), to=call.target(_beside(word, _NEW_NAME)))


def _beside(word: Value, name: Value) -> Value:
    folder = (word.text or "").rpartition("/")
    return value(folder[0] + "/" if folder[1] else "", *name.pieces)
