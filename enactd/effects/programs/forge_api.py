"""`gh api`, `glab api`, `hub api`: REST and GraphQL calls, told as what they change."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from enactd.effects import http
from enactd.effects.invocation import Effects, Invocation, Line, Options, Value, known
from enactd.effects.model import ChangeForge, ReadPath, Target
from enactd.effects.programs.forge_repository import is_own
from enactd.effects.values import SECRET

_API: Final = Options(
    "-X --method METHOD", "-f --raw-field FIELD", "-F --field FIELD", "--input FILE", "-H --header H", "-q --jq Q",
    "-t --template T",
    "--hostname HOST", "--paginate", "--slurp", "-p --preview P", "-i --include", "--silent", "--cache T",
    "--verbose", "--help",
    "--form F", "--output O", "-d --data D", "--flat", "--obey-ratelimit", "--color [W]",
)  # fmt: skip

# Path below the repository (a regular expression), methods (empty: any that writes), verb, object.
_REST: Final[tuple[tuple[re.Pattern[str], str, str, str], ...]] = tuple(
    (re.compile(path), methods, verb, what)
    for path, methods, verb, what in (
        (r"pulls/?", "POST", "create", "pr"),
        (r"(?:pulls|merge_requests)/[^/]+/merge|merges", "", "merge", "pr"),
        (r"pulls/[^/]+/reviews(?:/.*)?|pulls/[^/]+/requested_reviewers", "POST PUT PATCH", "review", "pr"),
        (r"(?:issues|pulls|commits|merge_requests)/(?:[^/]+/)?(?:comments|notes|discussions)(?:/[^/]+/(?:replies|notes))?",
         "POST", "comment", "issue"),
        (r".*/reactions(?:/.*)?", "POST", "comment", "issue"),
        (r"(?:issues|pulls)/comments/[^/]+", "PATCH", "edit", "comment"),
        (r"issues/[^/]+/labels(?:/.*)?", "POST PUT", "label", "issue"),
        (r"issues/[^/]+/assignees", "POST", "assign", "issue"),
        (r"issues/?", "POST", "create", "issue"),
        (r"merge_requests/?", "POST", "create", "pr"),
        (r"pulls/[^/]+(?:/update-branch)?|merge_requests/[^/]+", "PATCH PUT", "edit", "pr"),
        (r"issues/[^/]+(?:/lock)?", "PATCH PUT", "edit", "issue"),
        (r"actions/workflows/[^/]+/dispatches|dispatches|pipeline|trigger/pipeline", "POST", "run", "workflow"),
        (r"actions/(?:runs|jobs)/[^/]+/rerun(?:-failed-jobs)?", "POST", "run", "run"),
        (r"actions/runs/[^/]+/(?:force-)?cancel", "POST", "cancel", "run"),
        (r"(?:actions|dependabot|codespaces|environments/[^/]+)/secrets/.*", "PUT", "secret", "secret"),
        (r"releases(?:/.*)?", "POST PATCH", "release", "release"),
        (r"git/refs(?:/.*)?|branches/?", "POST PATCH", "edit", "branch"),
        (r"contents/.*|git/(?:commits|trees|blobs|tags)", "POST PUT", "edit", "file"),
        (r"forks", "POST", "create", "repo"),
    )
)  # fmt: skip
_NOUNS: Final = (("pull", "pr"), ("mergerequest", "pr"), ("issue", "issue"), ("release", "release"), ("comment",
"comment"),
                 ("review", "review"), ("discussion", "issue"), ("repository", "repo"), ("ref", "branch"))  # fmt: skip
_GRAPH_VERBS: Final = (("merge", "merge"), ("delete", "delete"), ("remove", "delete"), ("archive", "settings"),
                       ("addcomment", "comment"), ("addpullrequestreview", "review"), ("submitpullrequestreview",
                       "review"),
                       ("resolve", "review"), ("unresolve", "review"), ("addlabels", "label"), ("addassignees",
                       "assign"),
                       ("create", "create"), ("close", "close"), ("reopen", "reopen"), ("update", "edit"), ("mark",
                       "edit"),
                       ("convert", "edit"), ("request", "review"), ("enablepullrequestautomerge", "merge"))  # fmt: skip


def api(call: Invocation, args: Sequence[Value]) -> Effects:
    """Reading is a request; writing is a change on the forge, of the workspace's own repository or another."""
    line = _API.parse(args)
    if line.has("--help") or not line.operands:
        return
    service = "gitlab" if call.name == "glab" else "github" if call.name in ("gh", "hub") else "gitea"
    endpoint = line.operands[0]
    fields = [*line.values("-f"), *line.values("-F"), *line.values("-d")]
    yield from _files(call, line)
    given = line.value("-X")
    writes = bool(fields) or line.has("--input", "--form")
    method = given.text if given is not None else "POST" if writes else "GET"
    address = _address(service, endpoint, line)
    body = _body(call, line)
    if (endpoint.text or "").strip("/") in ("graphql", "api/graphql"):
        yield from _graphql(service, _query(call, line))
    elif method is not None and method.upper() in ("GET", "HEAD", "OPTIONS"):
        yield http.request(method, address)
        return
    else:
        yield _rest(call, service, (method or "").upper(), endpoint, fields)
    sent = http.request(method or "POST", address, body=body, uploads=_secret_files(call, line))
    if SECRET in sent.carries or sent.token_kinds or sent.uploads:
        yield sent


