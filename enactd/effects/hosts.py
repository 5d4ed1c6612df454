"""Where a URL really leads: host, loopback, private and metadata addresses, and hosts that imitate others."""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from typing import Final
from urllib.parse import unquote

import msgspec

_HOLE: Final = "\x00"

WELL_KNOWN: Final = frozenset(
    "google.com googleapis.com github.com githubusercontent.com gitlab.com bitbucket.org microsoft.com apple.com"
    " amazon.com amazonaws.com paypal.com stripe.com openai.com anthropic.com npmjs.com npmjs.org pypi.org docker.com"
    " docker.io cloudflare.com vercel.com netlify.com heroku.com slack.com dropbox.com facebook.com twitter.com"
    " linkedin.com instagram.com netflix.com yahoo.com python.org nodejs.org rust-lang.org ubuntu.com debian.org"
    " coinbase.com binance.com okta.com atlassian.com supabase.com huggingface.co example.com wikipedia.org"
    " stackoverflow.com rubygems.org crates.io maven.org golang.org kubernetes.io hashicorp.com".split()
)
_METADATA_NAMES: Final = frozenset(
    ("metadata.google.internal", "metadata.goog", "metadata", "instance-data", "instance-data.ec2.internal")
)
_METADATA_ADDRESSES: Final = frozenset(
    ("169.254.169.254", "169.254.170.2", "169.254.170.23", "fd00:ec2::254", "100.100.100.200", "192.0.0.192",
     "fd20:ce::254", "168.63.129.16")
)  # fmt: skip
_LOCAL_NAMES: Final = frozenset(
    ("localhost", "localhost.localdomain", "ip6-localhost", "ip6-loopback", "host.docker.internal", "localtest.me",
     "lvh.me", "kubernetes.docker.internal", "gateway.docker.internal")
)  # fmt: skip
_PRIVATE_ENDS: Final = (".local", ".internal", ".lan", ".home", ".corp", ".intranet", ".home.arpa", ".private", ".cluster.local", ".svc")  # fmt: skip
_WILDCARD_DNS: Final = re.compile(r"(?:^|[.-])(\d{1,3}[.-]\d{1,3}[.-]\d{1,3}[.-]\d{1,3})\.(?:nip\.io|sslip\.io|xip\.io)$")  # fmt: skip

# Letters of other scripts, and digits, that look like Latin ones.
_LOOKS: Final = str.maketrans(
    "аеорсухіјѕԁһӏԛԝɡвнкмтαορνικτυχεηıɩłøđ01ɑʏᴏ", "aeopcyxijsdhlqwgbhkmtaopviktuxenlilodolayo"[:42]
)


class Address(msgspec.Struct, frozen=True):
    """A URL taken apart. `host` is None where only the run will tell it; it is in lower case, ASCII if it can be."""

    host: str | None
    scheme: str = ""
    port: str = ""
    path: str = ""
    query: str = ""
    userinfo: str = ""
    local: bool = False
    private: bool = False
    metadata: bool = False
    raw_ip: bool = False
    lookalike: str = ""


def address(url: str) -> Address:
    """Take a URL apart as curl and browsers do; a NUL character stands for an unknown part.

    A missing scheme is `http`. Backslashes, fragments and user names before `@` do not hide the host.
    """
    text = url.strip().replace("\\", "/")
    match = (
        re.match(r"([A-Za-z][A-Za-z0-9+.-]*):/{0,3}(?=[^/\d]|\d+[.\d:/x]|\[|$)", text)
        if "://" not in text[:30]
        else None
    )
    scheme, rest = "http", text
    if "://" in text:
        scheme, _, rest = text.partition("://")
        scheme, rest = scheme.lower(), rest.lstrip("/") if scheme.lower() in ("http", "https") else rest
    elif text[:6].lower() == "file:/":
        scheme, rest = "file", text[5:]
    elif match and match[1].lower() in ("http", "https"):
        scheme, rest = match[1].lower(), text[match.end() :]
    authority, path, query = _split(rest)
    userinfo, _, place = authority.rpartition("@")
    host, port = _host_port(place)
    if _HOLE in scheme or _HOLE in host or not host:
        return Address(None if host or _HOLE in url else "", scheme.replace(_HOLE, ""), port, path, query, userinfo)
    return describe(host, scheme=scheme, port=port, path=path, query=query, userinfo=userinfo)


def _split(rest: str) -> tuple[str, str, str]:
    end = len(rest)
    for mark in "/?#":
        found = rest.find(mark)
        end = found if 0 <= found < end else end
    path, _, query = rest[end:].partition("#")[0].partition("?")
    return rest[:end], path, query


