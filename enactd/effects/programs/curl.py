"""curl and curlie: requests, uploads, downloads, and the files that options read and write."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from typing import Final

from enactd.effects.hosts import Address
from enactd.effects.http import exchange, locate
from enactd.effects.invocation import Effects, Invocation, Line, Options, Output, Value, Yield, program
from enactd.effects.model import (
    ChangeContainers,
    Opaque,
    ReadPath,
    SendData,
    SendMessage,
    TamperGate,
    Target,
    WritePath,
)  # fmt: skip
from enactd.effects.transfer import download, file_body, header, in_folder, remote_name
from enactd.effects.values import EMPTY, FILE, NETWORK, SECRET, concat, join, known, unknown

_FLAGS: Final = """
    -0 --http1.0 | --http1.1 | --http2 | --http2-prior-knowledge | --http3 | --http3-only | -1 --tlsv1 | -2
    --sslv2 | -3 --sslv3 | -4 --ipv4 | -6 --ipv6 | -a --append | --anyauth | --basic | -B --use-ascii |
    --compressed | --digest | -f --fail | --fail-early | --fail-with-body | -g --globoff | -G --get | -i --include
    --show-headers | -I --head | -j --junk-session-cookies | -J --remote-header-name | -k --insecure |
    --proxy-insecure | --doh-insecure | -l --list-only | -L --location | --location-trusted | -M --manual | -n
    --netrc | --netrc-optional | -N --no-buffer | -O --remote-name | --remote-name-all | -p --proxytunnel | -q
    --disable | -R --remote-time | -s --silent | -S --show-error | --ssl | --ssl-reqd | -v --verbose | -V
    --version | -Z --parallel | -# --progress-bar | --no-progress-meter | --raw | --tlsv1.0 | --tlsv1.1 |
    --tlsv1.2 | --tlsv1.3 | --tcp-nodelay | --tcp-fastopen | --create-dirs | --ntlm | --negotiate | --path-as-is |
    --post301 | --post302 | --post303 | --retry-all-errors | --retry-connrefused | --trace-time | --styled-output
    | --no-styled-output | --no-keepalive | --ignore-content-length | --xattr | --crlf |
    --disallow-username-in-url | --form-escape | --haproxy-protocol | --cert-status | --no-clobber |
    --remove-on-error | --suppress-connect-headers | --tr-encoding | --no-alpn | --no-npn | --no-sessionid |
    --no-location | --no-fail | --no-silent | --no-compressed | --ssl-no-revoke | --ca-native | --skip-existing
""".split("|")
_VALUED: Final = """
    -A --user-agent S | -b --cookie S | -c --cookie-jar F | -C --continue-at N | -d --data --data-ascii S |
    --data-binary S | --data-raw S | --data-urlencode S | --json S | --url-query S | -D --dump-header F | -e
    --referer S | -E --cert F | --key F | -F --form S | --form-string S | -h --help [X] | -H --header S |
    --proxy-header S | -K --config F | -m --max-time N | --connect-timeout N | -o --output F | --output-dir D | -P
    --ftp-port A | -Q --quote C | -r --range R | -t --telnet-option O | -T --upload-file F | -u --user U | -U
    --proxy-user U | -w --write-out S | -x --proxy --preproxy P | -X --request M | --request-target P | -y
    --speed-time N | -Y --speed-limit N | -z --time-cond T | --url U | --unix-socket S | --abstract-unix-socket S
    | --netrc-file F | --cacert F | --capath D | --oauth2-bearer T | --resolve R | --connect-to R | --retry N |
    --retry-delay N | --retry-max-time N | --limit-rate N | --max-filesize N | --max-redirs N | --interface I |
    --ciphers C | --tls-max V | --proto P | --proto-default P | --proto-redir P | --noproxy H | --socks4 H |
    --socks4a H | --socks5 H | --socks5-hostname H | --trace F | --trace-ascii F | --stderr F | --etag-save F |
    --etag-compare F | --hsts F | --alt-svc F | --libcurl F | --aws-sigv4 S | --mail-from A | --mail-rcpt A |
    --pass P | --pubkey F | --hostpubsha256 H | --keepalive-time N | --local-port N | --parallel-max N |
    --dns-servers A | --doh-url U | --engine E | --key-type T | --cert-type T | --crlfile F | --expect100-timeout
    N | --happy-eyeballs-timeout-ms N | --pinnedpubkey H | --rate N | --service-name N | --tlsuser U |
    --tlspassword P | --variable V | --create-file-mode M | --ssl-sessions F | --ech C | --delegation L | --curves
    C | --dns-interface I | --krb L | --login-options O | --postquote C | --prequote C
