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
        tool("mcp__slack__post_message", channel="general", text="hi"),
        'curl -X POST https://hooks.slack.com/services/T0/B0/x -d \'{"text":"hi"}\'',
        "twilio api:core:messages:create --to +15551234567 --from +15557654321 --body x",
        "aws ses send-email --from a@example.com --to b@example.com --subject x --text y",
        "for u in $(cat users.txt); do echo hi | mail $u; done",
        "python3 -c \"import smtplib; smtplib.SMTP('mail.example.com').sendmail('a@b.c', 'd@e.f', 'hi')\"",
    ),
    allows=(
        "echo mail",
        "git log --author=bob@example.com",
        tool("mcp__slack__list_channels"),
        tool("WebFetch", url="https://api.slack.com/docs", prompt="x"),
        "python3 -c \"print('mail bob@example.com')\"",
    ),
    misses=("./bin/notify everyone",),
)
def check(message: SendMessage, context: Context) -> Opinions:
    yield Ask(f"`{message.by}` sends to {message.to or 'somebody'}{', many at once' if message.bulk else ''}")
