"""systemctl and other service managers, timers and jobs that run later, power state."""

from __future__ import annotations

import re
from typing import Final

from enactd.effects.invocation import Effects, Invocation, Options, Output, program
from enactd.effects.model import ChangeService, PowerState, ReadPath, ScheduleJob, TamperGate
from enactd.effects.programs.processes import gate_named
from enactd.effects.values import ENVIRONMENT, unknown

SYSTEMCTL: Final = Options(
    *"""
    -a --all | --failed | -l --full | -q --quiet | --no-pager | --no-block | --now | -f --force | --user |
    --system | --global | --runtime | --no-reload | --no-ask-password | --no-legend | --plain | --wait |
    --recursive | --show-types | --dry-run | --value | -r | -i --ignore-inhibitors | --reverse | --after |
    --before | -h --help | --version | --no-wall | --fail | -t --type T | -s --signal S | --state S | -p
    --property P | -H --host H | -M --machine M | -n --lines N | -o --output F | --job-mode M | --kill-whom W |
    --kill-who W | --what W | --root R | --preset-mode M | --firmware-setup | --message M | --boot-loader-menu T |
    --check-inhibitors V | -P N | --legend B | --timestamp F | --drop-in N | --stdin | --image I
    """.split("|")
)
_LOOKS: Final = frozenset(
    """status show cat list-units list-unit-files list-timers list-sockets list-dependencies list-jobs list-machines
    list-paths list-automounts is-active is-enabled is-failed is-system-running get-default help show-environment whoami
    get-property
    """.split()
)
_POWER: Final = frozenset(
    "poweroff reboot halt kexec suspend hibernate hybrid-sleep suspend-then-hibernate soft-reboot exit sleep".split()
)


@program("systemctl")
def systemctl(call: Invocation) -> Effects:
    line = SYSTEMCTL.parse(call.args)
    if line.has("-h", "--version", "--dry-run") or not line.operands:
        return
    verb, *units = line.operands
    word = verb.text or ""
    if word in _LOOKS:
        if word == "show-environment":
            yield Output(unknown("the service manager's environment", ENVIRONMENT))
        return
    if word in _POWER:
        yield PowerState(verb=word)
        return
    for unit in units:
        if gate_named(unit):
            yield TamperGate(how=f"`systemctl {verb.shown(40)} {unit.shown(80)}`")
    yield ChangeService(tool="systemctl", verb=verb.shown(40), what=" ".join(unit.shown(80) for unit in units))


_SERVICE_LOOKS: Final = re.compile(
    r"status|--status-all|list|help|show|print|blame|info|checkconfig|isrunning|--help|--version|-s|-l|--list"
)


_SV_VERBS: Final = re.compile(
    r"(?:try-|force-)?(?:up|down|once|pause|cont|hup|alarm|interrupt|quit|[12]|term|kill|exit|start|stop|reload|restart|shutdown)|[a-z]"
)


@program(
    *"""
    service rc-service initctl start-stop-daemon sv svc s6-svc s6-rc rc-update update-rc.d chkconfig invoke-rc.d
    supervisorctl monit runit pm2-service sc sc.exe net-service dinitctl
    """.split()
)
def service(call: Invocation) -> Effects:
    """`service NAME VERB`, `sv VERB NAME`, `supervisorctl VERB NAME`: any looking verb makes it harmless."""
    words = [
        word for word in call.args if not (word.prefix.startswith("-") and word.text not in ("--status-all", "--list"))
    ]
    if not words or any(_SERVICE_LOOKS.fullmatch(word.text or "") for word in words):
        return
    if call.name in ("sc", "sc.exe") and (words[0].text or "").lower() in ("query", "queryex", "qc", "qdescription"):
        return
    for word in words:
        if gate_named(word):
            yield TamperGate(how=f"`{call.name} {' '.join(one.shown(40) for one in words)}`")
    if call.name == "sv" and not _SV_VERBS.fullmatch(words[0].text or "up"):
        return  # svelte's own tool bears the name, too
    verb = words[0] if call.name in ("supervisorctl", "sv", "sc", "sc.exe", "initctl", "svc") else words[-1]
    yield ChangeService(
        tool=call.name, verb=verb.shown(40), what=" ".join(word.shown(80) for word in words if word is not verb)
    )


_LAUNCHCTL_LOOKS: Final = frozenset(
    "list print print-cache print-disabled blame dumpstate help version managerpid manageruid hostinfo procinfo"
    " getenv".split()
)


@program("launchctl", "brew-services")
def launchctl(call: Invocation) -> Effects:
    words = [word for word in call.args if not word.prefix.startswith("-")]
    verb = words[0].text if words else None
    if not words or verb in _LAUNCHCTL_LOOKS:
        return
    if verb in ("load", "bootstrap", "submit", "enable"):
        yield ScheduleJob(by="launchctl", what=" ".join(word.shown(80) for word in words[1:]))
        return
    for word in words:
        if gate_named(word):
            yield TamperGate(how=f"`launchctl {' '.join(one.shown(40) for one in words)}`")
    if verb == "reboot":
        yield PowerState(verb="reboot")
        return
    yield ChangeService(tool="launchctl", verb=words[0].shown(40), what=" ".join(word.shown(80) for word in words[1:]))


