"""Words for what leaves this machine: requests, data, messages, money, packages; and for secrets."""

from __future__ import annotations

from typing import Final

from enactd.effects import model as m
from enactd.effects.words.phrase import Names, Phrase, cut, data, joined, listed

_UNKNOWN_HOST: Final = "a host known only when it runs"
_CHANGES: Final = {
    "nothing": "asks",
    "something": "changes something at",
    "destroys": "destroys something at",
    "unknown": "may change something at",
}


def request(effect: m.Request, names: Names) -> Phrase:
    """Host, what it does there, and what goes along."""
    host = effect.host or _UNKNOWN_HOST
    if effect.metadata:
        host += ", the metadata service of the cloud"
    more = "" if not effect.operations else f", {listed(effect.operations)}"
    more += _sent(effect.carries, effect.uploads, names)
    if effect.credentials or effect.token_kinds:
        more += f", with the credential {listed((*effect.credentials, *effect.token_kinds))}"
    if effect.secret_in_url:
        more += ", with a secret in the address"
    more += ", without checking who answers" if effect.insecure else ""
    more += f", which imitates {effect.lookalike}" if effect.lookalike else ""
    more += ", in production" if effect.production else ""
    return Phrase(_CHANGES[effect.changes], host, "hosts", f" ({effect.method}){more}")


def send(effect: m.SendData, names: Names) -> Phrase:
    """Not by HTTP."""
    return Phrase(
        "sends", f"data to {effect.to or _UNKNOWN_HOST}", more=f" by {effect.by}"
        + _sent(effect.carries, effect.uploads, names),
    )  # fmt: skip


def tunnel(effect: m.OpenTunnel, names: Names) -> Phrase:
    """Outsiders come in."""
    what = "a shell of this machine" if effect.shell else "this machine"
    return Phrase(f"opens {what}", f"to {effect.to or 'outside'}", more=f" ({effect.by})")


def shell(effect: m.OpenShell, names: Names) -> Phrase:
    """Later commands are not seen."""
    return Phrase("opens a session", f"on {effect.to}" if effect.to else "elsewhere", more=f" ({effect.by}), unseen")


def reveal(effect: m.RevealSecret, names: Names) -> Phrase:
    """To the agent, and to whoever reads what it reads."""
    return Phrase("shows a secret:", effect.what, "secrets", f" ({effect.by})")


def store(effect: m.StoreSecret, names: Names) -> Phrase:
    """Kinds, never values."""
    where = {"file": "a file", "commit": "a commit", "service": "a service"}.get(effect.where, effect.where)
    place = names.target(effect.target) if effect.target is not None else where
    return Phrase("puts a secret", f"({listed(effect.kinds)}) into {place}")


def search(effect: m.SearchSecrets, names: Names) -> Phrase:
    """By name or shape."""
    return Phrase("looks for secrets", f"like `{cut(effect.pattern, 80)}`", more=f" ({effect.by})")


def message(effect: m.SendMessage, names: Names) -> Phrase:
    """To whom, and what is in it."""
    to = effect.to or "somebody"
    return Phrase(
        "sends many messages" if effect.bulk else "sends a message", f"to {cut(to)}",
        more=f" by {effect.by}" + _sent(effect.carries, (), names),
    )  # fmt: skip


def money(effect: m.MoveMoney, names: Names) -> Phrase:
    """Payments, refunds, cancellations."""
    return Phrase("moves money", f"({effect.verb}, {effect.by})", more=", many at once" if effect.bulk else "")


def browse(effect: m.ActInBrowser, names: Names) -> Phrase:
    """A click that destroys, sends or buys."""
    at = f" at {cut(effect.url, 120)}" if effect.url else ""
    return Phrase("in the browser:", joined(effect.verb, f"`{cut(effect.what, 120)}`"), more=at)


def install(effect: m.InstallPackage, names: Names) -> Phrase:
    """From where, for whom, and whether it runs at once."""
    does = "downloads and runs" if effect.runs else "installs"
    what = listed(effect.names) if effect.names else "what the project lists"
    origin = {"registry": "", "lockfile": " as locked", "index": " from another index"}.get(
        effect.origin, f" from {effect.origin}"
    )
    more = "" if effect.scope == "project" else f" for the {effect.scope}"
    more += ", unchecked" if effect.unchecked else ""
    more += f", which resembles {effect.lookalike}" if effect.lookalike else ""
    return Phrase(does, what, more=f"{origin}{more} ({effect.manager})")


def remove(effect: m.RemovePackage, names: Names) -> Phrase:
    """Packages of project, user or system."""
    return Phrase("removes", listed(effect.names) or "packages", more=f" from the {effect.scope} ({effect.manager})")


def publish(effect: m.PublishPackage, names: Names) -> Phrase:
    """For everybody to see."""
    does = {
        "publish": "publishes", "push": "publishes", "unpublish": "withdraws", "yank": "withdraws",
        "deprecate": "deprecates", "owner": "changes the owner of",
    }.get(effect.verb, effect.verb)  # fmt: skip
    return Phrase(does, cut(effect.what) or "this package", more=f" ({effect.manager})")


def _sent(carries: frozenset[str], uploads: tuple[m.Target, ...], names: Names) -> str:
    """What leaves, in kinds and by name."""
    kinds = data(carries)
    files = listed([names.target(upload) for upload in uploads])
    what = ": ".join(part for part in (kinds, files) if part)
    return f", sending {what}" if what else ""
