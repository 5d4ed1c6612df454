"""The second, independent reader of shell text: the names of the simple commands that bashlex sees.

Runs only inside a worker process (`enactd.workers`): bashlex loops for ever on some valid input. What
bashlex 0.18 rejects without need is mended here: quoted delimiters of here-documents.
"""

from __future__ import annotations

import re
from typing import Any, Final

import bashlex
import bashlex.ast
import bashlex.errors
import bashlex.heredoc

_REFUSED: Final = re.compile(r"\$\(\(|(?:^|[;&|({\s])(?:case\s+\S+\s+in\s|\[\[\s)")
"""Arithmetic, `case` and `[[ ]]`, which bashlex does not read: it says so only after ten milliseconds of work."""
_QUOTED_BODY: Final = re.compile(r"<<-?[ \t]*['\"\\]")


def names(text: str) -> list[str]:
    """The first word of every simple command, also inside substitutions, in the order of the text.

    Words are after quote removal, with expansions left as written. Raises whatever bashlex raises.
    """
    if not text.strip():
        return []
    if _REFUSED.search(text) and not _QUOTED_BODY.search(text):
        raise NotImplementedError("a construct that bashlex does not read")
    found: list[str] = []
    pending: list[Any] = list(reversed(bashlex.parse(text)))
    seen: set[int] = set()  # a function's body hangs in the tree twice
    while pending:
        node = pending.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if node.kind == "command":
            words = [part.word for part in node.parts if part.kind == "word"]
            found += words[:1]
        pending.extend(reversed(_children(node)))
    return found


def _children(node: Any) -> list[Any]:
    children: list[Any] = []
    for field in vars(node).values():
        if isinstance(field, bashlex.ast.node):
            children.append(field)
        elif isinstance(field, list | tuple):
            children += [item for item in field if isinstance(item, bashlex.ast.node)]
    return children


def _read_here_document(tokenizer: Any, redirect: Any, _line: int, strip_tabs: bool) -> str:
    """Stands in for bashlex's own, which compares lines with the delimiter's quotes still on."""
    delimiter = _unquoted(redirect.output.word)
    start = tokenizer._shell_input_line_index
    body: list[str] = []
    while True:
        line = tokenizer.readline(False)
        if not line:
            break  # bash warns and takes the end of the text for the end of the document
        if strip_tabs:
            line = line.lstrip("\t")
        if line.rstrip("\n") == delimiter:
            break
        body.append(line)
    text = "".join(body)
    end = tokenizer._shell_input_line_index - 1
    redirect.heredoc = bashlex.ast.node(kind="heredoc", value=text, pos=(start, end))
    if redirect.pos[1] + 1 == start:
        redirect.pos = (redirect.pos[0], end)
    return text


def _unquoted(word: str) -> str:
    result: list[str] = []
    quote = ""
    characters = iter(word)
    for character in characters:
        if character == "\\" and quote != "'":
            result.append(next(characters, ""))
        elif character in "'\"" and quote in {"", character}:
            quote = "" if quote else character
        else:
            result.append(character)
    return "".join(result)


bashlex.heredoc.makeheredoc = _read_here_document
