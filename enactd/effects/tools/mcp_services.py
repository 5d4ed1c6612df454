"""What MCP servers of well-known kinds do: git, browsers, messengers, payments, forges, stores, secrets, clouds.

Each reader gets the use, the server's name in lower case, the words of the tool's name, and what they say:
read, change, destroy or unknown. It returns nothing where the server is none of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final, Literal

from enactd.effects.http import exchange
from enactd.effects.interpret import ToolUse
from enactd.effects.keys import find_keys
from enactd.effects.model import (
    ActInBrowser,
    AgentTool,
    ChangeForge,
    ChangeInfrastructure,
    ChangeStore,
    Effect,
    GitPush,
    MoveMoney,
    ReadPath,
    RevealSecret,
    RunCode,
    SendMessage,
    UnknownTool,
)
from enactd.effects.sql.connection import locate
from enactd.effects.tools.mcp_texts import only_effects
from enactd.effects.tools.mcp_words import CHANGES, DESTROYS
from enactd.effects.values import known

_BROWSER: Final = re.compile(r"browser|playwright|puppeteer|chrome|selenium|webdriver|devtools")
_PRESSING: Final = frozenset(
    {"click", "submit", "press", "tap", "dblclick", "evaluate", "fill", "type", "dialog", "act"}
)
_FINAL_WORDS: Final = re.compile(
    r"\b(?:delete|remove|destroy|drop|purge|erase|wipe|terminate|deactivate|cancel (?:subscription|account|order|plan)|send|post|"
    r"publish|deploy|pay|(?:submit|make|complete) (?:a )?(?:payment|purchase|transfer)|buy|purchase|order now|place order|checkout|confirm|transfer|refund|withdraw|unsubscribe|revoke|submit order|"
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
_STORES: Final = re.compile(
    r"redis|valkey|mongo|elastic|opensearch|dynamo|firestore|memcache|qdrant|pinecone|weaviate|chroma|neo4j|couch|influx"
    r"|milvus|meilisearch|typesense|algolia|cassandra"
)
_STORE_READS: Final = frozenset(
    "get mget hget hmget hgetall hkeys hvals scan keys exists ttl type lrange llen smembers scard zrange zcard find "
    "aggregate count distinct search list info stats explain collections databases indexes schema health mappings".split()
)
_VAULTS: Final = re.compile(
    r"vault|secret|1password|onepassword|bitwarden|lastpass|dashlane|keychain|keyring|doppler|infisical"
)
_SECRET_WORDS: Final = frozenset({"secret", "password", "passphrase", "credential", "credentials", "otp", "totp"})
_GIT_VERBS: Final = {
    "diff_unstaged": "diff",
    "diff_staged": "diff",
    "create_branch": "branch",
    "set_working_dir": "status",
}
_GIT_FLAGS: Final = {
    "force": "--force", "directories": "-d", "amend": "--amend", "delete": "--delete", "hard": "--hard", "all": "--all",
    "ignored": "-x", "remove_ignored": "-x", "include_ignored": "-x", "no_verify": "--no-verify", "prune": "--prune",
    "tags": "--tags", "forcewithlease": "--force-with-lease", "force_with_lease": "--force-with-lease", "mirror": "--mirror",
}  # fmt: skip


def git(use: ToolUse, server: str, verbs: list[str], kind: str) -> list[Effect]:
    """A git server's tools are git commands; an argument that starts with a dash is an option, as git sees it."""
    if len(verbs) < 2 or verbs[0] != "git":
        return []
    folder = use.text("repo_path", "path", "cwd", "repository")
    verb = _GIT_VERBS.get("_".join(verbs[1:]), verbs[1])
    words = ["git", *(["-C", folder] if folder else []), verb]
    words += [flag for name, flag in _GIT_FLAGS.items() if use.input.get(name) is True or use.input.get(name) == "true"]
    mode = use.text("mode", "action", "operation")
    if mode and not mode.startswith("-"):
        words.append(f"--{mode}" if verb == "reset" else mode)
    for name, content in use.input.items():
        if name in (
            "repo_path",
            "path",
            "cwd",
            "repository",
            "context_lines",
            "max_count",
            "mode",
            "action",
            "operation",
        ):
            continue
        texts = [item for item in (content if isinstance(content, list) else [content]) if isinstance(item, str)]
        words += [word for text in texts for word in (["-m", text] if name == "message" else [text])]
    return only_effects(use.invocation.run([known(word) for word in words])) or [UnknownTool(tool=use.tool, reads=True)]


