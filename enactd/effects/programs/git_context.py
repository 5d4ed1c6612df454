"""What every git verb works with: its arguments, the repository it runs in, and the words for losses.

The texts in `GitDiscard.how` are fixed, so that policies can tell the ways apart: `reset --hard`, `reset --merge`,
`reset --keep`, `checkout --force`, `checkout paths`, `checkout -B`, `switch --force`, `switch -C`,
`restore paths`, `clean --force`, `clean ignored`, `stash drop`, `stash clear`, `rm --force`, `worktree remove --force`,
`submodule deinit`, `submodule update --force`, `branch --force`, `fetch --force`, `update-ref`,
`read-tree --reset`, `checkout-index --force`, `worktree add -B`, `apply --reverse`, `archive`, `show`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from typing import Final, Literal

from enactd.effects.invocation import Effects, Invocation, Value, known
from enactd.effects.model import GitDiscard
from enactd.repository import Changes, Repository

Losing = Literal["nothing", "something", "unknown"]
Verb = Callable[["Git"], Effects]
VERBS: Final[dict[str, Verb]] = {}
_EXAMPLES: Final = 5
_LOOKED_FOR: Final = 50  # changed files that are looked for on the disk


def verb(*names: str) -> Callable[[Verb], Verb]:
    """Register what a git verb does."""

    def register(function: Verb) -> Verb:
        for name in names:
            if name in VERBS:
                raise ValueError(f"two functions describe `git {name}`")
            VERBS[name] = function
        return function

    return register


COMMITTED: Final = "files as a commit holds them"
"""Said of an archive that git writes: unpacked over the files of its repository it is a checkout."""


class Git:
    """One git command: `call` runs in the folder that `-C` led to, `args` follow the verb.

    `settings` are those given by `-c`, keys in lower case.
    """

    def __init__(self, call: Invocation, name: str, args: Sequence[Value], settings: dict[str, Value]) -> None:
        self.call = call
        self.name = name
        self.args = tuple(args)
        self.settings = settings

    @cached_property
    def repo(self) -> Repository | None:
        """The repository on this machine; None elsewhere, outside any, or in an unknown folder."""
        folder = self.call.cwd.text
        return None if self.call.place or not folder else self.call.world.repository(folder)

    @property
    def top(self) -> str | None:
        return self.repo.top if self.repo is not None else None

    @cached_property
    def below(self) -> str:
        """The current folder relative to the top level; empty at the top level."""
        top, folder = self.top, self.call.world.real(self.call.cwd.text or "/")
        return folder[len(top) :].strip("/") if top and folder.startswith(top.rstrip("/") + "/") else ""

    @property
    def branch(self) -> str | None:
        return self.repo.branch if self.repo is not None else None

    def config(self, key: str) -> str | None:
        """A setting's known text: from the command line, else from the files."""
        if key.lower() in self.settings:
            return self.settings[key.lower()].text
        return self.repo.config(key) if self.repo is not None else None

    def split(self) -> tuple[tuple[Value, ...], tuple[Value, ...] | None]:
        """The arguments before and after `--`; None where there is none."""
        for index, word in enumerate(self.args):
            if word.text == "--":
                return self.args[:index], self.args[index + 1 :]
        return self.args, None

    def changes(self, words: Iterable[Value] = (), *, untracked: bool = False) -> Changes | None:
        """What git status says of the paths that these words mean, of everything where one is not known."""
        specs = [word.text for word in words]
        if self.repo is None:
            return None
        known_specs = [spec for spec in specs if spec is not None]
        here = [":/"] if not specs or len(known_specs) < len(specs) else known_specs
        return self.repo.changes(here, below=self.below, untracked=untracked)

    def discard(
        self,
        how: str,
        lost: Sequence[str] | None,
        *,
        what: Literal["changes", "untracked", "ignored", "stash", "commits", "worktree"] = "changes",
        words: Sequence[Value] = (),
    ) -> GitDiscard:
        """A loss; `lost` are the paths that really go, None where that is not known."""
        return GitDiscard(
            what=what,
            how=how,
            repository=self.top,
            paths=tuple(word.shown() for word in words),
            losing="unknown" if lost is None else "something" if lost else "nothing",
            examples=tuple((lost or ())[:_EXAMPLES]),
        )

    def dirty(
        self, words: Iterable[Value] = (), *, staged: bool = True, merging: bool = False
    ) -> tuple[str, ...] | None:
        """Tracked files with changes in no commit; `staged` False leaves out what the index still holds.

        `merging` leaves out unmerged files: of these the index holds each side, which one is being chosen. A file that
        was deleted has nothing that could be lost, unless something else was staged of it.
        """
        changes = self.changes(words)
        if changes is None:
            return None
        both = changes.modified + (changes.staged if staged else ())
        chosen = changes.unmerged if merging and not changes.more else ()
        kept = [path for path in dict.fromkeys(both) if path not in chosen]
        if changes.more or len(kept) > _LOOKED_FOR:
            return tuple(kept)
        return tuple(path for path in kept if not self._deleted(path, changes))

    def _deleted(self, path: str, changes: Changes) -> bool:
        place = self.call.target(known(f"{(self.top or '').rstrip('/')}/{path}"))
        return place.kind == "missing" and path not in changes.staged

    def moved_branch(self, how: str, branch: str | None, target: str | None) -> Iterable[GitDiscard]:
        """Commits that only `branch` holds, lost when it is set to `target`; nothing where provably none are.

        A branch or target of None is not known before the run.
        """
        if self.repo is not None and branch is not None:
            if self.repo.is_branch(branch) is False:
                return
            kept = None if target is None else self.repo.kept(f"refs/heads/{branch}", without=branch, also=target)
            if kept:
                return
            lost = None if kept is None else (branch,)
        else:
            lost = None
        yield self.discard(how, lost, what="commits")

    def in_repository(self, path: str) -> Value:
        """A path that git counts from the top level (`HEAD:path`), as a word to be resolved."""
        if path.startswith(("./", "../")) or self.top is None:
            return known(path)
        return known(os.path.join(self.top, path))


def moved(call: Invocation, *, args: Sequence[Value], cwd: Value) -> Invocation:
    """The same invocation in another folder, with other arguments."""
    return Invocation(
        call.reader, call.name, args, word=call.word, stdin=call.stdin, stdout=call.stdout, env=call.env, cwd=cwd,
        place=call.place, user=call.user, chain=call.chain, source=call.source, span=call.span, depth=call.depth,
        conditional=call.conditional,
    )  # fmt: skip


def wants_help(args: Sequence[Value]) -> bool:
    """Whether git would only show a manual page or a usage text."""
    texts = [arg.text for arg in args]
    before = texts[: texts.index("--")] if "--" in texts else texts
    return texts == ["-h"] or "--help" in before or "--help-all" in before
