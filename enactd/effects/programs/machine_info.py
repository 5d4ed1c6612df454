"""Programs that look at the machine, the time or the user and change nothing, and the few options that do."""

from __future__ import annotations

import re
from typing import Final

from enactd.effects.invocation import Effects, Invocation, Options, Output, known, program, unknown
from enactd.effects.model import ChangeService, ReadPath, RevealSecret
from enactd.effects.programs.streams import shown_by, standard_input, without_output

# One word without slash or blank.
_WORDS: Final = tuple("arch nproc logname whoami hostid tty getconf machine sw_vers".split())
# Nothing about them matters to anybody.
_HARMLESS: Final = tuple(
    "uname uptime w who users last lastlog lastb groups cal ncal gcal free vmstat iostat mpstat pidstat sar top htop"
    " btop atop glances lscpu lsusb lspci lsmod lsns lslocks lsmem lsirq lshw hwinfo inxi dmidecode df pstree tput"
    " clear cls locale apropos whatis tldr cheat sleep gsleep usleep true expr gexpr factor numfmt bc calc qalc units"
    " dircolors stty neofetch fastfetch screenfetch finger ipcs lsb_release cpuid nvidia-smi rocm-smi sensors"
    " acpi upower vm_stat system_profiler ioreg powermetrics pmap prtstat slabtop numastat tload runlevel "
    "  modinfo fc-list xdpyinfo glxinfo vulkaninfo lsinitramfs  pinky fortune ddate zdump"
    " sl cmatrix help   uuidgen uuid  mcookie".split()
)
_DATE: Final = Options(
    "-d --date STRING", "-f --file FILE", "-I --iso-8601 [S]", "-R --rfc-email --rfc-2822", "--rfc-3339 F",
    "-r --reference FILE",
    "-s --set STRING", "-u --utc --universal", "--debug", "-j", "-n", "-v VALUE", "-z ZONE", "--resolution", "--help",
    "--version",
)  # fmt: skip


@program(*_WORDS)
def one_word(call: Invocation) -> Effects:
    """Prints one word about the machine or the user."""
    yield Output(unknown(f"output of {call.name}", plain=True, empty=False))


@program(*_HARMLESS)
def harmless(call: Invocation) -> Effects:
    """Prints something about the machine."""
    calculates = call.name in ("expr", "gexpr", "factor", "bc", "uuidgen", "uuid", "mcookie", "units", "numfmt")
    plain = call.name == "uname" and not any("a" in (word.text or "a") for word in call.args)
    yield Output(unknown(f"output of {call.name}", plain=calculates or plain))


@program("id", "gid")
def identity(call: Invocation) -> Effects:
    """`id -u`, `id -un` and the like print one word."""
    short = any(re.fullmatch(r"-[unrgz]*[ug][unrgz]*", word.text or "") for word in call.args)
    yield Output(unknown("who the user is", plain=short, empty=False))


@program("date", "gdate")
def date(call: Invocation) -> Effects:
    """`-s` sets the clock; `-f` shows the lines of a file in its messages."""
    line = _DATE.parse(call.args)
    if line.has("--help", "--version"):
        return
    for word in line.values("-f"):
        if word.text != "-":
            yield ReadPath(target=call.target(word), shown=shown_by(call))
    for word in line.values("-r"):
        if not (word.text or "").isdigit():
            yield ReadPath(target=call.target(word), how="exists")
    setting = [
        word
        for word in line.operands
        if re.fullmatch(r"\d{8,12}(\.\d\d)?", word.text or "") and not line.has("-j", "-f")
    ]
    if line.has("-s") or setting:
        yield ChangeService(tool="date", verb="set", what="the clock")
    form = next((word.text for word in line.operands if word.startswith("+")), None)
    slashes = form is None or re.search(r"[/\s]|%[cDxrT+n]", form) is not None
    plain = (not slashes or line.has("-I")) and not line.has("-f")
    yield Output(unknown("the date", plain=plain, empty=False) + known("\n"))


@program("ps", "procs")
def ps(call: Invocation) -> Effects:
    """`ps e` (BSD style) and `-E` print the environment of processes."""
    texts = [word.text or "" for word in call.args]
    bsd = any(re.fullmatch(r"[a-zA-Z]*e[a-zA-Z]*", text) for text in texts[:1])
    shows = bsd or any(re.fullmatch(r"-[a-zA-Z]*E[a-zA-Z]*", text) for text in texts)
    if shows and shown_by(call):
        yield RevealSecret(what="the environment of processes", by="ps")
    yield Output(unknown("lines of ps"))


@program("lsof")
def lsof(call: Invocation) -> Effects:
    """Open files; `-t` prints only process ids."""
    letters = "".join(word.text or "" for word in call.args if word.startswith("-") and not word.startswith("--"))
    yield Output((unknown("process ids", plain=True) if "t" in letters else unknown("open files")) + known("\n"))


@program("dc")
def dc(call: Invocation) -> Effects:
    """A line that starts with `!` goes to a shell."""
    options = Options("-e --expression E", "-f --file FILE", "-h --help", "-V --version")
    line = options.parse(call.args)
    texts = [*line.values("-e"), standard_input(call)]
    for word in [*line.values("-f"), *line.operands]:
        yield ReadPath(target=call.target(word), shown=False)
        texts.append(call.text_of(word))
    for text in texts:
        for one in text.lines():
            if one.startswith("!") and not re.match(r"!\s*[<>=]", one.prefix):
                yield from without_output(call.shell(one.cut(1)))


@program("hostname")
def hostname(call: Invocation) -> Effects:
    """With a name, or `-F file`, it sets the name of the machine."""
    names = [word for word in call.args if not word.startswith("-")]
    if names or any(word.startswith("-F") or word.startswith("--file") or word.text == "-b" for word in call.args):
        yield ChangeService(tool="hostname", verb="set", what=names[0].shown() if names else "")
    else:
        yield Output(unknown("the name of this machine", plain=True, empty=False))


@program("dmesg", "hwclock")
def kernel(call: Invocation) -> Effects:
    """`dmesg -c` and `-C` clear the kernel's log, `hwclock -w` and `-s` set a clock."""
    letters = "".join(word.text or "" for word in call.args if re.fullmatch(r"-[a-zA-Z]+", word.text or ""))
    words = {word.text for word in call.args}
    if call.name == "dmesg" and (set(letters) & {"c", "C"} or words & {"--clear", "--read-clear"}):
        yield ChangeService(tool="dmesg", verb="clear", what="the kernel's log")
    if call.name == "hwclock" and words & {"-w", "--systohc", "-s", "--hctosys", "--set", "--adjust", "-a"}:
        yield ChangeService(tool="hwclock", verb="set", what="the clock")
