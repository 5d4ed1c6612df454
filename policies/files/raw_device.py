"""Disks, partitions and volumes written raw, made anew or destroyed.

Why
    No undo reaches below the file system.
Instead
    Work on an image file inside the workspace.
Blind spots
    Firmware and vendor tools that are not known.
"""

from enactd.policy import Context, Opinions, WriteDevice, policy, tool


@policy(
    watches=WriteDevice,
    severity="critical",
    stage="stable",
    since="0.1",
    denies=(
        "dd if=/dev/zero of=/dev/sda bs=1M",
        "mkfs.ext4 /dev/nvme0n1",
        "echo x > /dev/sda",
        "wipefs -a /dev/sdb",
        tool("mcp__shell__execute_command", command="mkfs.ext4 /dev/sda1"),
        "python3 -c \"import os; os.system('mkfs.ext4 /dev/sda1')\"",
    ),
    asks=("ssh host 'mkfs.ext4 /dev/sdb1'",),
    allows=("dd if=/dev/zero of=/tmp/testfile bs=1M count=1", "lsblk", "echo x > /dev/null"),
    misses=("./bin/flasher sda",),
)
def check(write: WriteDevice, context: Context) -> Opinions:
    yield context.floor(write, f"`{write.device}` is {write.how}", "leave disks to a person")
