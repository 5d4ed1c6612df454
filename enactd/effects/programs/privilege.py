"""sudo, doas, su and their kin: the same command, as somebody else."""

from __future__ import annotations

from typing import Any, Final

from enactd.effects.invocation import Effects, Invocation, Options, Value, join, known, program
from enactd.effects.model import OpenShell, WritePath
from enactd.effects.programs.environment import dangerous, leading_assignments

_SUDO: Final = Options(
    "-A --askpass", "-B --bell", "-b --background", "-C --close-from N", "-D --chdir DIR", "-E",
    "--preserve-env [LIST]", "-e --edit", "-g --group GROUP", "-H --set-home", "-h --host HOST", "-i --login",
    "-K --remove-timestamp", "-k --reset-timestamp", "-l --list", "-N --no-update", "-n --non-interactive",
    "-P --preserve-groups", "-p --prompt TEXT", "-R --chroot DIR", "-r --role ROLE", "-S --stdin", "-s --shell",
    "-T --command-timeout N", "-t --type TYPE", "-U --other-user USER", "-u --user USER", "-V --version",
    "-v --validate", "--help",
    stop_at_operand=True,
)  # fmt: skip
_DOAS: Final = Options("-a STYLE", "-C FILE", "-L", "-n", "-s", "-u USER", stop_at_operand=True)
_SU: Final = Options(
    "-c --command COMMAND", "--session-command COMMAND", "-f --fast", "-g --group GROUP", "-G --supp-group GROUP",
    "-l --login", "-m -p --preserve-environment", "-P --pty", "-s --shell SHELL", "-u --user USER",
    "-w --whitelist-environment LIST", "-T --no-pty", "-h --help", "-V --version",
)  # fmt: skip
_PKEXEC: Final = Options(
    "--user USER", "--disable-internal-agent", "--keep-cwd", "--version", "--help", stop_at_operand=True
)
_SETPRIV: Final = Options(
    "-d --dump", "--groups G", "--clear-groups", "--keep-groups", "--init-groups", "--inh-caps C", "--ambient-caps C",
    "--bounding-set C", "--no-new-privs --nnp", "--rgid G", "--egid G", "--regid G", "--ruid U", "--euid U",
    "--reuid U",
    "--securebits B", "--pdeathsig S", "--selinux-label L", "--apparmor-profile P", "--landlock-access A",
    "--landlock-rule R", "--list-caps", "--reset-env", "--seccomp-filter F", "-h --help", "-V --version",
    stop_at_operand=True,
)  # fmt: skip
_RUN0: Final = Options(
    "--unit U", "--property P", "--description D", "--slice S", "--slice-inherit", "-u --user USER", "-g --group G",
    "--nice N", "-D --chdir DIR", "--setenv S", "--background C", "--machine M", "--no-ask-password", "--pty", "--pipe",
    "--shell-prompt-prefix S", "-h --help", "--version",
    stop_at_operand=True,
)  # fmt: skip


def _user(word: Value | None, default: str = "root") -> str:
    if word is None or not word.pieces:
        return default
    text = word.shown(60).lstrip("#")
    return "root" if text == "0" else text


def _interactive(call: Invocation, user: str) -> Effects:
    """A shell as another user: it reads what flows in, or waits for somebody."""
    if call.stdin is not None:
        yield from call.shell(call.stdin, user=user, origin="stdin")
    else:
        yield OpenShell(by=call.name, to=user)


@program("sudo", "sudo-rs")
def sudo(call: Invocation) -> Effects:
    """The command as root or as the user behind `-u`; `-e` edits, `-l` and `-v` do nothing."""
    line = _SUDO.parse(call.args)
    if line.has("--help", "-V") or call.texts() == ["-h"]:
        return
    user = _user(line.value("-u"))
    if line.has("-e"):
        yield from _edited(call, line.operands, user)
        return
    if line.has("-l", "-v", "-K") or (line.has("-k") and not line.operands):
        return
    assignments, command = leading_assignments(line.operands)
    yield from dangerous(call, assignments, command)
    variables = {**call.env, **assignments}
    folder = line.value("-D")
    changes: dict[str, Any] = {} if folder is None else {"cwd": folder}
    if line.has("-i", "-s"):
        if command:
            yield from call.shell(join(command), user=user, env=variables, **changes)
        else:
            yield from _interactive(call, user)
    elif command:
        yield from call.run(command, user=user, env=variables, **changes)