@program("crontab")
def crontab(call: Invocation) -> Effects:
    line = Options("-l", "-r", "-e", "-i", "-u U", "-n", "-V", "-T F", "-c D", "-s", "-x F").parse(call.args)
    if line.has("-V", "-T", "-n"):
        return
    if line.has("-l"):
        yield Output(unknown("the scheduled jobs"))
    elif line.has("-r"):
        yield ScheduleJob(by="crontab", what="all jobs", removes=True)
    elif line.has("-e"):
        yield ScheduleJob(by="crontab", what="an edited table")
    else:
        source = line.operands[0] if line.operands else None
        if source is not None and source.text != "-":
            yield ReadPath(target=call.target(source), shown=False)
        text = call.text_of(source) if source is not None and source.text != "-" else call.stdin
        yield ScheduleJob(by="crontab", what=(text.shown(300) if text is not None else "a new table"))


@program("at", "batch", "atrm", "atq", "atd")
def at(call: Invocation) -> Effects:
    line = Options("-V", "-q Q", "-m", "-M", "-l", "-r", "-d", "-v", "-c", "-f F", "-t T", "-u U", "-b").parse(
        call.args
    )
    if call.name in ("atq", "atd") or line.has("-V", "-l", "-c"):
        return
    if call.name == "atrm" or line.has("-r", "-d"):
        yield ScheduleJob(by="at", what=" ".join(word.shown(40) for word in line.operands), removes=True)
        return
    file = line.value("-f")
    text = call.text_of(file) if file is not None else call.stdin
    yield ScheduleJob(by=call.name, what=text.shown(300) if text is not None else "")
    if text is not None:
        yield from call.shell(text, via=call.name)


@program("anacron", "fcrontab", "incrontab")
def other_tables(call: Invocation) -> Effects:
    texts = [word.text for word in call.args]
    if "-l" not in texts and "-T" not in texts:
        yield ScheduleJob(by=call.name, removes="-r" in texts)


@program("shutdown", "reboot", "halt", "poweroff", "telinit", "init", "pm-suspend", "pm-hibernate", "shutdown.exe")
def power(call: Invocation) -> Effects:
    texts = [word.text for word in call.args]
    if any(text in ("-c", "--help", "--version", "--show", "-k", "-w", "--wtmp-only", "/a", "/?") for text in texts):
        return
    if call.name in ("init", "telinit"):
        level = next((text for text in texts if text and not text.startswith("-")), "")
        if level in ("0", "6", "1", "s", "S"):
            yield PowerState(verb={"0": "poweroff", "6": "reboot"}.get(level, "single user"))
        elif level:
            yield ChangeService(tool=call.name, verb=level)
        return
    verb = "reboot" if call.name == "reboot" or "-r" in texts or "--reboot" in texts or "/r" in texts else call.name
    yield PowerState(verb=verb)


@program("pmset", "rtcwake")
def pmset(call: Invocation) -> Effects:
    texts = [word.text for word in call.args]
    if call.name == "rtcwake" or "sleepnow" in texts:
        yield PowerState(verb="suspend")
    elif "-g" not in texts:
        yield ChangeService(tool="pmset", verb="set", what=" ".join(word.shown(40) for word in call.args))


JOURNAL: Final = Options(
    *"""
    --vacuum-size S | --vacuum-time T | --vacuum-files N | --rotate | --flush | --relinquish-var | --setup-keys |
    --update-catalog | --file F | -D --directory D | --sync
    """.split("|")
)


@program("journalctl")
def journalctl(call: Invocation) -> Effects:
    line = JOURNAL.parse(call.args)
    changed = [name for name, _ in line.found if name not in ("--file", "-D", "--sync")]
    if changed:
        yield ChangeService(tool="journalctl", verb=changed[0].lstrip("-"))
    else:
        yield Output(unknown("the system's log"))


@program("logrotate")
def logrotate(call: Invocation) -> Effects:
    line = Options(
        "-d --debug", "-f --force", "-m --mail C", "-s --state F", "-v --verbose", "-l --log F", "--version"
    ).parse(call.args)
    if line.has("-d", "--version"):
        return
    for word in line.operands:
        yield ReadPath(target=call.target(word), shown=False)
    yield ChangeService(tool="logrotate", verb="rotate")


@program("wevtutil", "auditctl", "auditd")
def audit(call: Invocation) -> Effects:
    texts = [word.text or "" for word in call.args]
    if any(text in ("-l", "-s", "qe", "el", "gl", "gli", "query-events", "-h", "--help") for text in texts):
        return
    yield ChangeService(tool=call.name, verb=texts[0] if texts else "")
