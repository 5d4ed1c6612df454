"""A real time stamp authority on loopback: openssl signs, a small HTTP server passes questions and answers on."""

from __future__ import annotations

import contextlib
import http.server
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

CONFIG = """
[ tsa ]
default_tsa = one
[ one ]
serial = {folder}/serial
signer_cert = {folder}/tsa.pem
signer_key = {folder}/tsa.key
signer_digest = sha256
default_policy = 1.3.6.1.4.1.32473.1
digests = sha256, sha384, sha512
ess_cert_id_chain = no
crypto_device = builtin
[ ca ]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign
[ stamping ]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
[ req ]
distinguished_name = name
[ name ]
"""


class Authority:
    """Certificates in a folder (`ca.pem`, the root; `tsa.pem`), and answers; `spoilt` replaces them where set."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.asked: list[bytes] = []
        self.spoilt: bytes | None = None
        self.url = ""
        folder.mkdir()
        (folder / "serial").write_text("01\n")
        (folder / "openssl.cnf").write_text(CONFIG.format(folder=folder))
        self._openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", "ca.key")
        self._openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", "tsa.key")
        self._issue("ca", "/CN=Test root", "-x509", "-extensions", "ca", "-key", "ca.key")
        self._issue("tsa", "/CN=Test stamps", "-x509", "-extensions", "stamping", "-CA", "ca.pem", "-CAkey", "ca.key", "-key", "tsa.key")  # fmt: skip

    @property
    def root(self) -> Path:
        return self.folder / "ca.pem"

    def answer(self, question: bytes) -> bytes:
        """What openssl answers."""
        self.asked.append(question)
        (self.folder / "question.tsq").write_bytes(question)
        return self._openssl("ts", "-reply", "-config", "openssl.cnf", "-queryfile", "question.tsq")

    def verify(self, stamp: Path, data: Path) -> bool:
        """Whether openssl takes a stamp for the word of this authority about just these bytes."""
        words = ["openssl", "ts", "-verify", "-in", stamp, "-data", data, "-CAfile", self.root]
        return subprocess.run(words, capture_output=True, check=False).returncode == 0

    def _issue(self, name: str, subject: str, *words: str) -> None:
        config = ("-config", "openssl.cnf", "-subj", subject, "-days", "2", "-sha256")
        self._openssl("req", "-new", *words, *config, "-out", f"{name}.pem")

    def _openssl(self, *words: str) -> bytes:
        return subprocess.run(["openssl", *words], cwd=self.folder, capture_output=True, check=True).stdout


@contextlib.contextmanager
def authority(folder: Path) -> Iterator[Authority]:
    """An authority of its own that answers at `url` while the context lasts."""
    made = Authority(folder)
    mutex = threading.Lock()

    class Desk(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            question = self.rfile.read(int(self.headers["Content-Length"]))
            right = self.headers["Content-Type"] == "application/timestamp-query"
            with mutex:
                data = made.spoilt if made.spoilt is not None else made.answer(question)
            self.send_response(200 if right else 415)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            """Nothing on stderr."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Desk) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        made.url = f"http://127.0.0.1:{server.server_port}/"
        yield made
        server.shutdown()
