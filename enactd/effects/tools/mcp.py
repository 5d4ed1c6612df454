"""MCP tools: told by what their arguments are (SQL, shell, paths, addresses) and by the verbs of their names.

A server can call its tools anything; a name is a claim. Arguments that are commands, statements or paths
are read as such whatever the name says, and a tool that changes something nobody can name asks.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, Final

from enactd.effects.http import exchange
from enactd.effects.interpret import ToolUse, tool_reader_where
from enactd.effects.invocation import Output
from enactd.effects.model import (
    ActInBrowser,
    AgentTool,
    ChangeForge,
    ChangeInfrastructure,
    Database,
    DeletePath,
    Effect,
    MoveMoney,
    MovePath,
    ReadPath,
    SendMessage,
    UnknownTool,
    WritePath,
)  # fmt: skip
from enactd.effects.sql.reading import read_sql
from enactd.effects.tools.web import body, headers
from enactd.effects.values import Value, known

_SQL: Final = re.compile(
    r"^\s*(?:--[^\n]*\n\s*|/\*.*?\*/\s*)*(?:select|insert|update|delete|drop|alter|create|truncate|with|merge|replace|grant|revoke"
    r"|copy|call|exec|execute|explain|vacuum|begin|do|set|show|describe|pragma|attach|rename|comment|reindex|values|table)\b",
    re.I | re.S,
)
_READS: Final = frozenset(
    "get list read search find query describe show view fetch lookup count status inspect check validate resolve export "
    "download diff log logs history info help ping whoami browse explain analyze analyse summarize preview snapshot screenshot "
    "wait hover scroll think sequentialthinking diagnostics console network tabs navigate back forward resize retrieve load peek "
    "compare verify test lint estimate calculate convert translate parse format recall open select contents file files".split()
)
_DESTROYS: Final = frozenset(
    "delete remove destroy drop purge wipe truncate terminate reset revoke uninstall unpublish erase clear flush archive "
    "disable deprovision detach expunge trash kill prune cancel".split()
)
_CHANGES: Final = frozenset(
    "create update write set add insert put patch edit move rename merge push close approve deploy apply run execute send post "
    "publish upload transfer pay refund invite share assign click submit press type fill drag drop start stop restart scale "
    "pause resume enable grant import restore rollback migrate release reply forward schedule book order buy charge comment "
    "reopen transition lock unlock fork dispatch trigger rerun modify replace append upsert save copy sync install reboot".split()
)
_BROWSER: Final = re.compile(r"browser|playwright|puppeteer|chrome|selenium|webdriver|devtools")
_PRESSING: Final = frozenset({"click", "submit", "press", "tap", "dblclick", "evaluate", "fill", "type"})
_FINAL_WORDS: Final = re.compile(
    r"\b(?:delete|remove|destroy|drop|purge|erase|wipe|terminate|deactivate|cancel (?:subscription|account|order|plan)|send|post|"
    r"publish|deploy|pay|buy|purchase|order now|place order|checkout|confirm|transfer|refund|withdraw|unsubscribe|revoke|submit order|"
    r"eliminar|borrar|supprimer|löschen|senden|bezahlen|удалить|отправить)\b|削除|删除|送信|发送|購入|购买|支払|支付|삭제|전송",
    re.I,
)
_MESSENGERS: Final = re.compile(
    r"slack|gmail|e?mail|outlook|discord|telegram|teams|whatsapp|signal|twilio|sms|sendgrid|mailgun|mailchimp|postmark|ses|twitter"
    r"|mastodon|linkedin|bluesky|intercom|messag|chat(?!gpt)"
)
_PAYMENTS: Final = re.compile(
    r"stripe|paypal|square|adyen|braintree|plaid|coinbase|wise|razorpay|paddle|quickbooks|xero|billing|payment"
)
_FORGES: Final = re.compile(r"github|gitlab|bitbucket|gitea|forgejo|azure_?devops")
_CLOUDS: Final = re.compile(
    r"aws|gcp|gcloud|azure|k8s|kube|terraform|pulumi|cloudflare|vercel|netlify|heroku|railway|fly|render|digitalocean|supabase|neon"
    r"|planetscale|docker|argocd|helm|upstash|firebase|linode|hetzner|openstack|nomad|portainer|cloud"
)
_OWN: Final = re.compile(r"memory|sequential.?thinking|context7|^time$|todo|ide$|knowledge.?graph|deepwiki|docs$")
_PATH_KEYS: Final = (
    "path",
    "file_path",
    "filepath",
    "filename",
    "file",
    "uri",
    "source",
    "src",
    "repo_path",
    "directory",
    "dir",
    "notebook_path",
)
_TO_KEYS: Final = ("destination", "dest", "to", "target_path", "new_path", "output_path", "output", "out")


def _is_mcp(name: str) -> bool:
    lowered = name.lower()
    return (
        lowered.startswith(("mcp__", "mcp_", "mcp:", "mcp."))
        or "__" in name
        or lowered in ("use_mcp_tool", "callmcptool")
    )


def words_of(name: str) -> list[str]:
    """The words of a tool's name, whatever its case style."""
    spaced = re.sub(r"([a-z0-9])([A-Z])", r"\1 \2", name)
    return [word.lower() for word in re.split(r"[^A-Za-z0-9]+", spaced) if word]


