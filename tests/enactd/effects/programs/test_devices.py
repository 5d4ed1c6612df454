"""Disks."""

from __future__ import annotations

import pytest
from support.summary import summaries

ROWS = [
    ("mkfs.ext4 /dev/sdb1", ["device mkfs.ext4 /dev/sdb1"]),
    ("mkfs -t ext4 /dev/sdb1", ["device mkfs /dev/sdb1"]),
    ("mkfs.ext4 -n /dev/sdb1", []),
    ("mkfs.ext4 disk.img", ["overwrite ./disk.img"]),
    ("mkswap /dev/sda2", ["device mkswap /dev/sda2"]),
    ("wipefs /dev/sda", []),
    ("wipefs -a /dev/sda", ["device wipefs -a /dev/sda"]),
    ("wipefs -n -a /dev/sda", []),
    ("fdisk -l", []),
    ("fdisk /dev/sda", ["device fdisk /dev/sda"]),
    ("sfdisk -d /dev/sda", []),
    ("sfdisk /dev/sda", ["device sfdisk /dev/sda"]),
    ("parted -l", []),
    ("parted /dev/sda print", []),
    ("parted /dev/sda mklabel gpt", ["device parted /dev/sda"]),
    ("parted -s /dev/sda rm 1", ["device parted /dev/sda"]),
    ("sgdisk -p /dev/sda", []),
    ("sgdisk -Z /dev/sda", ["device sgdisk -Z /dev/sda"]),
    ("blkdiscard /dev/sda", ["device blkdiscard /dev/sda"]),
    ("hdparm -I /dev/sda", []),
    ("hdparm --security-erase x /dev/sda", ["device hdparm --security-erase /dev/sda"]),
    ("badblocks /dev/sda", []),
    ("badblocks -w /dev/sda", ["device badblocks -w /dev/sda"]),
    ("tune2fs -l /dev/sda1", []),
    ("e2fsck -n /dev/sda1", []),
    ("e2fsck -y /dev/sda1", ["device e2fsck /dev/sda1"]),
    ("swapoff -a", ["ChangeService swapoff -a swapoff"]),
    ("losetup -a", []),
    ("losetup -d /dev/loop0", ["ChangeService losetup -d /dev/loop0"]),
    ("dmsetup ls", []),
    ("dmsetup remove x", ["device dmsetup x"]),
    ("mount", []),
    ("mount /dev/sdb1 /mnt", ["ChangeService mount mount /dev/sdb1 /mnt"]),
    ("umount /mnt", ["ChangeService umount unmount /mnt"]),
    ("lsblk", []),
    ("diskutil list", []),
    ("diskutil eraseDisk JHFS+ X disk2", ["device diskutil erasedisk disk2"]),
    ("diskutil apfs deleteContainer disk2", ["device diskutil apfs deletecontainer disk2"]),
    ("hdiutil attach x.dmg", []),
    ("fastboot devices", []),
    ("fastboot erase system", ["device fastboot system"]),
    ("mkfs --help", []),
    ('wipefs "$D"', ["device wipefs <$D is not known>"]),
    ('mkfs.ext4 "$D"', ["device mkfs.ext4 <$D is not known>"]),
]


@pytest.mark.parametrize(("command", "expected"), ROWS)
def test_devices_rows(command: str, expected: list[str]) -> None:
    """Looking at a disk is nothing, writing it is said."""
    assert expected == summaries(command)
