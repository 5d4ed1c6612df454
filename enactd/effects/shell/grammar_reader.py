"""The first of the other readers of shell text: the command names that tree-sitter-bash sees.

Runs only inside a worker process (`enactd.workers`): the grammar's scanner reads through a null pointer on some
texts, and takes the process with it.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import tree_sitter
import tree_sitter_bash

_HERE_DOCUMENTS: Final = 50  # the scanner is quadratic in their number


class Unreadable(Exception):
    """The tree has errors in it, or the text could stall the grammar."""


def names(text: str) -> list[str]:
    """The first word of every command as it is written, at any depth. Raises `Unreadable`."""
    if text.count("<<") > _HERE_DOCUMENTS:
        raise Unreadable("too many here-documents")
    # A parser of its own for each text: what the scanner keeps of one would change how it reads the next.
    root = tree_sitter.Parser(_language()).parse(text.encode("utf-8", "surrogatepass")).root_node
    if root.has_error:
        raise Unreadable("not what the grammar takes for shell text")
    found: list[str] = []
    pending = [root]
    while pending:
        node = pending.pop()
        if node.type == "command_name":
            found.append((node.text or b"").decode("utf-8", "replace"))
        pending.extend(node.children)
    return found


@lru_cache
def _language() -> tree_sitter.Language:
    return tree_sitter.Language(tree_sitter_bash.language())