def _edited(call: Invocation, words: list[Value], user: str) -> Effects:
    for word in words:
        yield WritePath(target=call.target(word), how="edit", user=user)


@program("sudoedit", "doasedit", "visudo", "vipw", "vigr", "crontab-edit")
def sudoedit(call: Invocation) -> Effects:
    """Files edited as root; visudo, vipw and vigr have their own."""
    own = {"visudo": "/etc/sudoers", "vipw": "/etc/passwd", "vigr": "/etc/group"}.get(call.name)
    words = [word for word in call.args if not word.startswith("-")]
    if own is not None:
        if not any(word.text in ("-c", "--check", "-V", "--version", "-h", "--help") for word in call.args):
            yield WritePath(
                target=call.target(words[0] if words and call.name == "visudo" else own), how="edit", user="root"
            )
    else:
        yield from _edited(call, words, "root")


@program("doas", "please")
def doas(call: Invocation) -> Effects:
    """sudo of the BSDs."""
    line = _DOAS.parse(call.args)
    user = _user(line.value("-u"))
    if line.has("-C", "-L"):
        return
    if line.operands:
        yield from call.run(line.operands, user=user)
    elif line.has("-s"):
        yield from _interactive(call, user)


@program("su", "runuser")
def su(call: Invocation) -> Effects:
    """`su [-] [USER] [-c COMMAND] [ARGUMENT...]`; `runuser -u USER COMMAND` runs without a shell."""
    if call.name == "runuser" and any(word.startswith("-u") or word.startswith("--user") for word in call.args[:2]):
        options = Options("-u --user USER", "-g --group G", "-G --supp-group G", "-P", "-m -p", stop_at_operand=True)
        line = options.parse(call.args)
        if line.operands:
            yield from call.run(line.operands, user=_user(line.value("-u")))
        return
    line = _SU.parse(call.args)
    if line.has("--help", "--version"):
        return
    operands = [word for word in line.operands if word.text != "-"]
    user = _user(operands[0] if operands else line.value("-u"))
    command = line.value("-c", "--session-command")
    if command is not None:
        yield from call.shell(command, operands[1:], user=user)
    elif len(operands) > 1 and operands[1].text is not None and not operands[1].startswith("-"):
        yield from call.script(operands[1], operands[2:], user=user)
    else:
        yield from _interactive(call, user)


@program("pkexec", "gksudo", "gksu", "kdesu", "kdesudo")
def pkexec(call: Invocation) -> Effects:
    """Asks polkit; the graphical ones take one shell line."""
    line = _PKEXEC.parse(call.args)
    if line.has("--help", "--version"):
        return
    user = _user(line.value("--user"))
    if len(line.operands) == 1 and call.name != "pkexec":
        yield from call.shell(line.operands[0], user=user)
    elif line.operands:
        yield from call.run(line.operands, user=user)
    else:
        yield from _interactive(call, user)


@program("gosu", "su-exec", "setuidgid", "chpst", "s6-setuidgid")
def gosu(call: Invocation) -> Effects:
    """`gosu USER[:GROUP] COMMAND`."""
    words = [word for i, word in enumerate(call.args) if i > 2 or not word.startswith("-")]
    if len(words) > 1:
        yield from call.run(words[1:], user=_user(known(words[0].shown(60).split(":")[0])))


@program("sg", "newgrp")
def group(call: Invocation) -> Effects:
    """`sg GROUP -c 'text'`: a shell under another group."""
    texts = [word.text for word in call.args]
    if "-c" in texts[:-1]:
        yield from call.shell(call.args[texts.index("-c") + 1])
    elif call.name == "sg" and len(call.args) > 1:
        for word in call.args[1:2]:
            yield from call.shell(word)
    elif call.stdin is not None:
        yield from call.shell(call.stdin)


@program("setpriv")
def setpriv(call: Invocation) -> Effects:
    """Other ids and fewer privileges for a command."""
    line = _SETPRIV.parse(call.args)
    if line.operands and not line.has("-d", "--help", "--version"):
        user = line.value("--reuid") or line.value("--euid") or line.value("--ruid")
        yield from call.run(line.operands, user=_user(user, call.user))


@program("run0")
def run0(call: Invocation) -> Effects:
    """sudo by systemd."""
    line = _RUN0.parse(call.args)
    user = _user(line.value("-u"))
    if line.has("--help", "--version"):
        return
    if line.operands:
        yield from call.run(line.operands, user=user)
    else:
        yield from _interactive(call, user)
