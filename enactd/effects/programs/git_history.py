"""Verbs that rewrite history or cut its safety net, and those that run a command for each commit."""

from __future__ import annotations

import re
from typing import Final

from enactd.effects.invocation import Effects, Invocation, Options, Value, known, program
from enactd.effects.model import GitCommit, GitRewrite, ScheduleJob
from enactd.effects.programs.git_context import Git, verb, wants_help

_LONG_AGO: Final = re.compile(
    r"never|false|2[.\s]?weeks?([.\s]ago)?|([3-9]|\d\d+)[.\s]?weeks?.*|\d+[.\s]?(months?|years?).*"
)
_REBASE: Final = Options(
    "--onto B", "--keep-base", "--no-verify", "-q --quiet", "-v --verbose", "-n --no-stat", "--signoff",
    "--committer-date-is-author-date", "--reset-author-date", "--ignore-date", "--ignore-whitespace", "-C N",
    "--whitespace A", "-f --force-rebase", "--no-ff", "--continue", "--skip", "--abort", "--quit", "--edit-todo",
    "--show-current-patch", "--apply", "-m --merge", "-i --interactive", "--rerere-autoupdate", "--empty M",
    "--autosquash", "--no-autosquash", "--update-refs", "-S --gpg-sign [K]", "--autostash", "--no-autostash",
    "-x --exec CMD", "-r --rebase-merges [M]", "-s --strategy S", "-X --strategy-option O", "--root",
    "--reschedule-failed-exec", "--reapply-cherry-picks", "--fork-point", "--no-fork-point", "--stat",
)  # fmt: skip


@verb("rebase")
def rebase(git: Git) -> Effects:
    """New commits; `--exec` runs a command after each."""
    line = _REBASE.parse(git.args)
    for command in line.values("-x"):
        yield from git.call.shell(command, via="git rebase --exec")
    if not line.has("--abort", "--quit", "--edit-todo", "--show-current-patch"):
        yield GitCommit(message=None, how="rebase")


@verb("merge", "cherry-pick", "revert")
def combine(git: Git) -> Effects:
    """Commits of others, or their opposite, on the branch that is checked out; git refuses to lose changes by it."""
    if not any(word.text in ("--abort", "--quit") for word in git.args):
        yield GitCommit(message=None, how=git.name)


@verb("bisect")
def bisect(git: Git) -> Effects:
    """`run` runs a command again and again."""
    if git.args and git.args[0].text == "run":
        yield from git.call.run(git.args[1:], via="git bisect run")


@verb("gc")
def gc(git: Git) -> Effects:
    """The default keeps two weeks of unreachable objects; an explicit date may keep less."""
    line = Options("-q --quiet", "--prune [DATE]", "--no-prune", "--aggressive", "--auto", "--force", "--detach",
                   "--no-detach", "--keep-largest-pack", "--cruft", "--no-cruft", "--max-cruft-size N",
                   "--expire-to DIR").parse(git.args)  # fmt: skip
    dates = [
        *line.values("--prune"),
        *(git.settings[k] for k in ("gc.pruneexpire", "gc.reflogexpire") if k in git.settings),
    ]
    if any(_is_soon(date) for date in dates) and not line.has("--no-prune"):
        yield GitRewrite(how="gc --prune=now")


def _is_soon(date: Value) -> bool:
    return date.text is None or not _LONG_AGO.fullmatch(date.text.lower())


@verb("prune")
def prune(git: Git) -> Effects:
    """Deletes every unreachable object, unless a date spares the young ones."""
    line = Options("-n --dry-run", "-v --verbose", "--progress", "--expire TIME", "--exclude-promisor-objects").parse(
        git.args
    )
    date = line.value("--expire")
    if not line.has("-n") and (date is None or _is_soon(date)):
        yield GitRewrite(how="prune")


@verb("repack")
def repack(git: Git) -> Effects:
    """`-a -d` drops packed objects that nothing reaches."""
    line = Options(
        "-a", "-A", "-f", "-F", "-d", "-l --local", "-n", "-q --quiet", "-b --write-bitmap-index", "-i --delta-islands",
        "-k --keep-unreachable", "--cruft", "--cruft-expiration D", "--unpack-unreachable D", "--window N", "--depth N",
        "--window-memory N", "--threads N", "--max-pack-size N", "--pack-kept-objects", "--keep-pack N",
        "-g --geometric N", "-m --write-midx", "--filter F", "--filter-to D", "--expire-to D",
    ).parse(git.args)  # fmt: skip
    if line.has("-a") and line.has("-d") and not line.has("-A", "-k", "--cruft"):
        yield GitRewrite(how="repack -a -d")


@verb("reflog")
def reflog(git: Git) -> Effects:
    """The list of where branches have been is the last way back to lost commits."""
    words = [word for word in git.args if not word.startswith("-")]
    action = words[0].text if words else "show"
    dry = any(word.text in ("-n", "--dry-run") for word in git.args)
    if action in ("expire", "delete", "drop", None) and not dry:
        yield GitRewrite(how=f"reflog {action or 'expire'}")


@verb("filter-branch")
def filter_branch(git: Git) -> Effects:
    """Rewrites every commit, running shell text for each."""
    line = Options(
        "--setup C", "--subdirectory-filter D", "--env-filter C", "--tree-filter C", "--index-filter C",
        "--parent-filter C", "--msg-filter C", "--commit-filter C", "--tag-name-filter C", "--prune-empty",
        "--original N", "-d DIR", "-f --force", "--state-branch B",
    ).parse(git.args)  # fmt: skip
    yield GitRewrite(how="filter-branch")
    filters = ("--setup", "--env-filter", "--tree-filter", "--msg-filter", "--commit-filter", "--parent-filter")
    for command in line.values(*filters):
        yield from git.call.shell(command, via="git filter-branch", stdin=None)


@verb("filter-repo", "filter-tree")
def filter_repo(git: Git) -> Effects:
    """Rewrites every commit and drops the old ones."""
    yield from _filter_repo(git.args)


@program("git-filter-repo", "bfg", "git-filter-branch")
def filter_program(call: Invocation) -> Effects:
    """The same tools by their own names."""
    if not wants_help(call.args):
        yield from _filter_repo(call.args)


def _filter_repo(args: tuple[Value, ...]) -> Effects:
    if not any(word.text in ("--analyze", "--dry-run", "--version", "-h", "--help") for word in args):
        yield GitRewrite(how="filter-repo")


@verb("fast-import")
def fast_import(git: Git) -> Effects:
    """With `--force` branches are set to commits that do not follow from the old ones."""
    if any(word.text == "--force" for word in git.args):
        yield GitRewrite(how="fast-import --force")


@verb("maintenance")
def maintenance(git: Git) -> Effects:
    """`start` makes the system run it again and again; the rest is house-keeping."""
    action = git.args[0].text if git.args else None
    if action in ("start", "stop"):
        yield ScheduleJob(by="git maintenance", what="git maintenance run", removes=action == "stop")


@verb("hook")
def hook(git: Git) -> Effects:
    """`run` starts a hook of this repository."""
    words = [word for word in git.args if not word.startswith("-")]
    if len(words) > 1 and words[0].text == "run" and words[1].text:
        folder = git.config("core.hookspath") or (git.repo.layout.common_dir + "/hooks" if git.repo else ".git/hooks")
        yield from git.call.script(known(f"{folder}/{words[1].text}"), words[2:])
