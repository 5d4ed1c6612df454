"""git: global options, aliases, and which module knows a verb.

Aliases are looked through as git does: those that start with `!` are shell text. A verb that nobody described
and that is no alias is a program of its own (`git-x`); a near miss is read as the verb it was meant to be,
because the next try will be.
"""

from __future__ import annotations

import difflib
import shlex
from collections.abc import Iterator
from typing import Final

from enactd.effects.invocation import Effects, Invocation, Options, Value, find_program, join, known, program
from enactd.effects.model import GitConfigure, Opaque, SetEnvironment
from enactd.effects.programs import (
    git_commit,
    git_config,
    git_history,
    git_inspect,
    git_patches,
    git_push,
    git_refs,
    git_remote,
    git_submodule,
    git_worktree,
)
from enactd.effects.programs.git_config import runs_program
from enactd.effects.programs.git_context import VERBS, Git, moved, wants_help
from enactd.effects.programs.git_environment import environment
from enactd.risk import Risk

__all__ = [
    "git_commit", "git_config", "git_history", "git_inspect", "git_patches", "git_push", "git_refs", "git_remote",
    "git_submodule", "git_worktree",
]  # fmt: skip

_GLOBAL: Final = Options(
    "-C PATH", "-c NAME=VALUE", "--config-env NAME=ENV", "--exec-path [PATH]", "--git-dir PATH",
    "--work-tree PATH", "--namespace N", "--super-prefix P", "--attr-source T", "--list-cmds G", "-p --paginate",
    "-P --no-pager", "--bare", "--no-replace-objects", "--literal-pathspecs", "--glob-pathspecs",
    "--noglob-pathspecs", "--icase-pathspecs", "--no-optional-locks", "--no-lazy-fetch", "--no-advice",
    "--html-path", "--man-path", "--info-path", "-v --version", "-h --help",
    stop_at_operand=True, abbreviate=False,
)  # fmt: skip
_DEEPEST_ALIAS: Final = 8

# Nothing is changed, shown or run that is worth a word.
_QUIET: Final = frozenset(
    "status describe rev-parse rev-list shortlog name-rev merge-base cherry count-objects fsck "
    "version help check-ignore check-attr check-mailmap check-ref-format for-each-ref show-ref show-branch "
    "verify-commit verify-tag verify-pack var whatchanged get-tar-commit-id patch-id stripspace column mailinfo mailsplit "
    "fmt-merge-msg interpret-trailers unpack-file hash-object mktree mktag write-tree commit-tree "
    "pack-objects index-pack unpack-objects update-server-info rerere merge-tree merge-file "
    "merge-index merge-one-file bugreport diagnose gui gitk citool fetch-pack pack-refs commit-graph multi-pack-index "
    "sparse-checkout scalar flow town absorb standup summary effort info lost-found for-each-repo quiltimport "
    "show-index upload-pack upload-archive receive-pack http-backend http-fetch init-db cvsimport "
    "web--browse sh-setup pack-redundant refs last-modified repo history backfill request-pull "
    # git-extras and other well-known additions that look, or add commits and branches
    "root authors changelog commits-since contrib count locked local-commits missing show-merged-branches show-tree "
    "show-unmerged-branches archive-file browse browse-ci bug feature refactor chore touch utimes cola fame cliff delta "
    "guilt ignore ignore-io alias abort lock unlock stamp coauthor rename-branch mr pr ls-crypt".split()
)


@program("git")
def git(call: Invocation) -> Effects:
    """Global options, then the verb."""
    line = _GLOBAL.parse(call.args)
    yield from environment(call)
    for value in line.values("--exec-path"):
        yield SetEnvironment(name="GIT_EXEC_PATH", value=value.text)
    settings = dict(_settings(call, line.values("-c")))
    for key, value in settings.items():
        yield GitConfigure(key=key, value=value.text, scope="command", runs=runs_program(key, value))
    for setting in line.values("--config-env"):
        key = setting.prefix.partition("=")[0]
        yield GitConfigure(key=key, value=None, scope="command", runs=runs_program(key, None))
    if line.has("-h", "-v", "--html-path", "--man-path", "--info-path", "--list-cmds") or not line.operands:
        return
    verb, args = line.operands[0], line.operands[1:]
    folder = _folder(call, line.values("-C"), line.value("--work-tree"), line.value("--git-dir"))
    inner = moved(call, args=args, cwd=folder)
    if verb.text is None:
        yield Opaque(
            reason=f"which git command runs is known only at run time: {verb.shown(60)}", level=Risk.COMMITMENT
        )
        return
    yield from run_verb(Git(inner, verb.text, args, settings), 0)