def _address(service: str, endpoint: Value, line: Line) -> Value:
    if "://" in endpoint.prefix:
        return endpoint
    host = line.text("--hostname") or {"github": "api.github.com", "gitlab": "gitlab.com/api/v4"}.get(service, service)
    return Value((f"https://{host}/", *endpoint.cut(1 if endpoint.startswith("/") else 0).pieces))


def _files(call: Invocation, line: Line) -> Effects:
    for word in _file_words(line):
        yield ReadPath(target=call.target(word), shown=False)


def _file_words(line: Line) -> list[Value]:
    files = [word for word in line.values("--input") if word.text != "-"]
    for field in [*line.values("-F"), *line.values("--form")]:
        name, _, content = field.prefix.partition("=")
        if content.startswith("@") and content != "@-":
            files.append(field.cut(len(name) + 2))
    return files


def _secret_files(call: Invocation, line: Line) -> list[Target]:
    return [target for word in _file_words(line) if (target := call.target(word)).secret]


def _body(call: Invocation, line: Line) -> Value | None:
    parts = [*line.values("-f"), *line.values("-F"), *line.values("-d")]
    if line.text("--input") == "-" and call.stdin is not None:
        parts.append(call.stdin)
    if not parts:
        return None
    whole = parts[0]
    for part in parts[1:]:
        whole = whole + known("\n") + part
    return whole


def _rest(call: Invocation, service: str, method: str, endpoint: Value, fields: Sequence[Value]) -> ChangeForge:
    text = (endpoint.text or endpoint.prefix).split("?", 1)[0].strip("/")
    text = re.sub(r"^https?://[^/]+/(?:api/v\d/)?", "", text)
    parts = text.split("/")
    own: bool | None = None
    if parts[0] == "repos" and len(parts) > 2:
        own, below = is_own(call, known("/".join(parts[1:3]))), "/".join(parts[3:])
    elif parts[0] == "projects" and len(parts) > 1:
        own, below = is_own(call, known(parts[1].replace("%2F", "/").replace("%2f", "/"))), "/".join(parts[2:])
    else:
        return ChangeForge(service=service, verb=_plain(method), what=parts[0].rstrip("s") or "api")
    if not below:
        return ChangeForge(service=service, verb="delete" if method == "DELETE" else "settings", what="repo", own=own)
    closes = any((field.text or "") in ("state=closed", "state_event=close") for field in fields)
    for path, methods, verb, what in _REST:
        if (
            path.fullmatch(below)
            and method
            and (not methods or method in methods.split())
            and (method != "DELETE" or not methods)
        ):
            return ChangeForge(service=service, verb="close" if closes else verb, what=what, own=own)
    what = {"refs": "branch", "git": "branch", "contents": "file", "branches": "branch"}.get(
        below.split("/")[0], below.split("/")[0].rstrip("s")
    )
    return ChangeForge(service=service, verb=_plain(method), what=what, own=own)


def _plain(method: str) -> str:
    return {"DELETE": "delete", "": "change"}.get(method, "settings")


def _query(call: Invocation, line: Line) -> str | None:
    """The GraphQL document; None where it is not known."""
    for field in [*line.values("-f"), *line.values("-F")]:
        if field.startswith("query="):
            content = field.cut(len("query="))
            if content.startswith("@") and field in line.values("-F"):
                file = content.cut(1)
                found = call.stdin if file.text == "-" else call.text_of(file)
                return found.text if found is not None else None
            return content.text
    for word in line.values("--input"):
        found = call.stdin if word.text == "-" else call.text_of(word)
        return found.text if found is not None else None
    return None


def _graphql(service: str, query: str | None) -> Effects:
    if query is None:
        yield ChangeForge(service=service, verb="change", what="graphql")
        return
    for operation in _mutations(query):
        name = operation.lower()
        verb = next((verb for start, verb in _GRAPH_VERBS if name.startswith(start)), "change")
        what = next((what for noun, what in _NOUNS if noun in name), "graphql")
        yield ChangeForge(service=service, verb=verb, what="pr" if verb in ("review", "comment", "merge") else what)


def _mutations(query: str) -> list[str]:
    found = http.request("POST", known("https://api.github.com/graphql"), body=known(query)).operations
    names = [operation.partition(" ")[2] for operation in found if operation.startswith("mutation")]
    if not names and re.search(r"\bmutation\b", query):
        names = ["change"]
    return names
