"""HTTPie and its kin, web-socket and gRPC clients, and browsers for the terminal."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

import msgspec

from enactd.effects.graphql import Changes, is_destructive
from enactd.effects.http import exchange
from enactd.effects.invocation import Effects, Invocation, Line, Options, Output, Value, Yield, program
from enactd.effects.model import OpenTunnel, ReadPath, Request, Target, WritePath
from enactd.effects.transfer import download, file_body, from_stdin, header, remote_name
from enactd.effects.values import EMPTY, FILE, NETWORK, join, known, unknown

_FLAGS: Final = """
    -j --json | -f --form | --multipart | -v --verbose | -h --headers | -b --body | -m --meta | -F --follow | -q
    --quiet | -d --download | -c --continue | -S --stream | -x --compress | -I --ignore-stdin | --offline |
    --check-status | --all | --chunked | --debug | --traceback | --help | --version | --manual | --ignore-netrc |
    --path-as-is | --curl | --curl-long | --https | -4 --ipv4 | -6 --ipv6 | --sorted | --unsorted | --http2 |
    --no-check-status
"""
_VALUED: Final = """
    --raw S | --boundary S | -p --print W | -P --history-print W | --pretty S | -s --style S | --format-options S
    | --response-charset S | --response-mime S | -o --output F | --session N | --session-read-only N | -a --auth U
    | -A --auth-type T | --proxy P | --verify V | --ssl V | --ciphers C | --cert F | --cert-key F |
    --cert-key-pass P | --timeout N | --max-redirects N | --max-headers N | --default-scheme S | --bearer T |
    --resolve R | --interface I | --http-version V | -X --method M
