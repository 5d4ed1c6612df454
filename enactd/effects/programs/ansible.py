"""ansible and its kin: commands on other machines, playbooks, collections."""

from __future__ import annotations

from typing import Any, Final

from enactd.effects.invocation import Effects, Invocation, Line, Options, Value, known, program
from enactd.effects.model import ChangeInfrastructure, InstallPackage, Opaque, OpenShell
from enactd.effects.values import EMPTY, unknown
from enactd.risk import Risk

_ANSIBLE: Final = Options(
    "-i --inventory --inventory-file F", "-l --limit S", "-m --module-name M", "-a --args A", "-e --extra-vars V",
    "-u --user U", "--become-user U", "--become-method M", "-b --become", "-K --ask-become-pass", "-k --ask-pass",
    "-c --connection C", "-f --forks N", "-M --module-path P", "-P --poll N", "-B --background N", "-T --timeout N",
    "-t --tags --tree T", "--skip-tags T", "--start-at-task T", "--step", "--vault-id I", "--vault-password-file F",
    "--private-key --key-file F", "-C --check", "-D --diff", "--syntax-check", "--list-hosts", "--list-tasks",
    "--list-tags", "--flush-cache", "--force-handlers", "-o --one-line", "-v --verbose", "-h --help", "--version",
    "--playbook-dir D", "--ssh-common-args A", "--ssh-extra-args A", "--scp-extra-args A", "--sftp-extra-args A",
    "-J --ask-vault-pass", "--task-timeout N", "-U --url URL", "-d --directory D", "--checkout C",
    "-r --role-file --requirements-file F", "-p --roles-path --collections-path P", "--force", "-s --server S",
    "--token T", "--api-key K", "--list", "--graph", "--host H", "--yaml", "--export", "--vars", "--offline", "-n",
    "--no-deps", "--upgrade", "--pre", "--output F",
)  # fmt: skip
_COMMANDS: Final = frozenset("command shell raw script win_shell win_command expect".split())
_READING: Final = frozenset(
    "ping setup gather_facts debug stat find slurp assert service_facts package_facts win_ping fail getent wait_for"
    " wait_for_connection set_fact slurp pause ssh_keyscan".split()
)


@program("ansible")
def ansible(call: Invocation) -> Effects:
    """One module on a group of machines; without `-m` the module is `command`."""
    line = _ANSIBLE.parse(call.args)
    if _is_quiet(line) or not line.operands:
        return
    group = line.operands[0].shown(60)
    module = line.value("-m")
    name = "command" if module is None else module.text
    argument = line.value("-a") or EMPTY
    here = group in ("localhost", "127.0.0.1") or line.text("-c") == "local"
    if name is None:
        yield Opaque(reason="ansible module known only at run time", level=Risk.COMMITMENT)
        return
    name = name.rpartition(".")[2]
    if name in _COMMANDS:
        changes: dict[str, Any] = {} if here else {"place": f"ansible {group}"}
        if line.has("-b"):
            changes["user"] = line.text("--become-user", "root")
        command = argument if name != "script" else argument.words()[0] if argument.words() else EMPTY
        command, folder = _without_settings(command)
        if folder is not None or not here:
            changes["cwd"] = folder or unknown("the remote home", empty=False)
        yield from call.shell(command, via="ansible", **changes)
    elif name not in _READING:
        what = f"{name} {argument.shown(80)}".strip()
        deletes = "state=absent" in argument.visible
        yield ChangeInfrastructure(tool="ansible", verb="delete" if deletes else "change", what=what, context=group)


def _without_settings(command: Value) -> tuple[Value, Value | None]:
    """`chdir=/x cmd=…` are the module's own; what stays is the command line, and the folder it runs in."""
    words = command.split(" ")
    folder: Value | None = None
    while words and words[0].prefix.startswith(("chdir=", "creates=", "removes=", "executable=", "cmd=")):
        if words[0].prefix.startswith("cmd="):
            words[0] = words[0].cut(4)
            break
        folder = words[0].cut(6) if words[0].startswith("chdir=") else folder
        words = words[1:]
    found = EMPTY
    for number, word in enumerate(words):
        found = found + known(" ") + word if number else word
    return found, folder


def _is_quiet(line: Line) -> bool:
    return line.has("-C", "--syntax-check", "--list-hosts", "--list-tasks", "--list-tags", "-h", "--version")


@program("ansible-playbook", "ansible-pull", "ansible-navigator")
def playbook(call: Invocation) -> Effects:
    """A playbook changes every machine of its inventory; check mode and lists change nothing."""
    line = _ANSIBLE.parse(call.args)
    words = list(line.operands)
    if call.name == "ansible-navigator":
        if not words or words[0].text not in ("run", "exec"):
            return
        words = words[1:]
    if _is_quiet(line) or (not words and call.name != "ansible-pull"):
        return
    context = " ".join(word.shown(60) for word in (*line.values("-i"), *line.values("-l")))
    what = " ".join(word.shown(60) for word in (*words[:3], *line.values("-U")))
    yield ChangeInfrastructure(tool=call.name, verb="apply", what=what, context=context)


@program("ansible-galaxy")
def galaxy(call: Invocation) -> Effects:
    """Roles and collections are code that playbooks run."""
    line = _ANSIBLE.parse(call.args)
    words = [word for word in line.operands if word.text not in ("collection", "role")]
    if line.has("-h", "--version") or not words:
        return
    if words[0].text in ("install", "download"):
        names = tuple(word.shown(100) for word in words[1:])
        far = any("://" in name or name.startswith("git+") for name in names)
        origin = "url" if far else "index" if line.has("-s") else "registry" if names else "lockfile"
        yield InstallPackage(manager=call.name, names=names, origin=origin)
    elif words[0].text in ("publish", "delete", "import"):
        yield ChangeInfrastructure(
            tool=call.name, verb="delete" if words[0].text == "delete" else "deploy", what=words[0].text
        )


@program("ansible-console")
def console(call: Invocation) -> Effects:
    line = _ANSIBLE.parse(call.args)
    if not _is_quiet(line):
        yield OpenShell(by=call.name, to=" ".join(word.shown(60) for word in line.operands[:1]) or "all")
