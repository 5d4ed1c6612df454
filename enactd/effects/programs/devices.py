"""Disks and partitions: programs that make, wipe or change them, and their read-only verbs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import msgspec

from enactd.effects.invocation import Effects, Invocation, Options, Value, program
from enactd.effects.model import ChangeService, ReadPath, WriteDevice, WritePath
from enactd.effects.programs.streams import is_device

_MKFS: Final = tuple(
    "mkfs mke2fs mkswap newfs newfs_apfs newfs_hfs newfs_msdos mkdosfs mkntfs mkreiserfs mkfs.ext2 mkfs.ext3 mkfs.ext4"
    " mkfs.xfs mkfs.btrfs mkfs.vfat mkfs.fat mkfs.msdos mkfs.ntfs mkfs.exfat mkexfatfs mkfs.f2fs mkfs.jfs mkfs.minix"
    " mkfs.bfs mkfs.cramfs mkfs.reiserfs mkfs.nilfs2 mkfs.udf mkudffs mkfs.erofs mkfs.ocfs2 mkfs.gfs2 mkfs.zfs"
    " mkfs.hfsplus mkfs.bcachefs mkfs.ubifs".split()
)
_MKFS_OPTIONS: Final = Options(
    "-t --type TYPE", "-b N", "-c", "-C", "-D", "-E OPTS", "-F", "-f", "-G N", "-g N", "-I N", "-i N", "-J OPTS", "-j",
    "-L --label LABEL", "-M DIR", "-m N", "-N N", "-n", "-O FEATURES", "-o OS", "-q", "-Q", "-r N", "-S", "-s N",
    "-T TYPE",
    "-U --uuid UUID", "-V", "-v", "-d VALUE", "-l SIZE", "-K", "-p FILE", "-k", "-h --help", "--version", "-a",
    "--force", "--metadata V", "--data V", "--swapversion N", "--pagesize N", "--check", "--lock",
)  # fmt: skip


class Tool(msgspec.Struct, frozen=True):
    """When a disk program only looks: with one of the `reads` words, or without any of the `writes` words."""

    reads: frozenset[str] = frozenset()
    writes: frozenset[str] | None = None


def _tool(reads: str = "", writes: str | None = None) -> Tool:
    return Tool(frozenset(reads.split()), None if writes is None else frozenset(writes.split()))


_HELP: Final = frozenset(("--help", "-h", "--version", "-V", "-?"))
_TOOLS: Final[dict[str, Tool]] = {
    "wipefs": _tool("-n --no-act", "-a --all -o --offset -af -fa -aq -qa"),
    "fdisk": _tool("-l --list -x --list-details -s --getsz"),
    "sfdisk": _tool("-l --list -d --dump -J --json -g --show-geometry -s --show-size -F --list-free -T --list-types"
                    " -V --verify -n --no-act -lu"),
    "cfdisk": _tool("-r --read-only"),
    "parted": _tool("-l --list print unit help p"),
    "gdisk": _tool("-l"),
    "cgdisk": _tool(),
    "fixparts": _tool(),
    "sgdisk": _tool("-P --pretend",
                    "-Z --zap-all -z --zap -o --clear -n --new -d --delete -t --typecode -c --change-name"
                    " -g --mbrtogpt -G --randomize-guids -l --load-backup -R --replicate -s --sort -r --transpose"
                    " -e --move-second-header -A --attributes -u --partition-guid -U --disk-guid -m --gpttombr -N"),
    "blkdiscard": _tool(),
    "hdparm": _tool(writes="--security-erase --security-erase-enhanced --trim-sector-ranges --write-sector"
                    " --repair-sector --fwdownload --security-set-pass --security-disable --dco-restore -N"
                    " --make-bad-sector --trim-sector-ranges-stdin --yes-i-know-what-i-am-doing"
                    " --please-destroy-my-drive"),
    "badblocks": _tool(writes="-w -n -wsv -svw -ws -sw -nsv -wv -wsf"),
    "sg_format": _tool(),
    "sg_sanitize": _tool(),
    "sg_write_buffer": _tool(),
    "tune2fs": _tool("-l", "-O -U -L -m -r -j -c -i -C -e -E -f -g -I -J -M -o -Q -s -T -u"),
    "e2label": _tool(),
    "resize2fs": _tool("-P"),
    "e2fsck": _tool("-n"),
    "fsck": _tool("-N -n"),
    "fsck.ext4": _tool("-n"),
    "fsck.vfat": _tool("-n"),
    "xfs_repair": _tool("-n"),
    "xfs_admin": _tool("-l -u", "-L -U -O -c -e -f -j"),
    "ntfsfix": _tool("-n --no-action"),
    "debugfs": _tool(writes="-w"),
    "flashrom": _tool(writes="-w --write -E --erase"),
    "grub-install": _tool(),
    "grub2-install": _tool(),
    "extlinux": _tool(),
    "syslinux": _tool(),
    "mtd_debug": _tool("info read"),
    "flash_erase": _tool(),
    "nandwrite": _tool(),
    "kpartx": _tool("-l"),
    "partprobe": _tool("-d -s"),
    "dmsetup": _tool("ls info status table deps targets version"),
    "swapoff": _tool("--help"),
    "swapon": _tool("-s --summary --show"),
    "losetup": _tool("-l --list -a --all -f --find -j --associated", "-d --detach -D --detach-all"),
    "fastboot": _tool("devices getvar --version help"),
    "bootctl": _tool("status list is-installed", "install remove update set-default"),
}  # fmt: skip
_SERVICE_LIKE: Final = frozenset(("swapoff", "swapon", "partprobe", "kpartx", "losetup", "bootctl"))


def destroyed(call: Invocation, word: Value, how: str) -> WriteDevice | WritePath:
    """A device written raw, or a disk image overwritten where the word names an ordinary file."""
    target = call.target(word)
    path = target.path
    ordinary = path is not None and not path.startswith("/dev/") and ("/" in word.visible or "." in word.visible)
    if ordinary and not is_device(target) and target.area not in ("unknown",):
        return WritePath(target=target)
    return WriteDevice(device=path if path is not None and path.startswith("/dev/") else word.shown(), how=how)


def _plain(args: Sequence[Value]) -> list[Value]:
    return [word for word in args if not word.startswith("-")]


def _devices(args: Sequence[Value]) -> list[Value]:
    """The words that name devices, else the last operand."""
    named = [word for word in args if word.startswith("/dev/") or (not word.known and not word.startswith("-"))]
    return named or _plain(args)[-1:]


@program(*_MKFS)
def mkfs(call: Invocation) -> Effects:
    """A new file system over what was there; `-n` only says what it would do."""
    line = _MKFS_OPTIONS.parse(call.args)
    dry = line.has("-n") and call.name in ("mkfs.ext2", "mkfs.ext3", "mkfs.ext4", "mke2fs")
    if line.has("--help", "--version") or dry or (line.has("-N") and call.name == "mkfs.xfs"):
        return
    for word in line.operands[:1] if len(line.operands) < 3 else line.operands:
        yield destroyed(call, word, call.name)


@program(*_TOOLS)
def disk_tool(call: Invocation) -> Effects:
    """A disk tool writes its devices unless its words say that it only looks."""
    tool = _TOOLS[call.name]
    words = {(word.text or "").split("=", 1)[0] for word in call.args}
    short = {f"-{letter}" for word in words if re.fullmatch(r"-[a-zA-Z]{2,}", word) for letter in word[1:]}
    unknown_words = any(not word.known for word in call.args)
    if not call.args or words & (_HELP - tool.reads) - {"-V" if call.name == "sfdisk" else ""}:
        return
    reads = (bool((words | short) & tool.reads) and call.name not in ("sgdisk",)) or bool(words & tool.reads)
    if tool.writes is not None:
        reads = not ((words | short) & tool.writes) or bool(words & tool.reads)
    if reads and not unknown_words:
        return
    for word in _devices(call.args) or [Value((call.name,))]:
        if call.name in _SERVICE_LIKE:
            yield ChangeService(tool=call.name, verb=_verb(call), what=word.shown())
        else:
            yield destroyed(call, word, " ".join([call.name, *sorted(words & (tool.writes or frozenset()))]))


def _verb(call: Invocation) -> str:
    first = next((word.text for word in call.args if word.text and not word.text.startswith("/")), None)
    return first or call.name


@program("mount", "umount", "unmount", "fusermount", "fusermount3", "mount.nfs", "mount.cifs", "bindfs", "udisksctl")
def mount(call: Invocation) -> Effects:
    """Without operands `mount` only lists."""
    options = Options("-t --types T", "-o --options O", "-O O", "-L --label L", "-U --uuid U", "-T F", "-a --all", "-l",
                      "-r --read-only", "-w --rw", "-B --bind", "-R --rbind", "-M --move", "-f --fake --force", "-n",
                      "-v",
                      "-s", "-i", "-u", "-z", "-q", "-d", "-p P", "--help -h", "--version -V", "--source S",
                      "--target D", "--lazy", "--recursive", "-k", "-b D", "--object-path P",
                      "--block-device D")  # fmt: skip
    line = options.parse(call.args)
    words = [*line.operands, *(v for name in ("--source", "--target", "-L", "-U", "-b") for v in line.values(name))]
    if line.has("--help", "--version") or (not words and not line.has("-a")):
        return
    if call.name == "udisksctl" and words and words[0].text in ("status", "info", "dump", "monitor", "help"):
        return
    yield ChangeService(tool=call.name, verb="unmount" if call.name[0] in "uf" else "mount",
                        what=" ".join(word.shown(80) for word in words))  # fmt: skip


@program(
    "lsblk",
    "blkid",
    "findmnt",
    "lsscsi",
    "smartctl",
    "sginfo",
    "partx",
    "isosize",
    "dumpe2fs",
    "xfs_info",
    "mountpoint",
)
def disk_info(call: Invocation) -> Effects:
    """Looks at disks; `smartctl -t` starts a harmless self-test."""
    for word in call.args:
        if word.startswith("/") and not word.startswith("/dev"):
            yield ReadPath(target=call.target(word), how="exists")


@program("eject", "hdiutil", "diskutil", "asr", "tmutil")
def mac_disks(call: Invocation) -> Effects:
    """macOS: verbs that erase or change disks; looking and mounting images is nothing."""
    words = _plain(call.args)
    verb = (words[0].text or "?").lower() if words else ""
    what = words[-1] if len(words) > 1 else Value(("a disk",))
    if verb == "apfs" and len(words) > 1:
        verb = "apfs " + (words[1].text or "?").lower()
    erases = (
        r"(?:apfs )?(?:erase|secureerase|partition|resize|delete|reformat|zero|random|split|merge|restore|addvolume"
        r"|convert|create).*|\?"
    )
    if call.name in ("diskutil", "asr") and re.fullmatch(erases, verb):
        yield WriteDevice(device=what.shown(), how=f"{call.name} {verb}")
    elif call.name == "diskutil" and re.fullmatch(r"(?:un)?mount.*|eject|rename|enable.*|disable.*|repair.*", verb):
        yield ChangeService(tool="diskutil", verb=verb, what=what.shown())
    elif call.name == "tmutil" and verb.startswith(("delete", "disable", "restore", "remove", "set", "thin")):
        yield WriteDevice(device="Time Machine backups", how=f"tmutil {verb}")
    elif call.name == "hdiutil" and verb in ("create", "burn", "erase", "resize", "convert"):
        yield WritePath(target=call.target(what))
    elif call.name == "eject":
        yield ChangeService(tool="eject", verb="eject", what=what.shown())
