"""nc, socat, telnet and name look-ups: raw bytes that leave, shells bound to sockets, data hidden in names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from enactd.effects.hosts import describe
from enactd.effects.invocation import Effects, Invocation, Options, Output, Value, Yield, program
from enactd.effects.model import OpenTunnel, ReadPath, SendData, Target, WritePath
from enactd.effects.programs.redis import spoken
from enactd.effects.values import ENVIRONMENT, FILE, NETWORK, PERSONAL, SECRET, known, unknown

_TELLING: Final = frozenset((SECRET, FILE, ENVIRONMENT, PERSONAL))

NC: Final = Options(
    *"""
    -4 | -6 | -b | -C | -D | -d | -F | -h --help | -k --keep-open | -l --listen | -N | -n --nodns | -r | -S | -t |
    -U --unixsock | -u --udp | -v --verbose | -z | --version | --ssl | --ssl-verify | --broker | --chat |
    --send-only | --recv-only | --no-shutdown | --sctp | --vsock | -e --exec C | --sh-exec C | --lua-exec F | -g G
    | -G N | -i N | -I N | -M N | -m N | -O N | -o --output F | -P U | -p --source-port P | -q N | -s --source A |
    -T K | -V R | -w --wait N | -W N | -X P | -x A | --proxy A | --proxy-type T | --proxy-auth A | --ssl-cert F |
    --ssl-key F | --ssl-trustfile F | --allow H | --deny H | --max-conns N | --idle-timeout N | --hex-dump F |
    --append-output
    """.split("|")
)


@program("nc", "ncat", "netcat", "nc.traditional", "nc.openbsd", "pwncat")
def nc(call: Invocation) -> Effects:
    args, command = _with_command(call.args)
    line = NC.parse(args)
    if line.has("-h", "--version"):
        return
    yield Output(unknown(f"data from {call.name}", NETWORK))
    commands = [*command, *line.values("-e"), *line.values("--sh-exec"), *line.values("--lua-exec")]
    host = line.operands[0] if line.operands else None
    for word in line.values("-o"):
        yield WritePath(target=call.target(word), origins=frozenset({NETWORK}))
    for word in commands:
        yield OpenTunnel(by=call.name, to=host.shown(80) if host else "a listening port", shell=True)  # noqa: S604
        yield from call.shell(word)
    if commands or line.has("-z") or host is None:
        return
    carries = call.stdin.origins if call.stdin is not None else frozenset()
    if line.has("-l"):
        if carries & _TELLING:
            yield SendData(to=None, by=call.name, carries=carries)
        return
    text = host.text
    local = line.has("-U") or _is_local(text)
    yield SendData(to=text, by=call.name, carries=carries, local=local)
    yield from spoken(call, line.operands[1].text if len(line.operands) > 1 else None, call.stdin)


def _is_local(host: str | None) -> bool:
    return bool(host) and describe(host or "").local


def _with_command(args: tuple[Value, ...]) -> tuple[list[Value], list[Value]]:
    """`-c` runs a command in some netcats and means TLS in others; told apart by what follows."""
    rest: list[Value] = []
    commands: list[Value] = []
    words = list(args)
    while words:
        word = words.pop(0)
        follows = words[0] if words else None
        if word.text in ("-c", "-lc", "-nc", "-vc") and follows is not None:
            looks = re.search(r"[/ ]|^(?:sh|bash|zsh|cmd(?:\.exe)?|powershell|python\d*|perl)$", follows.visible)
            if looks or not follows.known:
                commands.append(words.pop(0))
            if len(word.visible) > 2:
                rest.append(known(word.visible.rstrip("c")))
        else:
            rest.append(word)
    return rest, commands


_SOCAT_REMOTE: Final = re.compile(
    r"(?:tcp|tcp4|tcp6|udp|udp4|udp6|sctp\d?|openssl|ssl|openssl-connect|ssl-connect|tcp-connect|tcp4-connect|tcp6-connect|udp-connect"
    r"|udp-sendto|udp4-sendto|udp-datagram|proxy|socks4|socks4a|socks5|ip-sendto|dtls|vsock-connect)$"
)


_SOCAT_LOCAL: Final = re.compile(r"(?:unix|local|abstract)(?:-connect|-client|-sendto)?$")


@program("socat", "filan")
def socat(call: Invocation) -> Effects:
    line = Options(
        *"""
        -u | -U | -d | -D | -v | -x | -h | -V | -s | -4 | -6 | -ls | -lf F | -lp P | -b N | -t N | -T N | -r F |
        -R F | -L F | -W F
        """.split("|")
    ).parse(call.args)
    if len(line.operands) < 2:
        return
    parts = [part for word in line.operands[:2] for part in word.split("!!")]
    kinds = [(part.prefix.split(":", 1)[0].split(",", 1)[0].lower(), part) for part in parts]
    remote = [part for kind, part in kinds if _SOCAT_REMOTE.match(kind) or not part.prefix]
    listens = any("listen" in kind or kind.endswith("-l") for kind, _ in kinds)
    for kind, part in kinds:
        if _SOCAT_LOCAL.match(kind):
            yield SendData(to=part.cut(len(kind) + 1).split(",")[0].text, by="socat", local=True)
    uploads: list[Target] = []
    for kind, part in kinds:
        yield from _socat_address(call, kind, part, bool(remote) or listens, uploads)
    if remote:
        carries = (call.stdin.origins if call.stdin is not None else frozenset()) | ({FILE} if uploads else frozenset())
        carries |= {SECRET} if any(target.secret for target in uploads) else frozenset()
        host = _host(remote[0])
        yield SendData(to=host, by="socat", carries=carries, uploads=tuple(uploads), local=_is_local(host))
    if listens:
        yield OpenTunnel(by="socat", to="a listening port", shell=any(_runs(kind) for kind, _ in kinds))
    elif remote and any(_runs(kind) for kind, _ in kinds):
        yield OpenTunnel(by="socat", to=remote[0].shown(80), shell=True)  # noqa: S604
    yield Output(unknown("data from socat", NETWORK))


def _host(address: Value) -> str | None:
    """The host of `tcp:host:port,options`; an address of IPv6 stands in brackets."""
    numbered = re.match(r"[\w-]+:\[([0-9A-Fa-f:.%\w]+)\]", address.prefix)
    if numbered:
        return numbered.group(1)
    parts = address.split(":")
    return (parts[1].text or "").split(",")[0] or None if len(parts) > 1 else None


def _runs(kind: str) -> bool:
    return kind in ("exec", "system", "shell")


def _socat_address(call: Invocation, kind: str, part: Value, remote: bool, uploads: list[Target]) -> Iterator[Yield]:
    inside = part.cut(len(kind) + 1)
    if _runs(kind):
        text = re.sub(r"\\(.)", r"\1", inside.visible.split(",", 1)[0]) if inside.known else None
        yield from call.shell(known(text.strip("'\"")) if text is not None else inside)
    elif kind in ("creat", "create"):
        yield WritePath(
            target=call.target(inside.split(",")[0]), origins=frozenset({NETWORK}) if remote else frozenset()
        )
    elif kind in ("open", "file", "gopen", "readline") and inside.pieces:
        target = call.target(inside.split(",")[0])
        uploads.append(target)
        yield ReadPath(target=target, shown=not remote)


@program("telnet", "rlogin", "rsh")
def telnet(call: Invocation) -> Effects:
    line = Options("-l U", "-a", "-E", "-e C", "-n F", "-4", "-6", "-b A", "-x", "-K", "-d", "-L", "-8").parse(
        call.args
    )
    for host in line.operands[:1]:
        carries = call.stdin.origins if call.stdin is not None else frozenset()
        yield SendData(to=host.text, by=call.name, carries=carries, local=_is_local(host.text))
        yield from spoken(call, line.operands[1].text if len(line.operands) > 1 else None, call.stdin)
    yield Output(unknown("data from telnet", NETWORK))


_VALUED: Final = frozenset("-c -i -I -s -t -W -w -p -P -q -f -m -n -h -M -l -Q -T -S -b -k -x -y -r -F".split())


@program(
    *"""
    ping ping6 fping hping3 arping dig nslookup host drill kdig delv dog doggo whois traceroute traceroute6
    tracepath mtr nping tcping
    """.split()
)
def look_up(call: Invocation) -> Effects:
    """Names travel to whoever owns their domain: a name made of secret content carries it out."""
    carried: frozenset[str] = frozenset()
    shown = ""
    for index, word in enumerate(call.args):
        if word.origins & _TELLING and not (index and call.args[index - 1].text in _VALUED and call.name != "dig"):
            carried |= word.origins
            shown = word.suffix.rpartition("@")[2].lstrip(".") or shown
    if call.name in ("nslookup", "dig") and call.stdin is not None and call.stdin.origins & _TELLING:
        carried |= call.stdin.origins
    if call.name == "dig":
        for index, word in enumerate(call.args[:-1]):
            if word.text == "-f":
                target = call.target(call.args[index + 1])
                yield ReadPath(target=target, shown=False)
                carried |= {FILE, SECRET} if target.secret else frozenset()
    if carried:
        yield SendData(to=shown or None, by="dns", carries=carried)
    yield Output(unknown(f"output of {call.name}"))
