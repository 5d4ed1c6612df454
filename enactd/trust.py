"""Which repositories the user trusts, by the digest of what they say; with a copy of what was agreed to.

Policies run from the copy, never from the repository: what is in force is what was looked at. A changed
repository is untrusted until it is asked about again, and one that changes back needs no asking.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import msgspec

from enactd.atomic import replace_file
from enactd.config import Layout
from enactd.enclosure import POLICIES, Enclosure, digest_of
from enactd.errors import UsageError
from enactd.report import Trusted

TRUSTED: Final = "trusted.json"
_KEPT: Final = "trusted"


class TrustStore:
    """The agreements, in a file of the gate. What cannot be read is no trust at all."""

    def __init__(self, layout: Layout) -> None:
        self._file = layout.state / TRUSTED
        self._kept = layout.state / _KEPT
        self._seen = self._stamp()
        self._all = self._read()

    def renewed(self) -> bool:
        """Whether the agreements have changed since they were read; they are then read again."""
        stamp = self._stamp()
        if stamp == self._seen:
            return False
        self._seen, self._all = stamp, self._read()
        return True

    def all(self) -> tuple[Trusted, ...]:
        """Every agreement, by workspace."""
        return tuple(sorted(self._all, key=lambda one: (one.workspace, one.since)))

    def is_trusted(self, found: Enclosure) -> bool:
        """Whether just this content was agreed to for this workspace, and its copy is whole."""
        agreed = any((one.workspace, one.digest) == (found.workspace, found.digest) for one in self._all)
        return agreed and bool(found.digest) and self._is_whole(found.digest)

    def before(self, workspace: str) -> Mapping[str, bytes]:
        """What was agreed to last in a workspace, for showing what is different now; empty for nothing."""
        agreed = [one for one in self._all if one.workspace == workspace]
        return self._content(max(agreed, key=lambda one: one.since).digest) if agreed else {}

    def policies(self, digest: str) -> str:
        """The folder of the copy of the policies that were agreed to."""
        return str(self._kept / digest / POLICIES)

    def add(self, found: Enclosure, since: float, reason: str = "") -> Trusted:
        """Agree to this content: first the copy, then the word."""
        self._keep(found)
        agreed = Trusted(workspace=found.workspace, digest=found.digest, since=since, reason=reason)
        others = [one for one in self._all if (one.workspace, one.digest) != (found.workspace, found.digest)]
        self._write([*others, agreed])
        return agreed

    def remove(self, workspace: str) -> tuple[Trusted, ...]:
        """Take back every agreement for a workspace. Raises `UsageError` for none."""
        gone = tuple(one for one in self._all if one.workspace == workspace)
        if not gone:
            raise UsageError(f"`{workspace}` is not trusted", fix="enactctl trust --list")
        self._write([one for one in self._all if one.workspace != workspace])
        for digest in {one.digest for one in gone} - {one.digest for one in self._all}:
            shutil.rmtree(self._kept / digest, ignore_errors=True)
        return gone

    def _keep(self, found: Enclosure) -> None:
        self._kept.mkdir(mode=0o700, parents=True, exist_ok=True)
        place = self._kept / found.digest
        if self._is_whole(found.digest):
            return
        shutil.rmtree(place, ignore_errors=True)
        staging = Path(tempfile.mkdtemp(prefix=".staging-", dir=self._kept))
        for name, data in found.files.items():
            file = staging / name
            file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            file.write_bytes(data)
        staging.rename(place)

    def _is_whole(self, digest: str) -> bool:
        content = self._content(digest)
        return bool(content) and digest_of(content) == digest

    def _content(self, digest: str) -> dict[str, bytes]:
        root = self._kept / digest
        if not root.is_dir():
            return {}
        return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}

    def _stamp(self) -> tuple[int, int]:
        try:
            found = os.stat(self._file)
        except OSError:
            return 0, 0
        return found.st_ino, found.st_mtime_ns

    def _read(self) -> list[Trusted]:
        try:
            return msgspec.json.decode(self._file.read_bytes(), type=list[Trusted])
        except (OSError, msgspec.MsgspecError):
            return []

    def _write(self, agreed: list[Trusted]) -> None:
        self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        replace_file(self._file, msgspec.json.encode(agreed))
        self._all = agreed
