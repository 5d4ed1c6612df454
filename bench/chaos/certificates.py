"""A certificate authority of one sweep: whatever name a sandbox asks for has a certificate that it trusts.

Nothing outside the sandboxes trusts it. Certificates are made when a name is first asked for, by its server name.
"""

from __future__ import annotations

import re
import ssl
import subprocess
import threading
from pathlib import Path
from typing import Any, Final

BUNDLE: Final = "/etc/ssl/certs/ca-certificates.crt"
_NAME: Final = re.compile(r"[A-Za-z0-9_*-]+(?:\.[A-Za-z0-9_-]+)*\Z")
_LONGEST: Final = 64  # of a subject's common name; the names that count stand in subjectAltName


class Authority:
    """Signs for every name. `folder` is a copy of /etc; its bundle of trusted certificates becomes this one alone."""

    def __init__(self, etc: Path) -> None:
        self.folder = etc.parent / "certificates"
        self.root, self.key = etc / BUNDLE.removeprefix("/etc/"), self.folder / "key.pem"
        self._contexts: dict[str, ssl.SSLContext] = {}
        self._lock = threading.Lock()
        if not self.key.exists():
            self.folder.mkdir(parents=True, exist_ok=True)
            self.root.parent.mkdir(parents=True, exist_ok=True)
            self.root.unlink(missing_ok=True)
            words = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", str(self.key)]
            _openssl(*words, "-subj", "/CN=sink", "-addext", "keyUsage=critical,keyCertSign", "-out", str(self.root))

    def server(self) -> ssl.SSLContext:
        """What a server's sockets are wrapped in: it answers under the name that the client asks for."""
        context = self._load("localhost")

        def named(connection: Any, name: str | None, _: ssl.SSLContext) -> None:
            if name is not None and len(name) < 254 and _NAME.match(name):
                with self._lock:
                    if name not in self._contexts:
                        self._contexts[name] = self._load(name)
                connection.context = self._contexts[name]

        context.sni_callback = named  # type: ignore[assignment]
        return context

    def _load(self, name: str) -> ssl.SSLContext:
        path = self.folder / f"{name}.pem"
        if not path.exists():
            names = f"DNS:{name},IP:127.0.0.1" if name == "localhost" else f"DNS:{name}"
            words = ["-CA", str(self.root), "-CAkey", str(self.key), "-key", str(self.key)]
            words += ["-subj", f"/CN={name[:_LONGEST]}", "-addext", "basicConstraints=critical,CA:FALSE"]
            _openssl(*words, "-addext", f"subjectAltName={names}", "-out", str(path))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path, self.key)
        return context


def _openssl(*words: str) -> None:
    subprocess.run(["openssl", "req", "-x509", "-days", "30", *words], check=True, capture_output=True, timeout=60)
