"""Words for what happens to repositories and on forges."""

from __future__ import annotations

from typing import Final

from enactd.effects import model as m
from enactd.effects.words.phrase import Names, Phrase, cut, joined, listed

EXAMPLES: Final = 5
"""Names that a reading keeps of what a discard would lose."""
_LOST: Final = {
    "changes": "modified files", "untracked": "untracked files", "ignored": "ignored files", "stash": "stashes",
    "commits": "commits of branches", "worktree": "worktrees",
}  # fmt: skip
_ONE: Final = {
    "changes": "modified file", "untracked": "untracked file", "ignored": "ignored file", "stash": "stash",
    "commits": "commits of branch", "worktree": "worktree",
}  # fmt: skip


def discard(effect: m.GitDiscard, names: Names) -> Phrase:
    """How many of what, by name; said where it is not known."""
    kind = _LOST[effect.what]
    where = f" in {names.path(effect.repository)}" if effect.repository else ""
    by = f" ({effect.how})"
    if effect.losing == "nothing":
        return Phrase("discards nothing", more=f": there are no {kind}{where}{by}")
    if effect.losing == "unknown" and not effect.examples:
        of = f" of {listed(effect.paths)}" if effect.paths else ""
        return Phrase("discards", kind, more=f"{of}{where}, which ones is not known{by}")
    if not effect.examples:
        return Phrase("discards", kind, more=f"{where}{by}")
    count = f"{'at least ' if len(effect.examples) >= EXAMPLES else ''}{len(effect.examples)}"
    # A worktree is named by its absolute path, a file by its path in the repository.
    shown = listed([names.path(example) for example in effect.examples])
    kind = _ONE[effect.what] if len(effect.examples) == 1 else kind
    return Phrase("discards", f"{count} {kind}", more=f"{where}: {shown}{by}")


def push(effect: m.GitPush, names: Names) -> Phrase:
    """Which remote branch, and how roughly."""
    remote = effect.remote or "a remote known only when it runs"
    where = f" ({cut(effect.url, 120)})" if effect.url and effect.url != effect.remote else ""
    branch = f"{remote}/{effect.branch}" if effect.branch else f"branches of {remote}, which ones is not known"
    secrets = f", with {listed(effect.secrets)} in its commits" if effect.secrets else ""
    if effect.mirror:
        return Phrase("makes everything in", remote, more=f"{where} like here: what is not here is deleted there")
    if effect.deletes:
        what = (
            f"the {'tag' if effect.tags else 'branch'} {branch}" if effect.branch else f"what is gone here on {remote}"
        )
        return Phrase("deletes", what, more=where)
    if effect.tags and effect.branch is None:
        branch = f"all tags to {remote}"
    forced = {"": "pushes to", "plain": "force-pushes over", "lease": "force-pushes with a lease over"}[effect.force]
    return Phrase(forced, branch, "branches", f"{where}{secrets}")


def delete_ref(effect: m.GitDeleteRef, names: Names) -> Phrase:
    """Whether its commits are kept elsewhere."""
    kept = {
        True: ", whose commits another branch keeps",
        False: ", the only one with its commits",
        None: ", whether other branches keep its commits is not known",
    }[effect.merged]
    return Phrase(f"deletes the {effect.kind}", effect.ref, more=kept if effect.kind != "remote" else "")


def rewrite(effect: m.GitRewrite, names: Names) -> Phrase:
    """History that others may have."""
    pushed = {True: ", which is pushed already", False: ", which is not pushed", None: ""}[effect.pushed]
    return Phrase("rewrites history", f"({effect.how})", more=pushed)


def commit(effect: m.GitCommit, names: Names) -> Phrase:
    """How it is made, and what is wrong with it."""
    done = {"commit": "commits", "pull": "pulls", "merge": "merges", "revert": "reverts commits"}
    message = f" as `{cut(effect.message.splitlines()[0], 80)}`" if effect.message and effect.message.strip() else ""
    files = f" {len(effect.files)} files: {listed(effect.files)}" if effect.files else ""
    secrets = f", with {listed(effect.secrets)} in it" if effect.secrets else ""
    hooks = ", without its checks" if effect.skips_hooks else ""
    return Phrase(done.get(effect.how, f"makes commits ({effect.how})"), more=f"{files}{message}{secrets}{hooks}")


def configure(effect: m.GitConfigure, names: Names) -> Phrase:
    """One setting, and whether it runs a program."""
    value = f" to `{cut(effect.value, 80)}`" if effect.value is not None else ", to what only the run tells"
    runs = ", which makes git run a program" if effect.runs else ""
    return Phrase("sets git's", effect.key, more=f"{value} ({effect.scope}){runs}")


def forge(effect: m.ChangeForge, names: Names) -> Phrase:
    """What is done to what, and whether it is one's own repository."""
    own = {True: ", of this repository", False: ", of another repository", None: ""}[effect.own]
    return Phrase(f"on {effect.service}:", joined(effect.verb, effect.what), more=own)
