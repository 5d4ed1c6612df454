"""Libraries of services in JavaScript: which names are whose clients; `clients.py` says what a method does there."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final

from enactd.effects.code import clients, operations
from enactd.effects.code.javascript_modules import Given
from enactd.effects.code.objects import Thing, flattened
from enactd.effects.model import Effect, ResetDatabase, SendMessage
from enactd.effects.programs.kube_context import cluster_of
from enactd.effects.values import NETWORK, known, unknown

_CLOUDS: Final = {
    "@aws-sdk/": "aws", "aws-sdk.": "aws", "aws-sdk/": "aws", "@google-cloud/": "gcloud", "googleapis.": "gcloud",
    "firebase-admin": "firebase", "@azure/": "azure", "@kubernetes/client-node": "kubernetes", "cloudflare": "cloudflare",
    "dots-wrapper": "doctl", "heroku-client": "heroku", "@vercel/client": "vercel", "netlify": "netlify", "minio.": "minio",
    "@huggingface/hub": "huggingface", "@pinecone-database/": "pinecone", "kafkajs.": "kafka", "@linode/": "linode",
}  # fmt: skip
_STORES: Final = ("@elastic/elasticsearch", "@opensearch-project/opensearch", "@qdrant/", "weaviate-", "meilisearch", "chromadb", "typesense", "algoliasearch")  # fmt: skip
_MESSENGERS: Final = (
    "twilio", "node-telegram-bot-api", "telegraf", "grammy", "discord.js", "resend", "node-mailjet", "postmark", "mailgun.js",
    "@mailchimp/", "@vonage/", "twitter-api-v2", "web-push", "@slack/webhook", "@sendinblue/", "@getbrevo/", "pushover",
)  # fmt: skip
_SENDS: Final = re.compile(r"send\w*|create|reply\w*|post\w*|tweet|notify|publish")
_FORGES: Final = {
    "octokit": "github",
    "@octokit/": "github",
    "@actions/github": "github",
    "@gitbeaker/": "gitlab",
    "jira": "jira",
}
_ENDS: Final = ("", ".", "(", "/")
_PATH: Final = re.compile(r"(?P<verb>GET|POST|PUT|PATCH|DELETE) (?P<path>/\S*)")


def service_call(given: Given) -> Thing | None:
    """What a method of a known library's client does there; None for every other function."""
    for prefix, reader in _READERS.items():
        if given.name.startswith(prefix) and (
            prefix[-1] in "/.-" or given.name[len(prefix) : len(prefix) + 1] in _ENDS
        ):
            found = given.emit(reader(given))
            if reader is _migration and not found:
                return None  # a query, which is read as SQL
            return Thing((unknown("an answer of a service", NETWORK),), f"{given.name[:200]}()")
    return None


def _cloud(given: Given) -> Iterator[Effect]:
    """A method of a client; the newer AWS library sends an object that is named by its command."""
    tool = next(tool for prefix, tool in _CLOUDS.items() if given.name.startswith(prefix))
    local = tool == "kubernetes" and cluster_of(given.call, None, None, None).local
    if given.made and given.method.endswith("Command"):
        yield from clients.cloud(tool, given.name.removesuffix("Command"))
    elif not given.made and given.method != "send" and "." in given.name:
        yield from clients.cloud(tool, given.name, [part.text.shown(40) for part in given.arguments[:1]], local=local)


def _store(given: Given) -> Iterator[Effect]:
    yield from clients.store(given.name.partition(".")[0], given.name, given.text(0).shown(40))


def _message(given: Given) -> Iterator[Effect]:
    if _SENDS.fullmatch(given.method) and "." in given.name and not given.made:
        to = given.options().field("to", "channel", "To", "chat_id")
        bulk = to is not None and bool(to.items) and len(to.items or []) > 5
        by = given.name.partition(".")[0].removesuffix("()")
        yield SendMessage(by=by, to=to.text.shown(60) if to is not None else "", bulk=bulk, carries=given.carried())


def _forge(given: Given) -> Iterator[Effect]:
    """`octokit.rest.repos.delete(…)`, `octokit.request('DELETE /repos/…')`."""
    service = next(service for prefix, service in _FORGES.items() if given.name.startswith(prefix))
    route = _PATH.match(given.text(0).visible) if given.method in ("request", "graphql") else None
    if route is not None and route["verb"] != "GET":
        verb = "delete" if route["verb"] == "DELETE" else "create" if route["verb"] == "POST" else "edit"
        yield from clients.forge(service, f"{given.name}.{verb}_{route['path'].rstrip('/').split('/')[-1]}")
    elif route is None and not given.made:
        yield from clients.forge(service, given.name)


def _money(given: Given) -> Iterator[Effect]:
    if "." in given.name and not given.made:
        yield from clients.money(given.name)


def _container(given: Given) -> Iterator[Effect]:
    yield from clients.container(given.name, force=given.flag("force"), volumes=given.flag("v"))


def _git(given: Given) -> Iterator[Effect]:
    """simple-git: `git.push(['--force'])`, `git.reset('hard')`, `git.raw('clean', '-fd')` are command lines."""
    if "." not in given.name:
        return
    words = [part.text for thing in given.arguments if thing.function is None for part in flattened(thing)]
    if given.method == "reset" and words and words[0].text in ("hard", "soft", "mixed", "merge", "keep"):
        words[0] = known(f"--{words[0].text}")
    if given.method == "clean" and words:
        words[0] = known(f"-{(words[0].text or 'f').lstrip('-')}")
    verb = [] if given.method == "raw" else [known(given.method)]
    yield from operations.run(given.call, [known("git"), *verb, *words])


def _migration(given: Given) -> Iterator[Effect]:
    """Schema tools as libraries: what goes back loses data."""
    if re.search(
        r"\.migrate\.(?:rollback|down)$|\.(?:undoLastMigration|revertLastMigration|undo)$|umzug\S*\.down$", given.name
    ):
        yield ResetDatabase(tool=re.split(r"\W", given.name)[0], how="rollback", what=given.name)


_READERS: Final[dict[str, Callable[[Given], Iterator[Effect]]]] = {
    **dict.fromkeys(_CLOUDS, _cloud), **dict.fromkeys(_STORES, _store), **dict.fromkeys(_MESSENGERS, _message),
    **dict.fromkeys(_FORGES, _forge), "stripe": _money, "dockerode": _container, "simple-git": _git,
    "knex": _migration, "umzug": _migration, "typeorm": _migration,
}  # fmt: skip