@tool_reader_where(_is_mcp)
def mcp(use: ToolUse) -> Iterator[Effect]:
    """What an MCP call does, as far as arguments and names tell."""
    server, action = _names(use)
    arguments = use.input
    inner = arguments.get("arguments", arguments.get("tool_input"))
    if use.tool.lower() in ("use_mcp_tool", "callmcptool") and isinstance(inner, dict):
        server, action = (
            str(arguments.get("server_name", arguments.get("server", ""))),
            str(arguments.get("tool_name", arguments.get("toolName", ""))),
        )
        use.input = inner
    verbs = words_of(action)
    found = [*_texts(use, server, action)]
    kind = _kind(verbs)
    for reader in (_git, _browser, _message, _money, _forge, _files, _address, _cloud):
        found += reader(use, server.lower(), verbs, kind)
        if found:
            break
    if found:
        yield from found
    elif _OWN.search(server.lower()):
        yield AgentTool(tool=use.tool)
    else:
        yield UnknownTool(tool=use.tool, reads=kind == "read")


def _names(use: ToolUse) -> tuple[str, str]:
    parts = re.split(r"__|:", use.tool)
    if len(parts) >= 3:
        return parts[1], "__".join(parts[2:])
    if len(parts) == 2 and parts[0].lower() != "mcp":
        return parts[0], parts[1]
    pieces = use.tool.split("_", 2)
    return (pieces[1], pieces[2]) if len(pieces) == 3 else ("", use.tool)


def _kind(verbs: list[str]) -> str:
    """read | change | destroy | unknown; the gravest verb counts, but a leading reading verb decides."""
    if verbs and verbs[0] in _READS and not any(v in _DESTROYS for v in verbs[1:3]):
        return "read"
    if any(v in _DESTROYS for v in verbs):
        return "destroy"
    if any(v in _CHANGES for v in verbs):
        return "change"
    return "read" if any(v in _READS for v in verbs) else "unknown"


def _texts(use: ToolUse, server: str, action: str) -> Iterator[Effect]:
    """Arguments that are statements, commands or code."""
    for name, content in use.input.items():
        texts = content if isinstance(content, list) else [content]
        for text in texts:
            if not isinstance(text, str):
                continue
            key = name.lower()
            if key in ("sql", "query", "statement", "statements", "queries", "sql_query", "ddl") and _SQL.match(text):
                yield from read_sql(text, _dialect(server), Database(dialect=_dialect(server), name=server))
            elif key in (
                "command",
                "cmd",
                "shell",
                "shell_command",
                "bash",
                "script",
                "commands",
            ) and not _BROWSER.search(server):
                yield from use.reading.bash(text)
            elif key in ("code", "source_code", "python", "python_code") and _code_language(use, action):
                language = _code_language(use, action)
                yield from _only_effects(use.invocation.code(language, known(text)))


