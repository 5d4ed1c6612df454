"""Files that are made or written by name."""

from __future__ import annotations

import pytest
from support.summary import summaries

ROWS = [
    ("mkdir -p a/b", ["create ./a/b = ''"]),
    ("mkdir -m 777 a", ["create ./a = ''"]),
    ("touch a", ["append ./a = ''"]),
    ("touch -c -d now a", ["append ./a = ''"]),
    ("truncate -s 0 a", ["overwrite ./a = ''"]),
    ("truncate -s +5M a", ["append ./a"]),
    ("truncate -s 10 a", ["overwrite ./a"]),
    ("echo hi | tee a", ["overwrite ./a = 'hi\\n'"]),
    ("echo hi | tee -a a b", ["append ./a = 'hi\\n'", "append ./b = 'hi\\n'"]),
    ("echo hi | tee /dev/sda", ["device tee /dev/sda"]),
    ("echo hi | tee /dev/stdout", ["overwrite /dev/stdout = 'hi\\n'"]),
    ("split -l 1000 a /tmp/part_", ["content hidden ./a", "copy ./a -> /tmp/part_*"]),
    ("split -b 5 a", ["content hidden ./a", "copy ./a -> ./x*"]),
    (
        "split --filter='rm $FILE' a",
        ["content ./a", "RunCode shell option --filter rm $FILE", "delete recursive ?<$FILE is not known>"],
    ),
    ("csplit a 5", ["content hidden ./a", "copy ./a -> ./xx*"]),
    ("csplit -f /tmp/p a 5", ["content hidden ./a", "copy ./a -> /tmp/p*"]),
    ("mktemp", ["create /tmp/tmp.* = ''"]),
    ("mktemp -d", ["create /tmp/tmp.* = ''"]),
    ("mktemp -u", []),
    ("mktemp -p /var x.XXXX", ["create /var/x.* = ''"]),
    ("mktemp a.XXXXXX", ["create ./a.* = ''"]),
    ("mktemp -t pre", ["create /tmp/pre.* = ''"]),
    ('d=$(mktemp -d) && rm -rf "$d"', ["create /tmp/tmp.* = ''", "delete recursive /tmp/tmp.*"]),
    ('rm -rf "$(mktemp -d /tmp/x.XXXX)"', ["create /tmp/x.* = ''", "delete recursive /tmp/x.*"]),
    ("dd if=/dev/zero of=/tmp/f bs=1M count=1", ["overwrite /tmp/f"]),
    ("dd if=/dev/zero of=/dev/sda", ["device dd /dev/sda"]),
    ("dd of=/dev/nvme0n1 if=image.iso", ["content hidden ./image.iso", "device dd /dev/nvme0n1"]),
    ("dd if=a of=b", ["copy ./a -> ./b"]),
    ("dd if=a of=b conv=notrunc", ["content hidden ./a", "edit ./b"]),
    ("dd if=a", ["content ./a"]),
    ("dd if=/dev/sda", ["content /dev/sda"]),
    ("echo x | dd of=a", ["overwrite ./a = 'x\\n'"]),
    ('dd "$OF"', ["overwrite ?<$OF is not known>"]),
    ("dd --help", []),
    ("fallocate -l 1G a", ["append ./a = ''"]),
    ("mknod p p", ["create ./p = ''"]),
]


@pytest.mark.parametrize(("command", "expected"), ROWS)
def test_creation_rows(command: str, expected: list[str]) -> None:
    """What is written is known where it can be."""
    assert expected == summaries(command)
