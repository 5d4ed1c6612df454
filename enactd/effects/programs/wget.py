"""wget, wget2, aria2c, axel and video downloaders: what they fetch, send, and write."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from enactd.effects.http import exchange
from enactd.effects.invocation import Effects, Invocation, Line, Options, Output, Value, Yield, program
from enactd.effects.model import ReadPath, WritePath
from enactd.effects.transfer import download, file_body, header, in_folder, remote_name
from enactd.effects.values import EMPTY, NETWORK, known, unknown

_FLAGS: Final = """
    -V --version | -h --help | -b --background | -d --debug | -q --quiet | -v --verbose | -nv --no-verbose | -F
    --force-html | -nc --no-clobber | -c --continue | --show-progress | -N --timestamping | -S --server-response |
    --spider | -4 --inet4-only | -6 --inet6-only | --no-proxy | --no-dns-cache | -nd --no-directories | -x
    --force-directories | -nH --no-host-directories | --protocol-directories | -E --adjust-extension | --no-cache
    | --no-cookies | --keep-session-cookies | --save-headers | --content-disposition | --content-on-error |
    --trust-server-names | --auth-no-challenge | --no-check-certificate | --no-hsts | -r --recursive |
    --delete-after | -k --convert-links | -K --backup-converted | -m --mirror | -p --page-requisites |
    --strict-comments | -H --span-hosts | -L --relative | -np --no-parent | --ignore-case | --random-wait |
    --no-http-keep-alive | --no-iri | --no-use-server-timestamps | --retry-connrefused | --no-if-modified-since |
    --no-glob | --no-passive-ftp | --ask-password | --no-config | --https-only | --unlink | --xattr |
    --no-check-hostname | --no-netrc | --no-host-directories
"""
_VALUED: Final = """
    -e --execute C | -o --output-file F | -a --append-output F | -i --input-file F | -B --base U | --config F | -t
    --tries N | -O --output-document F | --start-pos N | --progress T | -T --timeout N | --dns-timeout N |
    --connect-timeout N | --read-timeout N | -w --wait N | --waitretry N | -Q --quota N | --bind-address A |
    --limit-rate R | --user U | --password P | --local-encoding E | --remote-encoding E | -P --directory-prefix D
    | --cut-dirs N | --default-page N | --http-user U | --http-password P | --header H | --compression T |
    --max-redirect N | --proxy-user U | --proxy-password P | --referer U | -U --user-agent A | --load-cookies F |
    --save-cookies F | --post-data S | --post-file F | --method M | --body-data S | --body-file F |
    --secure-protocol P | --certificate F | --private-key F | --ca-certificate F | --ca-directory D | --crl-file F
    | --pinnedpubkey F | --ciphers S | --hsts-file F | --ftp-user U | --ftp-password P | --warc-file F |
    --warc-header S | -l --level N | -A --accept L | -R --reject L | --accept-regex R | --reject-regex R |
    --regex-type T | -D --domains L | --exclude-domains L | --follow-tags L | --ignore-tags L | -I
    --include-directories L | -X --exclude-directories L | --use-askpass C | --restrict-file-names M |
    --preferred-location L | --rejected-log F | --prefer-family F | --report-speed T | --choose-config F |
    --dns-servers L | --input-metalink F | --metalink-index N
