"""Volume managers and encrypted or redundant storage: LVM, ZFS, Btrfs, md, LUKS, NVMe."""

from __future__ import annotations

from typing import Final

from enactd.effects.invocation import Effects, Invocation, Options, Value, known, program
from enactd.effects.model import ChangeService, WriteDevice

_LVM_LOSES: Final = tuple(
    "pvremove vgremove lvremove pvcreate lvreduce vgreduce lvresize vgsplit vgmerge pvresize pvmove lvconvert"
    " vgcfgrestore vgexport".split()
)
_LVM_MAKES: Final = tuple(
    "vgcreate lvcreate lvextend vgextend lvchange vgchange pvchange lvrename vgrename vgimport".split()
)
_LVM_LOOKS: Final = tuple(
    "pvs vgs lvs pvdisplay vgdisplay lvdisplay pvscan vgscan lvscan lvmdiskscan pvck vgck vgcfgbackup lvmconfig".split()
)
_LVM: Final = Options(
    "-f --force", "-y --yes", "-t --test", "-v --verbose", "-q --quiet", "-L --size S", "-l --extents N", "-n --name N",
    "-a --activate V", "--config C", "--reportformat F", "-S --select S", "-A --autobackup V", "--removemissing",
    "--nolocking", "--noudevsync", "-r --resizefs", "--type T", "-s --snapshot", "-T --thin", "--uuid U", "-u",
    "--restorefile F", "-Z --zero V", "-W --wipesignatures V", "-h --help", "--version",
)  # fmt: skip


@program(*_LVM_LOSES, *_LVM_MAKES, *_LVM_LOOKS, "lvm")
def lvm(call: Invocation) -> Effects:
    """Volumes and groups removed, shrunk or made; `-t` only tests."""
    name, args = call.name, list(call.args)
    if name == "lvm":
        if not args:
            return
        if args[0].text is None:
            yield WriteDevice(device="a volume", how="lvm with a verb known only at run time")
            return
        name = args.pop(0).text or ""
    line = _LVM.parse(args)
    if name in _LVM_LOOKS or line.has("--help", "--version", "--test"):
        return
    words = line.operands or [known("all volumes")] if name in _LVM_LOSES else line.operands
    for word in words:
        if name in _LVM_LOSES:
            yield WriteDevice(device=word.shown(), how=name)
        else:
            yield ChangeService(tool="lvm", verb=name, what=word.shown())


@program("zpool", "zfs")
def zfs(call: Invocation) -> Effects:
    """`destroy` and `rollback` lose data; `-n` only says what would go."""
    args = list(call.args)
    verb = args.pop(0).text if args else "help"
    options = [word.text or "" for word in args if word.startswith("-")]
    words = [word for word in args if not word.startswith("-")]
    what = words[-1].shown() if words else "a pool"
    dry = any(not option.startswith("--") and "n" in option for option in options)
    if dry and verb in ("destroy", "receive", "recv", "create", "add"):
        return
    loses = ("destroy", "labelclear", "rollback", "remove", "detach", "receive", "recv", "split", "clear", "promote")
    if verb is None or verb in loses[:-2] or (verb == "create" and call.name == "zpool"):
        for word in words[:1] or [known(what)]:
            yield WriteDevice(device=word.shown(), how=f"{call.name} {verb or '(unknown verb)'}")
    elif verb not in ("list", "get", "status", "iostat", "history", "help", "version", "diff", "holds", "userspace",
                      "groupspace", "allow", "send", "program", "events", "scrub", "trim", "-V", "--version",
                      "-?"):  # fmt: skip
        yield ChangeService(tool=call.name, verb=verb, what=what)


