"""ssh, scp, sftp, mosh and the key tools: commands elsewhere, copies, tunnels, keys."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from enactd.effects.hosts import describe
from enactd.effects.invocation import Effects, Invocation, Line, Options, Output, Value, Yield, program
from enactd.effects.model import (
    DeletePath,
    OpenShell,
    OpenTunnel,
    ReadPath,
    SendData,
    Target,
    WritePath,
)
from enactd.effects.transfer import in_folder
from enactd.effects.values import EMPTY, FILE, NETWORK, SECRET, join, known, unknown

SSH: Final = Options(
    *"""
    -4 | -6 | -A | -a | -C | -f | -G | -g | -K | -k | -M | -N | -n | -q | -s | -T | -t | -V | -v | -X | -x | -Y |
    -y | -B I | -b A | -c C | -D P | -E F | -e C | -F F | -I L | -i F | -J D | -L A | -l U | -m M | -O C | -o O |
    -P T | -p P | -Q Q | -R A | -S P | -W A | -w T
    """.split("|"),
    stop_at_operand=True,
)
SCP: Final = Options(
    *"""
    -3 | -4 | -6 | -A | -B | -C | -O | -p | -q | -R | -r | -s | -T | -v | -c C | -D P | -F F | -i F | -J D | -l L
    | -o O | -P P | -S P | -X O
    """.split("|")
)
SFTP: Final = Options(
    *"""
    -4 | -6 | -A | -a | -C | -f | -N | -p | -q | -r | -v | -B N | -b F | -c C | -D P | -F F | -i F | -J D | -l L |
    -o O | -P P | -R N | -S P | -s S | -X O
    """.split("|")
)
_RUNS: Final = re.compile(r"\s*(proxycommand|localcommand|knownhostscommand|proxyusefdpass|xauthlocation|pkcs11provider|securitykeyprovider)\s*[=\s]\s*", re.IGNORECASE)  # fmt: skip
_FORGES: Final = re.compile(
    r"(?:[\w.-]+@)?(?:ssh\.)?(?:github\.com|gitlab\.com|bitbucket\.org|codeberg\.org|ssh\.dev\.azure\.com)$"
)
_REMOTE: Final = re.compile(r"(?:scp://)?(?:[^/:@\s]+@)?(\[[^\]]+\]|[^/:\s@]+):")


@program("ssh", "autossh", "slogin", "sshpass-ssh", "mosh", "et", "dbclient", "tsh-ssh")
def ssh(call: Invocation) -> Effects:
    line = SSH.parse(call.args)
    if line.has("-V", "-Q", "-G") or (not line.operands and not line.has("-O")):
        return
    yield from _option_programs(call, line)
    if not line.operands or line.has("-O"):
        return
    host, *command = line.operands
    if command and command[0].text == "--":
        command = command[1:]
    for word in line.values("-R"):
        yield OpenTunnel(by="ssh -R", to=f"{host.shown(80)} {word.shown(80)}")
    yield from _sent_in(call, host)
    place = f"ssh {host.shown(80)}"
    if line.has("-W") or (not command and line.has("-N", "-s")):
        return
    if command:
        yield from call.shell(join(command), via=place, place=place)
        yield Output(unknown(f"output of a command on {host.shown(80)}", NETWORK))
    elif call.stdin is not None:
        yield from call.shell(call.stdin, via=place, place=place, origin="stdin")
    elif not (host.text and _FORGES.match(host.text)):
        yield OpenShell(by=call.name, to=host.shown(80))


def _option_programs(call: Invocation, line: Line) -> Iterator[Yield]:
    """`-o ProxyCommand=…` and its kin run programs on this machine."""
    for word in line.values("-o"):
        match = _RUNS.match(word.prefix)
        if match and match[1].lower() not in ("proxyusefdpass",) and word.cut(match.end()).text != "none":
            yield from call.hidden(word.cut(match.end()), f"-o {match[1]}")
    for word in line.values("-F"):
        if word.text not in ("none", "/dev/null"):
            yield ReadPath(target=call.target(word), shown=False)
    for word in [*line.values("-S"), *line.values("-D")] if call.name in ("scp", "sftp") else []:
        yield from call.run([word])
    for word in line.values("-I"):
        yield from call.script(word)


def _sent_in(call: Invocation, host: Value) -> Iterator[Yield]:
    """What is piped into the connection leaves this machine."""
    if call.stdin is not None and (call.stdin.origins or not call.stdin.known):
        yield SendData(to=_host_of(host), by="ssh", carries=call.stdin.origins, local=_is_local(host))


def _host_of(word: Value) -> str | None:
    text = word.text
    return None if text is None else re.sub(r"^ssh://", "", text).rpartition("@")[2].split("/")[0]


def _is_local(word: Value) -> bool:
    host = _host_of(word)
    return bool(host) and describe((host or "").split(":")[0]).local


@program("scp", "pscp", "rcp")
def scp(call: Invocation) -> Effects:
    line = SCP.parse(call.args)
    yield from _option_programs(call, line)
    if len(line.operands) < 2:
        return
    *sources, destination = line.operands
    uploads: list[Target] = []
    for word in sources:
        if _REMOTE.match(word.prefix):
            continue
        uploads.append(call.target(word))
        yield ReadPath(target=uploads[-1], recursive=line.has("-r"), shown=False)
    if _REMOTE.match(destination.prefix) or (not destination.known and not destination.prefix.startswith((".", "/"))):
        yield _upload(call, destination, uploads)
    else:
        for word in sources:
            yield from _fetched(call, word, destination, line.has("-r"))
    yield Output(EMPTY)


def _upload(call: Invocation, destination: Value, uploads: list[Target]) -> SendData:
    match = _REMOTE.match(destination.prefix)
    host = match[1].strip("[]") if match else None
    secret = any(target.secret for target in uploads)
    local = host is not None and describe(host).local
    return SendData(
        to=host,
        by=call.name,
        carries=frozenset({FILE, SECRET} if secret else {FILE}),
        uploads=tuple(uploads),
        local=local,
    )


def _fetched(call: Invocation, source: Value, destination: Value, recursive: bool) -> Iterator[Yield]:
    name = source.split("/")[-1].split(":")[-1]
    whole = destination
    if destination.text in (".", "..") or destination.suffix.endswith("/"):
        whole = in_folder(known(destination.visible.rstrip("/") or "/") if destination.known else destination, name)
    yield WritePath(target=call.target(whole), origins=frozenset({NETWORK}), recursive=recursive)


@program("sftp", "psftp", "ftp", "lftp", "tftp", "ncftp", "ncftpput", "ncftpget", "ftps")
def sftp(call: Invocation) -> Effects:
    line = (LFTP if call.name == "lftp" else SFTP).parse(call.args)
    if call.name != "lftp":
        yield from _option_programs(call, line)
    host = line.operands[0] if line.operands else EMPTY
    scripts = [word for name in ("-e", "-c") for word in line.values(name)] if call.name == "lftp" else []
    for name in ("-b", "-f"):
        for word in line.values(name) if name in line.names else []:
            scripts.append((call.stdin or EMPTY) if word.text == "-" else call.text_of(word))
    if not scripts and call.stdin is not None:
        scripts.append(call.stdin)
    for script in scripts:
        yield from _batch(call, host, script)
    if call.name == "ncftpput":
        yield _upload(call, known(f"{host.shown()}:"), [call.target(word) for word in line.operands[2:]])
    elif scripts:
        yield Output(unknown(f"output of {call.name}", NETWORK))
    elif _REMOTE.match(host.prefix) and host.suffix[-1:] not in (":", ""):
        yield from _fetched(call, host, line.operands[1] if len(line.operands) > 1 else known("."), True)
    elif line.operands:
        yield OpenShell(by=call.name, to=host.shown(80))


LFTP: Final = Options("-e C", "-c C", "-f F", "-u U", "-p P", "-d", "-v", "-h")


def _batch(call: Invocation, host: Value, script: Value) -> Iterator[Yield]:
    """The commands of a transfer session."""
    where = _host_of(host) or host.shown(80)
    place = f"{call.name} {where}"
    if script.text is None and not script.visible.strip():
        yield SendData(to=_host_of(host), by=call.name, carries=script.origins)
        return
    for raw in re.split(r"[\n;]", script.visible):
        words = raw.strip().lstrip("-@").split()
        if not words:
            continue
        verb, rest = words[0].lower(), [word for word in words[1:] if not word.startswith("-")]
        uploads_tree = verb == "mirror" and bool({"-R", "--reverse"} & set(words))
        if verb.startswith("!"):
            yield from call.shell(known(raw.strip().lstrip("-@")[1:]))
        elif verb in ("put", "mput", "reput", "append", "send") or uploads_tree:
            targets = [call.target(word) for word in (rest if verb == "mput" else rest[:1])]
            yield _upload(call, known(f"{where}:"), targets)
        elif verb in ("get", "mget", "reget", "recv", "pget", "mirror") and rest:
            yield WritePath(target=call.target(rest[-1].rpartition("/")[2] or "."), origins=frozenset({NETWORK}))
        elif verb in ("rm", "rmdir", "del", "delete", "mrm", "mdelete", "mdel"):
            for word in rest:
                yield DeletePath(
                    target=call.target(word, place=place), recursive="-r" in words, only_empty=verb == "rmdir"
                )
        elif verb in ("rename", "mkdir", "chmod", "chown", "ln", "symlink", "mv"):
            yield WritePath(target=call.target(rest[-1] if rest else ".", place=place), how="edit")


KEYGEN: Final = Options(
    *"""
    -A | -B | -c | -D L | -e | -E H | -F H | -f F | -G F | -g | -H | -h | -I I | -i | -K | -k | -L | -l | -M C |
    -m F | -N P | -n P | -O O | -P P | -p | -Q | -q | -R H | -r H | -s F | -t T | -U | -V V | -v | -w P | -Y C |
    -y | -Z C | -z N | -C C | -b N | -a N
    """.split("|")
)


@program("ssh-keygen")
def ssh_keygen(call: Invocation) -> Effects:
    line = KEYGEN.parse(call.args)
    if call.args and call.args[0].text in ("--help", "-?"):
        return
    file = line.value("-f")
    if line.has("-y", "-l", "-B", "-L", "-F", "-Q", "-H", "-R", "-Y", "-e", "-i", "-r"):
        if line.has("-R", "-H"):
            yield WritePath(target=call.target(file or known("~/.ssh/known_hosts")), how="edit")
        return
    if line.has("-p", "-c"):
        yield WritePath(target=call.target(file or _default_key(call)), how="edit")
        return
    if line.has("-A"):
        yield WritePath(target=call.target("/etc/ssh"), how="create", recursive=True)
        return
    yield WritePath(target=call.target(file or _default_key(call)))


def _default_key(call: Invocation) -> Value:
    return known(f"{call.world.home}/.ssh/id_ed25519")


@program("ssh-add")
def ssh_add(call: Invocation) -> Effects:
    return iter(())


@program("ssh-copy-id")
def ssh_copy_id(call: Invocation) -> Effects:
    line = Options("-f", "-n", "-s", "-x", "-h", "-i [F]", "-p P", "-o O", "-t F", "-F F").parse(call.args)
    for host in line.operands[-1:] if not line.has("-n", "-h") else []:
        place = f"ssh {host.shown(80)}"
        target = call.target("~/.ssh/authorized_keys", place=place)
        yield WritePath(target=target, how="append", place=place)


@program("sshfs")
def sshfs(call: Invocation) -> Effects:
    return iter(())


@program("ssh-keyscan", "ssh-agent")
def ssh_keyscan(call: Invocation) -> Effects:
    line = Options(
        *"""
        -k | -d | -D | -s | -c | -t L | -a A | -p P | -T N | -f F | -H | -4 | -6
        """.split("|"),
        stop_at_operand=True,
    ).parse(call.args)
    if call.name == "ssh-agent" and line.operands:
        yield from call.run(line.operands)


@program("sshpass")
def sshpass(call: Invocation) -> Effects:
    line = Options("-f F", "-d N", "-p P", "-e [V]", "-P P", "-v", "-h", "-V", stop_at_operand=True).parse(call.args)
    for word in line.values("-f"):
        yield ReadPath(target=call.target(word), shown=False)
    if line.operands:
        yield from call.run(line.operands)
