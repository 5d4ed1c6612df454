"""Facts of one git repository, remembered by the world that asked.

Every answer may be None (or "unknown"): the repository is broken, too large, of a kind that is not
understood, or the facts come from an old receipt that does not hold this one. Nothing that a repository
names is run; see the package `enactd.git`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Any, Final, TypeVar

import msgspec

from enactd.disk import names_in, read_file, read_line
from enactd.facts import GitState
from enactd.git import config as git_config
from enactd.git import history, pending
from enactd.git.ignore import Ignores
from enactd.git.index import Index, open_index
from enactd.git.layout import Layout
from enactd.git.objects import Objects
from enactd.git.pathspec import matcher
from enactd.git.refs import Refs
from enactd.git.status import Changes, Status
from enactd.git.untracked import TooMuch

__all__ = ["AssumedRepository", "Changes", "Repository"]

_Answer = TypeVar("_Answer")
Remember = Callable[[str, Callable[[], Any]], Any]
_LASTING: Final = ("refs/heads/", "refs/remotes/", "refs/tags/")  # not stashes, notes, bisect marks
_STAGED_FILES: Final = 200
_STAGED_BYTES: Final = 65_536


class Parts:
    """The opened files of one repository; made when the first question needs them."""

    def __init__(self, layout: Layout, home: str) -> None:
        self.layout = layout
        self.home = home

    @cached_property
    def config(self) -> git_config.Config:
        return git_config.load(self.layout.common_dir, self.layout.git_dir, self.home)

    @cached_property
    def understood(self) -> bool:
        """Not a SHA-256 repository, nor one with its refs in a reftable."""
        ids = self.config.get("extensions.objectformat") or "sha1"
        return ids == "sha1" and (self.config.get("extensions.refstorage") or "files") == "files"

    @cached_property
    def objects(self) -> Objects:
        return Objects(self.layout.common_dir)

    @cached_property
    def refs(self) -> Refs:
        return Refs(self.layout, self.objects)

    @cached_property
    def index(self) -> Index | None:
        return open_index(os.path.join(self.layout.git_dir, "index")) if self.understood else None

    @cached_property
    def status(self) -> Status | None:
        if self.index is None or self.layout.bare:
            return None
        excludes = self.config.get("core.excludesfile") or "~/.config/git/ignore"
        shared = (
            os.path.join(self.layout.common_dir, "info/exclude"),
            os.path.join(self.home, excludes[2:]) if excludes.startswith("~/") else excludes,
        )
        top = self.layout.top
        status = Status(top, self.index, self._head, Ignores(top, shared))
        status.modes = self.config.true("core.filemode", True)
        attributes = read_file(os.path.join(top, ".gitattributes"), 1 << 16) or b""
        status.newlines = self.config.get("core.autocrlf") in ("true", "input") or b"text" in attributes
        return status

    def _head(self) -> tuple[Objects, str | None]:
        """The tree of the commit that is checked out, and where to look it up."""
        head = self.refs.resolve("HEAD")
        commit = self.objects.commit(head) if head else None
        return self.objects, commit[2] if commit else None


class Repository:
    """What is known of one repository. `top` is its working folder, absolute, links resolved."""

    def __init__(self, layout: Layout, home: str, remember: Remember, *, live: bool = True) -> None:
        self.layout = layout
        self.top = layout.top
        self.git_dir = layout.git_dir
        self.bare = layout.bare
        self._parts = Parts(layout, home) if live else None
        self._remember = remember

    def _fact(self, question: str, kind: Any, unknown: _Answer, answer: Callable[[Parts], _Answer]) -> _Answer:
        """The answer as remembered, else found now; `unknown` where there is neither or finding fails."""

        def find() -> Any:
            parts = self._parts
            if parts is None:
                return msgspec.to_builtins(unknown)
            return _json_safe(msgspec.to_builtins(answer(parts) if parts.understood else unknown))

        try:
            found: _Answer = msgspec.convert(self._remember(f"git {self.git_dir} {question}", find), kind)
        except msgspec.ValidationError:
            return unknown
        return found

    # --- refs and revisions

    @property
    def branch(self) -> str | None:
        """The branch that is checked out, born or not; None where HEAD is detached or cannot be read."""

        def find(parts: Parts) -> str | None:
            head = parts.refs.head() or ""
            return head.removeprefix("refs/heads/") if head.startswith("refs/heads/") else None

        return self._fact("branch", _TEXT, None, find)

    @property
    def head(self) -> str | None:
        """The commit that is checked out."""
        return self.resolve("HEAD")

    def resolve(self, rev: str) -> str | None:
        """The commit id that a revision word stands for."""
        return self._fact(f"resolve {rev}", _TEXT, None, lambda parts: parts.refs.resolve(rev))

    def is_commit(self, name: str) -> bool | None:
        """Whether the word names a commit; None where that cannot be told."""
        return self._fact(f"is commit {name}", _TRUTH, None, lambda parts: parts.refs.resolve(name) is not None)

    def is_branch(self, name: str) -> bool | None:
        """Whether a local branch of this name exists."""
        branches = self.branches()
        return None if branches is None else name in branches

    def is_tag(self, name: str) -> bool | None:
        tags = self._fact("tags", _TEXTS, None, lambda parts: parts.refs.names("refs/tags/"))
        return None if tags is None else name in tags

    def branches(self) -> list[str] | None:
        """Local branches."""
        return self._fact("branches", _TEXTS, None, lambda parts: parts.refs.names("refs/heads/"))

    def remote_branches(self) -> list[str] | None:
        """Remote-tracking branches as `remote/branch`."""
        return self._fact("remote branches", _TEXTS, None, lambda parts: parts.refs.names("refs/remotes/"))

    def default_branch(self, remote: str = "origin") -> str | None:
        """The branch that the remote's HEAD was seen to point to."""

        def find(parts: Parts) -> str | None:
            prefix = f"refs/remotes/{remote}/"
            name = parts.refs.symbolic(prefix + "HEAD") or ""
            return name.removeprefix(prefix) if name.startswith(prefix) else None

        return self._fact(f"default branch {remote}", _TEXT, None, find)

    # --- settings

    def config(self, key: str) -> str | None:
        """A setting's last value, from system, user and repository files."""
        return self._fact(f"config {git_config.fold(key)}", _TEXT, None, lambda parts: parts.config.get(key))

    def alias(self, name: str) -> str | None:
        return self.config(f"alias.{name}")

    @property
    def remotes(self) -> dict[str, str]:
        """Remote name -> URL, `insteadOf` applied; empty where unknown."""

        def find(parts: Parts) -> dict[str, str]:
            rules = [(value, base) for base, key, value in parts.config.sections("url") if key == "insteadof"]
            found = {name: value for name, key, value in parts.config.sections("remote") if key == "url"}
            return {name: _rewrite(url, rules) for name, url in found.items()}

        return self._fact("remotes", dict[str, str], {}, find)

    @property
    def push_default(self) -> str:
        """`push.default`; `simple` where it is not set."""
        return self.config("push.default") or "simple"

    def upstream(self, branch: str) -> tuple[str, str] | None:
        """(remote, branch there) that a local branch follows."""
        remote, merge = self.config(f"branch.{branch}.remote"), self.config(f"branch.{branch}.merge")
        return (remote, merge.removeprefix("refs/heads/")) if remote and merge else None

    # --- working folder

    def state(self, path: str) -> GitState:
        """The state of an absolute path, links in its folder resolved."""
        relative = self._relative(path)
        if relative is None or self.bare or relative.split("/", 1)[0] == ".git":
            return "none"

        def find(parts: Parts) -> GitState:
            if parts.status is None:
                return "unknown"
            try:
                return parts.status.state(relative, _is_real_folder(os.path.join(self.top, relative)))
            except OSError:
                return "unknown"

        return self._fact(f"state {relative}", GitState, "unknown", find)

    def changes(self, specs: Iterable[str] = (), *, below: str = "", untracked: bool = True) -> Changes | None:
        """What differs from the commit that is checked out; None where it is unknown or too much.

        `specs` are pathspecs as written in the folder `below` (relative to `top`). `untracked` False leaves
        untracked and ignored files out, which is quicker.
        """
        words = tuple(specs)

        def find(parts: Parts) -> Changes | None:
            try:
                if parts.status is None:
                    return None
                return parts.status.changes(wanted=matcher(words, below), untracked=untracked)
            except (TooMuch, OSError):
                return None

        question = msgspec.json.encode(_json_safe([below, *words])).decode()
        return self._fact(f"changes {untracked} {question}", _CHANGES, None, find)

    def tracked_under(self, folder: str) -> int | None:
        """How many tracked files lie below an absolute folder."""
        relative = self._relative(folder)

        def find(parts: Parts) -> int | None:
            return None if parts.index is None else sum(1 for _ in parts.index.under(relative or ""))

        return 0 if relative is None else self._fact(f"tracked {relative}", _NUMBER, None, find)

    def staged_texts(self, limit: int = 1 << 20) -> dict[str, str] | None:
        """Path -> text of files whose staged content is in no commit; `limit` characters in all."""

        def find(parts: Parts) -> dict[str, str] | None:
            changes = self.changes(untracked=False)
            if changes is None or parts.index is None:
                return None
            found: dict[str, str] = {}
            left = limit
            for path in changes.staged[:_STAGED_FILES]:
                entry = parts.index.get(path)
                data = parts.objects.blob(entry.sha, min(left, _STAGED_BYTES)) if entry else None
                if data is not None and b"\0" not in data[:8000]:
                    found[path] = data.decode("utf-8", "replace")
                    left -= len(data)
            return found

        return self._fact("staged texts", _TEXT_MAP, None, find)

    # --- history

    def kept(self, rev: str, *, without: str = "", also: str = "") -> bool | None:
        """Whether a commit stays reachable from some ref if the local branch `without` is gone or moved.

        `also` is a revision that will be kept (where the branch is moved to).
        """

        def find(parts: Parts) -> bool | None:
            moved = without if without.startswith("refs/") else f"refs/heads/{without}"
            tips = [sha for name, sha in parts.refs.all().items() if name.startswith(_LASTING) and name != moved]
            return _contained(parts, rev, tips, parts.refs.resolve(also) if also else None)

        return self._fact(f"kept {rev} without {without} also {also}", _TRUTH, None, find)

    def merged(self, branch: str) -> bool | None:
        """Whether all commits of a local branch are kept by another branch, remote branch, tag or HEAD."""
        here = "HEAD" if self.branch not in (branch, None) else ""
        return self.kept(f"refs/heads/{branch}", without=branch, also=here)

    def pushed(self, rev: str = "HEAD") -> bool | None:
        """Whether a commit is contained in a remote-tracking branch."""

        def find(parts: Parts) -> bool | None:
            tips = [sha for name, sha in parts.refs.all().items() if name.startswith("refs/remotes/")]
            return _contained(parts, rev, tips)

        return self._fact(f"pushed {rev}", _TRUTH, None, find)

    def unpushed_texts(self, rev: str = "HEAD", limit: int = 1 << 20) -> dict[str, str] | None:
        """Path -> text that commits of `rev` bring which no remote-tracking branch has; `limit` characters in all."""

        def find(parts: Parts) -> dict[str, str] | None:
            tip = parts.refs.resolve(rev)
            remote = [sha for name, sha in parts.refs.all().items() if name.startswith("refs/remotes/")]
            known = [commit for commit in map(parts.objects.peel, remote) if commit]
            return pending.new_texts(parts.objects, tip, known, limit) if tip else None

        return self._fact(f"unpushed texts {rev}", _TEXT_MAP, None, find)

    def ahead(self, rev: str, base: str) -> int | None:
        """How many commits `rev` has that `base` has not."""

        def find(parts: Parts) -> int | None:
            tip, start = parts.refs.resolve(rev), parts.refs.resolve(base)
            commits = history.beyond(parts.objects, tip, [start]) if tip and start else None
            return None if commits is None else len(commits)

        return self._fact(f"ahead {rev} {base}", _NUMBER, None, find)

    def stashes(self) -> int | None:
        """How many stashes there are."""

        def find(parts: Parts) -> int | None:
            data = read_file(os.path.join(parts.layout.common_dir, "logs/refs/stash"), 1 << 20)
            return data.count(b"\n") if data is not None else int(parts.refs.get("refs/stash") is not None)

        return self._fact("stashes", _NUMBER, None, find)

    def worktrees(self) -> list[str] | None:
        """The top levels of the linked worktrees."""

        def find(parts: Parts) -> list[str]:
            folders = names_in(os.path.join(parts.layout.common_dir, "worktrees"), 500) or ()
            links = (read_line(os.path.join(entry.path, "gitdir")) for entry in folders)
            return sorted(link.removesuffix("/.git") for link in links if link)

        return self._fact("worktrees", _TEXTS, None, find)

    def _relative(self, path: str) -> str | None:
        top = self.top.rstrip("/")
        if path in (self.top, top):
            return ""
        return path[len(top) + 1 :].rstrip("/") if path.startswith(top + "/") else None