@program("btrfs", "bcachefs", "stratis", "snapper")
def btrfs(call: Invocation) -> Effects:
    """`btrfs subvolume delete` and device removals; words may be abbreviated."""
    words = [word for word in call.args if not word.startswith("-")]
    texts = [(word.text or "?").lower() for word in words]
    group, verb = [*texts, "", ""][:2]
    what = words[-1].shown() if words else ""
    if call.name == "snapper":
        if "delete" in texts or "rollback" in texts or "undochange" in texts:
            yield WriteDevice(device=what, how="snapper")
        return
    reads = (
        "list",
        "show",
        "usage",
        "df",
        "stats",
        "status",
        "ready",
        "get-default",
        "dump-tree",
        "dump-super",
        "help",
    )
    if (
        not words
        or group in ("help", "version")
        or any(verb and one.startswith(verb) for one in reads)
        or group in ("inspect-internal", "report")
    ):
        return
    loses = ("delete", "remove", "replace", "rescue", "destroy", "format")
    if (
        any(verb and one.startswith(verb) for one in loses)
        or "?" in (group, verb)
        or group in ("rescue", "format")
        or verb == "chunk-recover"
    ):
        yield WriteDevice(device=what, how=f"{call.name} {group} {verb}".strip())
    else:
        yield ChangeService(tool=call.name, verb=f"{group} {verb}".strip(), what=what)


@program("mdadm")
def mdadm(call: Invocation) -> Effects:
    """RAID arrays."""
    texts = {word.text or "" for word in call.args}
    devices = [word for word in call.args if word.startswith("/dev/") or not word.known]
    if texts & {"--zero-superblock", "--create", "-C", "--fail", "-f", "--remove", "-r", "--stop", "-S", "--grow", "-G",
                "--kill-subarray", "--update-subarray", "--set-faulty", "--build", "-B"}:  # fmt: skip
        for word in devices or [known("an array")]:
            yield WriteDevice(device=word.shown(), how="mdadm")
    elif texts & {"--assemble", "-A", "--add", "-a", "--manage", "--re-add", "--run", "--incremental", "-I"}:
        yield ChangeService(tool="mdadm", verb="assemble", what=" ".join(word.shown() for word in devices))


@program("cryptsetup", "cryptsetup-reencrypt", "veracrypt", "zuluCrypt-cli")
def cryptsetup(call: Invocation) -> Effects:
    """Encrypted volumes: formatting and erasing lose all data."""
    words = [word for word in call.args if not word.startswith("-")]
    verb = (words[0].text or "?").lower() if words else ""
    what = next(
        (word for word in words[1:] if word.startswith("/dev/") or not word.known), words[-1] if words else known("")
    )
    loses = ("luksformat", "format", "erase", "lukserase", "lukskillslot", "luksremovekey", "reencrypt", "repair",
             "luksheaderrestore", "encrypt", "decrypt", "convert", "?")  # fmt: skip
    texts = {word.text for word in call.args}
    if (
        verb in loses
        or call.name == "cryptsetup-reencrypt"
        or (call.name == "veracrypt" and texts & {"-c", "--create"})
    ):
        yield WriteDevice(device=what.shown(), how=f"{call.name} {verb}".strip())
    elif verb in ("open", "close", "luksopen", "luksclose", "create", "remove", "luksaddkey", "lukschangekey", "resize",
                  "luksconvertkey", "config", "luksuuid", "plainopen", "luksresume", "lukssuspend"):  # fmt: skip
        yield ChangeService(tool=call.name, verb=verb, what=what.shown())


@program("nvme")
def nvme(call: Invocation) -> Effects:
    """`format`, `sanitize` and raw writes destroy."""
    words = [word for word in call.args if not word.startswith("-")]
    verb = (words[0].text or "?").lower() if words else ""
    loses = ("format", "sanitize", "delete-ns", "write", "write-zeroes", "write-uncor", "dsm", "fw-activate",
             "fw-commit",
             "fw-download", "create-ns", "detach-ns", "security-send", "set-feature", "reset", "subsystem-reset",
             "?")  # fmt: skip
    if verb in loses:
        device = words[1] if len(words) > 1 else Value(("a disk",))
        yield WriteDevice(device=device.shown(), how=f"nvme {verb}")