"""
HTTPIE: Final = Options(*(_FLAGS + "|" + _VALUED).split("|"))
_ITEM: Final = re.compile(r"((?:\\.|[^=:@\\])*)(==@|:=@|=@|==|:=|=|:@|:|;|@)")
_URL: Final = re.compile(r"[A-Za-z][\w+.-]*://|:\d|:/|localhost[:/]|[\w.-]+:\d+|[\w-]+(?:\.[\w-]+)+(?:[/?:]|$)")


@program("http", "https", "xh", "xhs", "httpie")
def httpie(call: Invocation) -> Effects:
    args = call.args
    if call.name == "httpie":
        if not args or args[0].text not in ("http", "https"):
            return
        args = args[1:]
    line = HTTPIE.parse(args)
    if line.has("--help", "--version", "--manual", "--offline", "--curl", "--curl-long") or not line.operands:
        return
    method, url, items = _positions(line)
    headers: list[Value] = []
    fields: list[Value] = []
    uploads: list[Target] = []
    query = EMPTY
    for item in items:
        kind, part, target, reading = _item(call, item)
        if reading is not None:
            yield reading
        if target is not None:
            uploads.append(target)
        if kind == "query":
            query = query + known("&") + part
        else:
            (headers if kind == "header" else fields).append(part)
    headers += [header("Authorization", word) for word in [*line.values("-a"), *line.values("--bearer")]]
    body = line.value("--raw") or (join(fields, "&") if fields else None)
    if body is None and call.stdin is not None and not line.has("-I"):
        body = from_stdin(call)
    verb = method if method is not None else known("POST" if body is not None or uploads else "GET")
    secure = call.name in ("https", "xhs") or line.has("--https")
    full = _full_url(url, secure) + (known("?") + query if query.pieces else EMPTY)
    insecure = line.text("--verify").lower() in ("no", "false")
    yield from exchange(verb.text, full, headers=headers, body=body, uploads=uploads, insecure=insecure)
    yield from _httpie_output(call, line, full)


def _positions(line: Line) -> tuple[Value | None, Value, list[Value]]:
    """Method (None: not given), URL and items."""
    first, *rest = line.operands
    method = line.value("-X")
    if rest and (first.text is None or re.fullmatch(r"[A-Za-z]{3,12}", first.text)) and not _is_item(rest[0]):
        return (known(first.text.upper()) if first.text else first), rest[0], rest[1:]
    return method, first, rest


def _is_item(word: Value) -> bool:
    """Whether a word is `name=value`, not a URL."""
    return _ITEM.match(word.prefix) is not None and not _URL.match(word.prefix)


def _item(call: Invocation, item: Value) -> tuple[str, Value, Target | None, ReadPath | None]:
    match = _ITEM.match(item.prefix)
    if match is None:
        return "field", item, None, None
    mark, rest = match[2], item.cut(match.end())
    if mark in ("@", "=@", ":=@", "==@", ":@"):
        content, target, reading = file_body(call, rest.split(";", 1)[0])
        kind = "header" if mark == ":@" else "query" if mark == "==@" else "field"
        return kind, content, target, reading
    if mark in (":", ";"):
        return "header", known(f"{match[1]}: ") + rest, None, None
    if mark == "==":
        return "query", known(match[1] + "=") + rest, None, None
    return "field", known(match[1] + "=") + rest, None, None


def _full_url(url: Value, secure: bool) -> Value:
    scheme = "https://" if secure else "http://"
    if url.startswith("://"):
        return url.cut(3)
    if re.match(r":\d|:/|:$", url.prefix):
        return known(f"{scheme}localhost") + (url.cut(1) if url.startswith(":/") else url)
    return url if "://" in url.prefix[:12] else known(scheme) + url


def _httpie_output(call: Invocation, line: Line, url: Value) -> Iterator[Yield]:
    file = line.value("-o")
    if file is not None:
        yield download(call, file)
        yield Output(EMPTY)
    elif line.has("-d"):
        yield download(call, remote_name(url))
        yield Output(EMPTY)
    else:
        yield Output(unknown(f"output of {call.name}", NETWORK))


LWP: Final = Options(
    *"""
    -m M | -f | -b U | -t N | -i T | -a | -p P | -P | -H H | -C C | -u | -U | -s | -S | -e | -E | -d | -h | -v |
    -c T | -o F | -x
    """.split("|")
)


@program("GET", "HEAD", "POST", "PUT", "DELETE", "lwp-request")
def lwp_request(call: Invocation) -> Effects:
    line = LWP.parse(call.args)
    method = line.text("-m", "GET" if call.name == "lwp-request" else call.name)
    for url in line.operands:
        yield from exchange(
            method, url, headers=line.values("-H"), body=call.stdin if method in ("POST", "PUT") else None
        )
    yield Output(unknown("output of lwp-request", NETWORK))


WEBSOCAT: Final = Options(
    *"""
    -s --server-mode | -b --binary | -t --text | -n --no-close | -1 --one-message | -E --exit-on-eof | -k
    --insecure | -H --header H | -u --unidirectional | -U --unidirectional-reverse | -q | -v | --basic-auth U |
    --protocol P | --origin O | -B --buffer-size N | --ws-c-uri U | -h --help [X] | -V --version | --ping-interval
    N | --exec C | --sh-c C
    """.split("|")
)


@program("websocat", "wscat")
def websocat(call: Invocation) -> Effects:
    if call.name == "wscat":
        yield from _wscat(call)
        return
    line = WEBSOCAT.parse(call.args)
    if line.has("-h", "-V"):
        return
    for word in line.operands:
        match = re.match(r"(?:[\w-]+:)*(?:sh-c|cmd|exec)[:@](?P<rest>.*)", word.prefix)
        if match:
            yield OpenTunnel(by="websocat", to=word.shown(80), shell=True)  # noqa: S604
            yield from call.shell(word.cut(match.start("rest")))
        elif re.match(r"(?:ws|wss|http|https)(?:-c|-connect)?:", word.prefix) or not word.known:
            url = known("ws://") + word.cut(word.prefix.find("://") + 3) if "://" in word.prefix else word
            body = call.stdin if call.stdin is not None else None
            yield from exchange(
                "POST" if body is not None else "GET",
                url,
                headers=line.values("-H"),
                body=body,
                insecure=line.has("-k"),
            )
    if line.has("-s") or any(re.match(r"(?:ws-l|ws-listen|tcp-l|l-ws)", word.prefix) for word in line.operands):
        yield OpenTunnel(by="websocat", to="a listening port")
    yield Output(unknown("output of websocat", NETWORK))


WSCAT: Final = Options(
    *"""
    -c --connect U | -l --listen P | -x --execute M | -H --header H | -n --no-check | -w --wait N | --auth U | -p
    --protocol P | -s --subprotocol P | -o --origin O | -V --version | -h --help | -P --show-ping-pong | --slash |
    --no-color | -L --location | --proxy P | --ca F | --cert F | --key F
    """.split("|")
)


def _wscat(call: Invocation) -> Effects:
    line = WSCAT.parse(call.args)
    message = line.value("-x") or call.stdin
    for url in line.values("-c"):
        yield from exchange("POST" if message is not None else "GET", url, headers=line.values("-H"), body=message, insecure=line.has("-n"))  # fmt: skip
    yield Output(unknown("output of wscat", NETWORK))


GRPC: Final = Options(
    *"""
    -d D | --d D | -H H | -rpc-header H | -reflect-header H | -import-path D | -proto F | -protoset F | -cacert F
    | -cert F | -key F | -authority A | -servername S | -connect-timeout N | -max-time N | -keepalive-time N |
    -max-msg-sz N | -format F | -plaintext | -insecure | -v | -vv | -emit-defaults | -allow-unknown-fields |
    -format-error | -msg-template | -use-reflection | -unix | -help | -version | -protoset-out F | -expand-headers
    | -user-agent A | -alts
    """.split("|")
)


@program("grpcurl", "evans", "ghz")
def grpcurl(call: Invocation) -> Effects:
    args = [word.cut(1) if word.startswith("--") and len(word.prefix) > 3 else word for word in call.args]
    line = GRPC.parse(args)
    if line.has("-help", "-version"):
        return
    words = [word for word in line.operands if word.text not in ("list", "describe", "cli", "repl")]
    asks = len(words) < len(line.operands)
    method = words[1].visible.rpartition("/")[2] if len(words) > 1 else ""
    data = line.value("-d")
    body = from_stdin(call) if data is not None and data.text == "@" else data
    reads = (
        asks
        or not method
        or re.match(r"Get|List|Describe|Read|Query|Search|Find|Check|Watch|Count|Health", method.rpartition(".")[2])
    )
    for host in words[:1]:
        for found in exchange(
            "GET", known("http://") + host, headers=line.values("-H"), body=body, insecure=line.has("-insecure")
        ):
            if isinstance(found, Request):
                changes: Changes = "nothing" if reads else "destroys" if is_destructive(method) else "something"
                yield msgspec.structs.replace(
                    found,
                    method="POST",
                    scheme="grpc",
                    changes=changes,
                    operations=(f"rpc {method}",) if method else (),
                )
    yield Output(unknown("output of grpcurl", NETWORK))


TEXT_BROWSER: Final = Options(
    *"""
    -dump | -source | -T T | -cols N | -nolist | -width N | -post_data | -auth U | -useragent A | -I T | -o O |
    -dump_source | -dump_head | -no-numbering | -no-references | -head | -mime_header | -listonly |
    -accept_all_cookies | -cmd_script F | -version | -help | -stdin
    """.split("|")
)


@program("lynx", "w3m", "links", "links2", "elinks", "html2text", "browsh")
def lynx(call: Invocation) -> Effects:
    line = TEXT_BROWSER.parse(call.args)
    if line.has("-version", "-help"):
        return
    remote = False
    for word in line.operands:
        local = word.known and re.match(r"[./~]|[\w-]+\.(?:html?|txt|md|xml)$", word.prefix)
        if local and "://" not in word.prefix:
            yield ReadPath(target=call.target(word))
            continue
        remote = True
        posts = line.has("-post_data")
        yield from exchange("POST" if posts else "GET", word, body=call.stdin if posts else None)
    if remote:
        yield Output(unknown(f"output of {call.name}", NETWORK))


LOAD: Final = Options(
    *"""
    -n N | -c N | -z D | -t N | -d D | -q N | -m M | -H H | -T T | -p F | -D F | -k | -s S | -a U | -A U | -C C |
    -r N | -w N | -v | -h | -V | --latency | --timeout N | --script F
    """.split("|")
)


@program("ab", "hey", "wrk", "bombardier", "siege", "vegeta", "autocannon", "oha")
def load_test(call: Invocation) -> Effects:
    """Many requests at once; what one of them does, they all do."""
    line = LOAD.parse(call.args)
    for word in line.operands:
        if "://" in word.prefix or not word.known or ":" in word.prefix:
            yield from exchange(line.text("-m", "GET"), word, headers=line.values("-H"))
    for word in line.values("-p"):
        yield ReadPath(target=call.target(word), shown=False)
    output = line.value("-o")
    if output is not None:
        yield WritePath(target=call.target(output), origins=frozenset({FILE}))
