"""chroot, namespaces and sandboxes: the same command in another root. What it names is read as on this machine."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from enactd.effects.invocation import Effects, Invocation, Options, Value, program
from enactd.effects.model import OpenShell, ScheduleJob
from enactd.effects.programs.environment import dangerous, leading_assignments

_CHROOT: Final = Options("--groups G", "--userspec U", "--skip-chdir", "-u USER", "-g GROUP", "-G GROUPS", "--help",
                         "--version",
                         stop_at_operand=True)  # fmt: skip
_UNSHARE: Final = Options(
    "-i --ipc [F]", "-m --mount [F]", "-n --net [F]", "-p --pid [F]", "-u --uts [F]", "-U --user [F]",
    "-C --cgroup [F]",
    "-T --time [F]", "-f --fork", "--kill-child [S]", "--mount-proc [D]", "-r --map-root-user", "-c --map-current-user",
    "--map-auto", "--map-users M", "--map-groups M", "--map-user U", "--map-group G", "--owner O", "--propagation P",
    "--setgroups W", "-R --root DIR", "-w --wd DIR", "-S --setuid U", "-G --setgid G", "--keep-caps", "--monotonic O",
    "--boottime O", "--load-interp S", "--mount-binfmt [D]", "-h --help", "-V --version",
    stop_at_operand=True,
)  # fmt: skip
_NSENTER: Final = Options(
    "-a --all", "-t --target PID", "-m --mount [F]", "-u --uts [F]", "-i --ipc [F]", "-n --net [F]", "-p --pid [F]",
    "-U --user [F]", "-C --cgroup [F]", "-T --time [F]", "-r --root [D]", "-w --wd [D]", "-W --wdns D", "-e --env",
    "-S --setuid U", "-G --setgid G", "--preserve-credentials", "--keep-caps", "-F --no-fork", "-Z --follow-context",
    "-c",
    "-h --help", "-V --version",
    stop_at_operand=True,
)  # fmt: skip
_PROOT: Final = Options(
    "-r --rootfs DIR", "-b --bind -m --mount P", "-q --qemu C", "-w --pwd --cwd DIR", "-v --verbose N", "-R DIR",
    "-S DIR",
    "-k --kernel-release S", "-0 --root-id", "-i --change-id S", "-p --port P", "-n --netcoop", "-l --link2symlink",
    "--kill-on-exit", "-h --help --usage", "-V --version --about",
    stop_at_operand=True,
)  # fmt: skip
_SYSTEMD_RUN: Final = Options(
    "--user", "--system", "--scope", "-u --unit U", "-p --property P", "--description D", "--slice S",
    "--slice-inherit",
    "--expand-environment B", "-r --remain-after-exit", "--send-sighup", "--service-type T", "--uid U", "--gid G",
    "--nice N",
    "--working-directory D", "-d --same-dir", "-E --setenv V", "-t --pty", "-T --pty-late", "-P --pipe", "-q --quiet",
    "--on-active T", "--on-boot T", "--on-startup T", "--on-unit-active T", "--on-unit-inactive T", "--on-calendar T",
    "--on-clock-change", "--on-timezone-change", "--path-property P", "--socket-property P", "--timer-property P",
    "--no-block",
    "--wait", "-G --collect", "--shell -S", "--no-ask-password", "-H --host H", "-M --machine M", "--background C",
    "-h --help", "--version",
    stop_at_operand=True,
)  # fmt: skip
_TWO: Final = frozenset(
    "--bind --bind-try --dev-bind --dev-bind-try --ro-bind --ro-bind-try --symlink --setenv --file --bind-data"
    " --ro-bind-data --chmod --overlay --bind-fd --ro-bind-fd".split()
)
_ONE: Final = frozenset(
    "--args --argv0 --userns --userns2 --pidns --uid --gid --hostname --chdir --unsetenv --lock-file --sync-fd"
    " --remount-ro --exec-label --file-label --proc --dev --tmpfs --mqueue --dir --seccomp --add-seccomp-fd --block-fd"
    " --userns-block-fd --info-fd --json-status-fd --cap-add --cap-drop --perms --size"
    " --overlay-src --tmp-overlay --ro-overlay".split()
)


def _command(call: Invocation, words: Sequence[Value], **changes: Any) -> Effects:
    if words:
        yield from call.run(words, **changes)
    elif call.stdin is not None:
        yield from call.shell(call.stdin, origin="stdin", **changes)
    else:
        yield OpenShell(by=call.name, to="this machine")


@program("chroot", "arch-chroot", "schroot", "jchroot")
def chroot(call: Invocation) -> Effects:
    """The first operand is the new root, the rest the command."""
    line = _CHROOT.parse(call.args)
    if not line.has("--help", "--version") and line.operands:
        yield from _command(call, line.operands[1:])


@program("unshare")
def unshare(call: Invocation) -> Effects:
    """New namespaces for a command."""
    line = _UNSHARE.parse(call.args)
    if not line.has("--help", "--version"):
        yield from _command(call, line.operands)


@program("nsenter")
def nsenter(call: Invocation) -> Effects:
    """Into the namespaces of another process: often the host's, as root."""
    line = _NSENTER.parse(call.args)
    if not line.has("--help", "--version"):
        yield from _command(call, line.operands)