def _only_effects(found: list[Any]) -> Iterator[Effect]:
    yield from (item for item in found if isinstance(item, Effect) and not isinstance(item, Output))


def _code_language(use: ToolUse, action: str) -> str:
    stated = use.text("language", "lang", "kernel") or ""
    words = " ".join(words_of(action) + words_of(stated))
    for language in ("python", "javascript", "typescript", "ruby", "perl", "php", "bash", "shell"):
        if language in words:
            return language
    return "python" if re.search(r"execute|run|eval|cell|jupyter", words) else ""


def _dialect(server: str) -> str:
    lowered = server.lower()
    for name in (
        "mysql",
        "mariadb",
        "sqlite",
        "duckdb",
        "bigquery",
        "snowflake",
        "clickhouse",
        "redshift",
        "mssql",
        "oracle",
    ):
        if name in lowered:
            return {"mariadb": "mysql", "mssql": "tsql"}.get(name, name)
    return "postgres"


def _git(use: ToolUse, server: str, verbs: list[str], kind: str) -> list[Effect]:
    """A git server's tools are git commands; an argument that starts with a dash is an option, as git sees it."""
    if not verbs or verbs[0] != "git" or len(verbs) < 2:
        return []
    folder = use.text("repo_path", "path", "cwd", "repository")
    words = ["git", *(["-C", folder] if folder else []), _GIT_VERBS.get("_".join(verbs[1:]), verbs[1])]
    for name, content in use.input.items():
        if name in ("repo_path", "path", "cwd", "repository", "context_lines", "max_count"):
            continue
        items = content if isinstance(content, list) else [content]
        texts = [str(item) for item in items if isinstance(item, str)]
        words += [word for text in texts for word in (["-m", text] if name == "message" else [text])]
    return [*_only_effects(use.invocation.run([known(word) for word in words]))] or [
        UnknownTool(tool=use.tool, reads=True)
    ]


_GIT_VERBS: Final = {
    "diff_unstaged": "diff",
    "diff_staged": "diff",
    "create_branch": "branch",
    "reset": "reset",
    "set_working_dir": "status",
}


def _browser(use: ToolUse, server: str, verbs: list[str], kind: str) -> list[Effect]:
    if not _BROWSER.search(server) and "browser" not in verbs:
        return []
    url = use.text("url")
    if "navigate" in verbs or "goto" in verbs or (url and "open" in verbs):
        return list(exchange("GET", known(url))) if url else [AgentTool(tool=use.tool)]
    if any(verb in _PRESSING for verb in verbs):
        text = " ".join(str(v) for k, v in use.input.items() if isinstance(v, str) and k not in ("url", "ref"))
        match = _FINAL_WORDS.search(re.sub(r"[._#\-]", " ", text)) or _FINAL_WORDS.search(text)
        if match and ("fill" not in verbs and "type" not in verbs):
            return [ActInBrowser(verb=verbs[-1], what=text[:120], url=url or "")]
        script = use.text("function", "script", "expression", "code") if "evaluate" in verbs else None
        if script is not None:
            return [*_only_effects(use.invocation.code("javascript", known(script)))] or [AgentTool(tool=use.tool)]
        return [AgentTool(tool=use.tool)]
    if "upload" in verbs:
        return []
    return [AgentTool(tool=use.tool)] if kind in ("read", "unknown", "change") else []


def _message(use: ToolUse, server: str, verbs: list[str], kind: str) -> list[Effect]:
    named = _MESSENGERS.search(server) or any(_MESSENGERS.search(verb) for verb in verbs)
    if named and any(
        verb in ("send", "post", "reply", "forward", "publish", "broadcast", "tweet", "dm", "schedule")
        for verb in verbs
    ):
        to = use.input.get("to", use.input.get("channel", use.input.get("recipient", use.input.get("recipients", ""))))
        return [SendMessage(by=use.tool, to=str(to)[:120], bulk=isinstance(to, list) and len(to) > 1)]
    return []


