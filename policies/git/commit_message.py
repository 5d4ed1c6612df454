"""Commit messages that say nothing. Optional.

Why
    A history of `wip`, `fix` and `update` tells nobody, months later, why a line is as it is.
Instead
    Say in one line what changes and why: `Refuse empty names when a project is created`.
Blind spots
    Messages that are written in an editor, and long ones that say nothing, too.
"""

from enactd.policy import Ask, Context, GitCommit, Opinions, policy

EMPTY = (
    "wip", "fix", "fixes", "fixed", "update", "updates", "updated", "change", "changes", "stuff", "misc", "temp", "tmp",
    "test", "commit", "save", "more", "asdf", "foo", "done", "cleanup", "refactor", "minor", "bugfix", "x", "initial",
)  # fmt: skip


@policy(
    watches=GitCommit,
    severity="low",
    stage="trial",
    since="0.1",
    optional=True,
    asks=('git commit -m "wip"', "git commit -am 'Fixes.'", 'git commit -m "update stuff"', "git commit -m ''"),
    allows=(
        'git commit -m "Refuse empty names when a project is created"',
        "git commit -m 'Fix crash on empty input'",
        "git merge feature/x",
        "git commit",
        "git log --grep=wip",
    ),
    misses=('git commit -m "various improvements and several fixes"',),
)
def check(commit: GitCommit, context: Context) -> Opinions:
    if commit.message is None:
        return
    first = commit.message.strip().splitlines()[0].strip() if commit.message.strip() else ""
    words = [word.strip(".,:;!") for word in first.lower().split()]
    telling = [word for word in words if word and word not in EMPTY]
    if len(telling) < context.setting("telling_words", 1):
        yield Ask(f"the message `{first}` says nothing about the change")
