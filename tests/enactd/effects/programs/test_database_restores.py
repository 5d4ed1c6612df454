"""Backups of databases that are restored or deleted."""

from __future__ import annotations

import pytest
from support.reading import effects

from enactd.effects.model import ResetDatabase


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("wal-g backup-list", []),
        ("wal-g backup-fetch /var/lib/postgresql/16/main LATEST", ["restore"]),
        ("wal-g delete everything FORCE --confirm", ["drop"]),
        ("pgbackrest --stanza=main backup", []),
        ("pgbackrest --stanza=main --delta restore", ["restore"]),
        ("barman list-backup main", []),
        ("barman delete main oldest", ["drop"]),
        ("xtrabackup --backup --target-dir=/backup", []),
        ("xtrabackup --copy-back --target-dir=/backup", ["restore"]),
        ("myloader --directory dump --overwrite-tables", ["restore"]),
        ("clickhouse-backup restore --help", []),
        ("arangorestore --input-directory dump", ["restore"]),
        ("pt-table-sync --print h=a h=b", []),
        ("pt-table-sync --execute h=a h=b", ["restore"]),
    ],
)
def test_restores(command: str, expected: list[str]) -> None:
    """A restore goes over what is there; making and listing backups does not."""
    assert expected == [effect.how for effect in effects(command) if isinstance(effect, ResetDatabase)]
