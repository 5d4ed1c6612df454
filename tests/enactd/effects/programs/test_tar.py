"""tar."""

from __future__ import annotations

import pytest
from support.summary import summaries

ROWS = [
    ("tar czf /tmp/a.tgz src", ["copy ./src -> /tmp/a.tgz"]),
    ("tar -cf - src", ["content all ./src"]),
    ("tar cf - .env", ["content all ./.env"]),
    ("tar -c src", ["content all ./src"]),
    ("tar xzf a.tgz", ["content hidden ./a.tgz", "overwrite below ."]),
    ("tar -xf a.tgz -C /srv", ["content hidden ./a.tgz", "overwrite below /srv"]),
    ("tar xf a.tgz -C /srv file", ["content hidden ./a.tgz", "overwrite below /srv/file"]),
    ("tar xkf a.tgz", ["content hidden ./a.tgz", "create below ."]),
    ("tar xPf a.tgz", ["content hidden ./a.tgz", "overwrite below ?<names inside an archive>", "overwrite below ."]),
    ("tar -tf a.tgz", ["content hidden ./a.tgz"]),
    ("tar -xOf a.tgz file", ["content ./a.tgz"]),
    ("tar -cf backup:/x src", ["send tar backup ./src"]),
    ("tar -xf host:/x", ["send tar host", "overwrite below ."]),
    (
        "tar -cf out.tar --to-command='rm -rf /' src",
        ["RunCode shell option --to-command rm -rf /", "delete recursive /", "copy ./src -> ./out.tar"],
    ),
    (
        "tar -xf out.tar --to-command='rm -rf /'",
        ["RunCode shell option --to-command rm -rf /", "delete recursive /", "content hidden ./out.tar"],
    ),
    (
        "tar -cf out.tar --checkpoint=1 --checkpoint-action=exec='rm -rf /' src",
        ["RunCode shell option --checkpoint-action rm -rf /", "delete recursive /", "copy ./src -> ./out.tar"],
    ),
    (
        "tar -cf out.tar --info-script='rm -rf /' src",
        ["RunCode shell option -F rm -rf /", "delete recursive /", "copy ./src -> ./out.tar"],
    ),
    (
        "tar -cf out.tar -I 'rm -rf /' src",
        ["RunCode shell option -I rm -rf /", "delete recursive /", "copy ./src -> ./out.tar"],
    ),
    (
        "tar -cf out.tar -F 'rm -rf /' src",
        ["RunCode shell option -F rm -rf /", "delete recursive /", "copy ./src -> ./out.tar"],
    ),
    (
        "tar --use-compress-program=zstd -cf a.tar.zst src",
        ["RunCode shell option -I zstd", "copy ./src -> ./a.tar.zst"],
    ),
    ("tar -cf a.tar --remove-files src", ["copy ./src -> ./a.tar", "delete recursive ./src"]),
    ("tar -C /etc -cf a.tar ssh", ["copy /etc/ssh -> ./a.tar"]),
    ("tar rf a.tar b", ["copy ./b -> ./a.tar"]),
    ("tar --delete -f a.tar b", ["edit ./a.tar"]),
    ("tar -T list -cf a.tar", ["content hidden ./list", "copy ?<a name out of a list of files> -> ./a.tar"]),
    ("TAR_OPTIONS='--create --file=evil:/a' tar -- key", ["send tar evil ./key"]),
    (
        "tar -xf a.tar --recursive-unlink -C /srv",
        ["content hidden ./a.tar", "overwrite below /srv", "delete recursive bulk /srv/*"],
    ),
    ("tar --help", []),
    ("tar --one-top-level=new -xf a.tar", ["content hidden ./a.tar", "overwrite below ./new"]),
]


@pytest.mark.parametrize(("command", "expected"), ROWS)
def test_tar_rows(command: str, expected: list[str]) -> None:
    """Sources, members, remote archives and every option that runs something."""
    assert expected == summaries(command)
