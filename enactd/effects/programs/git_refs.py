"""Verbs that move or delete branches, tags and other refs."""

from __future__ import annotations

from typing import Final

from enactd.effects.invocation import Effects, Options, Output, Value, known
from enactd.effects.model import DeletePath, GitDeleteRef, GitRewrite, Opaque, WritePath
from enactd.effects.programs.git_context import Git, verb

_BRANCH: Final = Options(
    "-v --verbose", "-q --quiet", "-t --track [MODE]", "--no-track", "-u --set-upstream-to UPSTREAM",
    "--unset-upstream", "--color [WHEN]", "--no-color", "-r --remotes", "--contains [C]", "--no-contains [C]",
    "--abbrev [N]", "--no-abbrev", "-a --all", "-d --delete", "-D", "-m --move", "-M", "-c --copy", "-C",
    "-l --list", "--show-current", "--create-reflog", "--edit-description", "-f --force", "--merged [C]",
    "--no-merged [C]", "--column [O]", "--no-column", "--sort KEY", "--points-at O", "-i --ignore-case",
    "--recurse-submodules", "--format F", "--omit-empty",
)  # fmt: skip
_TAG: Final = Options(
    "-l --list", "-n [N]", "-d --delete", "-v --verify", "-a --annotate", "-m --message MSG", "-F --file FILE",
    "--trailer T", "-e --edit", "-s --sign", "--no-sign", "--cleanup M", "-u --local-user KEY", "-f --force",
    "--create-reflog", "--column [O]", "--contains [C]", "--no-contains [C]", "--merged [C]", "--no-merged [C]",
    "--sort KEY", "--points-at O", "--format F", "--color [W]", "-i --ignore-case", "--omit-empty",
)  # fmt: skip


@verb("branch")
def branch(git: Git) -> Effects:
    """Listing and making branches is free; deleting and resetting them may lose commits."""
    line = _BRANCH.parse(git.args)
    if line.has("--show-current"):
        if git.branch is not None:
            yield Output(known(git.branch + "\n"))
        return
    if line.has("-l", "-a", "--contains", "--no-contains", "--merged", "--no-merged", "--points-at"):
        return
    if line.has("-d", "-D"):
        force = line.has("-D", "-f")
        for word in line.operands:
            yield from _deleted(git, word, _deleted_branch(git, word, remote=line.has("-r"), force=force))
    elif line.has("-M", "-C") or (line.has("-m", "-c") and line.has("-f")):
        if len(line.operands) > 1:
            yield from git.moved_branch("branch --force", line.operands[1].text, line.operands[0].text)
    elif line.has("-f") and line.operands:
        start = line.operands[1].text if len(line.operands) > 1 else "HEAD"
        yield from git.moved_branch("branch --force", line.operands[0].text, start)


def _deleted_branch(git: Git, word: Value, *, remote: bool, force: bool) -> GitDeleteRef:
    name = word.text
    if remote:
        return GitDeleteRef(ref=word.shown(), kind="branch", merged=True)  # a fetch brings it back
    merged = None
    if not force:
        merged = True  # git refuses to delete a branch whose commits nothing else holds
    elif git.repo is not None and name is not None:
        merged = git.repo.merged(name)
    return GitDeleteRef(ref=word.shown(), kind="branch", merged=merged)


@verb("tag")
def tag(git: Git) -> Effects:
    """Deleting a tag, or moving an existing one."""
    line = _TAG.parse(git.args)
    if line.has("-d"):
        for word in line.operands:
            yield from _deleted(git, word, _deleted_tag(git, word))
    elif line.has("-f") and line.operands and not line.has("-l", "-v"):
        name = line.operands[0].text
        if git.repo is None or name is None or git.repo.is_tag(name) is not False:
            yield _deleted_tag(git, line.operands[0])


def _deleted(git: Git, word: Value, ref: GitDeleteRef) -> Effects:
    """A ref goes; in a bare repository outside the workspace, others fetch it from there."""
    yield ref
    place = git.call.target(known(git.top) if git.top is not None else known("."))
    if place.path is None or git.repo is None or place.area in ("workspace", "workspace-root"):
        return
    if git.call.target(known(f"{place.path}/.git")).kind == "missing":
        yield DeletePath(target=git.call.target(known(f"{place.path}/{word.text or word.shown()}")))


def _deleted_tag(git: Git, word: Value) -> GitDeleteRef:
    full = f"refs/tags/{word.text}"
    kept = git.repo.kept(full, without=full) if git.repo is not None and word.text is not None else None
    return GitDeleteRef(ref=word.shown(), kind="tag", merged=kept)


