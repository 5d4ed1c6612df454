"""git add and git commit: what becomes part of history, and whether keys or secret files are among it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from typing import Final

from enactd.effects.invocation import Effects, Options, Value, known
from enactd.effects.model import GitCommit, GitRewrite, StoreSecret, Target
from enactd.effects.programs.git_context import Git, verb
from enactd.effects.secrets import find_keys

_ADD: Final = Options(
    "-n --dry-run", "-v --verbose", "-f --force", "-i --interactive", "-p --patch", "-e --edit", "-u --update",
    "-A --all --no-ignore-removal", "--no-all --ignore-removal", "-N --intent-to-add", "--refresh",
    "--ignore-errors", "--ignore-missing", "--sparse", "--renormalize", "--chmod MODE",
    "--pathspec-from-file FILE", "--pathspec-file-nul", "-U --unified N", "--inter-hunk-context N",
)  # fmt: skip
_COMMIT: Final = Options(
    "-a --all", "-p --patch", "-C --reuse-message C", "-c --reedit-message C", "--fixup C", "--squash C",
    "--reset-author", "--short", "--branch", "--porcelain", "--long", "-z --null", "-F --file FILE", "--author A",
    "--date D", "-m --message MSG", "-t --template FILE", "-s --signoff", "--no-signoff", "--trailer T",
    "-n --no-verify", "--verify", "--allow-empty", "--allow-empty-message", "--cleanup MODE", "-e --edit",
    "--no-edit", "--amend", "--no-post-rewrite", "-i --include", "-o --only", "--pathspec-from-file FILE",
    "--pathspec-file-nul", "-u --untracked-files [MODE]", "-v --verbose", "-q --quiet", "--dry-run", "--status",
    "--no-status", "-S --gpg-sign [KEY]", "--no-gpg-sign", "-U --unified N", "--inter-hunk-context N",
)  # fmt: skip
_INDEX: Final = Options(
    "--add", "--remove", "--refresh", "-q", "--ignore-submodules", "--unmerged", "--ignore-missing", "--index-info",
    "--cacheinfo INFO", "--chmod MODE", "--assume-unchanged", "--no-assume-unchanged", "--really-refresh",
    "--skip-worktree", "--no-skip-worktree", "-g --again", "--unresolve", "--info-only", "--force-remove", "--replace",
    "--stdin", "--verbose", "-z", "--index-version N", "--force-write-index", "--split-index", "--untracked-cache",
)  # fmt: skip
_MOST_FILES: Final = 40
_TEXT_LIMIT: Final = 65_536


@verb("add", "stage")
def add(git: Git) -> Effects:
    """Adding is free; a secret file or a key in what is added will be in the next commit."""
    line = _ADD.parse(git.args)
    if line.has("-n", "--refresh", "--renormalize"):
        return
    words = line.operands
    wide = [word for word in words if _is_wide(git, word)]
    for word in words:
        if word not in wide:
            target = git.call.target(word)
            yield from _stored(target, git.call.text_of(word).text if target.kind != "folder" else None)
    if wide or line.has("-A", "-u") or (not words and line.has("--pathspec-from-file")):
        yield from _swept(git, wide, ignored=line.has("-f"), new=not line.has("-u"))


@verb("update-index")
def update_index(git: Git) -> Effects:
    """The raw form of `add`, file by file."""
    line = _INDEX.parse(git.args)
    for word in line.operands if not line.has("--refresh", "--force-remove") else ():
        target = git.call.target(word)
        yield from _stored(target, git.call.text_of(word).text if target.kind != "folder" else None)


def _is_wide(git: Git, word: Value) -> bool:
    """Whether the word stands for more than one file."""
    text = word.text
    if text is None or word.glob or text.startswith(":") or any(char in text for char in "*?["):
        return True
    return text in (".", "..", "") or text.endswith("/") or git.call.target(word).kind == "folder"


def _swept(git: Git, words: list[Value], *, ignored: bool, new: bool) -> Iterator[StoreSecret]:
    """Secrets among all that changed below the words."""
    changes = git.changes(words, untracked=new)
    if changes is None and ignored and new:
        yield StoreSecret(kinds=("whatever git was told to ignore",), where="commit")
    if changes is None or git.top is None:
        return
    found = [*changes.modified, *(changes.untracked if new else ()), *(changes.ignored if ignored and new else ())]
    for path in _files(git, found):
        target = git.call.target(known(path))
        yield from _stored(target, git.call.world.text(path, _TEXT_LIMIT))


def _files(git: Git, paths: Iterable[str]) -> list[str]:
    """Absolute paths of files; a folder that git shows as one entry stands for the files right in it."""
    files: list[str] = []
    for path in paths:
        full = os.path.join(git.top or "", path)
        if path.endswith("/"):
            files += [os.path.join(full, name) for name in git.call.world.names(full.rstrip("/")) or ()]
        else:
            files.append(full)
    return files[:_MOST_FILES]


def _stored(target: Target, text: str | None) -> Iterator[StoreSecret]:
    """What of this file is a secret that a commit would keep for ever."""
    kinds = find_keys(text) if text else ()
    if target.secret:
        yield StoreSecret(kinds=(target.secret, *kinds), where="commit", target=target)
    elif kinds:
        yield StoreSecret(kinds=kinds, where="commit", target=target)


@verb("commit", "ci")
def commit(git: Git) -> Effects:
    """A commit of what is staged, of all that is tracked with `-a`, or of the paths that are named."""
    head, tail = git.split()
    line = _COMMIT.parse(head)
    if line.has("--dry-run"):
        return
    words = [*line.operands, *(tail or ())]
    if line.has("--amend"):
        yield GitRewrite(how="commit --amend", pushed=git.repo.pushed("HEAD") if git.repo is not None else None)
    message = _message(git, line.values("-m"), line.value("-F"))
    secrets: list[str] = list(find_keys(message)) if message else []
    stored = list(_committed(git, words, everything=line.has("-a")))
    for effect in stored:
        secrets += effect.kinds
    if message and secrets and not stored:
        stored = [StoreSecret(kinds=tuple(secrets), where="commit")]
    yield from stored
    staged = git.changes(words) if git.repo is not None else None
    files = (
        () if staged is None else staged.staged if not (line.has("-a") or words) else staged.staged + staged.modified
    )
    yield GitCommit(
        message=message,
        files=tuple(dict.fromkeys(files)),
        secrets=tuple(dict.fromkeys(secrets)),
        skips_hooks=line.has("-n"),
    )


def _message(git: Git, paragraphs: list[Value], file: Value | None) -> str | None:
    """The message where it is known; None where an editor or the run will tell."""
    if paragraphs:
        texts = [paragraph.text for paragraph in paragraphs]
        return None if None in texts else "\n\n".join(text for text in texts if text is not None)
    if file is None:
        return None
    if file.text == "-":
        return git.call.stdin.text if git.call.stdin is not None else None
    return git.call.text_of(file).text


def _committed(git: Git, words: list[Value], *, everything: bool) -> Iterator[StoreSecret]:
    """Secrets in what is staged, and with `-a` or named paths in the working files."""
    if git.repo is None:
        return
    texts = git.repo.staged_texts() or {}
    changes = git.changes(words)
    staged = changes.staged if changes is not None else tuple(texts)
    for path in staged[:_MOST_FILES]:
        target = git.call.target(known(os.path.join(git.repo.top, path)))
        if target.secret and path not in texts:
            continue  # its deletion is what is staged
        yield from _stored(target, texts.get(path))
    if everything or words:
        for path in _files(git, changes.modified if changes is not None else ()):
            yield from _stored(git.call.target(known(path)), git.call.world.text(path, _TEXT_LIMIT))
