"""kill, pkill, killall, fuser and their Windows kin: who is signalled, and whether it is the gate."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, Literal

from enactd.effects.invocation import Effects, Invocation, Line, Options, Output, Value, Yield, program
from enactd.effects.model import SignalProcess, TamperGate
from enactd.effects.values import unknown

Scope = Literal["own", "one", "named", "user", "all"]

_GATE: Final = re.compile(r"enactd|enact-?hook|hookshim|enactctl")


def gate_named(word: Value) -> bool:
    """Whether a word, or the substitution behind it, names the gate's daemon or shim."""
    return bool(_GATE.search(word.visible)) or any(_GATE.search(hole.why) for hole in word.holes)


@program("kill", "pskill")
def kill(call: Invocation) -> Effects:
    signal = "TERM"
    words = list(call.args)
    targets: list[Value] = []
    while words:
        word = words.pop(0)
        text = word.text or word.prefix
        if text in ("-l", "-L", "--list", "--table", "--help", "--version", "-V"):
            return
        if text in ("-s", "--signal", "-n", "-q", "--queue"):
            signal = words.pop(0).shown() if words else signal
        elif text.startswith("--signal="):
            signal = text[9:]
        elif text == "--":
            targets += words
            break
        elif not targets and re.match(r"-(?:\d+|[A-Za-z][\w+]*)$", text) and (words or not re.match(r"-\d+$", text)):
            signal = text[1:]
        else:
            targets.append(word)
    if signal == "0":
        return
    for word in targets:
        yield from signalled(word, signal.upper().removeprefix("SIG"))


def signalled(word: Value, signal: str) -> Iterator[Yield]:
    """What a signal, or a debugger that takes hold, does to the process that a word names."""
    if gate_named(word):
        yield TamperGate(how=f"stops the gate's process: `{word.shown(80)}`")
    text = word.text
    scope: Scope = "one"
    if text is None:
        why = " ".join(hole.why for hole in word.holes)
        own = re.search(r"\$!|last background|own process|own child|jobs -p|\$PPID|\$\$", why)
        many = re.search(r"\b(?:pgrep|pidof|ps|processes)\b", why)
        scope = "own" if own else "named" if many else "one"
    elif text.startswith("%"):
        scope = "own"
    elif re.fullmatch(r"-1", text) or re.fullmatch(r"1", text):
        scope = "all"
    elif re.fullmatch(r"0", text):
        scope = "own"
    yield SignalProcess(scope=scope, what=word.shown(80), signal=signal)


PKILL: Final = Options(
    *"""
    -c --count | -e --echo | -f --full | -g --pgroup P | -G --group G | -i --ignore-case | -l --list-name | -a
    --list-full | -n --newest | -o --oldest | -P --parent P | -s --session S | -t --terminal T | -u --euid U | -U
    --uid U | -v --inverse | -x --exact | -F --pidfile F | -L --logpidfile | -r --runstates S | --ns P | --nslist
    N | --signal S | -q --queue V | -h --help | -V --version | -H --require-handler | -A --ignore-ancestors | -O
    --older S | --cgroup N | -w --lightweight | -d --delimiter D
    """.split("|")
)
KILLALL: Final = Options(
    *"""
    -e --exact | -I --ignore-case | -g --process-group | -i --interactive | -l --list | -n --ns P | -q --quiet |
    -r --regexp | -s --signal S | -u --user U | -v --verbose | -V --version | -w --wait | -y --younger-than T | -o
    --older-than T | -Z --context P | --help | -m | -d | -t T | -c P | -z
    """.split("|")
)
_SIGNAL: Final = re.compile(
    r"-(\d{1,2}|(?:SIG)?(?:HUP|INT|QUIT|KILL|TERM|STOP|CONT|USR1|USR2|TSTP|ABRT|ALRM|PIPE|CHLD|WINCH|TRAP|SEGV|BUS|0))$"
)
# "vite dev", "node server.js", "src/worker.py": what names one program with its argument, or one file.
_COMMAND_LINE: Final = re.compile(r"[\w./@:=+-]{2,}(?: [\w./@:=+-]{2,})+|(?:[\w.@+-]+/)+[\w@+-]+\.\w{1,4}")


