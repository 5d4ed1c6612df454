"""Folders of policies to a policy set: vetted, complete, with one digest; all or nothing.

What a file says once it was vetted and run is kept by its content, so that reading everything again costs
little more than reading the files.
"""

from __future__ import annotations

import ast
import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

import msgspec

from enactd import bundle_store, sdk_style, vetting
from enactd.config import Layout, Settings
from enactd.errors import PolicyError
from enactd.evaluate import Policy, PolicySet
from enactd.manifest import Bundle

MAX_FILE: Final = 256 * 1024
Parameters = Mapping[str, Mapping[str, Any]]


def policy_id(relative: str) -> str:
    """`files/recursive_delete.py` -> `files.recursive-delete`."""
    return relative.removesuffix(".py").replace(os.sep, "/").replace("/", ".").replace("_", "-")


class Catalogue(msgspec.Struct, frozen=True):
    """All policies of some folders as they lie there, with a digest of every file: any settings choose from it."""

    policies: Mapping[str, Policy]
    digest: str

    def whole(self) -> PolicySet:
        """All of them, the optional ones too, with their own parameters: what declared examples speak of."""
        return self.under({identity: {"enabled": True} for identity in self.policies})

    def under(self, settings: Parameters | None = None, *, observe: bool = False) -> PolicySet:
        """The policies in force under these settings. Raises PolicyError for a name that is none of them.

        With `observe` all policies but those that protect the gate decide without stopping anything.
        """
        given = settings or {}
        unknown = sorted(set(given) - set(self.policies))
        if unknown:
            raise PolicyError(
                f"settings name a policy that does not exist: `{unknown[0]}`", effect=vetting.EFFECT,
                fix="see `enactctl policy list`",
            )  # fmt: skip
        text = repr(sorted((k, sorted(v.items())) for k, v in given.items())) + ("observe" if observe else "")
        digest = hashlib.sha256(f"{self.digest}\0{text}".encode()).hexdigest()
        chosen = [p.with_settings(given.get(p.id, {}), observe=observe) for p in self.policies.values()]
        enabled = [
            p for p in chosen
            if p.settings.get("enabled", not p.declaration.optional) or p.declaration.protects_gate
        ]  # fmt: skip
        return PolicySet(sorted(enabled, key=lambda p: p.id), digest)


def of_machine(
    layout: Layout, bundles: Sequence[Bundle] | None = None, *, more: Iterable[tuple[str, str]] = ()
) -> Catalogue:
    """The policies of every layer of this machine, and `more`; `bundles` in place of the installed ones.

    Raises PolicyError. An empty catalogue is none, because it would allow all.
    """
    folders = tuple(zip(("shipped", "user", "machine"), map(str, layout.policy_folders), strict=True))
    found = catalogue((*folders, *more), bundle_store.installed(layout) if bundles is None else bundles)
    if not found.policies:
        raise PolicyError(
            "there are no policies", cause=f"`{folders[0][1]}` is empty",
            effect="nothing comes into force; without policies everything would be allowed",
            fix="pip install --force-reinstall enactd",
        )  # fmt: skip
    return found


def in_force(layout: Layout, settings: Settings) -> PolicySet:
    """The policies of this machine under its settings. Raises PolicyError."""
    return of_machine(layout).under(settings.policies, observe=settings.observe)


def load(folders: Iterable[tuple[str, str]], settings: Parameters | None = None, *, observe: bool = False) -> PolicySet:
    """The policies of (layer, folder) pairs under these settings: `catalogue` and `Catalogue.under` in one."""
    return catalogue(folders).under(settings, observe=observe)


def catalogue(folders: Iterable[tuple[str, str]], bundles: Iterable[Bundle] = ()) -> Catalogue:
    """Read (layer, folder) pairs, lowest layer first, and bundles; a missing folder is skipped. Raises PolicyError.

    A later layer or a bundle may add policies but not replace one: a second file with the same id is an error.
    """
    policies: dict[str, Policy] = {}
    digest = hashlib.sha256()
    for layer, relative, path, source in _sources(folders, bundles):
        digest.update(f"{layer}\0{relative}\0{len(source)}\0".encode() + source)
        for found in _policies(path, relative, layer, source):
            if found.id in policies:
                raise PolicyError(
                    f"two policies are called `{found.id}`", cause=f"`{path}` and `{policies[found.id].path}`",
                    effect=vetting.EFFECT, fix="rename one of the files",
                )  # fmt: skip
            policies[found.id] = found
    return Catalogue(policies, digest.hexdigest())


def _sources(folders: Iterable[tuple[str, str]], bundles: Iterable[Bundle]) -> Iterator[tuple[str, str, str, bytes]]:
    """Layer, place inside it, path and bytes of every policy file. A bundle's bytes are those that were verified."""
    for layer, folder in folders:
        for relative in files(folder):
            path = os.path.join(folder, relative)
            yield layer, relative, path, read(path)
    for bundle in bundles:
        for relative, source in sorted(bundle.contents.items()):
            if relative.endswith(".py"):
                yield "organisation", relative, os.path.join(bundle.path, relative), source


def files(folder: str) -> list[str]:
    """The policy files below a folder, in order; hidden and private names are none."""
    found: list[str] = []
    for root, folders, names in os.walk(folder):
        folders[:] = sorted(f for f in folders if not f.startswith((".", "__")))
        found += [
            os.path.relpath(os.path.join(root, n), folder)
            for n in names
            if n.endswith(".py") and not n.startswith(("_", "."))
        ]
    return sorted(found)


def read(path: str) -> bytes:
    """A policy file's bytes. Raises PolicyError if it cannot be read or is no policy by its size."""
    try:
        if os.path.getsize(path) > MAX_FILE:
            raise PolicyError(f"`{path}` is larger than a policy can be", effect=vetting.EFFECT)
        with open(path, "rb") as file:
            return file.read()
    except OSError as error:
        raise PolicyError(
            f"cannot read the policy `{path}`", cause=str(error.strerror), effect=vetting.EFFECT
        ) from None


@lru_cache(maxsize=4096)
def _policies(path: str, relative: str, layer: str, source: bytes) -> tuple[Policy, ...]:
    """What a file declares: one policy, or the functions of the SDK's style in the user's own folder."""
    identity = policy_id(relative)
    tree = vetting.parse(path, source)
    if layer == "user" and sdk_style.is_sdk_style(tree):
        return sdk_style.policies(path, identity, layer, tree)
    digest = hashlib.sha256(source).hexdigest()
    title, sections = vetting.sections(ast.get_docstring(tree) or "")
    vetting.vet(path, tree)
    declared = vetting.declaration(path, identity, tree)
    if not title:
        raise vetting.refused(path, "it has no docstring: title, Why, Instead, Blind spots")
    return (
        Policy(
            identity, declared, title, sections.get("Why", ""), sections.get("Instead", ""),
            sections.get("Blind spots", ""), layer, path, digest=digest,
        ),
    )  # fmt: skip