def _host_port(place: str) -> tuple[str, str]:
    if place.startswith("["):
        inside, _, after = place[1:].partition("]")
        return inside.split("%", 1)[0], after.lstrip(":")
    host, _, port = place.partition(":")
    return host, port


def describe(
    host: str, *, scheme: str = "", port: str = "", path: str = "", query: str = "", userinfo: str = ""
) -> Address:
    """What kind of place a bare host name or address is."""
    shown = unquote(host).strip().rstrip(".").lower()
    plain = unicodedata.normalize("NFKC", shown).replace("。", ".").lower()
    number = _address(plain)
    local = plain in _LOCAL_NAMES or plain.endswith((".localhost", ".localtest.me", ".lvh.me"))
    private = plain.endswith(_PRIVATE_ENDS) or ("." not in plain and ":" not in plain and not local)
    metadata = plain in _METADATA_NAMES
    if number is not None:
        local = local or number.is_loopback or number.is_unspecified
        private = not local and (number.is_private or number.is_link_local)
        metadata = str(number) in _METADATA_ADDRESSES
    lookalike = "" if number is not None or local else _imitates(shown, plain) or _disguised(userinfo, plain)
    return Address(
        str(number) if number is not None else plain,
        scheme, port, path, query, userinfo,
        local=local, private=private, metadata=metadata, raw_ip=number is not None, lookalike=lookalike,
    )  # fmt: skip


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """The address that a host is or hides: dotted, decimal, octal, hexadecimal, mapped into IPv6, or nip.io."""
    wildcard = _WILDCARD_DNS.search(host)
    if wildcard:
        host = wildcard[1].replace("-", ".")
    try:
        found = ipaddress.ip_address(host)
    except ValueError:
        return _loose_ipv4(host)
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour
        if inner is None and found in ipaddress.ip_network("64:ff9b::/96"):
            inner = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
        return inner or found
    return found


def _loose_ipv4(host: str) -> ipaddress.IPv4Address | None:
    parts = host.split(".")
    if not 1 <= len(parts) <= 4 or not all(re.fullmatch(r"0x[0-9a-f]*|\d+", part) for part in parts):
        return None
    numbers = []
    for part in parts:
        base = 16 if part.startswith("0x") else 8 if part.startswith("0") and len(part) > 1 else 10
        try:
            numbers.append(int(part[2:] or "0", 16) if base == 16 else int(part, base))
        except ValueError:
            return None
    *heads, last = numbers
    if any(number > 255 for number in heads) or last >= 256 ** (5 - len(numbers)):
        return None
    total = last + sum(number << (8 * (3 - index)) for index, number in enumerate(heads))
    return ipaddress.IPv4Address(total)


def _imitates(shown: str, plain: str) -> str:
    """The well-known host that a name looks like, `punycode` for other non-ASCII names, else nothing."""
    if "xn--" in plain:
        return _known_skeleton(_decoded(plain)) or "punycode"
    if not shown.isascii():
        if plain.isascii():
            return _registrable(plain)
        return _known_skeleton(plain) or "punycode"
    registrable = _registrable(plain)
    if registrable not in WELL_KNOWN:
        imitated = _known_skeleton(registrable)
        if imitated:
            return imitated
    for known in WELL_KNOWN:
        rest = plain.partition(known + ".")[2] if plain.startswith(known + ".") or f".{known}." in plain else ""
        if (
            rest
            and not re.fullmatch(r"[a-z]{2,3}", rest)
            and not rest.endswith(_PRIVATE_ENDS)
            and known != "example.com"
        ):
            return known
    return ""


def _known_skeleton(host: str) -> str:
    skeleton = _registrable(host.translate(_LOOKS).replace("rn", "m").replace("vv", "w"))
    bare = _registrable(host.translate(_LOOKS))
    for known in WELL_KNOWN:
        if known.translate(_LOOKS) in (skeleton, bare) or known in (skeleton, bare):
            return known if host != known else ""
    return ""


def _decoded(host: str) -> str:
    labels = []
    for label in host.split("."):
        try:
            labels.append(label[4:].encode().decode("punycode") if label.startswith("xn--") else label)
        except (UnicodeError, ValueError):
            labels.append(label)
    return ".".join(labels)


def _registrable(host: str) -> str:
    return ".".join(host.split(".")[-2:])


def _disguised(userinfo: str, host: str) -> str:
    """`https://google.com@evil.example`: a user name that reads as a host."""
    name = unquote(userinfo.split(":", 1)[0]).lower()
    if re.fullmatch(r"(?:[a-z0-9-]+\.)+[a-z]{2,}", name) and not host.endswith(_registrable(name)):
        return name
    return ""
