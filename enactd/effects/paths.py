"""Words to targets: where a path lies, what is known about it, and what it becomes in the worst case.

A path is resolved with its links, because `ln -s ~ x; rm -rf x/` deletes a home. The areas themselves are in
`areas.py`.
"""

from __future__ import annotations

import posixpath
import re
from typing import Final

import msgspec

from enactd.effects.areas import Places, area_of, below, is_absolute, is_drive, is_stream, normal
from enactd.effects.globbing import glob
from enactd.effects.model import Area, Target
from enactd.effects.natures import natures
from enactd.effects.secrets import secret_file, secret_glob
from enactd.effects.values import Hole, Value, concat, known
from enactd.facts import FileKind
from enactd.world import World

GLOB: Final = re.compile(r"[*?\[]")


class PathReader:
    """Turns words into targets for one call: places and world are fixed, the folder is not."""

    def __init__(self, places: Places, world: World) -> None:
        self.places = places.normalized(world.real)
        self.world = world

    def target(
        self, word: Value, cwd: Value, *, place: str = "", pattern: str = "", everything: bool = False
    ) -> Target:
        """The target of a word seen from `cwd`. Total: any word gives a target."""
        if (
            cwd.text is None
            and cwd.holes
            and all(hole.contained for hole in cwd.holes)
            and not is_absolute(word.prefix)
        ):
            word = concat((cwd, known("/"), word))
        text = word.text
        shown = word.shown()
        if text is None:
            return self._partly_known(word, cwd, place, pattern, everything)
        if word.glob and GLOB.search(text):
            return self._pattern(text, shown, cwd, place)
        absolute = self._absolute(text, cwd)
        if absolute is None:
            return Target(
                word=shown, pattern=pattern, everything_in=everything, why_unknown=f"the folder is not known: {cwd}",
                secret=secret_file(text), worst=None,
            )  # fmt: skip
        return self._known(absolute, shown, place, pattern, everything)

    def _absolute(self, text: str, cwd: Value) -> str | None:
        if is_absolute(text):
            return normal(text)
        folder = cwd.text
        return (
            None
            if folder is None
            else normal(posixpath.join(folder, text.replace("\\", "/") if is_drive(folder) else text))
        )

    def _known(self, named: str, shown: str, place: str, pattern: str, everything: bool) -> Target:
        if place:
            return self._elsewhere(named, shown, pattern, everything)
        # A stream's name leads to whatever the reader has open: it is not followed.
        path = named if is_stream(named) or not named.startswith("/") else self.world.real(named)
        places = self.places
        area = area_of(path, places)
        if pattern and path == places.workspace and area == "workspace-root":
            area = "workspace"  # some of what is in it, not the folder itself
        secret = secret_file(path) or (secret_file(named) if named != path else "")
        if pattern or everything:
            secret = secret or secret_glob(posixpath.join(path, pattern or "*"))
        nature = self._natures(path, named)
        if pattern:
            match = posixpath.join(path, posixpath.basename(pattern))
            nature += tuple(n for n in self._natures(match, match) if n not in nature)
        stat = self.world.stat(path)
        return Target(
            word=shown, path=path, named=named, area=self._repository_area(path, area), kind=stat.kind, size=stat.size,
            nature=nature, secret=secret, pattern=pattern, everything_in=everything,
        )  # fmt: skip

    def _natures(self, path: str, named: str) -> tuple[str, ...]:
        places = self.places
        found = natures(path, workspace=places.workspace, home=places.home)
        if named != path:
            more = natures(named, workspace=places.workspace, home=places.home)
            # A link named `dist` that leads elsewhere is not build output.
            found += tuple(n for n in more if n not in found and n != "build-output")
        return found

    def _repository_area(self, path: str, area: Area) -> Area:
        if area in ("in-home", "elsewhere"):
            repository = getattr(self.world, "repository", None)
            if repository is not None and repository(path) is not None:
                return "repository"
        return area

    def _elsewhere(self, named: str, shown: str, pattern: str, everything: bool) -> Target:
        """A path on another machine or in a container: no facts, the same names for the same places."""
        away = Places(workspace="\0", home="\0")
        return Target(
            word=shown, path=named, named=named, area=area_of(named, away), pattern=pattern, everything_in=everything,
            nature=natures(named, workspace="\0", home="\0"), secret=secret_file(named),
        )  # fmt: skip

    def _pattern(self, text: str, shown: str, cwd: Value, place: str) -> Target:
        """A glob that no file name replaced: the folder before it and what it may match there."""
        text = text.rstrip("/") or text
        head, _, tail = text.rpartition("/")
        parts = text.split("/")
        first = next(i for i, part in enumerate(parts) if GLOB.search(part))
        base = "/".join(parts[:first]) or ("/" if text.startswith("/") else ".")
        rest = "/".join(parts[first:])
        everything = re.fullmatch(r"[*?]+|\.\*|\*\*(?:/\*)*|\.\[!\.\]\*|\{?\*,\.\*\}?", rest) is not None
        absolute = self._absolute(base, cwd)
        if absolute is None:
            return Target(
                word=shown, pattern=rest, why_unknown=f"the folder is not known: {cwd}", secret=secret_glob(text)
            )
        target = self._known(absolute, shown, place, "" if everything else rest, everything)
        literal_tail = tail if head and not GLOB.search(tail) else ""
        secret = secret_glob(text) or (secret_file(posixpath.join(absolute, literal_tail)) if literal_tail else "")
        nature = target.nature
        if not everything:
            # `**/__pycache__` and `lib/*/ebin` are what their last part says, in whichever folder it is found.
            guess = posixpath.join(absolute, *("x" if GLOB.search(part) else part for part in parts[first:-1]), tail)
            nature = self._natures(guess, guess) or nature
        kind: FileKind = "unknown"
        if not place and not self.world.assumed and glob(text, cwd.text or "/", self.world.names) == []:
            kind = "missing"
        return msgspec.structs.replace(target, kind=kind, secret=secret or target.secret, nature=nature)

    def _partly_known(self, word: Value, cwd: Value, place: str, pattern: str, everything: bool) -> Target:
        """A word with holes: contained ones keep the folder, others leave only the worst case."""
        shown = word.shown()
        why = ", ".join(dict.fromkeys(hole.why for hole in word.holes))
        visible = word.visible
        star = bool(GLOB.search(visible)) and word.glob
        # A random name is never nothing: `$DIR/tmp<random>` is not `/tmp`, even where DIR is empty.
        least = "".join(
            "x" if isinstance(p, Hole) and p.plain and not p.empty else p if isinstance(p, str) else ""
            for p in word.pieces
        )
        worst = self._absolute(_without_glob(least) if star else least, cwd) if visible else None
        if visible == "" and any(hole.empty for hole in word.holes):
            worst = None
        worst_area: Area = area_of(worst, self.places) if worst is not None and not place else "unknown"
        if all(hole.contained for hole in word.holes):
            base = word.prefix.rpartition("/")[0] or ("/" if word.prefix.startswith("/") else ".")
            absolute = self._absolute(base, cwd)
            if absolute is not None:
                tail = word.prefix.rpartition("/")[2]
                suffix = word.suffix if len(word.pieces) > 1 else ""
                deep = suffix.startswith("/") and not all(hole.plain for hole in word.holes)
                glob = pattern or tail + ("**" if deep else "*") + suffix
                target = self._known(absolute, shown, place, glob, everything=False)
                nature = target.nature
                guess = posixpath.join(absolute, tail + "x" + word.suffix)
                if target.area in ("temp-root",):
                    target = msgspec.structs.replace(target, area="temp")
                if not nature:
                    nature = self._natures(guess, guess)
                return msgspec.structs.replace(
                    target, kind="unknown", nature=nature, why_unknown=why, secret=secret_file(guess) if word.suffix else _begun(tail),
                    area="temp" if below(absolute, "/tmp") and tail else target.area,
                )  # fmt: skip
        return Target(
            word=shown, pattern=pattern, everything_in=everything or star, why_unknown=why, worst=worst,
            worst_area=worst_area, secret=secret_file(word.suffix) or secret_file(f"{word.prefix}x{word.suffix}") if word.suffix else _begun(word.prefix),
        )  # fmt: skip


def _begun(text: str) -> str:
    """What kind of secret a name that begins so usually is: `.env.$STAGE` is a dotenv file."""
    name = text.rpartition("/")[2]
    return secret_glob(name + "*") if len(name) > 2 else ""


def _without_glob(text: str) -> str:
    head = GLOB.split(text, maxsplit=1)[0]
    return head if head.endswith("/") and len(head) == 1 else head.rstrip("/") or "/" if head.startswith("/") else head
