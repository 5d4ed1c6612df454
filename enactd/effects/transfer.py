"""What transfer programs share: files that become request bodies, and downloads that become files."""

from __future__ import annotations

from enactd.effects.invocation import Invocation, Value
from enactd.effects.model import ReadPath, Target, WritePath
from enactd.effects.values import EMPTY, FILE, NETWORK, SECRET, known, unknown


def from_stdin(call: Invocation) -> Value:
    """What the program reads from its standard input; unknown for a terminal."""
    return call.stdin if call.stdin is not None else unknown("typed input")


def file_body(call: Invocation, word: Value) -> tuple[Value, Target | None, ReadPath | None]:
    """The content behind `@file` or `@-`, with the file as a target and the effect of reading it."""
    if word.text == "-":
        return from_stdin(call), None, None
    target = call.target(word)
    taints = (FILE, SECRET) if target.secret else (FILE,)
    return call.text_of(word).tainted(*taints, *word.origins), target, ReadPath(target=target, shown=False)


def download(call: Invocation, word: Value | str, *, append: bool = False, folder: bool = False) -> WritePath:
    """A file (or all in a folder) that is written with what came from the network."""
    target = call.target(word, everything=folder) if folder else call.target(word)
    return WritePath(
        target=target, how="append" if append else "overwrite", origins=frozenset({NETWORK}), recursive=folder
    )


def remote_name(url: Value) -> Value:
    """The file name that a downloader makes of a URL: its last path segment, `index.html` for none."""
    path = url.split("?", 1)[0].split("#", 1)[0]
    parts = path.split("/")
    if len(parts) > 3 or (len(parts) > 1 and "//" not in path.visible):
        last = parts[-1]
        return last if last.pieces else known("index.html")
    return known("index.html") if url.known else unknown("a file named after the URL", plain=True, empty=False)


def in_folder(folder: Value | None, name: Value) -> Value:
    """`folder/name`, just the name without a folder."""
    if folder is None or not folder.pieces or name.startswith("/"):
        return name
    return folder + known("/") + name


def header(name: str, content: Value | None) -> Value:
    """A header line."""
    return known(f"{name}: ") + (content or EMPTY)