def deleted_ref(git: Git, word: Value) -> GitDeleteRef:
    """A ref by its full name."""
    text = word.text or ""
    if text.startswith("refs/tags/"):
        return _deleted_tag(git, known(text.removeprefix("refs/tags/")))
    if text.startswith("refs/remotes/"):
        return GitDeleteRef(ref=text.removeprefix("refs/remotes/"), kind="branch", merged=True)
    if text.startswith("refs/heads/"):
        return _deleted_branch(git, known(text.removeprefix("refs/heads/")), remote=False, force=True)
    return GitDeleteRef(ref=word.shown(), kind="branch", merged=None)


@verb("update-ref")
def update_ref(git: Git) -> Effects:
    """The raw form of branch and tag changes."""
    line = Options(
        "-m REASON", "-d", "--no-deref", "--deref", "--create-reflog", "--stdin", "-z", "--batch-updates"
    ).parse(git.args)
    if line.has("--stdin"):
        yield from _ref_commands(git, git.call.stdin)
    elif line.has("-d") and line.operands:
        yield from _deleted(git, line.operands[0], deleted_ref(git, line.operands[0]))
    elif len(line.operands) > 1:
        yield from _set_ref(git, line.operands[0], line.operands[1])


def _ref_commands(git: Git, text: Value | None) -> Effects:
    if text is None or not text.known:
        yield Opaque(reason="git update-ref reads commands that are known only at run time")
        return
    for command in (text.text or "").replace("\0", " ").splitlines():
        words = command.split()
        if words[:1] == ["delete"] and len(words) > 1:
            yield from _deleted(git, known(words[1]), deleted_ref(git, known(words[1])))
        elif words[:1] == ["update"] and len(words) > 2:
            yield from _set_ref(git, known(words[1]), known(words[2]))


def _set_ref(git: Git, ref: Value, value: Value) -> Effects:
    name = ref.text
    if name == "HEAD":
        name = f"refs/heads/{git.branch}" if git.branch else None
    if name is None or name.startswith("refs/heads/"):
        yield from git.moved_branch("update-ref", name and name.removeprefix("refs/heads/"), value.text)
    place = git.call.target(known(git.top) if git.top is not None else known("."))
    if name is not None and place.path is not None and place.area not in ("workspace", "workspace-root"):
        yield WritePath(target=git.call.target(known(f"{place.path}/{name}")))  # another repository's, perhaps a remote


@verb("symbolic-ref")
def symbolic_ref(git: Git) -> Effects:
    """Tells or sets where HEAD points; neither loses commits."""
    line = Options("-q --quiet", "-d --delete", "--short", "--recurse", "--no-recurse", "-m REASON").parse(git.args)
    if [word.text for word in line.operands] == ["HEAD"] and git.branch is not None and not line.has("-d"):
        yield Output(known(("" if line.has("--short") else "refs/heads/") + git.branch + "\n"))


@verb("rev-parse")
def rev_parse(git: Git) -> Effects:
    """Only tells; the usual questions are answered, so that a script's folders and branches are known."""
    texts = [word.text for word in git.args]
    if texts == ["--show-toplevel"] and git.top is not None:
        yield Output(known(git.top + "\n"))
    elif texts in (["--abbrev-ref", "HEAD"], ["--abbrev-ref", "@"]) and git.branch is not None:
        yield Output(known(git.branch + "\n"))
    elif texts == ["--git-dir"] and git.repo is not None:
        yield Output(known(git.repo.git_dir + "\n"))
    elif texts == ["--show-prefix"] and git.repo is not None:
        yield Output(known((git.below + "/" if git.below else "") + "\n"))
    elif len(texts) == 1 and texts[0] and not texts[0].startswith("-") and git.repo is not None:
        commit = git.repo.resolve(texts[0])
        if commit is not None:
            yield Output(known(commit + "\n"))


@verb("replace")
def replace(git: Git) -> Effects:
    """Objects are replaced by others, which rewrites history for readers of this repository."""
    line = Options("-l --list", "-d --delete", "-e --edit", "-f --force", "--raw", "-g --graft",
                   "--convert-graft-file", "--format F").parse(git.args)  # fmt: skip
    if line.operands and not line.has("-l", "-d"):
        yield GitRewrite(how="replace")


@verb("notes")
def notes(git: Git) -> Effects:
    """Remarks beside commits; no commit is touched."""
    yield from ()
