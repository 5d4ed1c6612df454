"""Programs that start another one and change only how it runs: priority, time, buffering, tracing.

One table says for each where its own options end and how many operands stand before the command.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import msgspec

from enactd.effects.invocation import Effects, Invocation, Line, Options, Value, join, known, program
from enactd.effects.model import Opaque, ReadPath, WritePath
from enactd.effects.programs.environment import leading_assignments
from enactd.effects.programs.processes import signalled
from enactd.effects.programs.streams import without_output
from enactd.risk import Risk


class Wrapper(msgspec.Struct, frozen=True):
    """How a wrapper's line is read.

    `skip` operands stand before the command; with one of the `alone` options there is no command.
    `writes` are options that name a file written, `shells` options whose value a shell runs.
    """

    options: Options
    skip: int = 0
    alone: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()
    shells: tuple[str, ...] = ()


_HELP: Final = ("-h --help", "-V --version")


def _wrapper(
    *declarations: str,
    skip: int = 0,
    alone: Sequence[str] = (),
    writes: Sequence[str] = (),
    shells: Sequence[str] = (),
    helped: bool = True,
    stops: bool = True,
) -> Wrapper:
    """An entry of the table; `--help` and `--version` are understood everywhere unless `helped` says no."""
    extra = [one for one in _HELP if not any(name in " ".join(declarations).split() for name in one.split())]
    if not helped:
        extra = ["--help", "--version"]
    options = Options(*declarations, *extra, stop_at_operand=stops)
    return Wrapper(options, skip, tuple(alone), tuple(writes), tuple(shells))


_NOTHING: Final = _wrapper()
_TABLE: Final[dict[str, Wrapper]] = {
    "nice": _wrapper("-n --adjustment N"),
    "ionice": _wrapper("-c --class N", "-n --classdata N", "-p --pid", "-P --pgid", "-t --ignore", "-u --uid",
                       alone=("-p", "-P", "-u")),
    "nohup": _NOTHING,
    "time": _wrapper("-a --append", "-f --format F", "-o --output FILE", "-p --portability", "-v --verbose",
                     "-q --quiet",
                     "-l", writes=("-o",)),
    "timeout": _wrapper("-k --kill-after T", "-s --signal S", "-v --verbose", "-f --foreground", "-p --preserve-status",
                        skip=1),
    "stdbuf": _wrapper("-i --input M", "-o --output M", "-e --error M"),
    "setsid": _wrapper("-c --ctty", "-f --fork", "-w --wait"),
    "chrt": _wrapper("-b --batch", "-d --deadline", "-e --ext", "-f --fifo", "-i --idle", "-o --other", "-r --rr",
                     "-T --sched-runtime N", "-P --sched-period N", "-D --sched-deadline N", "-R --reset-on-fork",
                     "-a --all-tasks", "-m --max", "-p --pid", "-v --verbose", skip=1, alone=("-p", "-m")),
    "taskset": _wrapper("-a --all-tasks", "-c --cpu-list", "-p --pid", skip=1, alone=("-p",)),
    "numactl": _wrapper("-a --all", "-i --interleave N", "-w --weighted-interleave N", "-p --preferred N",
                        "--preferred-many N", "-m --membind N", "-N --cpunodebind N", "-C --physcpubind N",
                        "-l --localalloc", "-b --balancing", "-s --show", "-H --hardware", "-S --shm F",
                        "-L --length N",
                        "-o --offset N", "-f --file F", "-M --shmmode M", "-t --strict", "-d --dump", "-D --dump-nodes",
                        "-k --huge", "-u --touch", alone=("-s", "-H")),
    "caffeinate": _wrapper("-d", "-i", "-m", "-s", "-u", "-t N", "-w PID", helped=False),
    "unbuffer": _wrapper("-p", helped=False),
    "strace": _wrapper("-o --output FILE", "-e --trace EXPR", "-p --attach PID", "-E --env V", "-u --user U", "-s N",
                       "-a N", "-b S", "-I N", "-O N", "-P P", "-S S", "-X F", "-U C", "-f --follow-forks", "-ff",
                       "-c", "-C", "-t", "-tt", "-ttt", "-T", "-r", "-v", "-x", "-xx", "-y", "-yy", "-i", "-k", "-q",
                       "-qq", "-z", "-Z", "-n", "-w", "-d", "-D", "-A", "--seccomp-bpf", "-Y", "-N",
                       alone=("-p",), writes=("-o",)),
    "ltrace": _wrapper("-o --output FILE", "-e EXPR", "-p PID", "-u U", "-s N", "-a N", "-n N", "-l L", "-x E", "-F F",
                       "-A N", "-D M", "-w N", "-f", "-c", "-C", "-t", "-tt", "-T", "-r", "-S", "-L", "-i", "-b",
                       alone=("-p",), writes=("-o",)),
    "valgrind": _wrapper(helped=False),
    "dbus-run-session": _wrapper("--config-file FILE", "--dbus-daemon PROGRAM"),
    "dbus-launch": _wrapper("--sh-syntax", "--csh-syntax", "--exit-with-session", "--autolaunch ID", "--auto-syntax",
                            "--binary-syntax", "--close-stderr", "--config-file FILE", "--exit-with-x11"),
    "xvfb-run": _wrapper("-a --auto-servernum", "-e --error-file FILE", "-f --auth-file FILE", "-l --listen-tcp",
                         "-n --server-num N", "-p --xauth-protocol P", "-s --server-args A", "-w --wait N",
                         writes=("-e",)),
    "faketime": _wrapper("-f", "-m", "-p N", "--exclude-monotonic", "--date-prog P", skip=1),
    "chronic": _wrapper("-v", "-e", helped=False),
    "catchsegv": _NOTHING,
    "eatmydata": _NOTHING,
    "fakeroot": _wrapper("-l --lib L", "--faked F", "-i FILE", "-s FILE", "-u --unknown-is-real", "-b FD"),
    "fakechroot": _wrapper("-l --lib L", "-e --environment T", "-s --use-system-libs", "-b --elfloader L", "-d D",
                           "-c --config-dir D"),
    "setarch": _wrapper("-B --32bit", "-F --fdpic-funcptrs", "-I --short-inode", "-L --addr-compat-layout",
                        "-R --addr-no-randomize", "-S --whole-seconds", "-T --sticky-timeouts",
                        "-X --read-implies-exec",
                        "-Z --mmap-page-zero", "-3 --3gb", "--4gb", "--uname-2.6", "-v --verbose", "--list", "--show",
                        "-p --pid P"),
    "prlimit": _wrapper("-p --pid PID", "-o --output L", "--noheadings", "--raw", "--verbose", "-c --core [L]",
                        "-d --data [L]", "-e --nice [L]", "-f --fsize [L]", "-i --sigpending [L]", "-l --memlock [L]",
                        "-m --rss [L]", "-n --nofile [L]", "-q --msgqueue [L]", "-r --rtprio [L]", "-s --stack [L]",
                        "-t --cpu [L]", "-u --nproc [L]", "-v --as [L]", "-x --locks [L]", "-y --rttime [L]",
                        helped=False, alone=("-p",)),
    "cpulimit": _wrapper("-l --limit N", "-p --pid P", "-e --exe N", "-P --path P", "-b --background", "-q", "-v", "-z",
                         "-i --include-children", "-m --monitor-forks", alone=("-p", "-e", "-P")),
    "uclampset": _wrapper("-m N", "-M N", "-a", "-p PID", "-s", "-R", "-v", helped=False, alone=("-p",)),
    "softlimit": _wrapper("-a N", "-c N", "-d N", "-f N", "-l N", "-m N", "-o N", "-p N", "-r N", "-s N", "-t N",
                          helped=False),
    "hyperfine": _wrapper("-w --warmup N", "-r --runs N", "-m --min-runs N", "-M --max-runs N", "-p --prepare CMD",
                          "-c --cleanup CMD", "-s --setup CMD", "-C --conclude CMD", "--reference CMD", "-S --shell S",
                          "-N", "-i --ignore-failure", "--style S", "--sort S", "-u --time-unit U",
                          "-n --command-name N",
                          "--export-json FILE", "--export-csv FILE", "--export-markdown FILE", "--export-asciidoc FILE",
                          "--export-orgmode FILE", "-P --parameter-scan V", "-D --parameter-step-size N",
                          "-L --parameter-list V", "--show-output", "--output W", "--input F", stops=False,
                          writes=("--export-json", "--export-csv", "--export-markdown", "--export-asciidoc"),
                          shells=("-p", "-c", "-s", "-C", "--reference")),
    "torsocks": _wrapper("-u --user U", "-p --pass P", "-P --port P", "-a --address A", "-i --isolate", "-d --debug",
                         "-q --quiet", "--shell", helped=False),
    "torify": _NOTHING,
    "proxychains": _wrapper("-q", "-f FILE", helped=False),
    "proxychains4": _wrapper("-q", "-f FILE", helped=False),
    "tsocks": _NOTHING,
    "aoss": _NOTHING,
    "padsp": _wrapper("-s H", "-n N", "-m N", "-M", "-S", "-D", "-d", helped=False),
    "optirun": _wrapper("-b --bridge B", "-c M", "--no-xorg", helped=False),
    "primusrun": _NOTHING,
    "prime-run": _NOTHING,
    "gamemoderun": _NOTHING,
    "rlwrap": _wrapper("-a [P]", "-b C", "-c", "-C N", "-D N", "-f F", "-g R", "-H F", "-i", "-I", "-l F", "-m [S]",
                       "-M E", "-n", "-N", "-o", "-O R", "-p [C]", "-P I", "-q C", "-r", "-R", "-s N", "-S P", "-t T",
                       "-z F", helped=False, writes=("-l",)),
    "rlfe": _NOTHING,
    "retry": _wrapper("-t --times N", "-d --delay N", "-m N", "-n N", "--until C", "--while C"),
    "setlock": _wrapper("-n", "-N", "-x", "-X", skip=1, helped=False),
    "tini": _wrapper("-p S", "-s", "-v", "-w", "-g", "-e N", "-l", helped=False),
    "dumb-init": _wrapper("-c --single-child", "-r --rewrite R", "-v --verbose"),
    "runcon": _wrapper("-c --compute", "-t --type T", "-u --user U", "-r --role R", "-l --range R", skip=1),
    "heaptrack": _wrapper("-o --output F", "-p --pid P", "-d --debug", "-r --raw", "--record-only", alone=("-p",)),
    "ccache": _wrapper("-s --show-stats", "-C --clear", "-c --cleanup", "-z --zero-stats", "-p --show-config", "-v",
                       "-o --set-config S", "-M --max-size S", "-F --max-files N", "-k --get-config K",
                       alone=("-s", "-C", "-c", "-z", "-p", "-o", "-M", "-F", "-k")),
    "distcc": _NOTHING,
}  # fmt: skip
_LOADER: Final = "ld-linux-x86-64.so"  # the version behind a name is not part of it
_TABLE[_LOADER] = _wrapper(
    "--library-path P", "--preload P", "--argv0 S", "--inhibit-cache", "--inhibit-rpath L", "--audit L", "--list", "--verify",
    "--glibc-hwcaps-prepend L", "--glibc-hwcaps-mask L", "--list-tunables", "--list-diagnostics", alone=("--list", "--verify"),
)  # fmt: skip
_LOADERS: Final = (
    "ld-linux.so", "ld-linux-aarch64.so", "ld-linux-armhf.so", "ld-linux-riscv64-lp64d.so", "ld-musl-x86_64.so",
    "ld-musl-aarch64.so", "ld-musl-armhf.so", "ld.so", "ld64.so",
)  # fmt: skip
_ALIASES: Final = dict.fromkeys(_LOADERS, _LOADER) | {"gtimeout": "timeout", "gnice": "nice", "gnohup": "nohup", "gstdbuf": "stdbuf", "gtime": "time",
                   "linux32": "setarch", "linux64": "setarch", "i386": "setarch", "i686": "setarch",
                   "x86_64": "setarch",
                   "uname26": "setarch", "proxychains-ng": "proxychains"}  # fmt: skip
_MACHINE: Final = re.compile(r"linux(?:32|64)|i\d86|x86_64|uname26|arm\w*|aarch64|ppc\w*|s390x?|sparc\w*|mips\w*|alpha")


@program(*_TABLE, *_ALIASES)
def wrapper(call: Invocation) -> Effects:
    """The command behind the wrapper's own words; on its own lines it does nothing."""
    name = _ALIASES.get(call.name, call.name)
    entry = _TABLE[name]
    args = _without_numbers(call.args) if name == "nice" else list(call.args)
    line = entry.options.parse(args)
    if line.has("--help", "--version"):
        return
    yield from side_effects(call, entry, line)
    skip = entry.skip
    if name == "setarch" and call.name == "setarch" and _is_machine(line.operands):
        line = entry.options.parse(line.operands[1:])
    if name == "hyperfine":
        for text in line.operands:
            yield from without_output(call.shell(text))
        return
    _, command = leading_assignments(line.operands[skip:])
    if command and not (entry.alone and line.has(*entry.alone)):
        yield from call.run(command)
    elif line.uncertain and line.unknown:
        yield Opaque(reason=f"the options of {call.name} are known only at run time", level=Risk.COMMITMENT)


