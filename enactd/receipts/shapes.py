"""What secrets look like, as data: tokens known by their own form, and values known by what stands before them.

`TOKENS` is one combined pattern, tried inside long unbroken runs only. Each `Shape` is tried on the whole text,
and only where one of its literal triggers occurs. Shapes see an ASCII-lower-cased copy of the text, so their
patterns are written in lower case.
"""

from __future__ import annotations

import re
from typing import Final

import msgspec

RUN: Final = re.compile(r"[A-Za-z0-9_+/=.:-]{16,}")

_TOKENS: Final = (
    ("jwt", r"eyJ[\w-]{8,}(?:\.[\w-]{4,}){1,4}"),
    ("aws_access_key", r"(?:AKIA|ASIA|ABIA|ACCA|A3T[A-Z0-9])[A-Z0-9]{16}(?![A-Za-z0-9])"),
    ("github_token", r"(?:gh[pousr]|github_pat)_[\w.-]{20,}"),
    ("gitlab_token", r"gl(?:pat|dt|rt|cbt|ptt|ft|imt|agent|soat|ffct|oas)-[\w.-]{16,}|GR1348941[\w-]{20,}"),
    ("slack_token", r"xox[a-z](?:\.xox[a-z])?-[\w-]{8,}|xapp-\d-[\w-]{8,}|(?<=hooks\.slack\.com/)[a-z]+/[\w/-]{8,}"),
    ("stripe_key", r"(?:[sr]k_(?:live|test)|whsec)_\w{8,}"),
    ("anthropic_key", r"sk-ant-[\w-]{8,}"),
    ("openai_key", r"sk-(?=[\w-]{0,80}\d)[\w-]{20,}"),
    ("google_key", r"AIza[\w-]{30,}|ya29\.[\w.-]{16,}|GOCSPX-[\w-]{16,}|1//0[\w-]{24,}"),
    ("npm_token", r"npm_[A-Za-z0-9]{24,}"),
    ("pypi_token", r"pypi-AgE[\w-]{16,}"),
    (
        "service_token",
        r"hf_[A-Za-z0-9]{30,}|SG\.[\w-]{16,}\.[\w-]{16,}|(?:SK|AC)[0-9a-z]{32}(?!\w)|do[opr]_v1_[0-9a-f]{32,}|hv[bs]\.[\w-]{20,}"
        r"|lin_api_\w{30,}|(?:bot)?\d{8,10}:(?:AA[\w-]{30,}|[\w-]{35}(?![\w-]))|shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}|dckr_pat_[\w-]{20,}"
        r"|[A-Za-z0-9]{14}\.atlasv1\.[\w-]{40,}|gsk_\w{32,}|xai-\w{40,}|r8_\w{30,}|ntn_\w{30,}|figd_[\w-]{30,}"
        r"|sbp_[0-9a-f]{32,}|pscale_(?:tkn|pw|oauth)_[\w.-]{20,}|dapi[0-9a-f]{32}|dp\.pt\.\w{30,}|nfp_\w{30,}|rnd_\w{24,}"
        r"|AGE-SECRET-KEY-1[A-Z0-9]{40,}|glc_[\w+/=]{30,}|glsa_\w{30,}|pul-[0-9a-f]{40}|key-[0-9a-f]{32}(?!\w)"
        r"|[MNO][\w-]{23,25}\.[\w-]{6}\.[\w-]{27,38}(?![\w-])|[0-9a-z]{32}-us\d{1,2}(?!\w)|sq0(?:csp|atp|idp)-[\w\\-]{22,}",
    ),
)

TOKENS: Final = re.compile("(?<![A-Za-z0-9])(?:" + "|".join(f"(?P<{kind}>{form})" for kind, form in _TOKENS) + ")")


class Shape(msgspec.Struct, frozen=True):
    """A secret known by its surroundings.

    The pattern's groups: `keep` stays in front of the mark; `value` (inside `quote`) or `bare` must look like a
    value and not like a reference to one; `name` must end where a word ends in the original's spelling.
    """

    kind: str
    triggers: tuple[str, ...]
    pattern: re.Pattern[str]


def _shape(kind: str, triggers: str, pattern: str, flags: re.RegexFlag = re.NOFLAG) -> Shape:
    return Shape(kind, tuple(triggers.split()), re.compile(pattern, flags))


_NAME_TRIGGERS: Final = "pass pwd secret token credential key _auth"
_KEYS: Final = "api access private account auth encryption signing master shared service storage session client".split()
# Flat and lower-case, so that the engine can skip to the letters that begin a name.
_NAME: Final = (
    r"(?P<name>password|passwd|passphrase|passcode|(?<!by)(?<!com)pass|pwd|secret[_-]?(?:access[_-]?)?key|secret|token|"
    + "|".join(rf"{word}[_.-]?key" for word in _KEYS)
    + r"|credential|_auth)"
)
# A quoted value runs to its own kind of quote, which may itself be escaped; a bare one to the next break.
_VALUE: Final = (
    r"(?:(?P<quote>\\{0,3}[\"'`])(?P<value>[^\r\n]{1,2048}?)(?:(?P=quote)|$|(?=[\r\n]))"
    r"|(?P<bare>[^\s\"'`\\,;&|<>(){}\[\]]{3,}))"
)
_BARE: Final = r"(?P<bare>[^\s\"'`\\]{3,})"