def browser(use: ToolUse, server: str, verbs: list[str], kind: str) -> list[Effect]:
    """Pages are requests; a click or submission counts by the words on it."""
    if not _BROWSER.search(server) and "browser" not in verbs:
        return []
    url = use.text("url")
    if url and url.startswith("file://"):
        return [ReadPath(target=use.invocation.target(use.path(url.removeprefix("file://"))))]
    if "navigate" in verbs or "goto" in verbs or (url and "open" in verbs):
        return list(exchange("GET", known(url))) if url else [AgentTool(tool=use.tool)]
    if "upload" in verbs:
        return []
    if any(verb in _PRESSING for verb in verbs):
        return _pressed(use, verbs, url or "")
    return [AgentTool(tool=use.tool)] if kind != "destroy" else []


def _pressed(use: ToolUse, verbs: list[str], url: str) -> list[Effect]:
    text = " ".join(str(v) for k, v in use.input.items() if isinstance(v, str) and k not in ("url", "ref"))
    match = _FINAL_WORDS.search(re.sub(r"[._#\-]", " ", text)) or _FINAL_WORDS.search(text)
    accepted = "dialog" not in verbs or use.input.get("accept") is not False
    if match and accepted and "fill" not in verbs and "type" not in verbs:
        return [ActInBrowser(verb=verbs[-1], what=text[:120], url=url)]
    script = use.text("function", "script", "expression", "code") if "evaluate" in verbs else None
    if script is not None:
        return only_effects(use.invocation.code("javascript", known(script))) or [AgentTool(tool=use.tool)]
    return [AgentTool(tool=use.tool)]


def message(use: ToolUse, server: str, verbs: list[str], kind: str) -> list[Effect]:
    """Mail, chat and posts; a draft that nobody gets is none."""
    if not _MESSENGERS.search(server) and not any(_MESSENGERS.search(verb) for verb in verbs):
        return []
    if "draft" in verbs and not {"send", "delete"} & set(verbs):
        return [AgentTool(tool=use.tool)]
    if not {"send", "post", "reply", "forward", "publish", "broadcast", "tweet", "dm", "schedule"} & set(verbs):
        return []
    to = use.input.get("to", use.input.get("channel", use.input.get("recipient", use.input.get("recipients", ""))))
    return [SendMessage(by=use.tool, to=str(to)[:120], bulk=isinstance(to, list) and len(to) > 1)]


def money(use: ToolUse, server: str, verbs: list[str], kind: str) -> list[Effect]:
    """Payments and what belongs to them."""
    if _PAYMENTS.search(server) and kind in ("change", "destroy"):
        return [MoveMoney(by=use.tool, verb=" ".join(verbs[:4]))]
    return []


def forge(use: ToolUse, server: str, verbs: list[str], kind: str) -> list[Effect]:
    """Issues, pull requests, files and releases on a forge."""
    if not _FORGES.search(server):
        return []
    if kind == "read":
        return [ChangeForge(service=server, verb="read", what=" ".join(verbs[1:3]))]
    joined = " ".join(verbs)
    what = next((kind_of for part, kind_of in _FORGE_THINGS if part in joined), joined)
    verb = next((v for v in verbs if v in DESTROYS | CHANGES), verbs[0] if verbs else "")
    if what == "file" or (verb == "push" and "files" in verbs):
        verb = "push"
    found: list[Effect] = [ChangeForge(service=server, verb="comment" if "comment" in verbs else verb, what=what)]
    keys = find_keys("\n".join(_strings(use.input)))
    if keys:  # the forge has them from then on, as if they had been pushed
        found.append(GitPush(remote=server, branch=use.text("branch"), secrets=keys))
    return found


