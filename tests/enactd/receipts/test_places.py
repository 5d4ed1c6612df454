"""Second places, each the real thing: files, sockets, a git remote, an HTTP server."""

from __future__ import annotations

import contextlib
import hashlib
import http.server
import json
import os
import re
import socket
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import pytest

from enactd.errors import ConfigError
from enactd.receipts import checkpoint, merkle, parcel, places
from enactd.receipts.checkpoint import Checkpoint, Signed
from enactd.receipts.parcel import Parcel
from enactd.receipts.places import FilePlace, GitPlace, HttpPlace, JournalPlace, SyslogPlace, open_place


def signed(size: int, origin: str = "ada.01/ab") -> Signed:
    leaves = [merkle.leaf_hash(b"%d" % number) for number in range(size)]
    return checkpoint.parse(Checkpoint(origin, size, merkle.root_of(leaves)).signed(bytes(32)))


NOTES = [signed(3), signed(5)]
TWO = [parcel.of_checkpoint(one) for one in NOTES]


def receipt(seq: int, size: int = 40, log: str = "ada.01") -> Parcel:
    """A line that says its number, as a parcel."""
    text = json.dumps({"log": log, "seq": seq, "text": "ü" * size}, separators=(",", ":"), ensure_ascii=False)
    return parcel.of_line(log, seq, text.encode())


FOUR = [receipt(seq) for seq in range(4)]


def test_a_file(tmp_path: Path) -> None:
    """Appended, in the form in which checkpoints lie beside a log; a missing mount is an error, not a new folder."""
    place = open_place(f"file:{tmp_path}/kept.checkpoints", "")
    place.put(TWO[:1])
    place.put(TWO[1:])
    assert (NOTES, "") == checkpoint.read_file(str(tmp_path / "kept.checkpoints"))
    with pytest.raises(FileNotFoundError):
        FilePlace(str(tmp_path / "mount/kept")).put(TWO)
    (tmp_path / "link").symlink_to(tmp_path / "kept.checkpoints")
    with pytest.raises(OSError, match="symbolic links"):
        FilePlace(str(tmp_path / "link")).put(TWO)


def test_a_full_disk() -> None:
    """What a place did not take whole it has not got."""
    with pytest.raises(OSError, match="No space left"):
        FilePlace("/dev/full").put(TWO)


@contextlib.contextmanager
def datagrams(path: Path) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as receiver:
        receiver.bind(str(path))
        receiver.settimeout(10)
        yield receiver


RFC5424 = re.compile(
    rb"<29>1 \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ \S+ enactd \d+ checkpoint "
    rb'\[checkpoint@32473 origin="[^"]+" size="\d+" root="[^"]+"\] (\S+)'
)


def test_syslog_on_this_machine(tmp_path: Path) -> None:
    """One message of RFC 5424 each, out of which the note comes back byte for byte."""
    with datagrams(tmp_path / "log") as receiver:
        SyslogPlace("unix", str(tmp_path / "log")).put(TWO)
        found = [receiver.recv(65536) for _ in TWO]
    assert all(RFC5424.fullmatch(message) for message in found)
    assert [one.data for one in TWO] == [places.from_syslog(message) for message in found]


