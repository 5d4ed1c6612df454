"""Discarding work that is in no commit.

Why
    Hours of uncommitted work went with one reset, checkout, restore or clean that nobody asked for.
Instead
    `git stash push -u` first, or name the one file.
Blind spots
    Files that a hook or filter changes.
"""

from enactd.policy import Ask, Context, Example, GitDiscard, Opinions, bash, policy, tool


@policy(
    watches=GitDiscard,
    severity="critical",
    stage="stable",
    since="0.1",
    incidents=(
        "VC-03",
        "VC-04",
        "VC-06",
        "VC-07",
        "VC-08",
        "VC-10",
        "VC-12",
        "VC-13",
        "VC-14",
        "VC-15",
        "VC-16",
        "VC-20",
    ),
    asks=(
        bash("git reset --hard HEAD~1", given="dirty"),
        bash("git checkout -- .", given="dirty"),
        bash("git restore .", given="dirty"),
        bash("git clean -fd", given="dirty"),
        "git stash drop",
        "git -C sub clean -fdx",
        "git checkout -f main",
        bash("git switch --discard-changes main", given="dirty"),
        "git worktree remove --force ../wt",
        "ssh host 'cd app && git reset --hard'",
        Example("mcp__git__git_reset", {"repo_path": "/home/u/proj", "mode": "hard"}, ("dirty",)),
        Example("mcp__shell__execute_command", {"command": "git clean -fdx"}, ("dirty",)),
        bash("python3 -c \"import subprocess; subprocess.run(['git', 'reset', '--hard'])\"", given="dirty"),
        bash("node -e \"require('child_process').execSync('git checkout -- .')\"", given="dirty"),
    ),
    allows=(
        "git status",
        "git stash",
        "git reset HEAD src/app.py",
        "git clean -nd",
        "git restore --staged .",
        "git checkout main",
        "git reset --soft HEAD~1",
        "git commit -m 'git reset --hard is dangerous'",
        tool("mcp__git__git_status", repo_path="/home/u/proj"),
        "python3 -c \"import subprocess; subprocess.run(['git', 'status'])\"",
    ),
    misses=(bash("npx lerna version --yes", given="dirty"),),
)
def check(discard: GitDiscard, context: Context) -> Opinions:
    always = (
        discard.what in ("stash", "commits")
        or "hard" in discard.how
        or "force" in discard.how
        or discard.what == "worktree"
    )
    what = {
        "changes": "uncommitted changes",
        "untracked": "untracked files",
        "ignored": "ignored files",
        "stash": "stashed work",
        "commits": "commits",
        "worktree": "a worktree with its changes",
    }[discard.what]
    shown = ", ".join(discard.examples[:3])
    if discard.losing == "something":
        yield Ask(f"`{discard.source}` throws away {what}{': ' + shown if shown else ''}")
    elif discard.losing == "unknown" or always:
        yield Ask(f"`{discard.source}` throws away {what}, if there are any")