def _strings(value: Any) -> Iterator[str]:
    """Every text in arguments, however deep."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _strings(inner)


_FORGE_THINGS: Final = (
    ("pull", "pr"), ("merge request", "pr"), ("issue", "issue"), ("release", "release"), ("workflow", "workflow"),
    ("repo", "repo"), ("branch", "branch"), ("file", "file"), ("content", "file"), ("gist", "gist"),
)  # fmt: skip


def is_forge(name: str) -> bool:
    """Whether a tool belongs to a forge: its paths are paths there."""
    return _FORGES.search(name) is not None


def secrets(use: ToolUse, server: str, verbs: list[str], kind: str) -> list[Effect]:
    """A secret store that gives a value away."""
    gives = {"get", "read", "fetch", "retrieve", "reveal", "show", "export", "view", "copy"} & set(verbs)
    named = _SECRET_WORDS & set(verbs)
    if (
        not gives
        or "list" in verbs
        or not (named or (_VAULTS.search(server) and not {"status", "health"} & set(verbs)))
    ):
        return []
    return [RevealSecret(what="a secret", by=use.tool)]


def store(use: ToolUse, server: str, verbs: list[str], kind: str) -> list[Effect]:
    """Keys and documents in stores that speak no SQL."""
    if not _STORES.search(server) and not any(_STORES.search(verb) for verb in verbs):
        return []
    joined = "".join(verbs)
    condition = use.input.get("filter", use.input.get("query", use.input.get("where")))
    everything = condition in ({}, [], "", "{}", None) and "key" not in use.input and "id" not in use.input
    named = use.text("collection", "index", "database", "key", "name", "table") or ""
    place = locate(use.invocation, "", name=known(use.text("database", "db") or server))

    def change(
        verb: Literal["read", "write", "delete", "flush"], what: str = named, *, all_of_it: bool = False
    ) -> list[Effect]:
        return [ChangeStore(tool=server, verb=verb, what=what, everything=all_of_it, database=place)]

    if "flush" in joined or {"drop", "truncate", "purge", "wipe"} & set(verbs):
        return change("flush", all_of_it=True)
    if kind == "destroy" or {"del", "unlink", "hdel"} & set(verbs):
        whole = bool({"index", "collection", "database", "table", "document"} & set(verbs))
        return change("delete", all_of_it=everything or whole)
    if _replaces(use.input):
        return change("flush", all_of_it=True)
    if _STORE_READS & set(verbs) and kind != "change":
        return change("read")
    if kind == "change" and "many" in verbs and everything and "insert" not in verbs:
        return change("delete", f"every document of {named}", all_of_it=True)
    return change("write") if kind == "change" or verbs[:1] == ["hset"] else []


def _replaces(given: Any, deep: int = 5) -> bool:
    """Whether a pipeline's last step puts its result in the place of a collection: `$out`."""
    if isinstance(given, str):
        return re.search(r"[\"']\$out[\"']\s*:", given) is not None
    if not deep or not isinstance(given, dict | list):
        return False
    return (isinstance(given, dict) and "$out" in given) or any(
        _replaces(inner, deep - 1) for inner in (given.values() if isinstance(given, dict) else given)
    )


def build(use: ToolUse, server: str, verbs: list[str], kind: str) -> list[Effect]:
    """Builds, tests and runs of the project at hand: its own code."""
    first, rest = (verbs or [""])[0], set(verbs[1:])
    if first in ("build", "compile", "lint", "test", "typecheck") and kind != "destroy":
        return [RunCode(language="project", origin="workspace", what=" ".join(verbs))]
    if first == "run" and rest & {"project", "tests", "test", "build", "lint", "app", "game"}:
        return [RunCode(language="project", origin="workspace", what=" ".join(verbs))]
    return []


def cloud(use: ToolUse, server: str, verbs: list[str], kind: str) -> list[Effect]:
    """Clouds, clusters and platforms: the verb of the name, and what it is about."""
    if not _CLOUDS.search(server):
        return []
    if {"migration", "migrations"} & set(verbs) and kind == "change":
        return [ChangeInfrastructure(tool=server, verb="apply", what="a migration")]
    verb = {"read": "read", "destroy": "delete", "change": "change"}.get(kind)
    return [] if verb is None else [ChangeInfrastructure(tool=server, verb=verb, what=" ".join(verbs))]


def is_remote(server: str) -> bool:
    """Whether relative paths among the arguments are names there, not files here."""
    return any(kinds.search(server) for kinds in (_FORGES, _CLOUDS, _STORES, _VAULTS, _PAYMENTS, _MESSENGERS))


__all__ = ["browser", "build", "cloud", "forge", "git", "is_forge", "is_remote", "message", "money", "secrets", "store"]
