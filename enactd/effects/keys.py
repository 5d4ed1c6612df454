"""Secrets in text: live-looking keys, names of secret variables, and searches that aim at real credentials.

Documented samples and placeholders are no keys. Kinds name what a key opens, never its value.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

LIMIT: Final = 262_144
SHORTEST: Final = 15  # characters of the shortest key
_SMALL: Final = {code: code + 32 for code in range(65, 91)}

# (kind, how it begins, pattern). Group 1, where there is one, is the part that is checked for being a placeholder.
# A pattern is tried only where one of the beginnings stands: they are looked for as plain text, which is cheap, and
# in the long words only, which most texts have few of. So a beginning may be short, and no key has white space in it.
_KINDS: Final[tuple[tuple[str, tuple[str, ...], re.Pattern[str]], ...]] = tuple(
    (kind, tuple(beginnings.split()), re.compile(pattern))
    for kind, beginnings, pattern in (
        ("AWS access key", "AKIA ASIA ABIA ACCA", r"\b((?:AKIA|ASIA|ABIA|ACCA)[0-9A-Z]{16})\b"),
        ("GitHub token", "gh github_pat_", r"\b(gh[pousr]_[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{40,})"),
        ("GitLab token", "gl", r"\b(gl(?:pat|dt|rt|cbt|ptt|ft|oas|soat)-[A-Za-z0-9_\-]{20,})"),
        ("Slack token", "xox xapp-", r"\b(xox[abeoprs]-[A-Za-z0-9-]{10,}|xapp-\d-[A-Za-z0-9-]{20,})"),
        ("Slack webhook", "hooks.slack.com/", r"hooks\.slack\.com/services/(T[A-Z0-9]{6,}/B[A-Z0-9]{6,}/[A-Za-z0-9]{16,})"),
        ("Discord webhook", "discord", r"discord(?:app)?\.com/api/webhooks/(\d{16,}/[\w-]{40,})"),
        ("Stripe key", "sk_live_ rk_live_ whsec_", r"\b((?:sk|rk)_live_[A-Za-z0-9]{10,}|whsec_[A-Za-z0-9+/=]{24,})"),
        ("Anthropic key", "sk-ant-", r"\b(sk-ant-[A-Za-z0-9_\-]{16,})"),
        ("OpenRouter key", "sk-or-", r"\b(sk-or-[A-Za-z0-9_\-]{20,})"),
        ("OpenAI key", "sk-", r"\b(sk-(?!ant-|or-)(?:proj-|svcacct-|admin-)?[A-Za-z0-9_\-]{20,})"),
        ("Google key", "AIza GOCSPX- ya29.", r"\b(AIza[0-9A-Za-z_\-]{35}|GOCSPX-[0-9A-Za-z_\-]{20,}|ya29\.[0-9A-Za-z_\-]{20,})"),
        ("npm token", "npm_", r"\b(npm_[A-Za-z0-9]{30,})"),
        ("PyPI token", "pypi-", r"\b(pypi-[A-Za-z0-9_\-]{30,})"),
        ("SendGrid key", "SG.", r"\b(SG\.[A-Za-z0-9_\-]{16,}\.[A-Za-z0-9_\-]{16,})"),
        ("Twilio key", "SK AC", r"\b((?:SK|AC)[0-9a-f]{32})\b"),
        ("Supabase key", "sb_secret_ sbp_", r"\b(sb_secret_[A-Za-z0-9_\-]{16,}|sbp_[A-Za-z0-9]{30,})"),
        ("Hugging Face token", "hf_", r"\b(hf_[A-Za-z0-9]{30,})"),
        ("DigitalOcean token", "doo_v1_ dop_v1_ dor_v1_", r"\b(do[opr]_v1_[a-f0-9]{40,})"),
        ("Groq key", "gsk_", r"\b(gsk_[A-Za-z0-9]{32,})"),
        ("Vercel token", "vercel_ vc", r"\b(vercel_[A-Za-z0-9]{20,}|vc[pcakr]_[A-Za-z0-9]{40,})"),
        ("Databricks token", "dapi", r"\b(dapi[0-9a-f]{32})\b"),
        ("Shopify token", "shp", r"\b(shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32})\b"),
        ("Vault token", "hv", r"\b(hv[sb]\.[A-Za-z0-9_\-]{24,})"),
        ("Doppler token", "dp.", r"\b(dp\.(?:st|pt|ct|sa)\.[A-Za-z0-9_\-.]{30,})"),
        ("Linear key", "lin_api_", r"\b(lin_api_[A-Za-z0-9]{30,})"),
        ("Notion token", "ntn_ secret_", r"\b(ntn_[A-Za-z0-9]{40,}|secret_[A-Za-z0-9]{43})\b"),
        ("age key", "AGE-SECRET-KEY-1", r"\b(AGE-SECRET-KEY-1[A-Z0-9]{50,})"),
        ("Azure key", "AccountKey= SharedAccessKey=", r"(?:AccountKey|SharedAccessKey)=([A-Za-z0-9+/]{40,}={0,2})"),
        ("JWT service key", "eyJ", r"\b(eyJ[A-Za-z0-9_\-]{15,}\.eyJ[A-Za-z0-9_\-]{15,}\.[A-Za-z0-9_\-]{20,})"),
    )
)  # fmt: skip
_PRIVATE_KEY: Final = re.compile(r"(-----BEGIN (?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----\s*(?:\\n)?[^-]{20})")
_TELEGRAM: Final = re.compile(r"\b(?:bot)?(\d{8,10}:AA[A-Za-z0-9_\-]{32,34})\b")
_AWS_SECRET: Final = re.compile(
    r"(?i)(?:_?secret_?(?:access_?)?key)[\"']?\s{0,9}[:=]\s{0,9}[\"']?([A-Za-z0-9/+=]{40})\b"
)
_LOGIN: Final = re.compile(r"([^\s:/@\"'<>]{1,80}):([^\s/@\"'<>]{3,200})@([^\s/:\"'<>?,]{1,200})")
_SCHEME: Final = re.compile(r"\b[a-z][a-z0-9+.]{1,20}$")
_NAME_ENDS: Final = ("key", "secret", "token", "passwd", "password")
_NAMED: Final = re.compile(
    r"(?:api[_-]?key|secret(?:[_-]?key)?|access[_-]?key|private[_-]?key|service[_-]?role[_-]?key|[_-]token"
    r"|(?:access|auth)token|\btoken|passw(?:or)?d)$"
)
_VALUE: Final = re.compile(
    r"[\"']?\s{0,4}(?::=|=>|[:=])\s{0,4}"
    r"(?:[\"']([A-Za-z0-9+/_=.\-]{20,200})[\"']|([A-Za-z0-9+/_=\-]{24,200})(?=\s|$|[,;\"']))"
)
_PLACEHOLDER: Final = re.compile(
    r"(?i)example|your[-_ ]?|change[-_]?me|placeholder|dummy|redacted|replace|insert|todo|<[^>]*>|\.\.\.|\$\{|\{\{"
    r"|xxxx|\*\*\*"
    r"|^(?:pass(?:word)?|secret|user|postgres|root|admin|token|test|foo|bar|guest|mysql|pwd|passwd|mypassword"
    r"|secretpassword)\d{0,3}$|^[$%{]|1234567890123456"
)  # fmt: skip


def find_keys(text: str) -> tuple[str, ...]:
    """The kinds of live-looking keys in a text, in a fixed order, each once; looks at the first 256 KiB."""
    text = text[:LIMIT]
    lower = text.lower()
    if len(lower) != len(text):  # a letter that becomes two: places in one would be none in the other
        lower = text.translate(_SMALL)
    words = "\n".join([word for word in text.split() if len(word) >= SHORTEST])
    found = [kind for kind, beginnings, pattern in _KINDS if _any_live(pattern, beginnings, words)]
    if _any_live(_PRIVATE_KEY, ("-----BEGIN",), text):
        found.append("private key")
    if ":AA" in words and any(not is_placeholder(match[1]) for match in _TELEGRAM.finditer(words)):
        found.append("Telegram bot token")
    if _any_live(_AWS_SECRET, ("aws",), text, lower):
        found.append("AWS secret key")
    if any(_is_login(text, place) for place in _places("://", text)):
        found.append("connection string")
    if not found and any(_is_assigned(text, lower, place, end) for end in _NAME_ENDS for place in _places(end, lower)):
        found.append("secret value")
    return tuple(found)


def _places(word: str, text: str) -> Iterator[int]:
    place = text.find(word)
    while place >= 0:
        yield place
        place = text.find(word, place + 1)


def _any_live(pattern: re.Pattern[str], beginnings: tuple[str, ...], text: str, lower: str = "") -> bool:
    """Whether the pattern matches a key that is none of the documented samples, from or right behind a beginning."""
    searched = lower or text
    for beginning in beginnings:
        if beginning not in searched:
            continue
        for place in _places(beginning, searched):
            match = pattern.match(text, place + len(beginning) if lower else place)
            if match is not None and not is_placeholder(match[1]):
                return True
    return False


def _is_login(text: str, place: int) -> bool:
    """Whether the `://` at this place belongs to an address with a password that opens something elsewhere."""
    match = _LOGIN.match(text, place + 3)
    return (
        match is not None
        and _SCHEME.search(text[max(0, place - 22) : place]) is not None
        and _is_remote_login(*match.groups())
    )


def _is_assigned(text: str, lower: str, place: int, end: str) -> bool:
    """Whether the name that ends here gets a value that looks generated."""
    match = _VALUE.match(text, place + len(end))
    if match is None or not _NAMED.search(lower[max(0, place - 20) : place + len(end)]):
        return False
    return is_generated(match[1] or match[2])


def is_placeholder(text: str) -> bool:
    """Whether a value only stands for a key: a documented sample, a word such as `changeme`, `xxxx`."""
    body = text.rsplit("_", 1)[-1] if len(text) < 200 else text[:200]
    return _PLACEHOLDER.search(text) is not None or (len(body) >= 6 and len(set(body)) <= 3)


def _is_remote_login(user: str, password: str, host: str) -> bool:
    host = host.lower()
    if is_placeholder(password) or is_placeholder(host) or password == user:
        return False
    here = "." not in host or host.startswith(("127.", "192.168.", "10.")) or host.startswith("$")
    return not here and not host.endswith((".local", ".internal", ".test", ".invalid", ".localhost", ".localdomain"))


def is_generated(text: str) -> bool:
    """Entropy of a generated value: many letters and digits mixed, no word, no path."""
    if (
        is_placeholder(text)
        or text.count("/") > 3
        or sum(map(str.isdigit, text)) < 3
        or not re.search("[A-Za-z]", text)
    ):
        return False
    total = len(text)
    entropy = -sum(count / total * math.log2(count / total) for count in Counter(text).values())
    return entropy >= 3.5


_HOMES: Final[dict[str, tuple[str, ...]]] = {
    "AWS access key": ("amazonaws.com", "aws.amazon.com"),
    "AWS secret key": ("amazonaws.com", "aws.amazon.com"),
    "GitHub token": ("github.com", "githubusercontent.com", "githubcopilot.com", "ghcr.io", "models.github.ai"),
    "GitLab token": ("gitlab.com",),
    "Slack token": ("slack.com",),
    "Slack webhook": ("hooks.slack.com",),
    "Discord webhook": ("discord.com", "discordapp.com"),
    "Stripe key": ("stripe.com",),
    "Anthropic key": ("anthropic.com",),
    "OpenRouter key": ("openrouter.ai",),
    "OpenAI key": ("openai.com",),
    "Google key": ("googleapis.com", "google.com", "gcr.io", "pkg.dev", "run.app"),
    "npm token": ("npmjs.org", "npmjs.com"),
    "PyPI token": ("pypi.org",),
    "SendGrid key": ("sendgrid.com",),
    "Twilio key": ("twilio.com",),
    "Supabase key": ("supabase.co", "supabase.com"),
    "Hugging Face token": ("huggingface.co", "hf.co"),
    "DigitalOcean token": ("digitalocean.com", "digitaloceanspaces.com"),
    "Groq key": ("groq.com",),
    "Vercel token": ("vercel.com",),
    "Databricks token": ("databricks.com", "azuredatabricks.net"),
    "Shopify token": ("myshopify.com", "shopify.com"),
    "Doppler token": ("doppler.com",),
    "Linear key": ("linear.app",),
    "Notion token": ("notion.com", "notion.so"),
    "Telegram bot token": ("api.telegram.org",),
    "Azure key": ("windows.net", "azure.com", "azurecr.io", "microsoft.com"),
    "Railway token": ("railway.app", "railway.com"),
    "Cloudflare token": ("cloudflare.com",),
    "Netlify token": ("netlify.com",),
    "Heroku key": ("heroku.com",),
    "Fly token": ("fly.io", "fly.dev"),
    "Sentry token": ("sentry.io",),
    "Datadog key": ("datadoghq.com", "datadoghq.eu"),
    "Mailgun key": ("mailgun.net",),
    "Gemini key": ("googleapis.com",),
    "Mistral key": ("mistral.ai",),
    "Replicate token": ("replicate.com",),
    "Terraform token": ("terraform.io",),
    "CircleCI token": ("circleci.com",),
    "Jira token": ("atlassian.net", "atlassian.com"),
    "Figma token": ("figma.com",),
    "Airtable key": ("airtable.com",),
    "Pinecone key": ("pinecone.io",),
    "Neon key": ("neon.tech",),
}
_PREFIXES: Final[dict[str, str]] = {kind.split()[0].upper().replace(" ", ""): kind for kind in _HOMES} | {
    "GH": "GitHub token", "GITHUB": "GitHub token", "HF": "Hugging Face token", "HUGGINGFACE": "Hugging Face token",
    "HUGGING": "Hugging Face token", "DO": "DigitalOcean token", "CF": "Cloudflare token", "TF": "Terraform token",
    "CLAUDE": "Anthropic key", "DD": "Datadog key", "SLACK": "Slack token", "AWS": "AWS secret key",
    "CI": "GitLab token",    "TELEGRAM": "Telegram bot token", "CIRCLE": "CircleCI token", "DISCORD": "Discord webhook",
}  # fmt: skip


def token_home(kind: str) -> tuple[str, ...]:
    """Hosts (and their sub-domains) where a token of this kind belongs; empty where that is not known."""
    return _HOMES.get(kind, ())


def variable_kind(name: str) -> str:
    """The kind of token that a variable of this name usually holds (`GH_TOKEN`: a GitHub token), else empty."""
    return _PREFIXES.get(name.upper().split("_", 1)[0], "") if secret_variable(name) else ""


_SECRET_WORDS: Final = frozenset(
    "TOKEN SECRET SECRETS PASSWORD PASSWD PASSPHRASE APIKEY CREDENTIAL CREDENTIALS PAT MNEMONIC PGPASSWORD SSHPASS"
    " DSN APITOKEN AUTHTOKEN SECRETKEY PRIVATEKEY".split()
)
_SECRET_TAILS: Final = re.compile(
    r"(?:DATABASE|DB|REDIS|MONGO\w*|POSTGRES\w*|PG|MYSQL|AMQP|RABBITMQ|BROKER|CELERY_BROKER|WEBHOOK"
    r"|CONNECTION)_?(?:URL|URI)$"
    r"|ACCESS_KEY_ID$|SECRET_KEY_BASE$|CONNECTION_STRING$|SEED_PHRASE$|REDISCLI_AUTH$|(?:^|_)AUTH$|\w_(?:PASS|PWD"
    r"|SALT|CREDS)$|^CREDS$"
)
_PUBLIC_WORDS: Final = frozenset("PUBLIC PUBLISHABLE ANON MAX MIN NUM SORT PRIMARY FOREIGN CACHE PARTITION GPG HOT KEYBOARD".split())  # fmt: skip
_NEVER: Final = frozenset("PWD OLDPWD GOOGLE_APPLICATION_CREDENTIALS XAUTHORITY SSH_AUTH_SOCK GPG_KEY KEY".split())


def secret_variable(name: str) -> bool:
    """Whether a variable of this name usually holds a secret: `*_TOKEN`, `*_API_KEY`, `DATABASE_URL` ..."""
    name = name.upper()
    if name in _NEVER:
        return False
    words = name.split("_")
    if _PUBLIC_WORDS.intersection(words):
        return False
    last = words[-1]
    if last in _SECRET_WORDS or (last == "KEY" and len(words) > 1) or last.endswith(("PASSWORD", "APIKEY", "TOKEN")):
        return True
    return _SECRET_TAILS.search(name) is not None


# Names are matched in any case, shapes of keys as they are written.
_SEARCHED_NAMES: Final = re.compile(
    r"aws_?(?:secret_?)?access_?key|aws_secret|service_role_key|accountkey=", re.IGNORECASE
)
_SEARCHED_PRIVATE: Final = re.compile(r"BEGIN.{0,40}(?:PRIVATE|RSA|OPENSSH|DSA|PGP)|PRIVATE.KEY|OPENSSH PRIVATE|-----BEGIN", re.IGNORECASE)  # fmt: skip
_SEARCHED_SHAPES: Final = re.compile(
    r"\b(?:AKIA|ASIA)(?:$|[\[0-9A-Z(\\.])|A\(?:\?:\)?\(?KIA|\bgh[pousr]_|\bgh\[pous|\bghp\b|github_pat|glpat-|xox\["
    r"|\bxox[baprs]-"
    r"|\bsk-(?:$|[\[\\(.]|ant|proj|or-)|[srp]\]?k[)\]]?_\(?(?:\?:)?(?:live|test\|live)|k\]_live|AIza|npm_\[|pypi-Ag|SG\\?\.\[|sb_secret|hf_\[|eyJ(?:hb|\[|\\w)"
    r"|AGE-SECRET|gsk_"
    r"|hooks\.slack\.com|dop_v1|hvs\\?\.|(?:postgres|postgresql|mysql|mongodb|redis"
    r"|amqp)\S{0,12}://\S{0,30}[:*+]\S{0,30}@"
)


def secret_search(pattern: str) -> str:
    """What real credentials a search pattern aims at, in words; empty for everyday words such as `password`."""
    if _SEARCHED_NAMES.search(pattern):
        return "AWS credentials" if "aws" in pattern.lower() else "service keys"
    private = _SEARCHED_PRIVATE.search(pattern)
    if private and not re.search(r"private_key", private[0], re.IGNORECASE):
        return "private keys"
    return "live keys" if _SEARCHED_SHAPES.search(pattern) else ""