""".split("|")
CURL: Final = Options(*_FLAGS, *_VALUED, "-: --next")
_WRITES: Final = ("-D", "-c", "--trace", "--trace-ascii", "--stderr", "--etag-save", "--libcurl", "--hsts", "--alt-svc")
_CARRIERS: Final = ("-A", "-e", "-b")


@program("curl", "curlie", "curl.exe")
def curl(call: Invocation) -> Effects:
    outputs: list[Value] = []
    for args in _transfers(call.args):
        line = CURL.parse(args)
        if line.has("-h", "-V", "-M"):
            return
        yield from _configured(call, line, outputs)
    yield Output(concat(outputs) if outputs else EMPTY)


def _transfers(args: tuple[Value, ...]) -> Iterator[list[Value]]:
    """The groups between `--next`; options are not carried over."""
    group: list[Value] = []
    for word in args:
        if word.text in ("--next", "-:"):
            yield group
            group = []
        else:
            group.append(word)
    yield group


def _configured(call: Invocation, line: Line, outputs: list[Value]) -> Iterator[Yield]:
    """Options out of `-K file` join those of the command line."""
    for config in line.values("-K"):
        content, _, reading = file_body(call, config)
        if reading is not None:
            yield reading
        words = _config_words(content)
        if words is None:
            yield Opaque(reason=f"curl takes its options from `{config.shown()}`, which cannot be read")
            continue
        more = CURL.parse(words)
        line.found += more.found
        line.operands += more.operands
    yield from _transfer(call, line, outputs)


def _config_words(content: Value) -> list[Value] | None:
    if content.text is None:
        return None
    words: list[Value] = []
    for raw in content.text.splitlines():
        row = raw.strip()
        if not row or row.startswith("#"):
            continue
        name, _, rest = (part.strip() for part in re.sub(r"^(-{0,2}[\w.-]+)\s*[=:\s]\s*", r"\1\0", row).partition("\0"))
        words.append(known(name if name.startswith("-") else f"--{name}"))
        if rest:
            try:
                words.append(known(" ".join(shlex.split(rest)) if rest[:1] in "\"'" else rest, *content.origins))
            except ValueError:
                return None
    return words


def _transfer(call: Invocation, line: Line, outputs: list[Value]) -> Iterator[Yield]:
    urls = [one for url in [*line.values("--url"), *line.operands] for one in _globbed(url, line.has("-g"))]
    for name in _WRITES:
        for word in line.values(name):
            if word.text not in ("-", "%", ""):
                yield WritePath(target=call.target(word), origins=frozenset({NETWORK}))
    for word in line.values("-w"):
        if word.startswith("@") and word.text != "@-":
            yield ReadPath(target=call.target(word.cut(1)))
    body, uploads, effects = _body(call, line)
    yield from effects
    headers, effects = _headers(call, line)
    yield from effects
    for index, url in enumerate(urls):
        yield from _one(call, line, url, headers=headers, body=body, uploads=uploads)
        yield from _save(call, line, url, index, outputs)
    if line.value("-w") is not None:
        outputs.append(unknown("what curl tells about the transfer", plain=True, empty=False))


def _globbed(url: Value, literal: bool) -> list[Value]:
    text = url.text
    if literal or text is None or "{" not in text:
        return [url]
    found = re.search(r"\{([^{}]*)\}", text)
    if found is None:
        return [url]
    names = found[1].split(",")[:16]
    return [known(text[: found.start()] + name + text[found.end() :], *url.origins) for name in names]


def _body(call: Invocation, line: Line) -> tuple[Value | None, list[Target], list[Yield]]:
    parts: list[Value] = []
    uploads: list[Target] = []
    effects: list[Yield] = []
    for name, word in line.found:
        if word is None or name not in _SENDERS:
            continue
        file = _file_part(name, word)
        if file is None:
            parts.append(word)
            continue
        content, target, reading = file_body(call, file)
        parts.append(content)
        if target is not None and reading is not None:
            uploads.append(target)
            effects.append(reading)
    if not parts:
        return None, uploads, effects
    return join(parts, "&") if len(parts) > 1 else parts[0], uploads, effects


_SENDERS: Final = frozenset(("-d", "--data-binary", "--data-raw", "--data-urlencode", "--json", "-F", "--form-string", "-T", "--url-query"))  # fmt: skip


def _file_part(name: str, word: Value) -> Value | None:
    """The file that a data option names, None where the text itself is sent."""
    if name in ("-d", "--data-binary", "--json"):
        return word.cut(1) if word.startswith("@") else None
    if name == "-T":
        return known("-") if word.text == "." else word
    if name == "-F":
        match = re.match(r"[^=]*=[@<]", word.prefix)
        return word.cut(match.end()).split(";", 1)[0] if match else None
    if name in ("--data-urlencode", "--url-query"):
        match = re.match(r"[^=@]*@", word.prefix)
        return word.cut(match.end()) if match else None
    return None


def _headers(call: Invocation, line: Line) -> tuple[list[Value], list[Yield]]:
    found: list[Value] = []
    effects: list[Yield] = []
    for word in [*line.values("-H"), *line.values("--proxy-header")]:
        if not word.startswith("@"):
            found.append(word)
            continue
        content, _, reading = file_body(call, word.cut(1))
        found.append(content)
        effects += [reading] if reading is not None else []
    for word in [*line.values("-u"), *line.values("-U"), *line.values("--oauth2-bearer")]:
        found.append(header("Authorization", word))
    for name in _CARRIERS:
        for word in line.values(name):
            if name == "-b" and word.text is not None and "=" not in word.text and word.text:
                effects.append(ReadPath(target=call.target(word), shown=False))
            else:
                found.append(header("Cookie" if name == "-b" else "X", word))
    return found, effects


def _method(line: Line, body: Value | None) -> str | None:
    asked = line.value("-X")
    if asked is not None:
        return asked.text
    if line.has("-I"):
        return "HEAD"
    if line.has("-G"):
        return "GET"
    if line.has("-T"):
        return "PUT"
    sends = any(name in _SENDERS and name != "--url-query" for name, _ in line.found)
    return "POST" if body is not None and sends else "GET"


def _one(
    call: Invocation, line: Line, url: Value, *, headers: list[Value], body: Value | None, uploads: list[Target]
) -> Iterator[Yield]:
    place = locate(url)
    if place.scheme == "file":
        yield ReadPath(target=call.target(_file_path(url)))
        return
    if place.scheme not in ("http", "https", "") and (body is not None or place.scheme in ("gopher", "dict", "telnet")):
        yield from _other_scheme(line, place, body, uploads)
        return
    query = body is not None and line.has("-G", "--url-query")
    asked = url + known("?") + (body or EMPTY) if query else url
    yield from _sockets(call, line, asked)
    if line.value("--request-target") is not None and url.known:
        asked = known(f"{place.scheme}://{place.host or ''}") + (line.value("--request-target") or EMPTY)
    for one in [asked, *_redirected(line, asked)]:
        yield from exchange(
            _method(line, body),
            one,
            headers=headers,
            body=None if query else body,
            uploads=uploads,
            insecure=line.has("-k", "--proxy-insecure", "--doh-insecure"),
        )


def _file_path(url: Value) -> Value:
    """The path that `file:///p`, `file://localhost/p` or `file:/p` names."""
    rest = url.cut(len("file:"))
    if rest.startswith("//"):
        rest = rest.cut(2)
        rest = rest.cut(len("localhost")) if rest.startswith("localhost/") else rest
    return rest


def _redirected(line: Line, url: Value) -> list[Value]:
    """Where `--connect-to` and `--resolve` really lead."""
    found = []
    for name, index in (("--connect-to", 2), ("--resolve", 2)):
        for word in line.values(name):
            fields = re.split(r":(?![^\[]*\])", word.visible)
            host = fields[index].split(",")[0].strip("[]") if len(fields) > index else ""
            if host:
                shown = f"[{host}]" if ":" in host else host
                path = "/" + "/".join(url.visible.split("/")[3:])
                found.append(known(f"http://{shown}{path}", *url.origins))
    return found


def _sockets(call: Invocation, line: Line, url: Value) -> Iterator[Yield]:
    for word in line.values("--unix-socket"):
        text = word.visible
        method = _method(line, EMPTY if any(name in _SENDERS for name, _ in line.found) else None)
        if "enactd" in text or "enact.sock" in text:
            yield TamperGate(how="speaks to the gate's socket", target=call.target(word))
        elif re.search(r"(?:docker|podman|containerd|crio)[\w.-]*\.sock", text) and method not in ("GET", "HEAD"):
            verb = "remove" if method == "DELETE" else "prune" if "/prune" in url.visible else "run"
            yield ChangeContainers(tool="docker", verb=verb, what="container", privileged=verb == "run", force=True)


def _other_scheme(line: Line, place: Address, body: Value | None, uploads: list[Target]) -> Iterator[Yield]:
    carries = body.origins if body is not None else frozenset()
    if place.scheme in ("smtp", "smtps"):
        recipients = line.values("--mail-rcpt")
        yield SendMessage(by="curl", to=", ".join(word.shown(80) for word in recipients[:5]), bulk=len(recipients) > 5, carries=carries)  # fmt: skip
        return
    taints = carries | ({FILE} if uploads else frozenset())
    taints |= {SECRET} if any(target.secret for target in uploads) else frozenset()
    yield SendData(to=place.host, by=f"curl {place.scheme}", carries=taints, uploads=tuple(uploads), local=place.local)


def _save(call: Invocation, line: Line, url: Value, index: int, outputs: list[Value]) -> Iterator[Yield]:
    if locate(url).scheme == "file" and not line.has("-o", "-O"):
        outputs.append(call.text_of(_file_path(url)).tainted(FILE))
        return
    names = line.values("-o")
    folder = line.value("--output-dir")
    if index < len(names) and names[index].text != "-":
        yield download(call, in_folder(folder, names[index]), append=line.has("-C"))
    elif index >= len(names) and line.has("-O", "--remote-name-all"):
        name = unknown("a name the server gives", plain=True, empty=False) if line.has("-J") else remote_name(url)
        yield download(call, in_folder(folder, name))
    else:
        outputs.append(unknown("output of curl", NETWORK))
