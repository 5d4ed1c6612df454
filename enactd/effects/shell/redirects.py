"""Redirects: which stream leads where, and what opening it does."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from enactd.effects.model import ReadPath, SendData, WriteDevice, WritePath
from enactd.effects.shell.state import Channel, State, Streams, Variable
from enactd.effects.shell.syntax import Proc, Redirect
from enactd.effects.values import EMPTY, NETWORK, Value, concat, known, unknown

if TYPE_CHECKING:
    from enactd.effects.shell.interpreter import Interpreter

_SOCKET: Final = re.compile(r"^/dev/(tcp|udp)/([^/]*)/?(.*)$")
_LOCAL: Final = re.compile(r"^(?:localhost|127\.|::1|0\.0\.0\.0$)")
_FD_PATH: Final = re.compile(r"^/(?:dev|proc/self)/fd/(\d+)$")
_ALWAYS_THERE: Final = re.compile(r"^/dev/(?:null|zero|stdin|stdout|stderr|tty|fd/\d)$")
_NUMBER: Final = re.compile(r"^(?:\d+-?|-)$")
DEFAULT_STREAMS: Final = (("input", None), ("screen", None), ("screen", None))


def may_fail(redirects: list[Redirect]) -> bool:
    """Whether opening any of these depends on files: a folder may be missing, a disk full."""
    for item in redirects:
        if item.op in ("<<", "<<-", "<<<"):
            continue
        if all(isinstance(part, Proc) for part in item.target.parts):
            continue
        text = item.target.literal
        if text is None or not (_ALWAYS_THERE.match(text) or (item.op in (">&", "<&") and _NUMBER.match(text))):
            return True
    return False


@contextmanager
def redirect(
    shell: Interpreter,
    redirects: list[Redirect],
    state: State,
    io: Streams,
    *,
    source: str = "",
    keep: Streams | None = None,
) -> Iterator[Streams]:
    """The streams with these redirects applied; files written are recorded when the block ends.

    With `keep` (the streams around an `exec`) they stay for the rest of the shell.
    """
    if not redirects:
        yield io
        return
    streams = dict(io)
    opened: list[Channel] = []
    for item in redirects:
        _apply(shell, item, state, streams, opened)
    for fd, channel in streams.items() if keep is not None else ():
        if io.get(fd) is not channel:
            state.keep(fd, channel, keep or {})
    yield streams
    for channel in opened:
        _close(shell, channel, source)
        if keep is not None or channel.kept is not None:
            channel.kept = shell.reader.files.get((channel.target and channel.target.path) or "", EMPTY)


def _apply(
    shell: Interpreter, item: Redirect, state: State, streams: dict[int, Channel], opened: list[Channel]
) -> None:
    op = item.op
    fd = item.fd if item.fd is not None else (0 if op.startswith("<") else 1)
    if item.variable:
        fd = 10 + len(state.variables)
        while fd in streams or (fd, None) in state.fds:
            fd += 1
    if op in ("<<", "<<-"):
        channel = Channel("input", source=shell.expander.one(item.body, state, streams))
    elif op == "<<<":
        channel = Channel("input", source=concat((shell.expander.one(item.target, state, streams), known("\n"))))
    else:
        fields = shell.expander.fields(item.target, state, streams)
        word = fields[0] if len(fields) == 1 else shell.expander.one(item.target, state, streams)
        if op in (">&", "<&"):
            found = _duplicate(word, streams)
            if found is None and op == ">&" and item.fd is None and not _NUMBER.match(word.shown() or "-"):
                op = "&>"
            else:
                if item.variable:
                    state.set(item.variable, Variable(known(str(fd))))
                    state.keep(fd, found or Channel("closed"), {})
                streams[fd] = found or Channel("closed")
                return
        channel = open_path(shell, word, op, state, streams)
        if channel.kind in ("file", "append", "device"):
            opened.append(channel)
    streams[fd] = channel
    if op in ("&>", "&>>"):
        streams[1] = streams[2] = channel
    if item.variable:
        state.set(item.variable, Variable(known(str(fd))))
        state.keep(fd, channel, {})
        channel.kept = EMPTY


def _duplicate(word: Value, streams: Streams) -> Channel | None:
    text = (word.text or "").rstrip("-")
    if not text.isdigit():
        return None
    return streams.get(int(text[:6]))


def open_path(shell: Interpreter, word: Value, op: str, state: State, streams: Streams) -> Channel:
    """Open what a redirect names, and say what that does."""
    text = word.text or ""
    socket = _SOCKET.match(text) or _SOCKET.match(word.prefix)
    if socket:
        host = socket.group(2) if word.text is not None else (socket.group(2) or None)
        local = bool(host and _LOCAL.match(host))
        shell.emit(SendData(to=host, by=f"/dev/{socket.group(1)}", local=local))
        return Channel("network", source=unknown(f"data from {host}", NETWORK), host=host or "")
    number = _FD_PATH.match(text)
    if number and text not in shell.reader.files:
        return streams.get(int(number.group(1)[:6])) or Channel("null")
    if text in ("/dev/stdin", "/dev/fd/0") and op == "<":
        return streams.get(0) or Channel("input")
    target = shell.reader.paths.target(word, state.cwd, place=shell.place)
    if op == "<":
        content = shell.reader.content(word, state.cwd, shell.place)
        if target.area != "stream":
            shell.emit(ReadPath(target=target, shown=True))
        return Channel("input", source=content)
    if target.area == "stream" or text.upper() == "NUL":
        if text.endswith("stderr"):
            return streams.get(2) or Channel("screen")
        return (streams.get(1) or Channel("screen")) if text.endswith("stdout") else Channel("null")
    if target.area == "device":
        shell.emit(WriteDevice(device=target.path or text, how="written to"))
        return Channel("null")
    kind = "append" if op in (">>", "&>>", "<>") else "file"
    channel = Channel(kind, target=target, ways=shell.conditions)
    if kind == "file" and target.path is not None and not shell.place:
        channel.source = shell.reader.before(target.path)
        shell.reader.files[target.path] = unknown(f"{target.word} while it is written")
    return channel


def _close(shell: Interpreter, channel: Channel, source: str) -> None:
    """Say what was written into a file, and remember it for whoever reads the file next."""
    target = channel.target
    if target is None:
        return
    content = channel.written()
    path = target.path
    if path is not None and not shell.place:
        before = shell.reader.before(path) if channel.kind == "append" else EMPTY
        if channel.kind == "file" and channel.source is not None:
            shell.reader.files[path] = channel.source  # what it held when it was opened
        shell.reader.remember(path, concat((before, content)), sure=not shell.conditions)
    shell.emit(
        WritePath(
            target=target, how="append" if channel.kind == "append" else "overwrite", content=content.text,
            origins=content.origins,
        ),
        source,
    )  # fmt: skip


def rewritten(shell: Interpreter, channel: Channel, content: Value, source: str) -> None:
    """More was written into a file that stays open: it holds that, too, unless another command changed it meanwhile."""
    path = channel.target.path if channel.target is not None else None
    if channel.target is None or not content.pieces:
        return
    if path is not None and not shell.place:
        held = shell.reader.files.get(path)
        if held is not None and held == channel.kept:
            channel.kept = concat((held, content))
        else:
            channel.kept = unknown("what was written through several descriptors", *content.origins)
        shell.reader.remember(path, channel.kept, sure=not shell.conditions)
    found = WritePath(target=channel.target, how="append", content=content.text, origins=content.origins)
    shell.emit(found, source)
