"""Programs that send mail, chat, posts and calls, move money, or open things for the person at the screen."""

from __future__ import annotations

import re
from typing import Final

from enactd.effects.hosts import describe
from enactd.effects.http import exchange, locate
from enactd.effects.invocation import Effects, Invocation, Options, Output, program
from enactd.effects.model import ChangeInfrastructure, MoveMoney, Opaque, OpenTunnel, ReadPath, SendMessage
from enactd.effects.values import FILE, SECRET, known, unknown

MAIL: Final = Options(
    *"""
    -s --subject S | -a --attach A | -A --attachment F | -c --cc A | -b --bcc A | -r --from A | -S --set V | -q
    --quiet-file F | -u U | -f F | -F N | -h H | -i --input F | -H --headers | -e --exists | -v | -n | -N | -I |
    -E | -~ | -t | -T T | -V | --version | --help | -R A | -oi | -oem | -bm | -bs | -bp | -bi | -bt | -bv | -C F |
    -m M | -O O | -X F | -x | --to A | --server H | --body B | --add-header H | --auth [T] | --auth-user U |
    --auth-password P | --quit-after C
    """.split("|")
)


@program(
    *"""
    mail mailx Mail s-nail mutt neomutt nail sendmail msmtp ssmtp swaks sendemail mpack exim exim4 himalaya aerc
    mailsend smtp-cli
    """.split()
)
def mail(call: Invocation) -> Effects:
    line = MAIL.parse(call.args)
    texts = [word.text for word in call.args]
    if line.has("-V", "--version", "--help", "-bp", "-bt", "-bv") or (call.name == "mail" and line.has("-e", "-H")):
        return
    if call.name == "himalaya" and not {"send", "reply", "forward", "write"} & set(texts):
        return
    people = [*line.operands, *line.values("-c"), *line.values("-b"), *line.values("--to")]
    if not people and call.stdin is None and not line.has("-t"):
        yield ReadPath(target=call.target("/var/mail"), shown=True)
        return
    carries = call.stdin.origins if call.stdin is not None else frozenset()
    for word in [*line.values("-a"), *line.values("-A"), *line.values("-i"), *line.values("-q")]:
        if ":" not in word.visible and call.name != "sendmail":
            target = call.target(word)
            yield ReadPath(target=target, shown=False)
            carries |= {FILE} | ({SECRET} if target.secret else set())
    to = ", ".join(word.shown(80) for word in people)
    yield SendMessage(by=call.name, to=to, bulk=len(people) > 5 or to.count("@") > 5 or not all(word.known for word in people[:1]), carries=carries)  # fmt: skip


_CHAT_READS: Final = re.compile(
    r"(?:list|ls|get|fetch|read|show|view|search|status|version|help|login|logout|auth|config|whoami|profiles?|history|me|timeline|user|info|run|create|init|deploy)$"
)


@program(
    *"""
    slack slackcat slack-cli telegram-send discord-send twilio sendgrid tweet toot twurl t rainbowstream
    signal-cli wacli imsg matrix-commander ntfy pushover apprise pb wall write telegram-cli zulip-send
    gammu bsky webex mattermost-send resend
    """.split()
)
def chat(call: Invocation) -> Effects:
    words = [word.text or "" for word in call.args if not word.prefix.startswith("-")]
    verb = re.split(r"[:.]", words[0])[-1] if words else ""
    texts = {word.text for word in call.args}
    if {"--help", "-h", "--version", "-V"} & texts:
        return
    always = (
        "wall",
        "write",
        "slackcat",
        "telegram-send",
        "discord-send",
        "tweet",
        "pushover",
        "apprise",
        "zulip-send",
    )
    reads = (
        call.name not in always
        and all(_CHAT_READS.match(word.rpartition(":")[2]) for word in words[:2] if word)
        and bool(words)
    )
    if (reads and verb not in ("create",)) or (not words and call.stdin is None):
        return
    if call.name == "twurl" and not {"-X", "-d", "--request-method", "--data", "-f", "--file", "-A"} & texts:
        return
    carries = frozenset(origin for word in call.args for origin in word.origins)
    carries |= call.stdin.origins if call.stdin is not None else frozenset()
    yield SendMessage(by=call.name, to=words[0][:80] if words else "", bulk=call.name == "wall", carries=carries)


@program("mosquitto_pub", "mqtt")
def publish(call: Invocation) -> Effects:
    """A message for a broker: the one of this machine unless a host is named."""
    line = Options("-h --host H", "-L --url U", "-t --topic T", "-m --message M", "-p --port P", "-d", "--help").parse(
        call.args
    )
    host, url = line.value("-h"), line.value("-L")
    place = locate(url) if url is not None else None if host is None else describe(host.text or "")
    if line.has("--help") or (call.name == "mqtt" and (not line.operands or line.operands[0].text != "pub")):
        return
    if place is not None and not place.local:
        carries = frozenset(origin for word in call.args for origin in word.origins)
        yield SendMessage(by=call.name, to=place.host or "", carries=carries)


