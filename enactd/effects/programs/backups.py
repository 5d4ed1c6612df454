"""Backup programs: what forgets, prunes or deletes snapshots destroys the last copy there is; a restore writes files."""

from __future__ import annotations

from typing import Final

from enactd.effects.invocation import Effects, Invocation, known, program
from enactd.effects.model import WritePath
from enactd.effects.programs.cloud_commands import Tool, effects_of, is_dry

_RESTIC: Final = Tool(
    {
        "read": "snapshots | ls | find | diff | stats | check | list | key list | cat | mount | serve",
        "nothing": "version | help | generate | options | features | self-update | cache | restore | dump | backup | init | copy",
        "delete": "forget | prune | key remove | key passwd | rewrite | tag | repair | recover | migrate | rebuild-index | unlock",
        "access": "key add",
    },
    options="-r --repo R | -o --option O | -p --password-file F | --password-command C | --cache-dir D | -n | -t --target D"
    " | --host -H H | --tag T | --path P | --keep-last -l N | --keep-daily -d N | --keep-hourly -h N | --keep-weekly -w N"
    " | --keep-monthly -m N | --keep-yearly -y N | --keep-within D | --keep-tag T | -q --quiet | --json | -v --verbose"
    " | --prune | -i --include P | -e --exclude P | --limit-upload N | --limit-download N | --repository-file F | --max-unused N",
    context="--repo",
)  # fmt: skip
_BORG: Final = Tool(
    {
        "read": "list | info | diff | check | mount | umount | rlist | rinfo | repo-list | repo-info | benchmark | serve | analyze",
        "nothing": "help | version | extract | create | init | rcreate | repo-create | export-tar | import-tar | with-lock | debug --help | config --list"
        " | key export | upgrade --dry-run | completion",
        "delete": "delete | prune | compact | recreate | repo-delete | rdelete | break-lock | rename | undelete | key change-passphrase"
        " | key change-location | config | upgrade | debug",
    },
    options="-r --repo R | -n | -a --match-archives --glob-archives P | -P --prefix P | --keep-last N | --keep-within I"
    " | -H --keep-hourly N | -d --keep-daily N | -w --keep-weekly N | -m --keep-monthly N | -y --keep-yearly N | --cache-only"
    " | -e --exclude P | -s --stats | --list | -v --verbose | --info | --debug | --rsh C | --remote-path P | -C --compression C | -p --progress",
    context="--repo",
)  # fmt: skip
_OTHER: Final = {
    "borgmatic": Tool(
        {"nothing": "create | config | extract | -l | mount | umount | key export", "read": "list | info | rlist | rinfo | check | repo-list | repo-info",
         "delete": "prune | compact | delete | repo-delete | break-lock | borg", "create": "restore"},
        options="-c --config F | -n | -v --verbosity N | --stats | --list | --repository R | --archive A", bare="delete",
    ),
    "kopia": Tool(
        {"read": "snapshot list | snapshot verify | diff | ls | show | repository status | policy show | policy list | snapshot estimate",
         "nothing": "snapshot create | repository connect | repository create | repository disconnect | restore | mount | cache | logs | server start",
         "delete": "snapshot delete | snapshot expire | snapshot fix | maintenance run | blob delete | content delete | manifest delete | policy delete"
         " | blob gc | index optimize | repository change-password"},
        options="--config-file F | -p --password P | --delete | --all", groups="snapshot repository policy",
    ),
    "duplicity": Tool(
        {"read": "list-current-files | collection-status | verify", "nothing": "backup | full | inc | incremental | restore",
         "delete": "cleanup | remove-older-than | remove-all-but-n-full | remove-all-inc-of-but-n-full"},
        options="--full-if-older-than T | --include P | --exclude P | --encrypt-key K | --force | --name N", default="nothing",
    ),
    "rdiff-backup": Tool(
        {"read": "list | info | verify | compare", "nothing": "backup | restore | test | server | regress", "delete": "remove"},
        options="--api-version N | --remove-older-than T | --force | -v N | -l --list-increments", default="nothing",
    ),
    "bup": Tool(
        {"read": "ls | ftp | fsck | margin | midx | memtest | tree | join | restore | fuse", "nothing": "init | index | split | save | daemon | help | on | server",
         "delete": "rm | gc | prune-older | tag -d"},
        options="-d --bup-dir D", default="nothing",
    ),
}  # fmt: skip
_ALIASES: Final = {"rustic": _RESTIC, "autorestic": _RESTIC, "resticprofile": _RESTIC, "attic": _BORG}


@program("restic", "borg", "rustic", "attic", *_OTHER)
def backup(call: Invocation) -> Effects:
    """A repository of snapshots. What removes snapshots, keys or locks cannot be taken back; restores write files."""
    tool = {"restic": _RESTIC, "borg": _BORG}.get(call.name) or _ALIASES.get(call.name) or _OTHER[call.name]
    reading = tool.read(call)
    if is_dry(reading.line) or reading.line.has("-n"):
        return
    meaning, what = reading.meaning, reading.what
    if call.name == "rdiff-backup" and reading.line.has("--remove-older-than"):
        meaning = "delete"
    drops = _has(call, "-d") or _has(call, "--delete")
    if call.name == "borg" and reading.phrase == "config" and not drops and len(what.split()) < 4:
        return  # a name without a value is shown
    if meaning == "delete" and reading.phrase == "unlock" and not _has(call, "--remove-all"):
        return
    if reading.phrase == "restore" and call.name in ("restic", "rustic"):
        for folder in reading.line.values("-t"):
            yield WritePath(target=call.target(folder), recursive=True)
    elif reading.phrase == "extract" and call.name in ("borg", "attic"):
        yield WritePath(target=call.target(known(".")), recursive=True)
    yield from effects_of(call, meaning, what, context=reading.context)


@program("tarsnap")
def tarsnap(call: Invocation) -> Effects:
    """tarsnap takes tar's letters: `-d` deletes an archive, `--nuke` all of them."""
    texts = [word.text or "" for word in call.args]
    if _has(call, "--nuke") or any(text[:1] == "-" and text[1:2] != "-" and "d" in text[1:] for text in texts[:1]):
        yield from effects_of(call, "delete", " ".join(texts[:4]), bulk=_has(call, "--nuke"))


def _has(call: Invocation, word: str) -> bool:
    return any(arg.text == word for arg in call.args)
