"""Users, kernel, system preferences and attached devices."""

from __future__ import annotations

import re
from typing import Final

from enactd.effects.invocation import Effects, Invocation, Options, program
from enactd.effects.model import (
    ChangeService,
    CopyPath,
    DeletePath,
    InstallPackage,
    OpenShell,
    PowerState,
    ReadPath,
    RemovePackage,
    WriteDevice,
    WritePath,
)
from enactd.effects.values import join, known

_ACCOUNTS: Final = """
    useradd adduser usermod userdel deluser groupadd addgroup groupmod groupdel delgroup chpasswd passwd chage
    gpasswd chsh chfn newusers pwconv grpconv faillock pam-auth-update authselect authconfig dscl dseditgroup
    sysadminctl newgidmap usermgmt
""".split()


@program(*_ACCOUNTS)
def accounts(call: Invocation) -> Effects:
    texts = [word.text or "?" for word in call.args]
    looks = {
        "-S",
        "--status",
        "-l",
        "--list",
        "--help",
        "-h",
        "-c",
        "--check",
        "-read",
        "-list",
        "-search",
        "read",
        "list",
        "-V",
    }
    if looks & set(texts[:2]) and call.name not in ("useradd", "usermod", "adduser"):
        return
    yield ChangeService(
        tool=call.name, verb=call.name, what=" ".join(text for text in texts if not text.startswith("-"))[:120]
    )


_KERNEL: Final = """
    modprobe insmod rmmod depmod kmod setenforce setsebool semanage restorecon aa-enforce aa-disable aa-complain
    apparmor_parser update-grub grub-mkconfig update-initramfs mkinitcpio dracut efibootmgr ldconfig
    update-alternatives alternatives kextload kextunload csrutil spctl nvram bless softwareupdate kexec sysrc
    tuned-adm cpupower update-ca-certificates update-ca-trust trust locale-gen dpkg-divert quotaon quotaoff
    setquota edquota xcode-select systemsetup profiles tccutil DevToolsSecurity launchd fdesetup
""".split()
_KERNEL_LOOKS: Final = re.compile(
    r"-n|--dry-run|--show\S*|--display|--list|--query|--get-selections|-l|-s|status|--status|-V|--version|--help|-h|--config|list|"
    r"listbackups|latestbackup|-p|--print-path|-v|-[cC]|--resolve-alias|-print|-xml|frequency-info|active|-D|--show-depends|-assess|-a|--assess"
)

_KERNEL_TELLS: Final[dict[str, frozenset[str]]] = {
    "semanage": frozenset(("-l", "--list", "-E", "--extract")),
    "cpupower": frozenset(("info", "idle-info", "powercap-info", "monitor")),
    "efibootmgr": frozenset(("-u", "--unicode")),
    "kmod": frozenset(("static-nodes",)),
    "mkinitcpio": frozenset(("-L", "--listhooks", "-H", "--hookhelp", "-P --listpresets")),
}
"""Words that only tell, wherever they stand."""


@program(*_KERNEL)
def kernel(call: Invocation) -> Effects:
    texts = [word.text or "?" for word in call.args]
    if texts and _KERNEL_LOOKS.fullmatch(texts[0]) and call.name not in ("rmmod", "swapoff"):
        return
    if _KERNEL_TELLS.get(call.name, frozenset()) & set(texts):
        return
    if call.name in ("swapon", "kmod", "efibootmgr", "locale-gen", "fdesetup") and not texts:
        return
    yield ChangeService(tool=call.name, verb=texts[0] if texts else call.name, what=" ".join(texts[1:4])[:120])


