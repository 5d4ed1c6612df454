"""Libraries of services in scripting languages: which dotted names are whose clients, and what models delete.

`clients.py` says what a method does there. A model's table is named as its framework names it: `AuditLog` keeps
`audit_logs`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final, Literal

from enactd.effects.code import clients
from enactd.effects.code.objects import Thing
from enactd.effects.code.phrase_state import Phrase
from enactd.effects.frameworks import configured_database
from enactd.effects.model import ChangeStore, Effect, RunSql, SendMessage
from enactd.effects.values import NETWORK, unknown

_CLOUDS: Final = {
    "Aws": "aws", "AWS": "aws", "Google.Cloud": "gcloud", "Google.Apis": "gcloud", "Azure": "azure", "DropletKit": "doctl",
    "Kubeclient": "kubernetes", "K8s": "kubernetes", "Fog": "cloud", "Paws": "aws", "Cloudflare": "cloudflare",
}  # fmt: skip
_MESSENGERS: Final = ("Twilio", "SendGrid", "Slack", "Mailgun", "Postmark", "Telegram", "Discordrb", "Resend", "Vonage")
_ALWAYS: Final = re.compile(
    r"\s*(?:(\d+)\s*=\s*\1|true|'(\w*)'\s*=\s*'\2'|id\s*(?:>|>=|!=|<>)\s*-?\d|id is not null)?\s*", re.IGNORECASE
)
_ONE_ROW: Final = re.compile(r"\.(?:find|find_by!?|find_or_\w+|first|last|take|sole)\b")
_NO_MODEL: Final = frozenset(
    "DB Schema Storage Redis Cache Session File Cookie Dir Queue Route Rails Sidekiq Mongo Kernel".split()
)


def service_call(phrase: Phrase) -> Thing | None:
    """What a method of a known library's client does there; None for every other function."""
    name = phrase.name.replace("\\", ".").lstrip(".")
    for prefix, reader in _READERS.items():
        if name.startswith(f"{prefix}."):
            phrase.emit(reader(name, phrase) if phrase.method[:1].islower() else ())
            return Thing((unknown("an answer of a service", NETWORK),), name[:200])
    return None


def _cloud(name: str, phrase: Phrase) -> Iterator[Effect]:
    tool = next(tool for prefix, tool in _CLOUDS.items() if name.startswith(prefix))
    yield from clients.cloud(tool, name, [thing.text.shown(40) for thing in phrase.arguments[:1]])


def _money(name: str, phrase: Phrase) -> Iterator[Effect]:
    yield from clients.money(name)


def _forge(name: str, phrase: Phrase) -> Iterator[Effect]:
    yield from clients.forge("gitlab" if name.startswith("Gitlab") else "github", name)


def _message(name: str, phrase: Phrase) -> Iterator[Effect]:
    if re.fullmatch(r"create|post|send\w*|deliver\w*|chat_postMessage|ping|notify", phrase.method):
        to = phrase.options.get("to") or phrase.options.get("channel")
        shown = to.text.shown(60) if to is not None else ""
        yield SendMessage(by=name.partition(".")[0].lower(), to=shown, carries=phrase.carried())


_READERS: Final[dict[str, Callable[[str, Phrase], Iterator[Effect]]]] = {
    **dict.fromkeys(_CLOUDS, _cloud), **dict.fromkeys(_MESSENGERS, _message), "Stripe": _money, "Octokit": _forge,
    "Gitlab": _forge,
}  # fmt: skip


def filters(phrase: Phrase) -> Thing | None:
    """A relation keeps what it was narrowed by; `where("1=1")` narrows nothing."""
    before = phrase.subject.field("...real")
    told = [*phrase.arguments, *phrase.options.values()]
    real = bool(told) and not all(_narrows_nothing(thing) for thing in told)
    kept = before or (told[0] if real and phrase.method != "not" else None)
    fields = {"...real": kept} if kept is not None else None
    return Thing((unknown("rows"),), phrase.name, None, fields, database=phrase.subject.database)


def _narrows_nothing(thing: Thing) -> bool:
    return thing.plain is not None and _ALWAYS.fullmatch(thing.plain) is not None


def deletes_all(phrase: Phrase) -> Thing | None:
    """`User.delete_all` empties the model's table; a filter before it makes it a part."""
    _rows(phrase, "delete", _model(phrase), narrowed=_narrowed(phrase))
    return None


def updates_all(phrase: Phrase) -> Thing | None:
    """`User.update_all(...)` changes every row that no filter before it leaves out."""
    _rows(phrase, "update", _model(phrase), narrowed=_narrowed(phrase))
    return None


def each_row(phrase: Phrase) -> Thing | None:
    """`User.find_each(&:destroy)` does to all rows what its block does to one."""
    told = phrase.text(0).visible
    if _model(phrase) and re.fullmatch(r"&?:?(?:destroy|delete)!?", told):
        _rows(phrase, "delete", _model(phrase), narrowed=_narrowed(phrase))
    return phrase.subject


def changes_row(phrase: Phrase) -> Thing | None:
    """`User.find(5).destroy!` is one row of the model; the same words elsewhere are no deed."""
    model = _model(phrase)
    if model and _ONE_ROW.search(phrase.subject.name):
        _rows(phrase, "update" if phrase.method.startswith("update") else "delete", model, narrowed=True)
    return None


def _narrowed(phrase: Phrase) -> bool:
    if phrase.subject.field("...real") is not None:
        return True
    if re.search(r"\.(?:where|whereIn|filter)$", phrase.subject.name):
        return False
    return re.search(r"\.(?:find|find_by|limit|first|last)\b", phrase.name) is not None


def _model(phrase: Phrase) -> str:
    """The model that a phrase is about; "" where it names none."""
    parts = re.split(r"[.\\]", phrase.subject.name.replace(".query", ""))
    found = (part for part in parts if re.fullmatch(r"[A-Z]\w*[a-z]\w*", part) and part not in ("App", "Models"))
    name = next(found, "")
    return "" if name in _NO_MODEL else name


def _rows(phrase: Phrase, verb: Literal["delete", "update"], model: str, *, narrowed: bool) -> None:
    database = phrase.subject.database or configured_database(phrase.call, None)
    effect: Effect
    if model:
        where: Literal["some", "none"] = "some" if narrowed else "none"
        effect = RunSql(verb=verb, tables=(table_of(model),), where=where, database=database)
    else:
        language = phrase.reader.dialect.language
        change: Literal["delete", "write"] = "delete" if verb == "delete" else "write"
        effect = ChangeStore(
            tool=language, verb=change, what=phrase.subject.name, everything=not narrowed, database=database
        )  # fmt: skip
    phrase.emit(iter([effect]))


def table_of(model: str) -> str:
    """The table that Rails and Eloquent keep a model in: snake case, plural."""
    snake = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", model).lower()
    if re.search(r"[^aeiou]y$", snake):
        return snake[:-1] + "ies"
    return snake + ("es" if re.search(r"(?:s|x|ch|sh)$", snake) else "s")
