"""What a team protects and what it calls production: the part of the settings that policies and readings see.

Plain values without files or clocks. Names are compared without case; hosts, databases, contexts and
profiles may hold `*`, and a host stands for everything below it.
"""

from __future__ import annotations

import fnmatch
import posixpath
from collections.abc import Iterable
from typing import Annotated
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta


class Protected(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What asks before it is changed, in addition to what policies protect by themselves."""

    tables: Annotated[
        tuple[str, ...], Meta(description="tables whose rows and shape only a person changes", examples=[["invoices"]])
    ] = ()
    branches: Annotated[
        tuple[str, ...], Meta(description="branches that are pushed to by pull request only; `*` stands for anything")
    ] = ()
    paths: Annotated[
        tuple[str, ...],
        Meta(description="files and folders only a person changes; relative to the workspace, or from `/` or `~/`"),
    ] = ()
    hosts: Annotated[
        tuple[str, ...], Meta(description="hosts that nothing is sent to without a person; all below them, too")
    ] = ()

    def has_table(self, plain: str) -> bool:
        """Whether a table, named without schema and quotes, is one of them."""
        return matches(plain, (one.rsplit(".", maxsplit=1)[-1] for one in self.tables))

    def has_branch(self, name: str | None) -> bool:
        return matches(name or "", self.branches)

    def has_host(self, host: str | None) -> bool:
        return is_host_among(host or "", self.hosts)

    def has_path(self, path: str | None, workspace: str, home: str) -> bool:
        """Whether an absolute path is one of them, or lies in one."""
        return bool(path) and any(_lies_in(str(path), one, workspace, home) for one in self.paths if one)

    def lies_below(self, folder: str | None, workspace: str, home: str) -> bool:
        """Whether one of them lies in this folder, so that what happens to all of it happens to that one."""
        places = (_absolute(one, workspace, home).partition("*")[0] for one in self.paths if one)
        return bool(folder) and any(place.startswith(str(folder).rstrip("/") + "/") for place in places)


class Environment(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How an environment is recognized: any one of these is enough."""

    hosts: Annotated[tuple[str, ...], Meta(description="its hosts, and everything below them")] = ()
    databases: Annotated[tuple[str, ...], Meta(description="names of its databases")] = ()
    kube_contexts: Annotated[tuple[str, ...], Meta(description="its contexts in the kubeconfig")] = ()
    aws_profiles: Annotated[tuple[str, ...], Meta(description="its profiles of the AWS tools")] = ()
    urls: Annotated[tuple[str, ...], Meta(description="what the URLs of its services begin with")] = ()

    def has_host(self, host: str) -> bool:
        """Whether a host is one of these, or lies below one, or below the host of one of the URLs."""
        named = (*self.hosts, *(urlsplit(url).hostname or "" for url in self.urls if not urlsplit(url).path.strip("/")))
        return is_host_among(host, named)

    def has_url(self, url: str) -> bool:
        """Whether a request to this address reaches one of its services."""
        return any(url.lower().startswith(start.lower()) for start in self.urls if start)

    def has_database(self, name: str) -> bool:
        return matches(name, self.databases)

    def has_context(self, context: str) -> bool:
        """Whether one of the words that say where a cloud command acts is a context or a profile of it."""
        words = (context, *context.replace("=", " ").replace(",", " ").split())
        return any(matches(word, (*self.kube_contexts, *self.aws_profiles)) or self.has_host(word) for word in words)


class Site(msgspec.Struct, frozen=True, kw_only=True):
    """All of it. `closed` says why nothing may be deployed now; empty while it may."""

    protected: Protected = Protected()
    production: Environment = Environment()
    test: Environment = Environment()
    registries: tuple[str, ...] = ()
    only_listed: bool = False
    closed: str = ""


def _absolute(place: str, workspace: str, home: str) -> str:
    if place == "~" or place.startswith("~/"):
        return posixpath.normpath(home + place[1:])
    return posixpath.normpath(posixpath.join(workspace, place))


def _lies_in(path: str, place: str, workspace: str, home: str) -> bool:
    whole = _absolute(place, workspace, home)
    return fnmatch.fnmatchcase(path, whole) or fnmatch.fnmatchcase(path, f"{whole}/*")


def matches(name: str, patterns: Iterable[str]) -> bool:
    """Whether a name is one of these, without regard to case; `*` stands for anything. No name is none of them."""
    return bool(name) and any(fnmatch.fnmatchcase(name.lower(), pattern.lower()) for pattern in patterns if pattern)


def is_host_among(host: str, patterns: Iterable[str]) -> bool:
    """Whether a host is one of these or lies below one; a port, a closing dot and case do not matter."""
    plain = host.lower().rstrip(".")
    if plain.count(":") == 1:
        plain = plain.partition(":")[0]
    return bool(plain) and any(
        matches(plain, (one, f"*.{one}")) for one in (pattern.lower().strip(".") for pattern in patterns) if one
    )