@program("defaults", "plutil", "PlistBuddy", "gsettings", "dconf", "xfconf-query", "kwriteconfig5", "reg-defaults")
def preferences(call: Invocation) -> Effects:
    texts = [word.text or "?" for word in call.args]
    verb = texts[0] if texts else ""
    if call.name == "plutil":
        if any(text in ("-replace", "-insert", "-remove", "-convert", "-create") for text in texts):
            yield WritePath(target=call.target(call.args[-1]), how="edit")
        elif call.args:
            yield ReadPath(target=call.target(call.args[-1]))
        return
    if call.name == "PlistBuddy" and not any(
        re.match(r"(?:Set|Add|Delete|Clear|Merge|Import|Copy)\b", text) for text in texts
    ):
        return
    changing = re.match(r"write|delete|del|rename|import|set|reset|load|compile|update|-s|--set|-c", verb)
    if changing or call.name in ("PlistBuddy", "kwriteconfig5"):
        yield ChangeService(tool=call.name, verb=verb, what=" ".join(texts[1:4])[:120])


_ADB_READS: Final = frozenset(
    "devices version get-serialno get-state get-devpath help logcat bugreport wait-for-device start-server features"
    " host-features mdns jdwp".split()
)


@program("adb")
def adb(call: Invocation) -> Effects:
    line = Options(
        *"""
        -s S | -t T | -H H | -P P | -d | -e | -a | -L L | --version | --help
        """.split("|"),
        stop_at_operand=True,
    ).parse(call.args)
    if not line.operands:
        return
    verb, *rest = line.operands
    word = verb.text or "?"
    files = [one for one in rest if not one.prefix.startswith("-")]
    if word in _ADB_READS:
        if word == "logcat" and any(one.text == "-c" for one in rest):
            yield ChangeService(tool="adb", verb="logcat -c")
    elif word in ("shell", "exec-out"):
        if rest:
            yield from call.shell(join(rest), via="adb", place="adb device")
        else:
            yield OpenShell(by="adb", to="adb device")
    elif word == "uninstall":
        yield RemovePackage(manager="adb", names=tuple(one.shown(80) for one in files), scope="system")
    elif word in ("install", "install-multiple"):
        own = all(
            call.target(one).area in ("workspace", "temp") for one in files
        )  # what was built here goes to a device
        names = tuple(one.shown(80) for one in files)
        yield InstallPackage(manager="adb", names=names, origin="path", scope="project" if own else "system")
    elif word == "push" and len(files) > 1:
        for one in files[:-1]:
            yield CopyPath(target=call.target(one), to=call.target(files[-1], place="adb device"))
    elif word == "pull" and files:
        yield WritePath(target=call.target(files[1] if len(files) > 1 else files[0].split("/")[-1]))
    elif word == "reboot":
        yield PowerState(verb="reboot")
    elif word in ("forward", "reverse", "connect", "pair", "disconnect", "kill-server", "reconnect", "usb", "tcpip"):
        return
    else:
        yield ChangeService(tool="adb", verb=word, what=" ".join(one.shown(60) for one in files[:2]))


@program(
    *"""
     heimdall esptool esptool.py avrdude dfu-util st-flash openocd picotool
    """.split()
)
def flashing(call: Invocation) -> Effects:
    texts = [word.text or "?" for word in call.args]
    if {
        "devices",
        "getvar",
        "--help",
        "-h",
        "--version",
        "version",
        "chip_id",
        "read_mac",
        "-l",
        "--list",
        "info",
    } & set(texts):
        return
    if texts[:1] == ["reboot"]:
        yield PowerState(verb="reboot")
        return
    if texts:
        yield WriteDevice(device="an attached device", how=f"{call.name} {' '.join(texts[:3])}"[:120])


@program("ideviceinstaller", "xcrun", "simctl")
def apple_devices(call: Invocation) -> Effects:
    texts = [word.text or "?" for word in call.args]
    if texts[:1] == ["simctl"] or call.name == "simctl":
        rest = texts[1:] if call.name == "xcrun" else texts
        if rest[:1] in (["erase"], ["delete"]):
            yield DeletePath(
                target=call.target(known(call.world.home) + known("/Library/Developer/CoreSimulator/Devices")),
                recursive=True,
            )
    elif call.name == "xcrun" and call.args and not texts[0].startswith("-"):
        yield from call.run(list(call.args))
