"""Mail, messages, browser profiles and other private folders of the home.

Why
    They hold other people's words and open sessions, and no task in a repository needs them.
Instead
    Ask the person for what is needed.
Blind spots
    Private files kept in ordinary folders.
"""

from enactd.policy import Ask, Context, CopyPath, Opinions, ReadPath, policy, tool


@policy(
    watches=(ReadPath, CopyPath),
    severity="medium",
    stage="stable",
    since="0.1",
    asks=(
        "ls ~/Library/Messages",
        "cat ~/.thunderbird/x.default/Mail/Inbox",
        tool("Read", file_path="/home/u/.thunderbird/x.default/Mail/Inbox"),
        tool("mcp__filesystem__list_directory", path="/home/u/.mozilla/firefox"),
    ),
    allows=(
        "ls ~/projects",
        "cat README.md",
        tool("mcp__filesystem__list_directory", path="src"),
    ),
    misses=("cat ~/old-mail.txt",),
)
def check(effect: ReadPath | CopyPath, context: Context) -> Opinions:
    if "private" in effect.target.nature and not effect.target.secret:
        yield Ask(f"`{effect.target.shown}` is a private folder")