_STRIPE_READS: Final = re.compile(
    r"(?:list|retrieve|get|search|logs|tail|listen|status|version|help|login|logout|config|open|completion|samples|serve|resources|whoami|upcoming|postinstall)$"
)
_STRIPE_MONEY: Final = re.compile(
    r"refund|charge|payment_intents|payout|transfer|topup|invoice|subscription|checkout|dispute|quote|credit_note|source|balance|issuing|orders?$"
)


@program("stripe", "paypal", "square", "braintree", "wise", "lemonsqueezy", "paddle")
def stripe(call: Invocation) -> Effects:
    texts = [word.text for word in call.args]
    words = [word for word in texts if word is None or not word.startswith("-")]
    if not words or {"--help", "-h", "--version", "-v"} & set(texts):
        return
    if words[0] in ("get", "listen", "logs", "login", "status", "config", "open", "version", "help", "samples", "completion", "trigger", "fixtures", "serve"):  # fmt: skip
        return
    raw = words[0] in ("post", "delete")
    resource = (words[1] if raw and len(words) > 1 else words[0]) or "?"
    verb = words[0] if raw else (words[1] if len(words) > 1 else "")
    if verb is not None and not raw and (_STRIPE_READS.match(verb) or not verb):
        return
    bulk = "--all" in texts or any(word.holes for word in call.args) or len(words) > 4
    if _STRIPE_MONEY.search(resource) or verb in ("cancel", "refund", "capture", "pay", "confirm"):
        yield MoveMoney(by=call.name, verb=f"{resource} {verb or '?'}", bulk=bulk)
    else:
        verb = "delete" if verb in ("delete", "remove", "archive", "void") else "change"
        yield ChangeInfrastructure(tool=call.name, verb=verb, what=resource, bulk=bulk)


@program("osascript")
def osascript(call: Invocation) -> Effects:
    line = Options("-e S", "-l L", "-i", "-s S", "-h").parse(call.args)
    texts = line.values("-e")
    if not texts and line.operands:
        yield ReadPath(target=call.target(line.operands[0]), shown=False)
        texts = [call.text_of(line.operands[0])]
    elif not texts and call.stdin is not None:
        texts = [call.stdin]
    for text in texts:
        script = text.visible
        for match in re.finditer(r"do shell script \"((?:[^\"\\]|\\.)*)\"", script):
            from_text = re.sub(r"\\(.)", r"\1", match[1])
            user = "root" if "administrator privileges" in script[match.end() : match.end() + 60] else call.user
            yield from call.shell(known(from_text), via="osascript", user=user)
        if re.search(r"\bsend\b", script) and re.search(r"Messages|Mail|WhatsApp|Slack|outgoing message", script):
            yield SendMessage(by="osascript", bulk="repeat" in script)
        elif (
            re.search(r"keystroke|key code|empty (?:the )?trash|\bdelete\b|keychain|clipboard", script)
            or not text.known
        ):
            yield Opaque(reason="a script drives other applications")
    if line.has("-l") and line.text("-l").lower() == "javascript" and texts:
        yield Opaque(reason="a script drives other applications")


@program(
    *"""
    xdg-open open gio-open sensible-browser x-www-browser wslview explorer.exe firefox google-chrome
    google-chrome-stable chromium chromium-browser brave-browser microsoft-edge safari kde-open gnome-open
    exo-open start www-browser
    """.split()
)
def open_for_person(call: Invocation) -> Effects:
    """A URL is fetched by the person's browser; a file is shown in its program."""
    texts = [word.text for word in call.args]
    debugged = any((text or "").startswith("--remote-debugging") for text in texts)
    if debugged:
        yield OpenTunnel(by=call.name, to="a browser's debugging port")
    for word in call.args:
        if word.prefix.startswith("-"):
            continue
        place = locate(word)
        if "://" in word.prefix and place.scheme in ("http", "https", "ftp"):
            yield from exchange("GET", word)
        elif word.prefix.startswith("mailto:"):
            yield Output(unknown("a mail window"))
        elif "://" in word.prefix and place.scheme != "file":
            yield Opaque(reason=f"another program is started by the address `{word.shown(80)}`")
        elif re.search(r"\.(?:app|desktop|command|sh|exe|jar|dmg|pkg|deb|workflow|terminal|scpt)/?$", word.visible):
            yield Opaque(reason=f"`{word.shown(80)}` is opened, which starts a program")


@program(
    *"""
    say espeak espeak-ng notify-send terminal-notifier zenity kdialog dunstify xmessage growlnotify alerter
    spd-say festival afplay aplay paplay beep
    """.split()
)
def tell_person(call: Invocation) -> Effects:
    return iter(())


@program("gcalcli", "icalBuddy", "khal")
def calendar(call: Invocation) -> Effects:
    words = [word.text for word in call.args if not word.prefix.startswith("-")]
    if words and words[0] in ("add", "quick", "delete", "edit", "import", "new"):
        yield SendMessage(by=call.name, to="calendar")
