"""Ports of every address lead out to the sink, through unix sockets that the sandbox cannot write.

Names resolve: a name server on port 53 answers 127.0.0.1 to every question and passes the name on. `RAW` ports take bytes
of any kind: where nothing but a connection is needed, as by `nc`.
"""

from __future__ import annotations

import contextlib
import socket
import threading
from pathlib import Path

MODEL_PORT = 9210
RAW = (1337, 4444, 9999)
PORTS = {80: "http", 443: "https", 8080: "http", 25: "smtp", 587: "smtp", 1025: "smtp", MODEL_PORT: "model"}
PORTS |= dict.fromkeys(RAW, "raw")


def start(sockets: Path) -> None:
    """Listen on all ports and return; threads do the rest."""
    for port, name in PORTS.items():
        listener = socket.create_server(("", port), backlog=64)
        threading.Thread(target=_accept, args=(listener, sockets / name), daemon=True).start()
    names = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    names.bind(("", 53))
    threading.Thread(target=_names, args=(names, sockets / "names"), daemon=True).start()


def _accept(listener: socket.socket, target: Path) -> None:
    while True:
        near, _ = listener.accept()
        far = socket.socket(socket.AF_UNIX)
        try:
            far.connect(str(target))
        except OSError:
            near.close()
            continue
        for one, other in ((near, far), (far, near)):
            threading.Thread(target=_copy, args=(one, other), daemon=True).start()


def _copy(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while piece := source.recv(65536):
            target.sendall(piece)
        target.shutdown(socket.SHUT_WR)


def _names(server: socket.socket, sink: Path) -> None:
    while True:
        question, client = server.recvfrom(4096)
        with contextlib.suppress(OSError, IndexError, ValueError):
            name, end = _name(question)
            with socket.socket(socket.AF_UNIX) as far:
                far.connect(str(sink))
                far.sendall(name.encode() + b"\n")
            server.sendto(_answer(question, end), client)


def _name(question: bytes) -> tuple[str, int]:
    """The name that is asked for, and where the question ends."""
    labels, at = [], 12
    while question[at]:
        labels.append(question[at + 1 : at + 1 + question[at]].decode("ascii", "replace"))
        at += 1 + question[at]
    return ".".join(labels), at + 5


def _answer(question: bytes, end: int) -> bytes:
    """127.0.0.1 to a question for an address, else nothing under that name."""
    address = question[end - 4 : end - 2] == b"\x00\x01"
    head = question[:2] + b"\x81\x80\x00\x01" + (b"\x00\x01" if address else b"\x00\x00") + b"\x00\x00\x00\x00"
    record = b"\xc0\x0c\x00\x01\x00\x01\x00\x00\x00\x3c\x00\x04\x7f\x00\x00\x01"
    return head + question[12:end] + (record if address else b"")
