"""Programs that only look at processes, sockets, memory and hardware."""

from __future__ import annotations

from enactd.effects.invocation import Effects, Invocation, Output, program
from enactd.effects.model import RevealSecret, SignalProcess
from enactd.effects.values import ENVIRONMENT, unknown


@program("ps")
def ps(call: Invocation) -> Effects:
    """The `e` of the BSD spelling adds every process's environment."""
    first = call.args[0].text or "" if call.args else ""
    if (first and not first.startswith("-") and first.isalpha() and "e" in first and len(first) <= 6) or "eww" in first:
        yield RevealSecret(what="process environments", by="ps")
        yield Output(unknown("processes with their environment", ENVIRONMENT))
    else:
        yield Output(unknown("a list of processes"))


@program("pgrep", "pidof", "lsof", "pidwait")
def finding(call: Invocation) -> Effects:
    """Process ids; the names asked for are kept in what is known about them, for `kill $(pgrep x)`."""
    asked = " ".join(word.shown(60) for word in call.args if not word.prefix.startswith("-") or call.name == "lsof")
    yield Output(unknown(f"output of {call.name} {asked}"[:120]))


@program("ss", "netstat", "netstat.exe")
def sockets(call: Invocation) -> Effects:
    if call.name == "ss" and any(word.text in ("-K", "--kill") for word in call.args):
        yield SignalProcess(scope="named", what="connections", signal="KILL")
    yield Output(unknown("a list of sockets"))


@program(
    *"""
    pstree top htop btop atop glances free uptime vmstat iostat mpstat sar pidstat w who last lastb lastlog lscpu
    lsusb lspci lsmod lshw lsns lsipc ipcs dmidecode sensors nvidia-smi nvtop rocm-smi iotop iftop nethogs bmon
    powertop modinfo sw_vers system_profiler vm_stat ioreg hostid acpi upower slabtop numastat procinfo neofetch
    fastfetch screenfetch inxi getconf users pmap pwdx tload rusers finger systemd-analyze systemd-cgls
    systemd-cgtop systemd-detect-virt lsclocks
    """.split()
)
def look(call: Invocation) -> Effects:
    yield Output(unknown(f"output of {call.name}"))
