"""Libraries of services in Python: which dotted names are whose clients; `clients.py` says what a method does there."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final

from enactd.effects.code import clients, operations
from enactd.effects.code.objects import Thing, flattened, untold
from enactd.effects.code.python_modules import Given, function
from enactd.effects.model import Effect, SendMessage, SignalProcess
from enactd.effects.programs.kube_context import cluster_of
from enactd.effects.values import NETWORK, SECRET, Value, concat, known, unknown

# What a library's clients act on, by the beginning of the dotted name.
_CLOUDS: Final = {
    "google.cloud.": "gcloud", "googleapiclient.": "gcloud", "firebase_admin.": "firebase", "azure.": "azure",
    "digitalocean.": "doctl", "linode_api4.": "linode", "oci.": "oci", "cloudflare.": "cloudflare",
    "CloudFlare.": "cloudflare", "hcloud.": "hcloud", "openstack.": "openstack", "heroku3.": "heroku", "minio.": "minio",
    "kafka.admin.": "kafka", "confluent_kafka.admin.": "kafka", "databricks.sdk.": "databricks", "pulumi.automation.": "pulumi",
    "ovh.": "ovh", "vultr.": "vultr", "nomad.": "nomad", "consul.": "consul", "boto.": "aws", "aws.": "aws",
    "huggingface_hub.": "huggingface", "pinecone.": "pinecone", "jenkins.": "jenkins", "kubernetes.": "kubernetes",
}  # fmt: skip
_STORES: Final = (
    "elasticsearch.",
    "opensearchpy.",
    "qdrant_client.",
    "weaviate.",
    "meilisearch.",
    "chromadb.",
    "typesense.",
)
_MESSENGERS: Final = (
    "twilio.", "sendgrid.", "slack.", "slack_sdk.", "telegram.", "telebot.", "discord.", "resend.", "mailjet_rest.",
    "postmarker.", "mailchimp_marketing.", "mailchimp_transactional.", "sib_api_v3_sdk.", "brevo_python.", "flask_mail.",
    "django.core.mail.", "yagmail.", "pushover.", "apprise.", "vonage.", "onesignal_sdk.", "tweepy.", "praw.", "exchangelib.",
)  # fmt: skip
_SENDS: Final = re.compile(r"send(?:_\w+)?|post|create|notify|create_tweet|submit|reply\w*|send_and_save|chat_\w+")
_FORGES: Final = {"github.": "github", "gitlab.": "gitlab", "ghapi.": "github", "jira.": "jira", "atlassian.": "jira"}


def service_call(given: Given) -> Thing | None:
    """What a method of a known library's client does there; None for every other function."""
    name = given.name
    for prefix, reader in _READERS.items():
        if name.startswith(prefix):
            given.emit(reader(given) if given.method[:1].islower() else ())
            return Thing((unknown("an answer of a service", NETWORK),), f"{name[:200]}()")
    return None


def _cloud(given: Given) -> Iterator[Effect]:
    tool = next(tool for prefix, tool in _CLOUDS.items() if given.name.startswith(prefix))
    if tool == "kubernetes" and "config." in given.name:
        return
    local = tool == "kubernetes" and cluster_of(given.call, None, None, None).local
    words = [part.text.shown(40) for part in given.arguments[:2]]
    yield from clients.cloud(tool, given.name, words, local=local)


def _store(given: Given) -> Iterator[Effect]:
    yield from clients.store(given.name.partition(".")[0], given.name, given.text(0).shown(40))


def _message(given: Given) -> Iterator[Effect]:
    if _SENDS.fullmatch(given.method):
        to = given.keywords.get("to") or given.keywords.get("chat_id") or given.keywords.get("channel")
        by = given.name.partition(".")[0]
        shown = to.text.shown(60) if to is not None else ""
        yield SendMessage(by=by, to=shown, bulk=to is not None and bool(to.items), carries=given.carried())


def _forge(given: Given) -> Iterator[Effect]:
    service = next(service for prefix, service in _FORGES.items() if given.name.startswith(prefix))
    yield from clients.forge(service, given.name)


def _money(given: Given) -> Iterator[Effect]:
    yield from clients.money(given.name)


def _container(given: Given) -> Iterator[Effect]:
    flags = {"force": given.true("force"), "volumes": given.true("v"), "privileged": given.true("privileged")}
    yield from clients.container(given.name, **flags)