def test_syslog_over_the_network() -> None:
    """UDP one datagram each; TCP with the length in front (RFC 6587)."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver:
        receiver.bind(("127.0.0.1", 0))
        receiver.settimeout(10)
        open_place(f"syslog:udp:127.0.0.1:{receiver.getsockname()[1]}", "").put(TWO[:1])
        assert TWO[0].data == places.from_syslog(receiver.recv(65536))
    with socket.create_server(("127.0.0.1", 0)) as server:
        place = open_place(f"syslog:tcp:127.0.0.1:{server.getsockname()[1]}", "")
        sender = threading.Thread(target=place.put, args=(TWO,))
        sender.start()
        connection, _ = server.accept()
        with connection, connection.makefile("rb") as stream:
            data = stream.read()
        sender.join()
    for one in TWO:
        length, _, data = data.partition(b" ")
        assert one.data == places.from_syslog(data[: int(length)])
        data = data[int(length) :]
    assert b"" == data


def test_names_in_structured_data() -> None:
    """What the syntax needs is escaped; the rest of the message stays in ASCII."""
    message = places.syslog_message(parcel.of_checkpoint(signed(1, 'a"]\\/ü')), host="h", pid=7, now=0.0)
    assert message.startswith(
        b'<29>1 1970-01-01T00:00:00Z h enactd 7 checkpoint [checkpoint@32473 origin="a\\"\\]\\\\/?"'
    )
    assert signed(1, 'a"]\\/ü').data == places.from_syslog(message)


def test_the_journal(tmp_path: Path) -> None:
    """A readable message, and the note whole in a field of its own, with its length."""
    with datagrams(tmp_path / "journal") as receiver:
        JournalPlace(str(tmp_path / "journal")).put(TWO[:1])
        data = receiver.recv(65536)
    head, _, rest = data.partition(b"ENACTD_CHECKPOINT\n")
    assert b"MESSAGE=checkpoint of 3 receipts, ada.01/ab\nPRIORITY=5\nSYSLOG_IDENTIFIER=enactd\n" in head
    assert b"\nENACTD_ORIGIN=ada.01/ab\nENACTD_SIZE=3\nENACTD_ROOT=" in head
    length = int.from_bytes(rest[:8], "little")
    assert TWO[0].data + b"\n" == rest[8:]
    assert len(TWO[0].data) == length


class Endpoint(http.server.BaseHTTPRequestHandler):
    """Keeps what is posted; `/no` refuses, `/away` sends elsewhere."""

    got: ClassVar[list[bytes]] = []
    types: ClassVar[list[str]] = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        code = {"/no": 503, "/away": 302}.get(self.path, 201)
        if code == 201:
            self.got.append(body)
            self.types.append(self.headers["Content-Type"])
        self.send_response(code)
        self.send_header("Location", "/other")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Nothing on stderr."""


@pytest.fixture
def endpoint() -> Iterator[str]:
    Endpoint.got, Endpoint.types = [], []
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Endpoint) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_an_http_endpoint(endpoint: str) -> None:
    """The note is posted as it is; anything but a 2xx is a failure, a redirect too."""
    open_place(f"{endpoint}/heads", "").put(TWO)
    assert [one.data for one in TWO] == Endpoint.got
    for path, why in (("/no", "answered 503"), ("/away", "answered 302")):
        with pytest.raises(OSError, match=why):
            HttpPlace(endpoint + path).put(TWO)
    with pytest.raises(OSError, match="refused"):
        HttpPlace("http://127.0.0.1:9/").put(TWO)
    assert 2 == len(Endpoint.got)


def test_a_git_remote(tmp_path: Path) -> None:
    """A commit per delivery on a branch of its own; no hook of anybody runs."""
    remote, work = tmp_path / "remote.git", tmp_path / "work"
    subprocess.run(["git", "init", "--quiet", "--bare", str(remote)], check=True)
    place = open_place(f"git:{remote}", str(work))
    assert isinstance(place, GitPlace)
    place.put(TWO[:1])
    hook = Path(place.work) / ".git/hooks/pre-push"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\n")
    hook.chmod(0o755)
    place.put(TWO[1:])
    show = ["git", "-C", str(remote), "show", "checkpoints:ada.01.checkpoints"]
    (tmp_path / "shown").write_bytes(subprocess.run(show, capture_output=True, check=True).stdout)
    assert (NOTES, "") == checkpoint.read_file(str(tmp_path / "shown"))
    assert not (tmp_path / "ran").exists()
    with pytest.raises(OSError, match="git push"):
        GitPlace(str(tmp_path / "nowhere"), str(tmp_path / "other")).put(TWO)


@pytest.mark.parametrize(
    "text",
    "|file|file:relative|ftp://host/x|syslog:udp:host|syslog:udp:host:0|syslog:x|git:|git:-x|https://|http://[::1|journald:x|/path".split(
        "|"
    ),
)
def test_what_is_no_place(text: str, tmp_path: Path) -> None:
    """A line of the settings that names none is an error that says what would."""
    with pytest.raises(ConfigError, match="is no second place"):
        open_place(text, str(tmp_path))


def test_places_that_need_no_words() -> None:
    """The machine's own syslog and journal are found where they always are."""
    assert SyslogPlace("unix", "/dev/log") == open_place("syslog:", "") == open_place("syslog:local", "")
    assert JournalPlace("/run/systemd/journal/socket") == open_place("journald:", "")
    assert os.path.isabs(places.DEV_LOG)


def test_receipts_in_a_file(tmp_path: Path) -> None:
    """Line by line as they are in the log; what a crash made us bring again is not there twice."""
    place = open_place(f"file:{tmp_path}/copy.jsonl", "", "receipt")
    place.put(FOUR[:2])
    place.put(FOUR[:3])
    place.put(FOUR[:3])
    place.put(FOUR[3:])
    assert b"".join(one.data + b"\n" for one in FOUR) == (tmp_path / "copy.jsonl").read_bytes()
    place.put([receipt(0, log="bob.02")])
    assert 5 == len((tmp_path / "copy.jsonl").read_bytes().splitlines())


