"""rsync and renaming."""

from __future__ import annotations

import pytest
from support.summary import summaries

from enactd.effects.invocation import known, unknown, value
from enactd.effects.programs.sync import remote_side
from enactd.effects.values import Hole

ROWS = [
    ("rsync -a notes.md copy.md", ["copy ./notes.md -> ./copy.md"]),
    ("rsync -a src/ dst/", ["copy ./src -> ./dst"]),
    ("rsync -a src dst", ["copy ./src -> ./dst/src"]),
    ("rsync -a --delete src/ dst/", ["copy ./src -> ./dst", "delete recursive bulk ./dst/*"]),
    ("rsync -a --delete src /tmp", ["copy ./src -> /tmp/src", "delete recursive bulk /tmp/src/*"]),
    (
        "rsync -avz --delete ./build/ root@robot:/",
        ["send rsync robot ./build", "ssh robot: overwrite below /", "ssh robot: delete recursive bulk /*"],
    ),
    ("rsync -a a host:/srv/a", ["send rsync host ./a", "ssh host: overwrite below /srv/a"]),
    ("rsync -a host:/srv/a .", ["GET host:/srv/a", "overwrite below ./a"]),
    (
        "rsync --delete-before host:source/ /etc",
        ["GET host:source/", "overwrite below /etc", "delete recursive bulk /etc/*"],
    ),
    ("rsync -a rsync://host/mod/x .", ["GET rsync://host/mod/x", "overwrite below ./x"]),
    ("rsync -n -a --delete a/ b/", ["list all ./a"]),
    ("rsync -av --dry-run a host:b", ["list all ./a"]),
    ("rsync --remove-source-files -a a/ b/", ["move ./a -> ./b"]),
    (
        "rsync --remove-source-files -a a host:b",
        ["send rsync host ./a", "ssh host: overwrite below ./b", "delete recursive bulk ./a"],
    ),
    ("rsync -e 'ssh -p 22' a host:b", ["send rsync host ./a", "ssh host: overwrite below ./b"]),
    (
        "rsync -e 'sh -c \"rm -rf /\"' a host:b",
        [
            'RunCode shell option -e sh -c "rm -rf /"',
            "delete recursive /",
            "send rsync host ./a",
            "ssh host: overwrite below ./b",
        ],
    ),
    (
        "rsync --files-from=list src/ host:/tmp",
        ["content hidden ./list", "send rsync host ./src", "ssh host: overwrite below /tmp"],
    ),
    ("rsync --list-only a", ["list all ./a"]),
    ("rsync host::", ["GET host::"]),
    ("rsync --daemon", ["ChangeService rsync daemon"]),
    ("rsync --log-file=log -a a b", ["append ./log", "copy ./a -> ./b/a"]),
    ('rsync "$A" b', ["copy ?<$A is not known> -> ./b"]),
    ("rsync --version", []),
    ("rename 's/a/b/' x.txt", ["move ./x.txt -> ./*"]),
    ("rename -n 's/a/b/' x.txt", []),
    ("rename .htm .html a.htm", ["move ./a.htm -> ./*"]),
]


@pytest.mark.parametrize(("command", "expected"), ROWS)
def test_sync_rows(command: str, expected: list[str]) -> None:
    """Each direction names both sides, and what is deleted on the receiving one."""
    assert expected == summaries(command)


@pytest.mark.parametrize(
    ("word", "host", "path"),
    [
        ("host:a/b", "host", "a/b"),
        ("u@host:", "host", "."),
        ("host::mod/x", "host", "mod/x"),
        ("rsync://u@host:873/mod/x", "host", "mod/x"),
    ],
)
def test_remote_sides(word: str, host: str, path: str) -> None:
    """Each way to write another machine."""
    remote = remote_side(known(word))
    assert remote is not None
    assert (host, path) == (remote.host, remote.path.text)


@pytest.mark.parametrize("word", ["a/b:c", "./x:y", "plain", "C:\\x", "/a:b"])
def test_local_sides(word: str) -> None:
    """A colon behind a slash, and a drive letter, are no host."""
    assert remote_side(known(word)) is None


def test_unknown_hosts() -> None:
    """An unknown host is remote; a word that is all unknown cannot be told."""
    remote = remote_side(value(Hole("host"), ":/srv"))
    assert remote is not None
    assert remote.host is None
    assert remote_side(unknown("word")) is None
