"""Installed bundles: which ones, where, and how one comes in or goes, whole or not at all.

    bundles/installed.json              by name: version and digest of what is in force
    bundles/NAME-VERSION-DIGEST/        the files, as they were verified

The one rename of `installed.json` decides; a crash before it leaves folders that nobody reads. What lies in a
folder is verified again at every load, so that a changed file is an error and never another policy.
Where a person has pinned keys (`bundle-keys/*.pem`, the machine's or the user's), only a bundle signed by one
of them is loaded or installed.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from enactd.atomic import replace_file
from enactd.config import Layout
from enactd.errors import PolicyError
from enactd.manifest import EFFECT, MANIFEST, SIGNATURE, Bundle, key_id, open_bundle, parse_version, public_key
from enactd.report import BundleSeen

INSTALLED: Final = "installed.json"
_STAGING: Final = ".staging-"


class Installed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One bundle that is in force."""

    version: str
    digest: str


def trusted_keys(layout: Layout) -> dict[str, Ed25519PublicKey]:
    """The pinned keys by their ids; empty where signatures are not required. Raises `PolicyError`.

    The machine's keys, where it has any, are the only ones: whoever owns the machine decides who may sign.
    """
    for folder in (layout.machine_bundle_keys, layout.bundle_keys):
        found = [public_key(path) for path in sorted(folder.glob("*.pem"))] if folder.is_dir() else []
        if found:
            return {key_id(key): key for key in found}
    return {}


def installed(layout: Layout) -> tuple[Bundle, ...]:
    """Every installed bundle, verified. Raises `PolicyError` if one is not what was installed."""
    listed = _listed(layout)
    trusted = trusted_keys(layout) if listed else {}
    found = []
    for name, entry in sorted(listed.items()):
        place = _place(layout, name, entry)
        try:
            bundle = open_bundle(str(place), trusted)
        except PolicyError as error:
            raise _spoilt(layout, place, error.cause) from None
        if (bundle.manifest.name, bundle.digest) != (name, entry.digest):
            raise _spoilt(layout, place, "its manifest is not the one that was installed")
        found.append(bundle)
    return tuple(found)


def with_candidate(current: tuple[Bundle, ...], candidate: Bundle) -> tuple[Bundle, ...]:
    """The bundles as they would be. Raises `PolicyError` if the candidate does not follow what is there."""
    others = tuple(bundle for bundle in current if bundle.manifest.name != candidate.manifest.name)
    before = next((bundle for bundle in current if bundle.manifest.name == candidate.manifest.name), None)
    if before is not None:
        check_follows(before.manifest.name, Installed(version=before.manifest.version, digest=before.digest), candidate)
    return (*others, candidate)


def check_follows(name: str, before: Installed, candidate: Bundle) -> None:
    """Raise `PolicyError` for an older version, and for another content under the same version."""
    old, new = parse_version(before.version, name), candidate.version
    if new < old:
        cause = f"{before.version} is in force, this is {candidate.manifest.version}"
        raise _kept(f"the bundle `{name}` is older than the one in force", cause)
    if new == old and candidate.digest != before.digest:
        raise _kept(f"the bundle `{name}` {before.version} is another one", "the content differs under one version")


def install(layout: Layout, candidate: Bundle) -> Path:
    """Put a verified bundle in place of its predecessor; where its files lie now. The caller has checked the rest."""
    root = layout.bundles
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    entry = Installed(version=candidate.manifest.version, digest=candidate.digest)
    place = _place(layout, candidate.manifest.name, entry)
    staging = Path(tempfile.mkdtemp(prefix=_STAGING, dir=root))
    try:
        for path, data in candidate.contents.items():
            _write(staging / path, data)
        for name in (MANIFEST, SIGNATURE):
            source = Path(candidate.path, name)
            if source.exists():
                _write(staging / name, source.read_bytes())
        if open_bundle(str(staging), trusted_keys(layout)).digest != candidate.digest:
            raise _kept(f"`{candidate.path}` changed while it was installed", "its manifest is another one now")
        if place.exists():
            shutil.rmtree(place)
        staging.rename(place)
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    listed = _listed(layout)
    previous = listed.get(candidate.manifest.name)
    _save(layout, {**listed, candidate.manifest.name: entry})
    _sweep(layout, keep=_place(layout, candidate.manifest.name, previous) if previous else None)
    return place


def remove(layout: Layout, name: str) -> Installed:
    """Take a bundle out; what it was. Raises `PolicyError` if there is none of that name."""
    listed = _listed(layout)
    if name not in listed:
        raise _kept(f"no bundle `{name[:64]}` is installed", "", fix="enactctl bundle list")
    gone = listed.pop(name)
    _save(layout, listed)
    _sweep(layout)
    return gone


def seen(found: Bundle) -> BundleSeen:
    """A bundle as status and receipts name it."""
    return BundleSeen(
        name=found.manifest.name, version=found.manifest.version, digest=found.digest, signed_by=found.signed_by
    )


def _listed(layout: Layout) -> dict[str, Installed]:
    path = layout.bundles / INSTALLED
    try:
        return msgspec.json.decode(path.read_bytes(), type=dict[str, Installed])
    except FileNotFoundError:
        return {}
    except (OSError, msgspec.DecodeError) as error:
        raise PolicyError(
            f"`{path}` cannot be read", cause=str(error), effect="the policies before stay in force",
            fix=f"rm {path}, and install the bundles again",
        ) from None  # fmt: skip


def _save(layout: Layout, listed: Mapping[str, Installed]) -> None:
    text = msgspec.json.format(msgspec.json.encode(listed, order="sorted"), indent=1)
    replace_file(layout.bundles / INSTALLED, text + b"\n")


def _sweep(layout: Layout, keep: Path | None = None) -> None:
    """Take away what nobody reads any more; a load that is under way may still read the last one."""
    used = {_place(layout, name, entry) for name, entry in _listed(layout).items()} | {keep}
    for path in layout.bundles.iterdir():
        if path.is_dir() and path not in used:
            shutil.rmtree(path, ignore_errors=True)


def _place(layout: Layout, name: str, entry: Installed) -> Path:
    return layout.bundles / f"{name}-{entry.version}-{entry.digest[:12]}"


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _spoilt(layout: Layout, place: Path, cause: str) -> PolicyError:
    """Something changed what was installed; no daemon is needed to mend it, because none may start with it."""
    return PolicyError(
        f"the installed bundle in `{place}` cannot be used", cause=cause,
        effect="a daemon that runs keeps what it has; one that starts does not, and agents using the hook are denied",
        fix=f"rm -r {layout.bundles}; enactd start; enactctl bundle install DIR",
    )  # fmt: skip


def _kept(problem: str, cause: str, *, fix: str = "enactctl bundle list") -> PolicyError:
    return PolicyError(problem, cause=cause, effect=EFFECT, fix=fix)
