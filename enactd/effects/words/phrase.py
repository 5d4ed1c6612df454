"""The parts of a sentence about an effect, and paths as people write them.

A phrase is made so that several of one kind become one sentence: `deletes` `a` and `deletes` `b` are
`deletes 2 files: a, b`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from enactd.effects.model import Target
from enactd.effects.values import FILE, NETWORK, PERSONAL, SECRET

LISTED: Final = 12  # names shown of a group before it says how many more
WORD_LIMIT: Final = 300  # characters of one name
_DATA: Final = {
    SECRET: "a secret", PERSONAL: "data about people", FILE: "the content of a file", NETWORK: "data from the network",
    "environment": "the environment", "decoded": "decoded data", "outside": "a file from outside the workspace",
}  # fmt: skip


class Phrase(msgspec.Struct, frozen=True):
    """`does` what, and more. `kind` is the plural under which several are counted; empty: they are not."""

    does: str
    what: str = ""
    kind: str = ""
    more: str = ""

    def alone(self) -> str:
        """The sentence about one."""
        return f"{self.does} {self.what}".strip() + self.more

    def together(self, others: Sequence[str]) -> str:
        """The sentence about several that differ in `what` only; `others` holds all of them, this one too."""
        return f"{self.does} {len(others)} {self.kind}{self.more}: {listed(others)}"


class Names:
    """How paths are shown: below the workspace as relative, below the home with `~`, else as they are."""

    def __init__(self, workspace: str = "", home: str = "") -> None:
        self._workspace = workspace.rstrip("/")
        self._home = home.rstrip("/")

    def path(self, path: str) -> str:
        """A resolved path. A relative one lies in the workspace, whatever else it looks like."""
        if self._workspace and path.startswith(self._workspace + "/"):
            inside = path[len(self._workspace) + 1 :]
            return f"./{inside}" if inside.startswith(("~", "-", "/")) or not inside else inside
        if self._workspace and path == self._workspace:
            return f"the workspace itself ({path})"
        if self._home and path == self._home:
            return f"your home ({path})"
        if self._home and path.startswith(self._home + "/"):
            return f"~{path[len(self._home) :]}"
        return path

    def target(self, target: Target) -> str:
        """What a target is, with what is not known about it."""
        secret = f" ({target.secret})" if target.secret else ""
        if target.path is None:
            worst = f", at worst `{target.worst}`" if target.worst else ""
            why = f": {target.why_unknown}" if target.why_unknown else ""
            return f"`{cut(target.word)}`{secret}, known only when it runs{why}{worst}"
        place = self.path(target.path)
        if target.everything_in:
            return f"all that is in {cut(place)}{secret}"
        if target.pattern:
            place = self.path(f"{target.path.rstrip('/')}/{target.pattern}")
        return cut(place) + secret


def cut(text: str, limit: int = WORD_LIMIT) -> str:
    """A name without its middle where it is too long; both ends of a path say something."""
    if len(text) <= limit:
        return text
    half = (limit - 24) // 2
    return f"{text[:half]}[{len(text) - 2 * half} characters]{text[-half:]}"


def listed(names: Sequence[str], limit: int = LISTED) -> str:
    """`a, b and 3 more`."""
    shown = ", ".join(cut(name) for name in names[:limit])
    return shown if len(names) <= limit else f"{shown} and {len(names) - limit} more"


def data(origins: Iterable[str]) -> str:
    """What kinds of data those are, the gravest first; empty for none."""
    present = set(origins)
    return ", ".join([text for kind, text in _DATA.items() if kind in present])


def joined(*parts: str) -> str:
    """The parts that say something, with single blanks."""
    return " ".join(part for part in parts if part)