def test_an_unfinished_line_in_a_file(tmp_path: Path) -> None:
    """It spoils none of those that follow."""
    place = FilePlace(str(tmp_path / "copy.jsonl"))
    place.put(FOUR[:1])
    with (tmp_path / "copy.jsonl").open("ab") as file:
        file.write(FOUR[1].data[:9])
    place.put(FOUR[1:])
    found = (tmp_path / "copy.jsonl").read_bytes().splitlines()
    assert [FOUR[0].data, FOUR[1].data[:9], *(one.data for one in FOUR[1:])] == found


def test_receipts_over_syslog(tmp_path: Path) -> None:
    """Number and digest in the structured data, the line behind a byte order mark; a large one only by its digest."""
    large = receipt(9, places.DATAGRAM)
    with datagrams(tmp_path / "log") as receiver:
        SyslogPlace("unix", str(tmp_path / "log")).put([FOUR[0], large])
        small, cut = receiver.recv(65536), receiver.recv(65536)
    shape = rb'<29>1 \S+ \S+ enactd \d+ receipt \[receipt@32473 log="ada\.01" seq="(\d+)" sha256="([0-9a-f]{64})"\](.*)'
    (first, second) = (re.fullmatch(shape, message, re.DOTALL) for message in (small, cut))
    assert first is not None
    assert second is not None
    assert (b"0", FOUR[0].data) == (first[1], places.from_syslog(small))
    assert (b"9", hashlib.sha256(large.data).hexdigest().encode(), b"") == (second[1], second[2], second[3])
    assert large.data == places.from_syslog(places.syslog_message(large))


def test_receipts_in_the_journal(tmp_path: Path) -> None:
    """Fields to search by, and the line; a large one only by its digest."""
    with datagrams(tmp_path / "journal") as receiver:
        JournalPlace(str(tmp_path / "journal")).put([FOUR[2], receipt(9, places.DATAGRAM)])
        data, cut = receiver.recv(65536), receiver.recv(65536)
    assert b"\nENACTD_LOG=ada.01\nENACTD_SEQ=2\n" in data
    assert data.endswith(b"ENACTD_RECEIPT\n" + len(FOUR[2].data).to_bytes(8, "little") + FOUR[2].data + b"\n")
    assert b"\nENACTD_SEQ=9\n" in cut
    assert b"ENACTD_RECEIPT\n" not in cut


def test_receipts_over_http(endpoint: str) -> None:
    """A delivery is one POST of lines."""
    open_place(f"{endpoint}/lines", "", "receipt").put(FOUR)
    assert [b"".join(one.data + b"\n" for one in FOUR)] == Endpoint.got
    assert ["application/x-ndjson"] == Endpoint.types


def test_receipts_in_a_git_remote(tmp_path: Path) -> None:
    """Files that together are the log, on a branch beside that of the checkpoints; a delivery made again mends them."""
    remote, work = tmp_path / "remote.git", tmp_path / "work"
    subprocess.run(["git", "init", "--quiet", "--bare", str(remote)], check=True)
    open_place(f"git:{remote}", str(work)).put(TWO)
    place = open_place(f"git:{remote}", str(work), "receipt")
    for part in (FOUR[:1], FOUR[1:2], FOUR[:3], FOUR[3:]):
        place.put(part)
    subprocess.run(["git", "clone", "-q", "-b", "receipts", str(remote), str(tmp_path / "clone")], check=True)
    found = sorted((tmp_path / "clone/ada.01").iterdir())
    assert ["000000000000.jsonl", "000000000003.jsonl"] == [path.name for path in found]
    assert b"".join(one.data + b"\n" for one in FOUR) == b"".join(path.read_bytes() for path in found)
    heads = subprocess.run(["git", "-C", str(remote), "branch"], capture_output=True, text=True, check=True).stdout
    assert ["checkpoints", "receipts"] == heads.replace("*", "").split()


def test_an_answer_without_end(endpoint: str) -> None:
    """What comes back is read up to a limit, and handed out."""
    assert b"" == places.post(f"{endpoint}/x", b"question", "text/plain")
    for url in ("http://", "http://[::1", "https://127.0.0.1:9/"):
        with pytest.raises(OSError):  # noqa: PT011 - each library says it in its own words
            places.post(url, b"", "text/plain")
