"""Verbs that change the working folder: checkout, switch, restore, reset, clean, rm, mv, stash, worktree."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from typing import Final

from enactd.effects.invocation import Effects, Options, Value, known
from enactd.effects.model import DeletePath, MovePath, ReadPath, WritePath
from enactd.effects.programs.git_context import Git, verb

_CHECKOUT: Final = Options(
    "-q --quiet", "--progress", "--no-progress", "-f --force", "-2 --ours", "-3 --theirs", "-b NEW", "-B NEW",
    "-t --track [MODE]", "--no-track", "--guess", "--no-guess", "-l", "-d --detach", "--orphan NEW",
    "--ignore-skip-worktree-bits", "-m --merge", "--conflict STYLE", "-p --patch", "--ignore-other-worktrees",
    "--overwrite-ignore", "--no-overwrite-ignore", "--recurse-submodules [MODE]", "--no-recurse-submodules",
    "--overlay", "--no-overlay", "--pathspec-from-file FILE", "--pathspec-file-nul", "-U --unified N",
    "--inter-hunk-context N",
)  # fmt: skip
_SWITCH: Final = Options(
    "-c --create NEW", "-C --force-create NEW", "-d --detach", "--guess", "--no-guess",
    "-f --force --discard-changes", "-m --merge", "--conflict STYLE", "-q --quiet", "--progress", "--no-progress",
    "-t --track [MODE]", "--no-track", "--orphan NEW", "--ignore-other-worktrees", "--recurse-submodules [MODE]",
    "--no-recurse-submodules",
)  # fmt: skip
_RESTORE: Final = Options(
    "-s --source TREE", "-p --patch", "-W --worktree", "-S --staged", "-q --quiet", "--progress", "--no-progress",
    "-2 --ours", "-3 --theirs", "-m --merge", "--conflict STYLE", "--ignore-unmerged",
    "--ignore-skip-worktree-bits", "--recurse-submodules [MODE]", "--no-recurse-submodules", "--overlay",
    "--no-overlay", "--pathspec-from-file FILE", "--pathspec-file-nul", "-U --unified N", "--inter-hunk-context N",
)  # fmt: skip
_RESET: Final = Options(
    "--mixed", "-N --intent-to-add", "--soft", "--hard", "--merge", "--keep", "-q --quiet", "--no-quiet",
    "--refresh", "--no-refresh", "--recurse-submodules [MODE]", "--no-recurse-submodules", "-p --patch",
    "--pathspec-from-file FILE", "--pathspec-file-nul", "-U --unified N", "--inter-hunk-context N",
)  # fmt: skip
_CLEAN: Final = Options(
    "-d", "-f --force", "-i --interactive", "-n --dry-run", "-q --quiet", "-e --exclude PATTERN", "-x", "-X"
)
_RM: Final = Options(
    "-f --force", "-n --dry-run", "-r", "--cached", "--ignore-unmatch", "--sparse", "-q --quiet",
    "--pathspec-from-file FILE", "--pathspec-file-nul",
)  # fmt: skip
_MV: Final = Options("-f --force", "-k", "-n --dry-run", "-v --verbose", "--sparse")


@verb("checkout")
def checkout(git: Git) -> Effects:
    """A branch or commit to go to, or paths to overwrite."""
    head, tail = git.split()
    line = _CHECKOUT.parse(head)
    new = line.value("-B")
    if new is not None:
        start = line.operands[0].text if line.operands else "HEAD"
        yield from git.moved_branch("checkout -B", new.text, start)
    merging = line.has("-2", "-3", "-m")
    tree, paths = _tree_and_paths(git, line.operands, tail)
    if line.has("-2", "-3") and tail is None:
        tree, paths = None, line.operands  # a side of a conflict is chosen for paths only
    switches = line.has("-b", "-B", "--orphan", "-d", "-t") and tail is None
    if line.has("--pathspec-from-file") or (line.has("-p") and not paths):
        yield git.discard("checkout paths", git.dirty())
    elif paths and not switches:
        yield git.discard("checkout paths", git.dirty(paths, staged=tree is not None, merging=merging), words=paths)
        yield from _hook_settings(git, paths)
    elif line.has("-f"):
        yield git.discard("checkout --force", git.dirty())


def _hook_settings(git: Git, words: Sequence[Value]) -> Effects:
    """Agents' settings that are put back by name: an older version may not wire the gate's hooks."""
    for target in map(git.call.target, words):
        if target.area == "agent-settings":
            yield WritePath(target=target)


def _tree_and_paths(
    git: Git, operands: list[Value], tail: tuple[Value, ...] | None
) -> tuple[Value | None, list[Value]]:
    """The revision to take files from, and the paths; no paths where the command goes to a branch or commit."""
    if tail is not None:
        return (operands[0] if operands else None), list(tail)
    if not operands:
        return None, []
    first = operands[0]
    if _is_revision(git, first):
        return first, operands[1:]
    return None, operands


def _is_revision(git: Git, word: Value) -> bool:
    """Whether git takes the word for a branch or commit rather than a path; a branch where both are possible."""
    text = word.text
    if text is None:
        return word.visible != "" and not word.suffix.endswith("/") and "." not in word.suffix
    if text == "-" or text.startswith("@{-"):
        return True
    repo = git.repo
    if repo is not None and (repo.is_branch(text) or repo.is_commit(text)):
        return True
    remotes = (repo.remote_branches() if repo is not None else None) or []
    if any(name.partition("/")[2] == text for name in remotes):
        return True
    if text in (".", "..") or text.startswith(("./", "../", "/", ":", "~")) or text.endswith("/") or "*" in text:
        return False
    target = git.call.target(word)
    untold = repo is None or repo.is_commit(text) is None
    if untold and re.fullmatch(r"v?\d+(?:\.\d+)+(?:-[\w.]+)?", text):
        return True  # a tag by its look, where no repository tells
    if target.kind in ("file", "folder", "link"):
        return repo is not None and repo.is_branch(text) is None and "." not in os.path.basename(text)
    extension = os.path.splitext(text)[1]
    return not (extension and extension[1:].isalpha()) or ("/" not in text and extension[1:].isdigit())


@verb("switch")
def switch(git: Git) -> Effects:
    """Only ever goes to a branch or commit."""
    line = _SWITCH.parse(git.args)
    new = line.value("-C")
    if new is not None:
        start = line.operands[0].text if line.operands else "HEAD"
        yield from git.moved_branch("switch -C", new.text, start)
    if line.has("-f"):
        yield git.discard("switch --force", git.dirty())


@verb("restore")
def restore(git: Git) -> Effects:
    """Overwrites working files, unless only the index is named."""
    head, tail = git.split()
    line = _RESTORE.parse(head)
    if line.has("-S") and not line.has("-W"):
        return
    words = [*line.operands, *(tail or ())]
    if line.has("--pathspec-from-file"):
        words = []
    staged = line.has("-S", "-s")
    merging = line.has("-2", "-3", "-m")
    yield git.discard("restore paths", git.dirty(words, staged=staged, merging=merging), words=words)
    yield from _hook_settings(git, words)


@verb("reset")
def reset(git: Git) -> Effects:
    """Hard loses changes and commits, merge loses what is staged, keep loses commits; soft and mixed lose nothing."""
    head, _ = git.split()
    line = _RESET.parse(head)
    if not line.has("--hard", "--merge", "--keep"):
        return
    target = line.operands[0].text if line.operands else "HEAD"
    how = "reset --hard" if line.has("--hard") else "reset --merge" if line.has("--merge") else "reset --keep"
    if how == "reset --hard":
        yield git.discard(how, git.dirty())
    elif how == "reset --merge":
        changes = git.changes()
        yield git.discard(how, None if changes is None else changes.staged)
    if target in ("HEAD", "@"):
        return
    if git.repo is not None and target is not None:
        kept = git.repo.kept("HEAD", without=git.branch or "", also=target)
        if kept:
            return
        yield git.discard(how, None if kept is None else (f"commits after {target}",), what="commits")
    else:
        yield git.discard(how, None, what="commits")


@verb("clean")
def clean(git: Git) -> Effects:
    """Deletes what is not tracked; `-x` ignored files as well, `-X` only those."""
    line = _CLEAN.parse(git.args)
    if line.has("-n"):
        return
    words = line.operands
    changes = git.changes(words, untracked=True)
    if not line.has("-X"):
        lost = None if changes is None else changes.untracked
        if lost is not None and not line.has("-d"):
            lost = tuple(path for path in lost if not path.endswith("/"))
        yield git.discard("clean --force", lost, what="untracked", words=words)
    if line.has("-x", "-X"):
        ignored = None if changes is None else [path for path in changes.ignored if not _is_built(git, path)]
        yield git.discard("clean ignored", ignored, what="ignored", words=words)


def _is_built(git: Git, path: str) -> bool:
    """Whether a build makes it again."""
    return "build-output" in git.call.target(known(os.path.join(git.top or "", path.rstrip("/")))).nature


@verb("rm")
def rm(git: Git) -> Effects:
    """Without force git keeps files with changes, so nothing is lost that no commit holds."""
    line = _RM.parse(git.args)
    if line.has("-n", "--cached"):
        return
    words = line.operands
    force = line.has("-f")
    for word in words:
        target = git.call.target(word)
        if target.kind != "folder" and not word.glob and target.path is not None:
            yield DeletePath(target=target)
    lost = git.dirty(words) if force else ()
    if lost is None or lost:
        yield git.discard("rm --force", lost, words=words)


@verb("mv")
def mv(git: Git) -> Effects:
    """Moves tracked files."""
    line = _MV.parse(git.args)
    if line.has("-n") or len(line.operands) < 2:
        return
    to = git.call.target(line.operands[-1])
    for word in line.operands[:-1]:
        yield MovePath(target=git.call.target(word), to=to)


@verb("stash")
def stash(git: Git) -> Effects:
    """Pushing, applying and listing lose nothing; dropping and clearing do."""
    action = next((word.text for word in git.args if not word.startswith("-")), "push")
    if action in ("drop", "clear") or (action is None and git.args):
        count = git.repo.stashes() if git.repo is not None else None
        lost = (f"{count} stashes",) if count else None
        yield git.discard("stash clear" if action == "clear" else "stash drop", lost, what="stash")
    elif action == "show":
        for word in git.split()[1] or ():
            yield ReadPath(target=git.call.target(word))


_WORKTREE_ADD: Final = Options(
    "-f --force", "-b NEW", "-B NEW", "-d --detach", "--checkout", "--no-checkout", "--lock", "--orphan",
    "--reason R", "-q --quiet", "--track", "--no-track", "--guess-remote", "--no-guess-remote", "--relative-paths",
)  # fmt: skip


@verb("worktree")
def worktree(git: Git) -> Effects:
    """Adding is free; removing by force loses what the worktree holds."""
    action = git.args[0].text if git.args else None
    if action == "add":
        line = _WORKTREE_ADD.parse(git.args[1:])
        new = line.value("-B")
        if new is not None:
            start = line.operands[1].text if len(line.operands) > 1 else "HEAD"
            yield from git.moved_branch("worktree add -B", new.text, start)
    elif action == "remove":
        line = Options("-f --force").parse(git.args[1:])
        if line.has("-f"):
            yield git.discard(
                "worktree remove --force", _held(git, line.operands), what="worktree", words=line.operands
            )


def _held(git: Git, words: list[Value]) -> tuple[str, ...] | None:
    """What a linked worktree holds that no commit does."""
    path = git.call.target(words[0]).path if words else None
    if path is None or git.repo is None:
        return None
    inner = git.call.world.repository(path)
    changes = inner.changes() if inner is not None and inner.top == path else None
    return None if changes is None else changes.modified + changes.staged + changes.untracked


@verb("read-tree")
def read_tree(git: Git) -> Effects:
    """With `-u --reset` working files are overwritten."""
    line = Options("-m", "--reset", "-u", "-n --dry-run", "-i", "-v", "--prefix P", "--index-output F").parse(git.args)
    if line.has("--reset") and line.has("-u") and not line.has("-n"):
        yield git.discard("read-tree --reset", git.dirty())


@verb("checkout-index")
def checkout_index(git: Git) -> Effects:
    """With `-f` working files are overwritten."""
    line = Options("-u --index", "-q --quiet", "-f --force", "-a --all", "-n --no-create", "--prefix S", "--stage N",
                   "--temp", "--stdin", "-z").parse(git.args)  # fmt: skip
    if line.has("-f") and not line.has("--prefix", "--temp"):
        words = [] if line.has("-a", "--stdin") else line.operands
        yield git.discard("checkout-index --force", git.dirty(words, staged=False), words=words)
