"""Firewalls, addresses, routes, name servers and captures: looking is free, settings are changed."""

from __future__ import annotations

import re
from typing import Final

from enactd.effects.invocation import Effects, Invocation, Options, Output, program
from enactd.effects.model import ChangeService, ReadPath, RevealSecret, SignalProcess, WritePath
from enactd.effects.values import SECRET, unknown

# program -> the words that mean it only looks; with no words at all it looks, too.
_LOOKS: Final[dict[str, str]] = {
    "iptables": r"-L|--list|-S|--list-rules|-C|--check|-nL|-[nvx]*L[nvx]*",
    "ip6tables": r"-L|--list|-S|--list-rules|-C|--check|-[nvx]*L[nvx]*",
    "iptables-save": r".*",
    "ip6tables-save": r".*",
    "nft": r"list|describe|-c|--check|monitor",
    "ufw": r"status|version|show|--dry-run|app",
    "firewall-cmd": r"--list\S*|--state|--get\S*|--query\S*|--info\S*|--check-config",
    "pfctl": r"-s|-s\w+|-n|-vnf|-nf",
    "ip": r"show|list|ls|lst|get|monitor|-V|-Version|help",
    "nmcli": r"show|status|list|monitor|general|-v|--version|help|-g|-t|-f",
    "netplan": r"get|status|info|--help|help",
    "resolvectl": r"status|query|statistics|service|monitor|show-cache|show-server-state|openpgp|tlsa",
    "networksetup": r"-get\S*|-list\S*|-show\S*|-print\S*|-is\S*|-version|-help",
    "scutil": r"--dns|--get|--nwi|--proxy|-r|-w|--help",
    "ethtool": r"-i|-k|-S|-a|-c|-g|-l|-m|-n|-P|-T|-u|-x|-d|--show\S*|--driver|--statistics|--version|[a-z]+\d\w*",
    "tc": r"show|list|ls|-s|-V",
    "iw": r"list|event|info|link|scan|dump|--version|help",
    "iwconfig": r"[a-z]+\d\w*",
    "rfkill": r"list|--output|-o|help|--version",
    "brctl": r"show\S*",
    "ipset": r"list|save|test|-L|help|version",
    "conntrack": r"-L|--dump|-C|-S|-E",
    "sysctl": r"-a|-A|--all|-n|-N|--values|--names|-b|-e|--version|[\w.]+",
    "hostnamectl": r"status|show|--static|--help|--version",
    "timedatectl": r"status|show|list-timezones|timesync-status|show-timesync|--help|--version",
    "localectl": r"status|list-\S+|--help|--version",
    "loginctl": r"list-\S+|session-status|show-\S+|user-status|seat-status|--help|--version",
    "coredumpctl": r"list|info|--help|--version",
    "networkctl": r"list|status|lldp|label|--help|--version|cat",
    "machinectl": r"list|list-images|status|show|--help|--version",
    "udevadm": r"info|monitor|test|settle|verify|cat|--help|--version",
    "netsh": r"show|dump|/\?|help",
}
_FLUSHES: Final = re.compile(r"-F|--flush|-X|-Z|-P|-D|-A|-I|-R|-N|-E|flush|add|del|delete|set|insert|replace|change|append|create|destroy|up|down|enable|disable|reset|reload|allow|deny|reject|limit|apply|try|modify|connect|disconnect|off|on|link-set|--add\S*|--remove\S*|--set\S*|--reload|--panic-on|-w|--write|-p|--load|--system|-x|-d|-f|-e|[\w.]+=.*")  # fmt: skip

_NMCLI_CHANGES: Final = frozenset("import hotspot clone edit reapply rescan agent secret polkit wol migrate".split())
_LINK_SETTINGS: Final = frozenset("dns domain default-route llmnr mdns dnsovertls dnssec nta".split())


@program(*_LOOKS)
def setting(call: Invocation) -> Effects:
    """A settings tool: one changing word makes it a change, unless it only looks."""
    texts = [word.text if word.text is not None else "?" for word in call.args]
    if {"--help", "-h", "--version", "-V"} & set(texts) or not texts:
        return
    looks = re.compile(rf"(?:{_LOOKS[call.name]})$")
    changes = [text for text in texts if _FLUSHES.fullmatch(text)]
    if call.name in ("iptables-save", "ip6tables-save"):
        return
    if call.name == "sysctl":
        changes = [
            text
            for text in texts
            if "=" in text or text in ("-w", "--write", "-p", "--load", "--system", "-f") or text.startswith("-p")
        ]
        if not changes:
            return
    elif call.name == "nmcli":
        changes = [text for text in changes if not text.startswith("-")]
        if not changes and not _NMCLI_CHANGES & set(texts):
            return
    elif call.name == "resolvectl":
        words = [text for text in texts if not text.startswith("-")]
        at = next((place for place, text in enumerate(words) if looks.match(text) or text in _LINK_SETTINGS), None)
        if at is not None and (words[at] not in _LINK_SETTINGS or len(words) - at < 3):
            return  # `resolvectl dns eth0` tells, with an address behind it sets
    elif call.name in ("iptables", "ip6tables", "ethtool", "ip", "iw", "conntrack"):
        if not changes or any(looks.match(text) for text in texts if text not in changes):
            return
    elif any(looks.match(text) for text in texts[:3]):
        return
    yield ChangeService(
        tool=call.name, verb=(changes or texts)[0], what=" ".join(word.shown(40) for word in call.args)[:200]
    )


