"""Physical and logical backups of databases: a restore replaces what is there, an expiry takes the last copy away."""

from __future__ import annotations

from typing import Final

from enactd.effects.invocation import Effects, Invocation, program
from enactd.effects.model import ResetDatabase

# program -> (words that restore, words that delete backups); all others make backups or look.
_TOOLS: Final[dict[str, tuple[str, str]]] = {
    "wal-g": ("backup-fetch wal-restore binlog-replay", "delete"),
    "wal-e": ("backup-fetch", "delete"),
    "pgbackrest": ("restore", "expire stanza-delete"),
    "barman": ("recover restore", "delete"),
    "barman-cloud-restore": ("*", ""),
    "barman-cloud-backup-delete": ("", "*"),
    "pg_probackup": ("restore", "delete del-instance merge"),
    "xtrabackup": ("--copy-back --move-back", ""),
    "mariabackup": ("--copy-back --move-back", ""),
    "mariadb-backup": ("--copy-back --move-back", ""),
    "innobackupex": ("--copy-back --move-back", ""),
    "myloader": ("--overwrite-tables -o --purge-mode --drop-database --drop-table", ""),
    "pgcopydb": ("--drop-if-exists restore follow", ""),
    "clickhouse-backup": ("restore restore_remote", "delete clean clean_remote_broken"),
    "litestream": ("restore", ""),
    "arangorestore": ("*", ""),
    "arangoimport": ("--overwrite", ""),
    "sqlpackage": ("/Action:Publish /Action:Import /a:Publish /a:Import", ""),
    "pt-table-sync": ("--execute", ""),
    "mysqlfrm": ("", ""),
}
_LOOKS: Final = frozenset("--help -h --version help --dry-run --print".split())


@program(*_TOOLS)
def restore(call: Invocation) -> Effects:
    """What goes over a database that exists, and backups that are deleted."""
    texts = {(word.text or "").partition("=")[0] for word in call.args}
    if _LOOKS & texts:
        return
    restores, deletes = (set(words.split()) for words in _TOOLS[call.name])
    what = " ".join(word.shown(40) for word in call.args[:3])
    if "*" in restores or restores & texts:
        yield ResetDatabase(tool=call.name, how="restore", what=what)
    elif "*" in deletes or deletes & texts:
        yield ResetDatabase(tool=call.name, how="drop", what=what)
