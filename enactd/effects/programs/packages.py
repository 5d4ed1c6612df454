"""What all package managers share: where packages come from, for whom they are installed, and whom they imitate.

`InstallPackage.origin` is one of registry, lockfile, path, url, git, index (another index than the default one)
and unknown (a name that only the run will tell).
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Iterator, Sequence
from contextvars import ContextVar
from typing import Final, Literal
from urllib.parse import urlsplit

from enactd.effects.invocation import Invocation, Value
from enactd.effects.lookalikes import lookalike
from enactd.effects.model import InstallPackage
from enactd.site import is_host_among

Scope = Literal["project", "user", "system"]

_GIT_HOSTS: Final = re.compile(r"https?://(?:www\.)?(?:github|gitlab|bitbucket)\.[a-z]+/[^/]+/[^/#?]+/?(?:#.*)?")
_GIT: Final = re.compile(r"git\+|git://|git@|ssh://|(?:github|gitlab|bitbucket|gist):|.*\.git(?:[#@].*)?$")
_registries: ContextVar[tuple[str, ...]] = ContextVar("registries", default=())
DEFAULT_INDEXES: Final = frozenset(
    (
        "https://registry.npmjs.org", "https://registry.yarnpkg.com", "https://pypi.org/simple", "https://pypi.org",
        "https://pypi.python.org/simple", "https://rubygems.org", "https://crates.io", "https://jsr.io",
        "https://npm.jsr.io", "https://packagist.org", "https://repo.packagist.org",
        "https://api.nuget.org/v3/index.json",
        "https://proxy.golang.org", "https://download.pytorch.org/whl", "https://upload.pypi.org/legacy",
        "conda-forge", "defaults", "bioconda", "nvidia", "pytorch", "crates-io", "pypi", "nuget.org",
    )
)  # fmt: skip


def is_default_index(url: Value | None) -> bool:
    """Whether an index is the one that the manager uses anyway, or one everybody knows."""
    if url is None:
        return True
    text = (url.text or "").rstrip("/").replace("http://", "https://")
    if text in DEFAULT_INDEXES or text.startswith("https://download.pytorch.org/whl/"):
        return True
    return any(_lies_at(url.text or "", place) for place in _registries.get())


@contextlib.contextmanager
def trusted_registries(places: Sequence[str]) -> Iterator[None]:
    """Take these indexes, by host or beginning of their URL, for as good as a manager's own, on this thread."""
    token = _registries.set(tuple(places))
    try:
        yield
    finally:
        _registries.reset(token)


def _lies_at(index: str, place: str) -> bool:
    """Whether an index is the one of the settings; one that is named by its host alone is reached with TLS."""
    if "://" in place:
        start = place.rstrip("/")
        return index.rstrip("/") == start or index.startswith(start + "/")
    return index.startswith("https://") and is_host_among(urlsplit(index).hostname or "", (place,))


def spec_source(text: str | None) -> str:
    """Where a package named so on a command line comes from."""
    if text is None:
        return "unknown"
    if text.startswith(("./", "../", "/", "~/", "file:", "link:", "portal:", "workspace:")) or text in (".", ".."):
        return "path"
    if _GIT.match(text) or _GIT_HOSTS.fullmatch(text):
        return "git"
    if "://" in text:
        return "url"
    if text.endswith((".tgz", ".tar.gz", ".whl", ".gem", ".crate", ".deb", ".rpm", ".nupkg", ".zip", ".apk", ".snap")):
        return "path"
    return "registry"


def for_whom(call: Invocation, usual: Scope = "project", *, system: bool = False) -> Scope:
    """Installs by the super-user and global ones are for the whole system."""
    return "system" if system or call.user == "root" else usual


def installs(
    call: Invocation,
    manager: str,
    words: Sequence[Value],
    *,
    ecosystem: str = "",
    scope: Scope = "project",
    index: bool = False,
    unchecked: bool = False,
    runs: bool = False,
    sources: Iterable[str] | None = None,
    names: Sequence[str] | None = None,
) -> Iterator[InstallPackage]:
    """One effect for each kind of source among the words; look-alikes stand alone. No words: the lock file."""
    if not words:
        source = "index" if index else "lockfile"
        yield InstallPackage(manager=manager, origin=source, scope=scope, unchecked=unchecked, runs=runs)
        return
    kinds = list(sources) if sources is not None else [spec_source(word.text) for word in words]
    plain = list(names) if names is not None else [bare_name(word.text or word.shown()) for word in words]
    groups: dict[tuple[str, str], list[str]] = {}
    for word, kind, name in zip(words, kinds, plain, strict=True):
        imitated = lookalike(name, ecosystem) if kind == "registry" and word.known else ""
        place = "index" if index and kind in ("registry", "path") else kind  # what it depends on comes from there
        groups.setdefault((place, imitated), []).append(name if kind == "registry" else word.shown())
    for (source, imitated), members in groups.items():
        yield InstallPackage(
            manager=manager,
            names=tuple(members),
            origin=source,
            scope=scope,
            unchecked=unchecked,
            lookalike=imitated,
            runs=runs,
        )


def bare_name(spec: str) -> str:
    """A name without version, extras and markers: `react@18`, `requests[socks]>=2`, `@a/b@latest`."""
    head, sign, rest = spec[:1], spec[1:].find("@"), spec[1:]
    name = head + (rest if sign < 0 else rest[:sign])
    return re.split(r"[\[<>=!~;\s]|:(?=\S*\Z)", name, maxsplit=1)[0] if name[:1] != "@" else name


def shown(words: Sequence[Value]) -> tuple[str, ...]:
    """Words as names for an effect."""
    return tuple(word.shown() for word in words)