def side_effects(call: Invocation, entry: Wrapper, line: Line) -> Effects:
    """Files that the wrapper itself writes, and text that it gives to a shell."""
    for option in entry.writes:
        for word in line.values(option):
            if word.startswith("|") or word.startswith("!"):
                yield from without_output(call.hidden(word.cut(1), option))
            else:
                yield WritePath(target=call.target(word))
    for option in entry.shells:
        for word in line.values(option):
            yield from without_output(call.shell(word))


def _without_numbers(args: Sequence[Value]) -> list[Value]:
    """`nice -10 cmd`: the old way to give a number."""
    words = list(args)
    while words and re.fullmatch(r"--?\d+", words[0].text or ""):
        words.pop(0)
    return words


def _is_machine(words: Sequence[Value]) -> bool:
    return bool(words) and _MACHINE.fullmatch(words[0].text or "") is not None


@program("watch", "viddy", "hwatch")
def watch(call: Invocation) -> Effects:
    """The words become one line for `sh -c`; with `-x` they run as they are."""
    options = Options(
        "-b --beep", "-c --color", "-C --no-color", "-d --differences [P]", "-e --errexit", "-f --follow",
        "-g --chgexit",
        "-n --interval SECS", "-p --precise", "-q --equexit N", "-r --no-rerun", "-s --shotsdir DIR", "-t --no-title",
        "-w --no-wrap", "-x --exec", "-h --help", "-v --version", stop_at_operand=True,
    )  # fmt: skip
    line = options.parse(call.args)
    if line.has("--help", "--version") or not line.operands:
        return
    yield from call.run(line.operands) if line.has("-x") else call.shell(join(line.operands))