"""
WGET: Final = Options(*(_FLAGS + "|" + _VALUED).split("|"))
_RENAMED: Final = {
    "--output-document": "-O", "--dir-prefix": "-P", "--input": "-i", "--logfile": "-o",
    "--http-passwd": "--http-password",
}  # fmt: skip


@program("wget", "wget2", "wget.exe")
def wget(call: Invocation) -> Effects:
    line = WGET.parse(call.args)
    if line.has("--help", "--version"):
        return
    _apply_rc(line)
    askpass = line.value("--use-askpass")
    if askpass is not None and askpass.pieces:
        yield from call.hidden(askpass, "--use-askpass")
    urls = list(line.operands)
    for listing in line.values("-i"):
        content, _, reading = file_body(call, listing)
        if reading is not None:
            yield reading
        urls += content.lines() if content.known else [unknown(f"a line of {listing.shown()}")]
    for name in ("-o", "-a", "--save-cookies", "--rejected-log", "--warc-file"):
        for word in line.values(name):
            if word.text not in ("-", "/dev/null"):
                yield WritePath(target=call.target(word), how="append" if name == "-a" else "overwrite")
    yield from _requests(call, line, urls)
    yield from _saved(call, line, urls)


def _apply_rc(line: Line) -> None:
    """`-e post_file=x` is `--post-file=x`."""
    for command in line.values("-e"):
        name, _, setting = command.prefix.partition("=")
        option = "--" + name.strip().replace("_", "-")
        option = _RENAMED.get(option, option)
        if option == "--check-certificate" and setting.strip().lower() in ("off", "no", "0"):
            line.found.append(("--no-check-certificate", None))
        elif option in line.names:
            content = command.cut(command.prefix.index("=") + 1) if "=" in command.prefix else EMPTY
            line.found.append((line.names[option], content if content.text is None else known(content.text.strip())))


def _requests(call: Invocation, line: Line, urls: list[Value]) -> Iterator[Yield]:
    body, uploads = line.value("--post-data", "--body-data"), []
    for word in line.values("--post-file", "--body-file"):
        body, target, reading = file_body(call, word)
        if target is not None and reading is not None:
            uploads.append(target)
            yield reading
    asked = line.value("--method")
    default = "HEAD" if line.has("--spider") else "POST" if line.has("--post-data", "--post-file") else "GET"
    headers = list(line.values("--header"))
    headers += [header("User-Agent", word) for word in [*line.values("-U"), *line.values("--referer")]]
    headers += [
        header("Authorization", word) for word in line.values("--password", "--http-password", "--ftp-password")
    ]
    for word in line.values("--load-cookies"):
        yield ReadPath(target=call.target(word), shown=False)
    for url in urls:
        yield from exchange(
            default if asked is None else asked.text,
            url,
            headers=headers,
            body=body,
            uploads=uploads,
            insecure=line.has("--no-check-certificate", "--no-check-hostname"),
        )


def _saved(call: Invocation, line: Line, urls: list[Value]) -> Iterator[Yield]:
    document = line.value("-O")
    if document is not None and document.text == "-":
        yield Output(unknown("output of wget", NETWORK))
        return
    yield Output(EMPTY)
    if line.has("--spider", "--delete-after"):
        return
    folder = line.value("-P")
    if document is not None:
        yield download(call, document, append=line.has("-c"))
    elif line.has("-r", "-m", "-p"):
        for url in urls:
            host = url.split("/")[2:3] or [unknown("a host", plain=True)]
            yield download(call, in_folder(folder, host[0]), folder=True)
    else:
        for url in urls:
            yield download(call, in_folder(folder, remote_name(url)))


ARIA: Final = Options(*"""
    -d --dir D | -o --out F | -i --input-file F | -l --log F | -x --max-connection-per-server N | -s --split N |
    -j --max-concurrent-downloads N | -k --min-split-size N | --check-certificate V | --header H | -U --user-agent
    A | --http-user U | --http-passwd P | --load-cookies F | --save-cookies F | --on-download-complete C | -S
    --show-files | --on-download-start C | --on-download-error C | --on-download-stop C |
    --on-bt-download-complete C | -c --continue | -q --quiet [V] | -v --version | -h --help [T] | -T
    --torrent-file F | -M --metalink-file F | --enable-rpc [V] | -Z --force-sequential [V] | -D --daemon [V] |
    --all-proxy P | --checksum C | -m --max-tries N | --seed-time N | --file-allocation M | --allow-overwrite V |
    --auto-file-renaming V | --conf-path F | --summary-interval N | --console-log-level L | -t --timeout N |
    --dry-run V
""".split("|"))  # fmt: skip


@program("aria2c")
def aria2c(call: Invocation) -> Effects:
    line = ARIA.parse(call.args)
    if line.has("-v", "-h", "-S"):
        return
    yield Output(EMPTY)
    folder, name = line.value("-d"), line.value("-o")
    urls = list(line.operands)
    for listing in line.values("-i"):
        yield ReadPath(target=call.target(listing), shown=False)
        urls.append(unknown(f"a line of {listing.shown()}"))
    for url in urls:
        yield from exchange(
            "GET", url, headers=line.values("--header"), insecure=line.text("--check-certificate") == "false"
        )
        if line.text("--dry-run") != "true":
            yield download(call, in_folder(folder, name if name is not None else remote_name(url)))
    for found, command in line.found:
        if found.startswith("--on-") and command is not None:
            yield from call.hidden(command, found)


AXEL: Final = Options(
    *"""
    -o --output F | -n --num-connections N | -s --max-speed N | -k --insecure | -H --header H | -q --quiet | -a
    --alternate | -v --verbose | -V --version | -h --help | -U --user-agent A | -c --no-clobber | -S --search [N]
    | -T --timeout N
    """.split("|")
)


@program("axel", "lwp-download", "fetch", "puf", "lftpget", "ftpget")
def axel(call: Invocation) -> Effects:
    line = AXEL.parse(call.args)
    if line.has("-V", "-h"):
        return
    yield Output(EMPTY)
    for url in line.operands[:1]:
        yield from exchange("GET", url, headers=line.values("-H"), insecure=line.has("-k"))
        name = line.value("-o")
        if name is not None and name.text == "-":
            yield Output(unknown(f"the answer of {url.shown(60)}", NETWORK))
            continue
        yield download(call, name if name is not None else remote_name(url))


VIDEO: Final = Options(
    *"""
    -o --output T | -P --paths D | -f --format F | -x --extract-audio | --audio-format F | --exec C |
    --exec-before-download C | -a --batch-file F | --cookies F | --cookies-from-browser B | -u --username U | -p
    --password P | --no-check-certificates | -s --simulate | -j --dump-json | -J --dump-single-json | -F
    --list-formats | -g --get-url | -e --get-title | --version | -h --help | -U --update | --config-locations F |
    -i --ignore-errors | --skip-download | -N --concurrent-fragments N
    """.split("|")
)


@program("yt-dlp", "youtube-dl", "gallery-dl", "you-get")
def yt_dlp(call: Invocation) -> Effects:
    line = VIDEO.parse(call.args)
    for url in line.operands:
        yield from exchange("GET", url, insecure=line.has("--no-check-certificates"))
    if line.has("--cookies-from-browser"):
        yield ReadPath(target=call.target("~/.mozilla"), recursive=True, shown=False)
    if line.operands and not line.has("-s", "-j", "-J", "-F", "-g", "-e", "--skip-download"):
        name = unknown("a file named after the video", plain=True, empty=False)
        yield download(call, in_folder(line.value("-P"), line.value("-o") if line.value("-o") is not None else name))  # type: ignore[arg-type]
    for command in [*line.values("--exec"), *line.values("--exec-before-download")]:
        yield from call.shell(command)