def _money(use: ToolUse, server: str, verbs: list[str], kind: str) -> list[Effect]:
    if _PAYMENTS.search(server) and kind in ("change", "destroy"):
        return [MoveMoney(by=use.tool, verb=" ".join(verbs[:4]))]
    return []


def _forge(use: ToolUse, server: str, verbs: list[str], kind: str) -> list[Effect]:
    if not _FORGES.search(server):
        return []
    if kind == "read":
        return [ChangeForge(service=server, verb="read", what=" ".join(verbs[1:3]))]
    joined = " ".join(verbs)
    what = next((w for w, m in (("pr", "pull"), ("issue", "issue"), ("release", "release"), ("workflow", "workflow"), ("repo", "repo"),
                                ("branch", "branch"), ("file", "file"), ("file", "content"), ("gist", "gist")) if m in joined), joined)  # fmt: skip
    verb = next((v for v in verbs if v in _DESTROYS | _CHANGES), verbs[0] if verbs else "")
    if what == "file" or (verb == "push" and "files" in verbs):
        verb = "push"
    return [ChangeForge(service=server, verb="comment" if "comment" in verbs else verb, what=what)]


def _files(use: ToolUse, server: str, verbs: list[str], kind: str) -> list[Effect]:
    paths = _paths(use, _PATH_KEYS)
    if not paths:
        return []
    call = use.invocation
    to = _paths(use, _TO_KEYS)
    content = use.text("content", "contents", "text", "data", "new_text", "newText")
    found: list[Effect] = []
    for path in paths:
        target = call.target(path)
        if kind == "destroy":
            found.append(
                DeletePath(target=target, recursive=bool(use.input.get("recursive")) or target.kind == "folder")
            )
        elif to and ("move" in verbs or "rename" in verbs):
            found.append(MovePath(target=target, to=call.target(to[0])))
        elif content is not None or (
            {"write", "edit", "create", "append", "save", "update"} & set(verbs) and "directory" not in verbs
        ):
            how = "append" if "append" in verbs else "edit" if "edit" in verbs else "overwrite"
            found.append(WritePath(target=target, how=how, content=content))  # type: ignore[arg-type]
        elif {"list", "tree", "ls", "search", "find", "glob"} & set(verbs):
            found.append(ReadPath(target=target, how="list"))
        elif kind in ("read", "unknown"):
            found.append(ReadPath(target=target))
    return found


def _paths(use: ToolUse, keys: tuple[str, ...]) -> list[Value]:
    """Arguments that are local paths: absolute, relative with a slash or a dot, or `file://`."""
    found: list[Value] = []
    for name, content in use.input.items():
        if name.lower() not in keys and not (name == "paths" and "path" in keys):
            continue
        for text in content if isinstance(content, list) else [content]:
            if not isinstance(text, str) or ("://" in text and not text.startswith("file://")):
                continue
            if _FORGES.search(use.tool.lower()):
                continue
            found.append(use.path(text.removeprefix("file://")))
    return found


def _address(use: ToolUse, server: str, verbs: list[str], kind: str) -> list[Effect]:
    url = use.text("url", "uri", "endpoint", "href")
    if url is None or "://" not in url:
        return []
    method = use.text("method") or ("POST" if body(use) is not None else "GET")
    return list(exchange(method, known(url), headers=headers(use), body=body(use)))


def _cloud(use: ToolUse, server: str, verbs: list[str], kind: str) -> list[Effect]:
    if not _CLOUDS.search(server):
        return []
    verb = {"read": "read", "destroy": "delete", "change": "change"}.get(kind)
    if verb is None:
        return []
    return [ChangeInfrastructure(tool=server, verb=verb, what=" ".join(verbs))]


_Reader = Callable[[ToolUse, str, list[str], str], list[Effect]]