@program("flock", "lockf")
def flock(call: Invocation) -> Effects:
    """`flock FILE CMD...`, `flock FILE -c TEXT`; a number locks an open descriptor and runs nothing."""
    options = Options(
        "-s -r --shared", "-x -e --exclusive", "-u --unlock", "-n --nb --nonblock", "-w --wait --timeout SECS",
        "-E --conflict-exit-code N", "-o --close", "-F --no-fork", "-c --command TEXT", "-k", "-t SECS", "--verbose",
        "--fcntl", "-h --help", "-V --version", stop_at_operand=True,
    )  # fmt: skip
    line = options.parse(call.args)
    if line.has("--help", "--version") or not line.operands:
        return
    lock, *command = line.operands
    if not (lock.text or "").isdigit():
        yield WritePath(target=call.target(lock), how="append", content="")
    text = line.value("-c")
    if text is None and len(command) > 1 and command[0].text in ("-c", "--command"):
        text = command[1]
    if text is not None:
        yield from call.shell(text)
    elif command:
        yield from call.run(command)


@program("gcore", "jmap", "jstack", "procdump")
def dump(call: Invocation) -> Effects:
    """The memory of a process goes into a file."""
    for word in call.args[-1:]:
        yield from signalled(word, "PTRACE")


@program("gdb", "lldb", "cgdb", "rr")
def gdb(call: Invocation) -> Effects:
    """Debuggers: commands of `-ex` and `-x` may leave for a shell; `--args` starts a program."""
    args = list(call.args)
    for i, word in enumerate(args[:-1]):
        if word.text in ("-p", "--pid", "-pid", "--attach-pid"):
            yield from signalled(args[i + 1], "PTRACE")
        elif word.text in ("-ex", "--eval-command", "-eval-command", "-iex", "-o", "-O"):
            yield from _debugger_command(call, args[i + 1])
        elif word.text in ("-x", "--command", "-command", "-s", "-S"):
            yield ReadPath(target=call.target(args[i + 1]), shown=False)
            yield Opaque(reason=f"commands for {call.name} out of a file")
    at = next((i for i, word in enumerate(args) if word.text in ("--args", "-args", "--", "record")), None)
    if at is not None and args[at + 1 :]:
        yield from call.run(args[at + 1 :])


