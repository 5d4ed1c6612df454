"""Secrets in text: live-looking keys, names of secret variables, and searches that aim at real credentials.

Documented samples and placeholders are no keys. Kinds name what a key opens, never its value.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from typing import Final

LIMIT: Final = 262_144

# (kind, pattern). Group 1, where there is one, is the part that is checked for being a placeholder.
_KINDS: Final[tuple[tuple[str, re.Pattern[str]], ...]] = tuple(
    (kind, re.compile(pattern))
    for kind, pattern in (
        ("AWS access key", r"\b((?:AKIA|ASIA|ABIA|ACCA)[0-9A-Z]{16})\b"),
        ("AWS secret key", r"(?i)aws_?secret_?(?:access_?)?key[\"']?\s*[:=]\s*[\"']?([A-Za-z0-9/+=]{40})\b"),
        ("GitHub token", r"\b(gh[pousr]_[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{40,})"),
        ("GitLab token", r"\b(gl(?:pat|dt|rt|cbt|ptt|ft|oas|soat)-[A-Za-z0-9_\-]{20,})"),
        ("Slack token", r"\b(xox[abeoprs]-[A-Za-z0-9-]{10,}|xapp-\d-[A-Za-z0-9-]{20,})"),
        ("Slack webhook", r"hooks\.slack\.com/services/(T[A-Z0-9]{6,}/B[A-Z0-9]{6,}/[A-Za-z0-9]{16,})"),
        ("Discord webhook", r"discord(?:app)?\.com/api/webhooks/(\d{16,}/[\w-]{40,})"),
        ("Stripe key", r"\b((?:sk|rk)_live_[A-Za-z0-9]{10,}|whsec_[A-Za-z0-9+/=]{24,})"),
        ("Anthropic key", r"\b(sk-ant-[A-Za-z0-9_\-]{16,})"),
        ("OpenRouter key", r"\b(sk-or-[A-Za-z0-9_\-]{20,})"),
        ("OpenAI key", r"\b(sk-(?!ant-|or-)(?:proj-|svcacct-|admin-)?[A-Za-z0-9_\-]{20,})"),
        ("Google key", r"\b(AIza[0-9A-Za-z_\-]{35}|GOCSPX-[0-9A-Za-z_\-]{20,}|ya29\.[0-9A-Za-z_\-]{20,})"),
        ("npm token", r"\b(npm_[A-Za-z0-9]{30,})"),
        ("PyPI token", r"\b(pypi-[A-Za-z0-9_\-]{30,})"),
        ("SendGrid key", r"\b(SG\.[A-Za-z0-9_\-]{16,}\.[A-Za-z0-9_\-]{16,})"),
        ("Twilio key", r"\b((?:SK|AC)[0-9a-f]{32})\b"),
        ("Supabase key", r"\b(sb_secret_[A-Za-z0-9_\-]{16,}|sbp_[A-Za-z0-9]{30,})"),
        ("Hugging Face token", r"\b(hf_[A-Za-z0-9]{30,})"),
        ("DigitalOcean token", r"\b(do[opr]_v1_[a-f0-9]{40,})"),
        ("Groq key", r"\b(gsk_[A-Za-z0-9]{32,})"),
        ("Vercel token", r"\b(vercel_[A-Za-z0-9]{20,}|vc[pcakr]_[A-Za-z0-9]{40,})"),
        ("Databricks token", r"\b(dapi[0-9a-f]{32})\b"),
        ("Shopify token", r"\b(shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32})\b"),
        ("Vault token", r"\b(hv[sb]\.[A-Za-z0-9_\-]{24,})"),
        ("Doppler token", r"\b(dp\.(?:st|pt|ct|sa)\.[A-Za-z0-9_\-.]{30,})"),
        ("Linear key", r"\b(lin_api_[A-Za-z0-9]{30,})"),
        ("Notion token", r"\b(ntn_[A-Za-z0-9]{40,}|secret_[A-Za-z0-9]{43})\b"),
        ("Telegram bot token", r"\b(?:bot)?(\d{8,10}:AA[A-Za-z0-9_\-]{32,34})\b"),
        ("age key", r"\b(AGE-SECRET-KEY-1[A-Z0-9]{50,})"),
        ("Azure key", r"(?:AccountKey|SharedAccessKey)=([A-Za-z0-9+/]{40,}={0,2})"),
        ("JWT service key", r"\b(eyJ[A-Za-z0-9_\-]{15,}\.eyJ[A-Za-z0-9_\-]{15,}\.[A-Za-z0-9_\-]{20,})"),
        ("private key", r"(-----BEGIN (?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----\s*(?:\\n)?[^-]{20})"),
    )
)
_CONNECTION: Final = re.compile(r"\b[a-z][a-z0-9+.]{1,20}://([^\s:/@\"'<>]{1,80}):([^\s/@\"'<>]{3,200})@([^\s/:\"'<>?,]{1,200})")  # fmt: skip
_ASSIGNED: Final = re.compile(
    r"(?i)(?:api[_-]?key|secret(?:[_-]?key)?|auth[_-]?token|access[_-]?(?:token|key)|client[_-]?secret"
    r"|private[_-]?key"
    r"|[_-]token|\btoken|passw(?:or)?d|service[_-]?role[_-]?key)[\"']?\s{0,4}(?::=|=>|[:=])\s{0,4}"
    r"(?:[\"']([A-Za-z0-9+/_=.\-]{20,200})[\"']|([A-Za-z0-9+/_=\-]{24,200})(?=\s|$|[,;\"']))"
)
_HINT: Final = re.compile(
    r"A(?:KIA|SIA|BIA|CCA)|gh[pousr]_|github_pat_|gl[a-z]{2,4}-|xox|xapp-|hooks\.slack|webhooks/|_live_|whsec_|sk-"
    r"|AIza"
    r"|GOCSPX|ya29|npm_|pypi-|SG\.|\b(?:SK|AC)[0-9a-f]{32}|sb_secret_|sbp_|hf_|_v1_|gsk_|vercel_|vc[pcakr]_|dapi|shp"
    r"|hv[sb]\.|dp\."
    r"|lin_api|ntn_|secret_|:AA|AGE-SECRET|Key=|eyJ|PRIVATE KEY|://|(?i:key|secret|token|passw)"
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
    if not _HINT.search(text):
        return ()
    found = [kind for kind, pattern in _KINDS if _any_live(pattern, text)]
    if any(_is_remote_login(*match.groups()) for match in _CONNECTION.finditer(text)):
        found.append("connection string")
    if not found and any(_is_random(match[1] or match[2]) for match in _ASSIGNED.finditer(text)):
        found.append("secret value")
    return tuple(found)


def _any_live(pattern: re.Pattern[str], text: str) -> bool:
    return any(not is_placeholder(match[1]) for match in pattern.finditer(text))


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


def _is_random(text: str) -> bool:
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
    r"|\bsk-(?:$|[\[\\(.]|ant|proj|or-)|[sr]k_live|AIza|npm_\[|pypi-Ag|SG\\?\.\[|sb_secret|hf_\[|eyJ(?:hb|\[|\\w)"
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
