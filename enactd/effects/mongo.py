"""JavaScript for the MongoDB shell: which collections it reads, changes or drops.

Not a JavaScript reader: only calls on `db` are looked at, strings and comments are told apart from code.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, Literal, NamedTuple

Verb = Literal["read", "write", "delete", "flush"]

_TOKEN: Final = re.compile(
    r"""//[^\n]*|/\*.*?(?:\*/|$)|"(?:\\.|[^"\\])*"?|'(?:\\.|[^'\\])*'?|`(?:\\.|[^`\\])*`?|[\w$]+|\s+|.""", re.DOTALL
)
_METHODS: Final[dict[str, Verb]] = {
    "drop": "flush",
    "dropDatabase": "flush",
    "dropIndex": "delete",
    "dropIndexes": "delete",
    "dropSearchIndex": "delete",
    "dropUser": "delete",
    "dropAllUsers": "delete",
    "dropRole": "delete",
    "removeUser": "delete",
    "deleteMany": "delete",
    "deleteOne": "delete",
    "remove": "delete",
    "findOneAndDelete": "delete",
    "findAndModify": "write",
    "bulkWrite": "write",
    "update": "write",
    "updateMany": "write",
    "updateOne": "write",
    "replaceOne": "write",
    "findOneAndUpdate": "write",
    "findOneAndReplace": "write",
    "insert": "write",
    "insertOne": "write",
    "insertMany": "write",
    "save": "write",
    "renameCollection": "write",
    "createUser": "write",
    "createRole": "write",
    "updateUser": "write",
    "changeUserPassword": "write",
    "grantRolesToUser": "write",
    "grantPrivilegesToRole": "write",
    "copyDatabase": "write",
    "convertToCapped": "delete",
    "compactStructuredEncryptionData": "write",
    "shutdownServer": "flush",
    "fsyncLock": "write",
    "setFeatureCompatibilityVersion": "write",
    "reconfig": "write",
    "stepDown": "write",
    "removeShard": "write",
}
_COMMANDS: Final[dict[str, Verb]] = {
    "drop": "flush",
    "dropDatabase": "flush",
    "delete": "delete",
    "dropIndexes": "delete",
    "update": "write",
    "insert": "write",
    "renameCollection": "write",
    "shutdown": "flush",
    "createUser": "write",
    "dropUser": "delete",
    "dropAllUsersFromDatabase": "delete",
    "collMod": "write",
}
_EVERY: Final = ("{}", "")
_ONE: Final = frozenset({"deleteOne", "findOneAndDelete"})


class Change(NamedTuple):
    """One call on the database. `everything`: no filter restricts it."""

    verb: Verb
    method: str
    what: str
    everything: bool


def changes(text: str) -> Iterator[Change]:
    """The changes that the script's calls make, in order."""
    tokens = [t for t in _TOKEN.findall(text) if not t.isspace() and not t.startswith(("//", "/*"))]
    for index, token in enumerate(tokens):
        previous = tokens[index - 1] if index else ""
        following = tokens[index + 1] if index + 1 < len(tokens) else ""
        name = token.strip("'\"`")
        if name in {"runCommand", "adminCommand"} and following == "(":
            yield from _command(tokens, index + 2)
        elif name in {"$out", "$merge"}:
            what = tokens[index + 2].strip("'\"`") if index + 2 < len(tokens) else ""
            # What `$out` names is replaced as a whole; `$merge` changes and adds.
            yield Change("flush" if name == "$out" else "write", name, what, name == "$out")
        elif name in _METHODS and following in {"(", "]", "?"} and previous in {".", "["}:
            if name == "remove" and "db" not in tokens[:index]:
                continue
            arguments = _arguments(tokens, index + 1)
            first = arguments[0] if arguments else ""
            verb = _METHODS[name]
            every = verb == "flush" or (verb == "delete" and first in _EVERY and name not in _ONE)
            if name in {"update", "updateMany"} and first in _EVERY:
                every = name == "updateMany" or "multi:true" in "".join(arguments[2:])
            yield Change(verb, name, _collection(tokens, index - 2), every)


def _command(tokens: list[str], index: int) -> Iterator[Change]:
    names = [t.strip("'\"`") for t in tokens[index : index + 5] if t not in "{}:,()"]
    for name in names[:1]:
        if name in _COMMANDS:
            yield Change(_COMMANDS[name], name, names[1] if len(names) > 1 else "", _COMMANDS[name] == "flush")


def _arguments(tokens: list[str], index: int) -> list[str]:
    """The call's arguments as text without white space."""
    while index < len(tokens) and tokens[index] != "(":
        index += 1
    depth, parts = 0, [""]
    for token in tokens[index:]:
        if token in "([{":
            depth += 1
            if depth == 1:
                continue
        elif token in ")]}":
            depth -= 1
            if depth == 0:
                break
        elif token == "," and depth == 1:
            parts.append("")
            continue
        parts[-1] += token
    return parts


def _collection(tokens: list[str], index: int) -> str:
    """The word before the method: `users` of `db.users.drop`, `db.getCollection("users").drop`."""
    if index < 0:
        return ""
    if tokens[index] in {")", "]"}:
        inner = tokens[index - 1].strip("'\"`") if index else ""
        return inner if re.fullmatch(r"[\w.$-]+", inner) and tokens[index - 1][:1] in "'\"`" else "?"
    return "" if tokens[index] == "db" else tokens[index]
