"""Clients of services in code: clouds, stores, containers, forges, money, whatever the language of the library.

Vendors name a method by one verb (`delete_dataset`, `beginDelete`, `volumes.prune`), so the library says what is acted
on and the method's form says how. What has no such verb only asks, or makes an object of this process.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from enactd.effects.http import exchange
from enactd.effects.model import (
    ChangeContainers,
    ChangeForge,
    ChangeInfrastructure,
    ChangeStore,
    Effect,
)
from enactd.effects.values import known

_MEANINGS: Final = {
    **dict.fromkeys("delete destroy remove terminate purge drop clear undeploy prune deregister".split(), "delete"),
    **dict.fromkeys("stop restart reboot cancel".split(), "restart"),
    **dict.fromkeys("create insert upload put run".split(), "create"),
    **dict.fromkeys("update patch replace modify edit detach attach publish send merge close invoke".split(), "change"),
    **dict.fromkeys("deploy rollback".split(), "deploy"),
    **dict.fromkeys("scale resize".split(), "scale"),
}  # fmt: skip
_BEFORE: Final = frozenset("begin batch bulk recursive async".split())
_PHRASES: Final = (
    (re.compile(r"set_iam_policy|attach_\w+_policy|put_\w+_policy|create_access_key|create_login_profile|add_user_to_group"), "access"),
    (re.compile(r"get_secret\w*|access_secret\w*|get_parameters?_secret|assume_role\w*|get_session_token"), "secret-read"),
    (re.compile(r"change_resource_record_sets"), "dns"),
)  # fmt: skip
_PARTS: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_KINDS: Final = ("volume", "image", "network", "container")
_PAYING: Final = frozenset(
    "create confirm capture pay cancel modify update sendInvoice send_invoice voidInvoice void_invoice refund".split()
)


def meaning_of(method: str) -> str:
    """What a method of a cloud's client does, as a verb of `ChangeInfrastructure`; "" where it only asks."""
    parts = [part.lower() for part in _PARTS.findall(method)]
    whole = "_".join(parts)
    for pattern, meaning in _PHRASES:
        if pattern.fullmatch(whole):
            return meaning
    while parts and parts[0] in _BEFORE:
        parts = parts[1:]
    return _MEANINGS.get(parts[0], "") if parts else ""


def cloud(tool: str, name: str, words: Sequence[str] = (), *, local: bool = False) -> Iterator[Effect]:
    """A call of a cloud's client by its dotted name."""
    method = name.rpartition(".")[2].removesuffix("()")
    meaning = meaning_of(method)
    if meaning:
        holder = name.removesuffix(method).rstrip(".").removesuffix("()").rpartition(".")[2]
        what = " ".join(word for word in (holder, method, *words) if word)
        yield ChangeInfrastructure(tool=tool, verb=meaning, what=what, local=local)


def store(tool: str, name: str, first: str) -> Iterator[Effect]:
    """A search engine or vector store: an index or a collection that goes takes all it holds with it."""
    method = name.rpartition(".")[2]
    if meaning_of(method) == "delete":
        whole = re.search(r"indices|index|collection|by_?query|all", name, re.IGNORECASE) is not None
        yield ChangeStore(tool=tool, verb="delete", what=f"{method} {first}".strip(), everything=whole)


def forge(service: str, name: str) -> Iterator[Effect]:
    """A library for GitHub and its like: reading is free, the rest is told by its verb."""
    holder, _, method = name.rpartition(".")
    parts = [part.lower() for part in _PARTS.findall(method)]
    meaning = meaning_of(method)
    if meaning and parts:
        what = "_".join(parts[1:]) or holder.removesuffix("()").rpartition(".")[2]
        yield ChangeForge(service=service, verb="delete" if meaning == "delete" else parts[0], what=what)


def money(name: str) -> Iterator[Effect]:
    """A payment library, whose calls are one request each: `stripe.Refund.create`, `stripe().refunds.create`."""
    words = [part.lower() for part in _PARTS.findall(name.rpartition(".")[0].partition(".")[2])]
    method = name.rpartition(".")[2].removesuffix("_async")
    path = "_".join(words).rstrip("s") + "s"
    if method in _PAYING:
        end = "" if method in ("create", "modify", "update") else f"/x/{method}"
        yield from exchange("POST", known(f"https://api.stripe.com/v1/{path}{end}"))
    elif method in ("delete", "del", "close"):
        yield from exchange("DELETE", known(f"https://api.stripe.com/v1/{path}/x"))


def container(name: str, *, force: bool = False, volumes: bool = False, privileged: bool = False) -> Iterator[Effect]:
    """An engine's library: the collection says what, the method how."""
    holder, _, method = name.rpartition(".")
    parts = [part.lower() for part in _PARTS.findall(method)]
    about = f"{holder.lower().rpartition('.')[0]}.{holder.lower().rpartition('.')[2]} {method.lower()}"
    what = next((kind for kind in _KINDS if kind in about), "container")
    verb = parts[0] if parts else ""
    if verb == "prune":
        yield ChangeContainers(tool="docker", verb="prune", what=what, everything=True, volumes=what == "volume")
    elif verb in ("remove", "delete"):
        gone = what == "volume" or volumes
        yield ChangeContainers(tool="docker", verb="remove", what=what, volumes=gone, force=force)
    elif verb == "push":
        yield ChangeContainers(tool="docker", verb="push", what="image")
    elif verb == "run" or (verb == "create" and what == "container"):
        yield ChangeContainers(tool="docker", verb="run", what="container", privileged=privileged)