def _debugger_command(call: Invocation, word: Value) -> Effects:
    text = word.text
    if text is None:
        yield Opaque(reason=f"a command for {call.name} that is known only at run time", level=Risk.COMMITMENT)
        return
    match = re.match(r"\s*(?:shell|make|!|platform shell|pipe)\s*(.*)", text)
    if match:
        yield from without_output(call.shell(known(match.group(1))))
    code = re.match(r"\s*(?:python|py|script|python-interactive)\s+(.*)", text, re.DOTALL)
    if code:
        yield from without_output(call.code("python", known(code.group(1))))


@program("perf", "bpftrace", "operf", "nsys-profile", "vtune", "samply", "py-spy", "austin", "uftrace", "rtrace")
def perf(call: Invocation) -> Effects:
    """Profilers: what stands behind `--`, or behind a recording verb's options, runs."""
    args = list(call.args)
    if call.name == "bpftrace":
        at = next((i for i, word in enumerate(args[:-1]) if word.text == "-c"), None)
        if at is not None:
            yield from call.shell(args[at + 1])
        return
    at = next((i for i, word in enumerate(args) if word.text == "--"), None)
    for i, word in enumerate(args[: at if at is not None else len(args)][:-1]):
        if word.text in ("-o", "--output"):
            yield WritePath(target=call.target(args[i + 1]))
    if at is not None:
        yield from call.run(args[at + 1 :])
        return
    verb = args[0].text if args else ""
    records = verb in ("record", "stat", "trace", "mem", "c2c", "kvm", "lock", "sched")
    if records and call.name in ("perf", "samply", "uftrace", "py-spy"):
        options = Options("-e --event E", "-o --output FILE", "-F --freq N", "-c N", "-C --cpu L", "-p --pid P",
                          "-t --tid T", "-g", "-a", "--call-graph M", "-r --repeat N", "-i", "-d", "-s", "-v", "-I N",
                          "-x S", "-m N", "-T", "-k C", "-G", "-D N", "-u U", "-z", "-n", "-q",
                          stop_at_operand=True)  # fmt: skip
        line = options.parse(args[1:])
        command = (
            line.operands[1:]
            if line.operands and line.operands[0].text in ("record", "stat", "trace")
            else line.operands
        )
        if command and not line.has("-p", "-t"):
            yield from call.run(command)