def _git(given: Given) -> Iterator[Effect]:
    """GitPython: `repo.git.push('--force')` is a command line; a few of its own methods stand for one."""
    name = given.name
    if ".git." in name:
        words = [part.text for thing in given.arguments for part in flattened(thing)]
        flags = [known(f"--{key.replace('_', '-')}") for key, part in given.keywords.items() if part.plain == "True"]
        yield from _run(given, [known("git"), known(given.method.replace("_", "-")), *words, *flags])
    elif given.method == "push":
        refs = [part.text for thing in given.arguments for part in flattened(thing)]
        force = [known("--force")] if given.true("force") else []
        yield from _run(given, [known("git"), known("push"), known("origin"), *refs, *force])
    elif given.method == "reset" and given.true("working_tree"):
        yield from _run(
            given, [known("git"), known("reset"), known("--hard"), *given.values(0)[: len(given.arguments)]]
        )
    elif given.method == "delete_head":
        flag = known("-D") if given.true("force") else known("-d")
        yield from _run(given, [known("git"), known("branch"), flag, *(thing.text for thing in given.arguments)])


def _run(given: Given, words: list[Value]) -> Iterator[Effect]:
    yield from operations.run(given.call, words)


def _process(given: Given) -> Iterator[Effect]:
    """psutil: one process by its id, or each that a loop finds."""
    if given.method in ("kill", "terminate", "suspend", "send_signal"):
        one = given.name.startswith("psutil.Process()")
        yield SignalProcess(scope="one" if one else "named", what="processes that psutil found", signal="KILL")


_READERS: Final[dict[str, Callable[[Given], Iterator[Effect]]]] = {
    **dict.fromkeys(_CLOUDS, _cloud), **dict.fromkeys(_STORES, _store), **dict.fromkeys(_MESSENGERS, _message),
    **dict.fromkeys(_FORGES, _forge), "stripe.": _money, "docker.": _container, "podman.": _container, "git.": _git,
    "psutil.": _process,
}  # fmt: skip


@function("fabric.Connection", "invoke.Context", "fabric.SerialGroup", "fabric.ThreadingGroup")
def connection(given: Given) -> Thing | None:
    return Thing((unknown("a connection"),), f"{given.name}()", None, {"host": given.at(0, "host") or untold()})


@function(
    *(f"fabric.{kind}().{verb}" for kind in ("Connection", "SerialGroup", "ThreadingGroup") for verb in ("run", "sudo"))
)
def remote_command(given: Given) -> Thing | None:
    """A command on another machine."""
    host = given.subject.field("host")
    place = f"ssh {host.text.shown(40)}" if host is not None else "ssh"
    user = {"user": "root"} if given.method == "sudo" else {}
    for value in given.values(0, "command")[:4]:
        given.emit(operations.shell(given.call, value, place=place, **user))
    return untold("output of a program")


@function("pip.main", "pip._internal.main", "pip._internal.cli.main.main")
def pip(given: Given) -> Thing | None:
    words = [part.text for thing in given.arguments for part in flattened(thing)]
    given.emit(operations.run(given.call, [known("pip"), *words]))
    return None


@function("keyring.get_password", "keyring.get_credential", "hvac.Client().secrets.kv.v2.read_secret_version", "hvac.Client().read",
          "hvac.Client().secrets.kv.v2.read_secret", "hvac.Client().secrets.kv.v1.read_secret", "onepasswordconnectsdk.load")  # fmt: skip
def kept_secret(given: Given) -> Thing | None:
    """A secret out of its store: what is done with it is judged where it is done."""
    return Thing((unknown(f"what `{given.name}` keeps", SECRET),))


@function("shutil.make_archive")
def make_archive(given: Given) -> Thing | None:
    """A folder into one file."""
    source = given.at(2, "root_dir")
    ending = given.text(1, "format").text or "zip"
    goal = concat((given.text(0, "base_name"), known(f".{ending}")))
    given.emit(operations.copy(given.call, source.text if source is not None else known("."), goal))
    return None


@function("psutil.process_iter")
def processes(given: Given) -> Thing | None:
    """Every process there is, one after the other."""
    return Thing((unknown("processes"),), "[]", [Thing((unknown("a process"),), "psutil.process_iter()")])
