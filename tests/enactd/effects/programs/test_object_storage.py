"""Bucket tools: uploads leave, removals are told with their extent, dry runs are quiet."""

from __future__ import annotations

import pytest
from support.clouds import told
from support.reading import effects

ROWS: list[tuple[str, list[str]]] = [
    ("mc --config-dir ./.mc ls play", ["read"]),
    ("mc admin user list play", ["read"]),
    ("mc admin user add play bob secret", ["access"]),
    ("rclone ls remote:x", ["read"]),
    ("rclone sync ./a remote:b", ["SendData remote:b", "change bulk", "delete bulk"]),
    ("rclone sync ./a remote:b --dry-run", []),
    ("rclone sync remote:b ./a", ["WritePath /home/u/proj/a", "DeletePath /home/u/proj/a/*"]),
    ("rclone copy ./a ./b", ["ReadPath /home/u/proj/a"]),
    ("rclone purge remote:b", ["delete bulk"]),
    ("rclone config show", ["RevealSecret"]),
    ("rclone move remote:a remote:b", ["change", "delete"]),
    ("gsutil rm -r gs://b", ["delete bulk"]),
    ("gsutil -m cp -r dist gs://b", ["SendData gs://b", "change bulk"]),
    ("gsutil cp gs://b/x .", ["WritePath /home/u/proj"]),
    ("gsutil ls gs://b", ["read"]),
    ("gsutil rsync -d -r a gs://b", ["SendData gs://b", "change bulk", "delete bulk"]),
    ("gsutil rsync -n -d a gs://b", []),
    ("gsutil iam ch allUsers:objectViewer gs://b", ["access"]),
    ("gsutil iam get gs://b", []),
    ("mc rm --recursive --force play/b", ["delete bulk"]),
    ("mc ls play", ["read"]),
    ("s3cmd del s3://b/x", ["delete"]),
    ("s3cmd put x s3://b/", ["SendData s3://b/", "change"]),
    ('s5cmd rm "s3://b/*"', ["delete"]),
    ('s5cmd --dry-run rm "s3://b/*"', []),
    (
        'azcopy copy ./x "https://a.blob.core.windows.net/c?sas" --recursive',
        ["SendData https://a.blob.core.windows.net/c?sas", "change bulk"],
    ),
    ('azcopy remove "https://a.blob.core.windows.net/c" --recursive', ["delete bulk"]),
    ('rclone "$X" a', ["Opaque"]),
]


@pytest.mark.parametrize(("command", "expected"), ROWS)
def test_command(command: str, expected: list[str]) -> None:
    """A command does what the table says, and nothing else."""
    assert expected == told(command)


def test_other_programs_called_mc() -> None:
    """The file manager and the compiler of messages take files, the client of MinIO takes verbs."""
    assert [] == effects("mc.exe eventmsg.mc")
    assert [] == effects("mc ./docs")
    assert [] != effects("mc rb --force play/bucket")