@program("pkill", "killall", "skill", "slay", "pkillall")
def pkill(call: Invocation) -> Effects:
    signal = "TERM"
    args = []
    for word in call.args:
        match = _SIGNAL.match(word.text or "")
        if match:
            signal = match[1]
        else:
            args.append(word)
    line = (KILLALL if call.name == "killall" else PKILL).parse(args)
    if line.has("-V", "--help") or (call.name == "killall" and line.has("-l")):
        return
    if (line.has("-s") and call.name == "killall") or line.has("--signal"):
        signal = line.text("-s" if call.name == "killall" else "--signal", signal)
    if signal == "0":
        return
    signal = signal.upper().removeprefix("SIG")
    for word in line.operands:
        if gate_named(word):
            yield TamperGate(how=f"stops the gate's process by `{call.name} {word.shown(80)}`")
    users = [*line.values("-u"), *(line.values("-U") if call.name != "killall" else [])]
    names = ", ".join(word.shown(80) for word in line.operands)
    everything = any((word.text or "") in (".", ".*", "", "^", "*") for word in line.operands)
    if users or line.has("-v") or everything:
        yield SignalProcess(scope="user", what=names or ", ".join(word.shown(80) for word in users), signal=signal)
    elif line.has("-P") and not line.operands:
        yield SignalProcess(scope="own", what=line.text("-P"), signal=signal)
    elif line.operands or line.has("-g", "-t", "-s", "-F", "-G"):
        one = line.has("-f") and _one_program(line)
        yield SignalProcess(scope="one" if one else "named", what=names, signal=signal)


def _one_program(line: Line) -> bool:
    """Whether the patterns are command lines of one program each."""
    return bool(line.operands) and all(_COMMAND_LINE.fullmatch((word.text or "").strip()) for word in line.operands)


@program("killall5")
def killall5(call: Invocation) -> Effects:
    yield SignalProcess(scope="all", what="every process")


@program("fuser")
def fuser(call: Invocation) -> Effects:
    """Who uses a port or a file; `-k` kills them: one listener of a port, all users of a file."""
    if any(re.match(r"-[a-zA-Z]*k|--kill", word.prefix) for word in call.args):
        names = [word.shown(80) for word in call.args if not word.prefix.startswith("-")]
        port = bool(names) and all(re.fullmatch(r"\d+(?:/\w+)?|tcp|udp", name) for name in names)
        yield SignalProcess(scope="one" if port else "named", what=", ".join(names), signal="KILL")
    yield Output(unknown("output of fuser"))


@program("pgrep", "pidof", "pidwait")
def finding(call: Invocation) -> Effects:
    """Process ids; the names asked for stay known, for `kill $(pgrep x)`. One command line, as for `pkill -f`, is one."""
    line = PKILL.parse(call.args)
    asked = " ".join(word.shown(60) for word in call.args if not word.prefix.startswith("-"))
    if call.name == "pgrep" and line.has("-f") and not line.has("-v", "-u", "-U") and _one_program(line):
        yield Output(unknown(f"ids of {asked}"[:120]))
        return
    yield Output(unknown(f"output of {call.name} {asked}"[:120]))


@program("xkill")
def xkill(call: Invocation) -> Effects:
    yield SignalProcess(scope="one", what="a window that is clicked", signal="KILL")


@program("kill-port", "killport", "fkill")
def kill_port(call: Invocation) -> Effects:
    """One named thing listens on a port; `fkill` takes names and ports."""
    for word in call.args:
        if not word.startswith("-"):
            named = call.name == "fkill" and not re.fullmatch(r":?\d+", word.text or "")
            yield SignalProcess(scope="named" if named else "one", what=word.shown(80), signal="KILL")


@program("renice", "ionice-pid", "taskset-pid", "chrt-pid")
def renice(call: Invocation) -> Effects:
    return iter(())
