"""Mercurial, Subversion, Jujutsu, Fossil and stacked-diff tools: what they discard, strip and push."""

from __future__ import annotations

import re
from typing import Final

from enactd.effects.invocation import Effects, Invocation, Options, program
from enactd.effects.model import DeletePath, GitDiscard, GitPush, GitRewrite

_DISCARDS: Final = {
    "hg": r"(?:update|up|checkout|co|merge) .*(?:-C\b|--clean)|revert\b|purge\b|clean\b",
    "svn": r"revert\b|cleanup .*--remove-(?:unversioned|ignored)",
    "jj": r"abandon\b|restore\b|op(?:eration)? abandon",
    "fossil": r"revert\b|clean\b|undo\b",
    "bzr": r"revert\b|clean-tree\b|uncommit\b",
}
_REWRITES: Final = {
    "hg": r"strip\b|(?:debug)?strip\b|histedit\b|rollback\b|prune\b",
    "fossil": r"purge\b|shun\b|scrub\b",
    "bzr": r"rebase\b",
}
_PUSHES: Final = {
    "hg": (r"push\b", r"-f\b|--force\b"),
    "svn": (r"(?:commit|ci)\b|(?:rm|delete|mkdir|copy|cp|move|mv) .*://", r"(?:rm|delete) .*://"),
    "jj": (r"git push\b", r"--all\b|--deleted\b|--allow-backwards\b"),
    "fossil": (r"push\b|sync\b", r"$^"),
    "bzr": (r"push\b", r"--overwrite\b"),
    "gt": (r"submit\b|ss\b", r"-f\b|--force\b"),
    "spr": (r"diff\b|update\b", r"$^"),
    "arc": (r"land\b", r"--force\b"),
}
_NAMED: Final = Options("-b --bookmark --branch NAME", "-B --bookmarks NAME", "--named NAME", "-r --rev REV")
_DRY: Final = frozenset({"-n", "--dry-run", "--help", "-h", "help", "--print", "--version", "version"})


@program("hg", "svn", "jj", "fossil", "bzr", "gt", "spr", "arc")
def version_control(call: Invocation) -> Effects:
    """The verb is the first operand; what is thrown away cannot be told without the tool's own files."""
    words = [word.shown(100) for word in call.args]
    if _DRY & set(words):
        return
    first = next((i for i, word in enumerate(words) if not word.startswith("-")), len(words))
    line = " ".join(words[first:])
    if re.match(_DISCARDS.get(call.name, r"$^"), line):
        what = "untracked" if re.match(r"purge|clean", line) else "changes"
        yield GitDiscard(what=what, how=f"{call.name} {line}")  # type: ignore[arg-type]
    if re.match(_REWRITES.get(call.name, r"$^"), line):
        yield GitRewrite(how=f"{call.name} {line}")
    pushes, forced = _PUSHES.get(call.name, (r"$^", r"$^"))
    if re.match(pushes, line):
        force = "plain" if re.search(forced, line) else ""
        branch = _pushed(call)
        yield GitPush(remote=None, branch=branch, force=force, own_branch=not force)  # type: ignore[arg-type]
    if call.name in ("svn", "hg", "bzr") and re.match(r"(?:rm|remove|delete|del)\b", line) and "://" not in line:
        for word in call.args[first + 1 :]:
            if not word.prefix.startswith("-"):
                yield DeletePath(target=call.target(word), recursive=call.name == "svn")


def _pushed(call: Invocation) -> str | None:
    """The branch or bookmark that a push names: `-b main` with hg and jj, a bare `main@origin` with neither."""
    if call.name not in ("hg", "jj"):
        return None
    line = _NAMED.parse(call.args)
    named = line.value("-b", "-B") or line.value("--named")
    return named.text.partition("=")[0] if named is not None and named.text is not None else None