class AssumedRepository(Repository):
    """A repository on another machine: its files count as tracked and clean, databases as untracked."""

    def __init__(self, top: str, home: str, remember: Remember, build_output: Callable[[str], bool]) -> None:
        super().__init__(Layout(top, top + "/.git", top + "/.git"), home, remember, live=False)
        self._build_output = build_output

    def state(self, path: str) -> GitState:
        relative = self._relative(path)
        if relative is None or relative.split("/", 1)[0] == ".git":
            return "none"
        if self._build_output(relative):
            return "ignored"
        return "untracked" if _DATABASE.search(relative) else "clean"


_DATABASE: Final = re.compile(r"\.(?:db|sqlite3?|db3|mdb|accdb|duckdb|rdb|ibd|dump|bak)$", re.I)  # git rarely holds one
_TEXT: Final[Any] = str | None
_TEXTS: Final[Any] = list[str] | None
_TEXT_MAP: Final[Any] = dict[str, str] | None
_NUMBER: Final[Any] = int | None
_TRUTH: Final[Any] = bool | None
_CHANGES: Final[Any] = Changes | None


def _rewrite(url: str, rules: list[tuple[str, str]]) -> str:
    """`url.<base>.insteadOf`: the longest prefix wins."""
    fitting = [rule for rule in rules if rule[0] and url.startswith(rule[0])]
    if not fitting:
        return url
    prefix, base = max(fitting, key=lambda rule: len(rule[0]))
    return base + url[len(prefix) :]


def _contained(parts: Parts, rev: str, tips: list[str], also: str | None = None) -> bool | None:
    target = parts.refs.resolve(rev)
    commits = [commit for commit in map(parts.objects.peel, tips) if commit]
    return None if target is None else history.reachable(parts.objects, target, [*commits, also or ""])


def _is_real_folder(path: str) -> bool:
    return os.path.isdir(path) and not os.path.islink(path)


def _json_safe(value: Any) -> Any:
    """The value without half characters, which stand for bytes that are no UTF-8: they become `\\udcff`."""
    if isinstance(value, str):
        return value if value.isascii() else value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, list | tuple):
        return [_json_safe(each) for each in value]
    if isinstance(value, dict):
        return {_json_safe(key): _json_safe(each) for key, each in value.items()}
    return value
