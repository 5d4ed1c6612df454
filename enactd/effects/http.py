"""What one HTTP request does: where it goes, what it carries, and whether it changes or destroys something.

Used by curl and its kin, WebFetch, MCP tools and the readers of code. `exchange` yields the request and
what the service does with it (a message sent, money moved).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Final, Literal
from urllib.parse import parse_qsl, unquote

from enactd.effects import graphql, services
from enactd.effects.hosts import Address, address
from enactd.effects.keys import find_keys, is_generated, secret_variable, token_home, variable_kind
from enactd.effects.model import Effect, Request, Target
from enactd.effects.store_requests import stored
from enactd.effects.values import EMPTY, FILE, SECRET, Hole, Value, known

Changes = Literal["nothing", "something", "destroys", "unknown"]

UNKNOWN_TOKEN: Final = "token"
_SAFE: Final = frozenset(("GET", "HEAD", "OPTIONS", "TRACE", "PROPFIND", "REPORT", "SEARCH"))
_GONE: Final = frozenset(("DELETE", "PURGE", "BAN"))
_OVERRIDE: Final = re.compile(r"x-(?:http-)?method(?:-override)?\s*:\s*([a-z]+)", re.IGNORECASE)
_CREDENTIAL_HEADER: Final = re.compile(
    r"(?:proxy-)?authorization|x-api-key|api-key|apikey|x-auth[\w-]*|x-access-token|private-token|job-token|token"
    r"|cookie"
    r"|[\w-]*-(?:token|key|secret)|dd-api-key|x-goog-api-key|xi-api-key|x-vault-token|circle-token|deploy-token",
    re.IGNORECASE,
)
# Last path segments of requests that only ask, though they are posted.
_ASKING: Final = re.compile(
    r"(?:^|/)(?:_search|_msearch|_count|_mget|_validate/query|_analyze|_explain|_field_caps|search|query_range"
    r"|introspect"
    r"|chat/completions|completions|embeddings|v1/messages|v1/responses|moderations|count_tokens|tokenize"
    r"|[^/]*:(?:generatecontent|streamgeneratecontent"
    r"|counttokens|embedcontent|predict|query|runquery|batchget)|api/(?:generate|chat|embeddings|show))/?$",
    re.IGNORECASE,
)
_DESTROYING_PATH: Final = re.compile(r"_delete_by_query|_all(?:/|$)", re.IGNORECASE)
_IN_QUERY: Final = re.compile(
    r"[?&;](?:api[_-]?key|access[_-]?token|auth[_-]?token|token|client[_-]?secret|secret|passw(?:or)?d)"
    r"=([\w.~+/%-]{16,200})",
    re.IGNORECASE,
)
_NAME_IN_WHY: Final = re.compile(r"\$\{?([A-Za-z_][A-Za-z0-9_]*)")
_COMMAND_TOKENS: Final = (
    ("gh auth token", "GitHub token"), ("gcloud auth print", "Google key"),
    ("gcloud auth application-default print", "Google key"), ("glab auth", "GitLab token"),
    ("aws sts ", "AWS secret key"), ("aws configure ", "AWS secret key"), ("aws ecr get-", "AWS secret key"), ("aws ecr-public get-", "AWS secret key"), ("aws eks get-token", "AWS secret key"),
    ("aws codeartifact get-", "AWS secret key"), ("az account get-access-token", "Azure key"),
    ("az acr login", "Azure key"), ("doctl registry", "DigitalOcean token"),
    ("heroku auth:token", "Heroku key"), ("flyctl auth token", "Fly token"), ("fly auth token", "Fly token"),
)  # fmt: skip


def own_token(command: str) -> str:
    """The kind of token that a command of this name prints for its own service; "" for every other command."""
    return next((kind for phrase, kind in _COMMAND_TOKENS if command.startswith(phrase)), "")


def locate(url: Value) -> Address:
    """The address of a URL that may have unknown parts."""
    return address("".join(piece if isinstance(piece, str) else "\x00" for piece in url.pieces))


def exchange(
    method: str | None,
    url: Value,
    *,
    headers: Sequence[Value] = (),
    body: Value | None = None,
    uploads: Sequence[Target] = (),
    insecure: bool = False,
    carries: frozenset[str] = frozenset(),
) -> Iterator[Effect]:
    """The request, then what the service at that host is known to do with it."""
    found = request(method, url, headers=headers, body=body, uploads=uploads, insecure=insecure, carries=carries)
    yield found
    yield from services.consequences(found, locate(url), body)
    yield from stored(found, locate(url), body)


def request(
    method: str | None,
    url: Value,
    *,
    headers: Sequence[Value] = (),
    body: Value | None = None,
    uploads: Sequence[Target] = (),
    insecure: bool = False,
    carries: frozenset[str] = frozenset(),
) -> Request:
    """One request as an effect. `method` None is not known; `carries` adds taints of what is sent besides.

    A secret that goes to the service it belongs to is not among what the request carries; `token_kinds`
    names what was recognised, `token` a credential header whose kind is not known.
    """
    place = locate(url)
    verb = (method or "").upper()
    operations, changes = judge(verb, place, headers, body, known_method=method is not None)
    taints, kinds, names = _carried(place, url, headers, body)
    if uploads:
        taints |= {FILE} | ({SECRET} if any(target.secret for target in uploads) else set())
        changes = "something" if changes == "nothing" else changes
    return Request(
        method=verb or "?",
        host=place.host,
        url=url.shown(2000),
        scheme=place.scheme,
        local=place.local,
        private=place.private,
        metadata=place.metadata,
        carries=taints | carries,
        uploads=tuple(uploads),
        operations=operations,
        changes=changes,
        secret_in_url=_secret_in_url(url),
        token_kinds=kinds,
        credentials=names,
        insecure=insecure,
        lookalike=place.lookalike,
    )


def judge(
    verb: str, place: Address, headers: Sequence[Value], body: Value | None, *, known_method: bool = True
) -> tuple[tuple[str, ...], Changes]:
    """Operations named by the request, and whether it changes something there."""
    override = _overridden(headers, place, body)
    verb = override or verb
    if not known_method and not override:
        return (), "unknown"
    if verb in _GONE:
        return (), "destroys"
    asked = graphql.read_body(body) or _graphql_in_query(place)
    if asked is not None and (verb == "POST" or asked[1] != "nothing"):
        return asked
    action = _action(headers, place, body)
    if action and graphql.is_destructive(action):
        return (action,), "destroys"
    if verb in _SAFE:
        return (), "nothing"
    path = unquote(place.path)
    if _DESTROYING_PATH.search(path) or _names_destruction(path):
        return (), "destroys"
    if verb == "POST" and (_ASKING.search(path) or _is_reading_rpc(action)):
        return ((action,) if action else ()), "nothing"
    return ((action,) if action else ()), "something"


def _overridden(headers: Sequence[Value], place: Address, body: Value | None) -> str:
    for header in headers:
        match = _OVERRIDE.match(header.visible)
        if match:
            return match[1].upper()
    text = body.visible[:65_536] if body is not None else ""
    match = re.search(r"(?:^|[&?\"])_method\"?\s*[=:]\s*\"?([a-zA-Z]+)", f"{place.query}&{text}")
    return match[1].upper() if match else ""


def _graphql_in_query(place: Address) -> tuple[tuple[str, ...], Changes] | None:
    if "query=" not in place.query:
        return None
    for name, text in parse_qsl(place.query):
        if name == "query" and re.match(r"\s*(?:query|mutation|subscription|\{)", text):
            return graphql.read_document(text)
    return None


def _names_destruction(path: str) -> bool:
    """Whether the last segments of a path are a verb that destroys: `/users/5/delete`, `/x:purge`, `/deleteUser`."""
    segments = [segment for segment in path.split("/") if segment]
    last = segments[-1] if segments else ""
    return graphql.is_destructive(last.replace("\x00", "")) or (
        len(segments) > 1 and segments[-2].lower() in graphql.DESTRUCTIVE
    )


def _action(headers: Sequence[Value], place: Address, body: Value | None) -> str:
    """The operation that a remote procedure call names in query, header or body."""
    for header in headers:
        match = re.match(r"(?:x-amz-target|soapaction)\s*:\s*\"?[\w./:#-]*?(\w+)\"?\s*$", header.visible, re.IGNORECASE)
        if match:
            return match[1]
    match = re.search(r"(?:^|&)(?:Action|action|op|operation|method|cmd)=(\w+)", place.query)
    if match:
        return match[1]
    text = body.visible[:65_536].strip() if body is not None else ""
    match = re.match(r"(?:[\w.%-]+=[^&]*&)*?Action=(\w+)", text)
    if match:
        return match[1]
    if text[:1] == "{":
        match = re.search(r"\"(?:action|operation|method|op)\"\s*:\s*\"([\w./:-]{2,60})\"", text)
        return match[1] if match else ""
    return ""


def _is_reading_rpc(action: str) -> bool:
    return re.match(r"(?:eth_|net_|web3_)?(?:get|list|describe|read|query|search|find|count|call$|blockNumber|chainId|version|tools/list)", action) is not None if action else False  # fmt: skip


# --- what it carries -------------------------------------------------------------------------------


def _carried(
    place: Address, url: Value, headers: Sequence[Value], body: Value | None
) -> tuple[frozenset[str], tuple[str, ...], tuple[str, ...]]:
    """Taints, kinds of tokens, and names of the variables that hold them."""
    taints: frozenset[str] = frozenset()
    kinds: dict[str, None] = {}
    names: dict[str, None] = {}
    for part, is_header in [(url, False), *((header, True) for header in headers), (body or EMPTY, False)]:
        found, strange = _secrets_in(part, place, credential=is_header and _is_credential(part))
        kinds |= dict.fromkeys(found)
        names |= dict.fromkeys(name for hole in part.holes if secret_variable(name := _kind_of_hole(hole)[1]))
        taints |= part.origins if strange or not found else part.origins - {SECRET, FILE}
        if strange:
            taints |= {SECRET}
    return taints, tuple(kinds), tuple(names)


def _is_credential(header: Value) -> bool:
    name, colon, _ = header.visible.partition(":")
    return bool(colon) and _CREDENTIAL_HEADER.fullmatch(name.strip()) is not None


def _secrets_in(part: Value, place: Address, *, credential: bool) -> tuple[list[str], bool]:
    """Kinds of the secrets in a part of a request, and whether one of them does not belong to that host."""
    kinds = list(find_keys(part.visible)) if part.visible else []
    strange = any(not _belongs(kind, "", place) for kind in kinds)
    for hole in part.holes:
        kind, name = _kind_of_hole(hole)
        if kind or (name and secret_variable(name)):
            home = _belongs(kind, name, place)
            vague = not token_home(kind)
            kinds.append(kind or UNKNOWN_TOKEN)
            strange = strange or (not home and not (credential and vague))
    if SECRET in part.origins and not kinds:
        strange = True
    return kinds, strange


def _kind_of_hole(hole: Hole) -> tuple[str, str]:
    for command, kind in _COMMAND_TOKENS:
        if command in hole.why:
            return kind, ""
    match = _NAME_IN_WHY.search(hole.why)
    return (variable_kind(match[1]), match[1]) if match else ("", "")


def _belongs(kind: str, variable: str, place: Address) -> bool:
    host = place.host
    if host is None:
        return False
    if place.local:
        return True
    homes = token_home(kind)
    if homes:
        return any(host == home or host.endswith("." + home) for home in homes)
    labels = host.split(".")
    owner = labels[-3] if len(labels) > 2 and labels[-2] in ("co", "com", "org", "net", "gov", "ac") else labels[-2:][0]
    first = variable.lower().split("_", 1)[0]
    return len(first) > 3 and first in owner.replace("-", "")


def _secret_in_url(url: Value) -> bool:
    if SECRET in url.origins or any(secret_variable(_kind_of_hole(hole)[1]) for hole in url.holes):
        return True
    if not url.visible:
        return False
    return bool(find_keys(url.visible)) or any(is_generated(match[1]) for match in _IN_QUERY.finditer(url.visible))


def json_body(fields: dict[str, object]) -> Value:
    """A JSON body built from known fields, for callers that have structured arguments."""
    return known(json.dumps(fields, default=str))