PRIVATE_KEY: Final = _shape(
    "private-key",
    "private",
    r"-----begin [a-z0-9 ]{0,40}private key(?: block)?-----.*?"
    r"(?:-----end [a-z0-9 ]{0,40}private key(?: block)?-----|\Z)"
    r"|(?<=private-lines: ).*\Z",
    re.DOTALL,
)

SHAPES: Final = (
    _shape(
        "connection-password",
        "://",
        r"(?P<keep>://[^\s/:@\"'`\\\[]{0,128}:)(?!\d{1,5}[/?#])(?P<bare>[^\s\"'`]{1,256})(?=@)",
    ),
    _shape("url-credential", "://", r"(?P<keep>://)[^\s/:@\"'`\\\[]{16,256}(?=@)"),
    _shape(
        "authorization-header",
        "authorization",
        r"(?P<keep>authorization\\{0,3}[\"'`]?\s{0,4}[:=]\s{0,4}\\{0,3}[\"'`]?\s{0,4}"
        rf"(?:(?:basic|bearer|token|digest|apikey|negotiate|bot|aws4-hmac-sha256)\s{{1,4}})?){_BARE}",
    ),
    _shape("bearer-token", "bearer", r"(?P<keep>bearer\s{1,4})(?P<bare>[\w.~+/=-]{12,})"),
    _shape("cookie", "cookie:", r"(?P<keep>cookie:\s{0,4})(?P<bare>[^\r\n\"'`\\]{3,})"),
    _shape(
        "assigned-secret",
        _NAME_TRIGGERS,
        rf"(?P<keep>{_NAME}[\w-]{{0,32}}\\{{0,3}}[\"'`]?\s{{0,4}}(?:=>|:=|!?={{1,3}}|:(?!:))\s{{0,4}}){_VALUE}",
    ),
    _shape(
        "option-secret",
        _NAME_TRIGGERS,
        rf"(?P<keep>(?<![^\s\"'`])--?[\w-]{{0,32}}?{_NAME}(?!-(?:file|path|stdin|env|type|id|name|url|len|length|ttl))"
        rf"\s{{1,4}})(?!-){_VALUE}",
    ),
    _shape(
        "client-password",
        "mysql mariadb",
        r"(?P<keep>(?:mysql|mariadb)[^\n|;&]{1,160}?(?<=\s)-p)(?P<bare>[^\s\"'`]+)",
    ),
    _shape(
        "client-password",
        "curl wget http",
        r"(?P<keep>\s(?:-u|--user|--proxy-user)[\s=]{0,4}[\"']?[^\s:\"'/]{1,128}:)(?P<bare>[^\s\"'`\\/][^\s\"'`\\]*)",
    ),
    _shape(
        "client-password",
        "sshpass redis-cli",
        rf"(?P<keep>(?:sshpass\s{{1,4}}-p|redis-cli\s[^\n|;&]{{0,160}}?-a)\s{{0,4}}){_VALUE}",
    ),
    _shape(
        "sql-password",
        "identified password",
        r"(?P<keep>(?:identified\s{1,4}by|password)\s{1,4})(?P<quote>\\{0,3}')(?P<value>[^'\r\n]{1,512}?)(?:(?P=quote)|$)",
    ),
    _shape("netrc-password", "login", rf"(?P<keep>login\s{{1,8}}\S{{1,128}}\s{{1,8}}password\s{{1,8}}){_BARE}"),
    _shape(
        "signed-url",
        "sig= x-amz- accountkey signature=",
        r"(?P<keep>(?:[?&]sig|x-amz-signature|x-amz-security-token|[?&]signature|accountkey)=)(?P<bare>[\w%+/=.~-]{16,})",
    ),
)

SENSITIVE_KEY: Final = re.compile(
    r"(?:.*[_.-])?(?:password|passwd|passphrase|passcode|pass|pwd|secret|(?:[a-z]{0,16}_?)(?:token|secret|password)|"
    r"(?:api|access|private|account|auth|encryption|signing|master|secret|client)[_.-]?key|"
    r"authorization|cookie|set-cookie|credentials?)(?:[_-](?:value|base64|b64|key))?"
)

# What stands where a value could stand but only names, types or fetches one.
REFERENCE: Final = re.compile(
    r"""(?:\$\{?\{?[A-Z_a-z]\w*\}?\}?|\$\(.*|\$\{.*|%\w+%|\{\{?.*|<[^>]*>?|\*+|x{3,}|\.{3}
    |(?:process|os|import\.meta|Deno|System|secrets|env|ENV|config|settings|self|this|args|opts|var|local|data|module)[.\[(].*
    |(?:str|string|bytes|int|integer|number|bool|boolean|object|any|none|null|nil|undefined|true|false|optional|required
       |String|None|True|False|Option|Optional|Vec|SecretStr|Promise|text|varchar)(?:[\[<?!|(].*)?
    |\.{0,2}~?/[\w./-]*|\d{1,6}|[a-z_]+[A-Za-z_0-9.]*\(.*)\Z""",
    re.VERBOSE,
)