@program("bwrap", "bubblewrap")
def bwrap(call: Invocation) -> Effects:
    """Options take none, one or two words."""
    words = list(call.args)
    while words and words[0].startswith("-"):
        name = words[0].text or ""
        if name == "--":
            words = words[1:]
            break
        words = words[3 if name in _TWO else 2 if name in _ONE else 1 :]
    if words:
        yield from call.run(words)


@program("firejail", "sandbox-exec", "minijail0", "nsjail", "landrun", "fence", "srt")
def firejail(call: Invocation) -> Effects:
    """Sandboxes whose options carry their values attached, or end with `--`."""
    words = list(call.args)
    at = next((i for i, word in enumerate(words) if word.text == "--"), None)
    if at is not None:
        words = words[at + 1 :]
    else:
        takes = (
            ("-f", "-p", "-n", "-D")
            if call.name == "sandbox-exec"
            else ("-u", "-g", "-c", "-C", "-b", "-S", "--rox", "--rw", "--ro")
        )
        while words and words[0].startswith("-"):
            words = words[2:] if words[0].text in takes else words[1:]
    if words:
        yield from call.run(words)


@program("proot", "proot-distro")
def proot(call: Invocation) -> Effects:
    """A root without privileges."""
    line = _PROOT.parse(call.args)
    if not line.has("--help", "--version") and line.operands:
        yield from call.run(line.operands)


@program("systemd-run")
def systemd_run(call: Invocation) -> Effects:
    """Runs a command as a unit, now or on a timer, here or on another machine."""
    line = _SYSTEMD_RUN.parse(call.args)
    if line.has("--help", "--version"):
        return
    timers = [name for name in ("--on-active", "--on-boot", "--on-startup", "--on-unit-active", "--on-unit-inactive",
                                "--on-calendar", "--on-clock-change", "--on-timezone-change",
                                "--timer-property") if line.has(name)]  # fmt: skip
    assignments, command = leading_assignments(line.operands)
    for given in line.values("-E"):
        assignments.update(leading_assignments([given])[0])
    yield from dangerous(call, assignments, command)
    if timers:
        yield ScheduleJob(by="systemd-run", what=" ".join(word.shown(80) for word in command))
    host = line.value("-H") or line.value("-M")
    place = (
        call.place if host is None else f"{'ssh' if line.has('-H') else 'machine'} {host.shown(60).rpartition('@')[2]}"
    )
    user = line.text("--uid") or ("root" if not line.has("--user") else call.user)
    if command:
        yield from call.run(command, user=user, place=place)
    elif line.has("--shell", "-t", "-P"):
        yield from _command(call, [], user=user, place=place)
