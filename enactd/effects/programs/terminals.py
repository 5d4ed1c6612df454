"""tmux, screen, script and busybox: sessions and bundles that start other commands."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from enactd.effects.invocation import Effects, Invocation, Options, Value, join, known, program
from enactd.effects.model import Opaque, OpenShell, ReadPath, SendData, SignalProcess, WritePath
from enactd.effects.programs.streams import without_output
from enactd.effects.values import FILE
from enactd.risk import Risk

_TMUX: Final = Options("-2", "-C", "-CC", "-D", "-l", "-N", "-u", "-v", "-c COMMAND", "-f FILE", "-L NAME", "-S PATH",
                       "-T F",
                       "-V", "-h", stop_at_operand=True)  # fmt: skip
_WINDOW: Final = Options(
    "-A", "-d", "-D", "-E", "-P", "-X", "-a", "-b", "-k", "-S", "-h", "-v", "-Z", "-I", "-f", "-C", "-B", "-p P",
    "-l N",
    "-c DIR", "-e ENV", "-F FORMAT", "-n NAME", "-s NAME", "-t TARGET", "-x N", "-y N", "-w N", "-T TITLE", "-N",
    stop_at_operand=True,
)  # fmt: skip
_SEND: Final = Options("-F", "-H", "-l", "-M", "-R", "-X", "-K", "-c CLIENT", "-N N", "-t TARGET", stop_at_operand=True)
_STARTS: Final = frozenset(
    "new-session new new-window neww split-window splitw respawn-pane respawnp respawn-window respawnw"
    " display-popup popup".split()
)
_KEYS: Final = re.compile(
    r"Enter|C-[a-z]|M-\S|Escape|Space|Tab|BSpace|Up|Down|Left|Right|KPEnter|C-\S|F\d+|PageUp|PageDown|Home|End"
)


@program("tmux", "byobu", "psmux")
def tmux(call: Invocation) -> Effects:
    """Commands apart by `;`. What is sent to a pane as keys is typed into a shell."""
    line = _TMUX.parse(call.args)
    if line.has("-V"):
        return
    shell_text = line.value("-c")
    if shell_text is not None:
        yield from without_output(call.shell(shell_text))
    for word in line.values("-f"):
        yield from _config(call, word)
    command: list[Value] = []
    for word in [*line.operands, known(";")]:
        if word.text == ";":
            yield from _tmux_command(call, command)
            command = []
        elif word.text is not None and word.text.endswith(";") and not word.text.endswith("\\;"):
            yield from _tmux_command(call, [*command, known(word.text[:-1])])
            command = []
        else:
            command.append(word)


def _config(call: Invocation, word: Value) -> Effects:
    yield ReadPath(target=call.target(word), shown=False)
    yield Opaque(reason=f"commands for {call.name} out of {word.shown(60)}")


def _started(call: Invocation, words: Sequence[Value]) -> Effects:
    """One word is for a shell, several are a program and its arguments."""
    if len(words) == 1:
        yield from without_output(call.shell(words[0]))
    elif words:
        yield from without_output(call.run(words))


def _tmux_command(call: Invocation, words: list[Value]) -> Effects:
    if not words:
        return
    verb = words[0].text
    if verb is None:
        yield Opaque(reason="a tmux command that is known only at run time", level=Risk.COMMITMENT)
    elif verb in _STARTS:
        yield from _started(call, _WINDOW.parse(words[1:]).operands)
    elif verb in ("send-keys", "send"):
        yield from _typed(call, _SEND.parse(words[1:]).operands)
    elif verb in ("run-shell", "run", "if-shell", "if", "pipe-pane", "pipep"):
        operands = (
            Options("-b", "-C", "-F", "-I", "-O", "-o", "-c D", "-d N", "-t T", stop_at_operand=True)
            .parse(words[1:])
            .operands
        )
        if operands:
            yield from without_output(call.shell(operands[0]))
        if verb in ("if-shell", "if"):
            for branch in operands[1:3]:
                yield from _tmux_command(call, branch.words())
    elif verb in ("source-file", "source"):
        for word in words[1:]:
            if not word.startswith("-"):
                yield from _config(call, word)
    elif verb in ("kill-server", "kill-session", "kill-window", "killw", "kill-pane", "killp"):
        named = [word.shown(60) for word in words[1:] if not word.startswith("-")]
        scope = "named" if verb == "kill-server" or any(w.text == "-a" for w in words[1:]) else "one"
        yield SignalProcess(scope=scope, what=f"tmux {verb} {' '.join(named)}".strip(), signal="HUP")  # type: ignore[arg-type]
    elif verb in ("bind-key", "bind", "set-hook") and re.search(
        r"run-shell|if-shell|pipe-pane", " ".join(w.visible for w in words)
    ):
        yield Opaque(reason=f"tmux {verb} ties a command to a key or an event")
    elif verb in ("save-buffer", "saveb"):
        for word in words[1:]:
            if not word.startswith("-") and word.text != "-":
                yield WritePath(target=call.target(word))


def _typed(call: Invocation, words: Sequence[Value]) -> Effects:
    """Keys as a shell would read them: named keys end a line or mean nothing."""
    text: list[Value] = []
    for word in [*words, known("Enter")]:
        if word.text is not None and _KEYS.fullmatch(word.text):
            if word.text == "Space":
                text.append(known(" "))
            elif word.text in ("Enter", "KPEnter", "C-m", "C-j") and text:
                yield from without_output(call.shell(join(text, "")))
                text = []
            elif word.text in ("C-c", "C-u"):
                text = []
        else:
            text.append(word)


@program("screen", "dtach", "abduco", "zellij")
def screen(call: Invocation) -> Effects:
    """`screen -dmS name CMD`; `-X stuff` types into a window."""
    options = Options("-a", "-A", "-c FILE", "-d", "-D", "-e XY", "-f", "-h N", "-i", "-l", "-ls", "-list", "-L",
                      "-Logfile FILE",
                      "-m", "-n", "-O", "-p WINDOW", "-q", "-Q", "-r", "-R", "-RR", "-s SHELL", "-S NAME", "-t TITLE",
                      "-T TERM",
                      "-U", "-v", "-wipe", "-x", "-X", "-dm", "-dmS NAME", "-DmS NAME", "-DRR", "-dRR", "-E", "-z",
                      "-M", "-N",
                      stop_at_operand=True)  # fmt: skip
    line = options.parse(call.args)
    operands = list(line.operands)
    if line.has("-c"):
        yield from _config(call, line.value("-c") or known("screenrc"))
    if call.name in ("dtach", "abduco") and operands:
        operands = operands[1:]
    if call.name == "zellij":
        at = next((i for i, word in enumerate(call.args) if word.text == "--"), None)
        operands = list(call.args[at + 1 :]) if at is not None else []
    if line.has("-X") and operands:
        verb = operands[0].text
        if verb == "stuff":
            for one in join(operands[1:]).split("\n") if len(operands) > 1 else []:
                text = re.sub(r"\\(?:n|r|015|012)|\^M|\r", "\n", one.text) if one.text is not None else None
                yield from without_output(call.shell(known(text) if text is not None else one))
        elif verb in ("quit", "kill"):
            yield SignalProcess(scope="one", what="a screen session", signal="HUP")
        elif verb in ("exec", "screen"):
            yield from without_output(call.run(operands[1:]))
        return
    if operands and not line.has("-r", "-x", "-ls", "-list", "-R", "-RR"):
        yield from without_output(call.run(operands))
    elif not operands and not line.found and call.name == "screen":
        yield OpenShell(by="screen", to="this machine")


@program("script", "scriptlive", "scriptreplay", "asciinema", "ttyrec", "termtosvg")
def script(call: Invocation) -> Effects:
    """`script -c TEXT FILE`, and the BSD form `script FILE CMD...`; the file keeps all that is shown."""
    options = Options("-a --append", "-c --command TEXT", "-e --return", "-E --echo W", "-f --flush", "--force",
                      "-B --log-io FILE", "-I --log-in FILE", "-O --log-out FILE", "-T --log-timing FILE",
                      "-m --logging-format F",
                      "-o --output-limit N", "-q --quiet", "-t --timing [F]", "-k", "-r", "-p", "-d", "-i N",
                      "--overwrite",
                      "--stdin", "--title T", "--cols N", "--rows N", "-h --help", "-V --version",
                      stop_at_operand=True)  # fmt: skip
    line = options.parse(call.args)
    if line.has("--help", "--version") or call.name == "scriptreplay":
        return
    operands = list(line.operands)
    if call.name == "asciinema":
        if operands[:1] and operands[0].text == "upload":
            yield SendData(to="asciinema.org", by="asciinema upload", carries=frozenset({FILE}))
        if not operands or operands[0].text not in ("rec", "record"):
            return
        line = options.parse(operands[1:])
        operands = list(line.operands)
    logs = [*operands[:1], *(word for name in ("-B", "-I", "-O", "-T") for word in line.values(name))]
    for word in logs or [known("typescript")]:
        yield WritePath(target=call.target(word), how="append" if line.has("-a") else "overwrite")
    rest = operands[1:]
    rest = rest[1:] if rest and rest[0].text == "--" else rest
    text = line.value("-c")
    if text is None and len(operands) > 2 and operands[1].text in ("-c", "--command"):
        text = operands[2]
    if text is not None:
        yield from call.shell(text)
    elif rest:
        yield from call.run(rest)
    elif call.stdin is not None:
        yield from call.shell(call.stdin, origin="stdin")
    else:
        yield OpenShell(by=call.name, to="this machine")


@program("busybox", "toybox", "coreutils", "uutils", "box64", "qemu-x86_64", "qemu-aarch64", "wine",
         "wine64", "rosetta")  # fmt: skip
def busybox(call: Invocation) -> Effects:
    """The first word is the program: an applet, or a binary for an emulator."""
    words = list(call.args)
    if call.name == "coreutils" and words and words[0].startswith("--coreutils-prog="):
        words[0] = words[0].cut(len("--coreutils-prog="))
    if call.name.startswith("qemu"):
        while words and words[0].startswith("-"):
            words = words[2:] if words[0].text in ("-L", "-E", "-U", "-cpu") else words[1:]
    if not words or words[0].startswith("--"):
        if words and words[0].text == "--install":
            yield WritePath(target=call.target(words[-1]), recursive=True)
        return
    yield from call.run(words)


@program("expect", "autoexpect", "empty")
def expect(call: Invocation) -> Effects:
    """Tcl that spawns programs and types into them."""
    args = list(call.args)
    for index, word in enumerate(args):
        if word.text == "-c" and index + 1 < len(args):
            yield from _spawned(call, args[index + 1])
        elif word.text == "-f" and index + 1 < len(args):
            yield from call.script(args[index + 1], language="tcl")
        elif not word.startswith("-") and (index == 0 or args[index - 1].text not in ("-c", "-f")):
            yield from call.script(word, args[index + 1 :], language="tcl")
            return
    if not args and call.stdin is not None:
        yield from _spawned(call, call.stdin)


def _spawned(call: Invocation, text: Value) -> Effects:
    found = False
    for match in re.finditer(r"(?:^|[;\n{])\s*(?:spawn(?:\s+-\w+)*|exec|system)\s+([^;\n}]+)", text.visible):
        found = True
        yield from without_output(call.shell(known(match.group(1).strip())))
    if not text.known or not found:
        yield Opaque(reason="an expect script that could not be read", level=Risk.SENSITIVE)