def run_verb(git: Git, depth: int) -> Effects:
    """What one verb does, aliases looked through."""
    if git.name in VERBS:
        if not wants_help(git.args) or git.name in ("for-each-repo",):
            yield from VERBS[git.name](git)
        return
    if git.name in _QUIET:
        return
    alias = git.config(f"alias.{git.name}")
    if f"alias.{git.name}".lower() in git.settings and alias is None:
        yield Opaque(reason=f"what the alias `{git.name}` stands for is not known", level=Risk.COMMITMENT)
    elif alias is not None and depth < _DEEPEST_ALIAS:
        yield from _alias(git, alias, depth)
    elif find_program("git-" + git.name) is not None:
        yield from git.call.run([known("git-" + git.name), *git.args], via="git")
    else:
        meant = difflib.get_close_matches(git.name, [*VERBS, *_QUIET], n=1, cutoff=0.75)
        if meant:
            yield from run_verb(Git(git.call, meant[0], git.args, git.settings), depth)
        else:
            yield Opaque(reason=f"`git {git.name}` is no known git command or alias", level=Risk.SENSITIVE)


def _alias(git: Git, alias: str, depth: int) -> Effects:
    if alias.startswith("!"):
        text = join([known(alias[1:]), known(' "$@"')], "") if git.args else known(alias[1:])
        yield from git.call.shell(text, [known("git"), *git.args], via=f"git {git.name}")
        return
    try:
        words = shlex.split(alias)
    except ValueError:
        words = alias.split()
    if not words:
        return
    if words[0].startswith("-"):
        yield from git.call.run([known("git"), *map(known, words), *git.args], via=f"git {git.name}")
        return
    args = (*map(known, words[1:]), *git.args)
    inner = moved(git.call, args=args, cwd=git.call.cwd)
    yield from run_verb(Git(inner, words[0], args, git.settings), depth + 1)


def _settings(call: Invocation, words: list[Value]) -> Iterator[tuple[str, Value]]:
    """Settings of this command alone: `-c`, and the counted variables that scripts use in its place."""
    count = call.env.get("GIT_CONFIG_COUNT")
    number = count.text if count is not None else None
    for index in range(min(int(number), 50) if number and number.isdecimal() else 0):
        key, value = call.env.get(f"GIT_CONFIG_KEY_{index}"), call.env.get(f"GIT_CONFIG_VALUE_{index}")
        if key is not None and value is not None:
            yield (key.text or key.prefix).lower(), value
    for word in words:
        key_text, equals, _ = word.prefix.partition("=")
        yield key_text.lower(), word.cut(len(key_text) + 1) if equals else known("true")


def _folder(call: Invocation, climbs: list[Value], work_tree: Value | None, git_dir: Value | None) -> Value:
    """The folder that the command works on."""
    folder = call.cwd
    if work_tree is not None:
        climbs = [*climbs, work_tree]
    elif git_dir is not None and git_dir.suffix.endswith("/.git"):
        climbs = [*climbs, git_dir if git_dir.text is None else known(git_dir.text.removesuffix("/.git") or "/")]
    elif git_dir is not None and git_dir.text is not None and git_dir.text.rstrip("/") != ".git":
        climbs = [*climbs, git_dir]  # a bare repository
    for word in climbs:
        folder = word if word.startswith("/") else join([folder, word], "/")
        if word.startswith("~"):
            folder = join([known(call.world.home), word.cut(1)], "")
    return folder
