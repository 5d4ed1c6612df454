"""Messages to people.

Why
    What was sent is read; a loop over a list reaches everybody on it.
Instead
    Write a draft and let a person send it.
Blind spots
    Services that send when a record is created.
"""

from enactd.policy import Ask, Context, Opinions, SendMessage, policy, tool


@policy(
    watches=SendMessage,
    severity="high",
    stage="stable",
    since="0.1",
    incidents=("PI-13",),
    asks=(
        "mail -s hi bob@example.com < note.txt",
        "sendmail bob@example.com < mail.txt",
        tool("WebFetch", url="https://api.telegram.org/bot12345:abc/sendMessage", prompt=""),
    ),
    allows=("echo mail", "git log --author=bob@example.com"),
)
def check(message: SendMessage, context: Context) -> Opinions:
    yield Ask(f"`{message.by}` sends to {message.to or 'somebody'}{', many at once' if message.bulk else ''}")
