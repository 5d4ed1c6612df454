"""Backup programs: what is forgotten or pruned is gone, what is listed or made is not."""

from __future__ import annotations

import pytest
from support.clouds import told

ROWS: list[tuple[str, list[str]]] = [
    ("restic snapshots", ["read"]),
    ("restic backup src", []),
    ("restic forget --keep-daily 7 --keep-weekly 4 --prune", ["delete"]),
    ("restic -r s3:bucket forget latest", ["delete in s3:bucket"]),
    ("restic forget --keep-last 3 --dry-run", []),
    ("restic forget -n --keep-last 3", []),
    ("restic prune", ["delete"]),
    ("restic key remove 1", ["delete"]),
    ("restic unlock", []),
    ("restic unlock --remove-all", ["delete"]),
    ("restic restore latest --target /srv", ["WritePath /srv"]),
    ("borg list repo", ["read"]),
    ("borg config repo id", []),
    ("borg config repo append_only 0", ["delete"]),
    ("borg config --delete repo id", ["delete"]),
    ("borg create repo::today src", []),
    ("borg delete repo::old", ["delete"]),
    ("borg prune --keep-daily 7 repo", ["delete"]),
    ("borg prune -n --keep-daily 7 repo", []),
    ("borg compact repo", ["delete"]),
    ("borgmatic create", []),
    ("borgmatic", ["delete"]),
    ("kopia snapshot list", ["read"]),
    ("kopia snapshot delete k1 --delete", ["delete"]),
    ("duplicity remove-older-than 30D --force file:///srv/b", ["delete"]),
    ("duplicity collection-status file:///srv/b", ["read"]),
    ("tarsnap -d -f monday", ["delete"]),
    ("tarsnap --list-archives", []),
    ("tarsnap --nuke", ["delete bulk"]),
]


@pytest.mark.parametrize(("command", "expected"), ROWS)
def test_backup_effects(command: str, expected: list[str]) -> None:
    """A backup command has these effects and no others."""
    assert expected == told(command)
