"""Volumes."""

from __future__ import annotations

import pytest
from support.summary import summaries

ROWS = [
    ("pvremove /dev/sda", ["device pvremove /dev/sda"]),
    ("vgremove vg", ["device vgremove vg"]),
    ("lvremove -f vg/data", ["device lvremove vg/data"]),
    ("lvremove -t vg/data", []),
    ("lvs", []),
    ("lvm lvremove vg/data", ["device lvremove vg/data"]),
    ("lvm lvs", []),
    ('lvm "$V" x', ["device lvm with a verb known only at run time a volume"]),
    ("lvcreate -L 1G -n x vg", ["ChangeService lvm lvcreate vg"]),
    ("zpool destroy tank", ["device zpool destroy tank"]),
    ("zpool status", []),
    ("zpool create tank sda", ["device zpool create tank"]),
    ("zfs destroy -r tank/x", ["device zfs destroy tank/x"]),
    ("zfs destroy -n tank/x", []),
    ("zfs list", []),
    ("zfs rollback tank@x", ["device zfs rollback tank@x"]),
    ("zfs snapshot tank@x", ["ChangeService zfs snapshot tank@x"]),
    ("btrfs subvolume delete /x", ["device btrfs subvolume delete /x"]),
    ("btrfs subvolume list /x", []),
    ("btrfs device remove /dev/sda /x", ["device btrfs device remove /x"]),
    ("mdadm --detail /dev/md0", []),
    ("mdadm --zero-superblock /dev/sda", ["device mdadm /dev/sda"]),
    ("mdadm --stop /dev/md0", ["device mdadm /dev/md0"]),
    ("cryptsetup luksFormat /dev/sda", ["device cryptsetup luksformat /dev/sda"]),
    ("cryptsetup erase /dev/sda", ["device cryptsetup erase /dev/sda"]),
    ("cryptsetup luksDump /dev/sda", []),
    ("cryptsetup open /dev/sda x", ["ChangeService cryptsetup open /dev/sda"]),
    ("nvme format /dev/nvme0n1", ["device nvme format /dev/nvme0n1"]),
    ("nvme list", []),
]


@pytest.mark.parametrize(("command", "expected"), ROWS)
def test_volumes_rows(command: str, expected: list[str]) -> None:
    """Looking is nothing, losing data is said."""
    assert expected == summaries(command)
