"""Commits of very many files at once. Optional.

Why
    Nobody reviews a commit of eighty files, and what slipped in beside the task stays.
Instead
    Commit one purpose at a time: `git add` the files that belong together.
Blind spots
    One file with a thousand changed lines.
"""

from enactd.policy import Ask, Context, GitCommit, Opinions, bash, policy

MANY = "staged 60"


@policy(
    watches=GitCommit,
    severity="low",
    stage="trial",
    since="0.1",
    optional=True,
    asks=(
        bash("git commit -m 'Rename the project'", given=MANY),
        bash("git commit -am x", given=MANY),
        bash("git commit -F notes.txt", given=MANY),
    ),
    allows=("git commit -m 'Name the parser'", bash("git merge feature/x", given=MANY), bash("git add -A", given=MANY)),
    misses=("git commit -m 'Rewrite the one file there is'",),
)
def check(commit: GitCommit, context: Context) -> Opinions:
    most = context.setting("most_files", 50)
    if len(commit.files) > most:
        yield Ask(f"the commit holds {len(commit.files)} files, more than {most}")