@program(
    *"""
    iptables-restore ip6tables-restore wg-quick dhclient ifup ifdown openvpn pfctl-restore vpnc openconnect
    nordvpn mullvad warp-cli dpkg-reconfigure ntpdate chronyc
    """.split()
)
def always(call: Invocation) -> Effects:
    texts = [word.text or "?" for word in call.args]
    if {
        "--help",
        "-h",
        "--version",
        "status",
        "tracking",
        "sources",
        "sourcestats",
        "activity",
        "ntpdata",
        "serverstats",
        "-q",
        "--show",
        "-r",
        "list",
    } & set(texts):
        return
    yield ChangeService(tool=call.name, verb=texts[0] if texts else "start", what=" ".join(texts[1:3]))


@program("ifconfig", "route", "arp", "ipconfig", "ipconfig.exe")
def interfaces(call: Invocation) -> Effects:
    texts = [word.text or "?" for word in call.args]
    changing = {"up", "down", "add", "del", "delete", "-d", "-s", "flush", "change", "netmask", "mtu", "hw", "inet", "-alias", "alias", "/release", "/renew", "/flushdns", "set"}  # fmt: skip
    hit = [text for text in texts if text in changing]
    if hit and "get" not in texts:
        yield ChangeService(tool=call.name, verb=hit[0], what=" ".join(texts)[:120])


@program("wg")
def wireguard(call: Invocation) -> Effects:
    texts = [word.text or "?" for word in call.args]
    verb = texts[0] if texts else "show"
    if verb in ("set", "setconf", "addconf", "syncconf"):
        yield ChangeService(tool="wg", verb=verb, what=" ".join(texts[1:2]))
    elif verb == "showconf" or "private-key" in texts or "dump" in texts or "preshared-keys" in texts:
        yield RevealSecret(what="VPN keys", by="wg")
        yield Output(unknown("VPN keys", SECRET))


CAPTURE: Final = Options(
    *"""
    -i I | -r F | -w F | -c N | -s N | -C N | -G N | -W N | -z C | -F F | -f E | -Y E | -R E | -T T | -e E | -E E
    | -o O | -n | -v | -q | -A | -x | -X | -l | -D | -L | -t | -S | -U | -Z U | -V | -h | -p | -d | -K | -N | -B N
    | -b O | -a O
    """.split("|")
)


@program("tcpdump", "tshark", "dumpcap", "ngrep", "termshark", "mitmdump", "mitmproxy")
def capture(call: Invocation) -> Effects:
    line = CAPTURE.parse(call.args)
    for word in line.values("-r"):
        yield ReadPath(target=call.target(word))
    for word in line.values("-w"):
        if word.text != "-":
            yield WritePath(target=call.target(word))
    for word in line.values("-z") if call.name == "tcpdump" else []:
        yield from call.run([word])
    yield Output(unknown("captured traffic"))


SCAN: Final = Options(
    "-oN F", "-oX F", "-oG F", "-oA F", "-oS F", "-iL F", "-p P", "--script S", "--script-args A", "-D D", "-e I",
    "-T N", "--top-ports N", "--exclude H", "--resume F",
)  # fmt: skip


@program("nmap", "masscan", "zmap", "rustscan", "naabu")
def scan(call: Invocation) -> Effects:
    line = SCAN.parse(call.args)
    for name in ("-oN", "-oX", "-oG", "-oA", "-oS"):
        for word in line.values(name):
            if word.text != "-":
                yield WritePath(target=call.target(word))
    for word in line.values("-iL"):
        yield ReadPath(target=call.target(word), shown=False)


@program("ss", "netstat", "netstat.exe")
def sockets(call: Invocation) -> Effects:
    if call.name == "ss" and any(word.text in ("-K", "--kill") for word in call.args):
        yield SignalProcess(scope="named", what="connections", signal="KILL")
    yield Output(unknown("a list of sockets"))
