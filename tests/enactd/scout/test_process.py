"""The scout's process: whom it serves, that it goes on, and what it takes from itself."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import msgspec
from support.scouting import serving

import enactd
from enactd import __version__
from enactd.scout import frames
from enactd.scout.frames import Question, Said
from enactd.scout.process import uid_of

ROOT = Path(enactd.__file__).parents[1]


def said(connection: socket.socket) -> Said:
    connection.settimeout(20)
    return msgspec.json.decode(frames.read(connection, frames.ANSWER_LIMIT) or b"", type=Said)


def test_it_greets_and_answers_in_turn(tmp_path: Path) -> None:
    """Its version first, then one answer a question, errors included."""
    with serving(tmp_path) as place, socket.socket(socket.AF_UNIX) as connection:
        connection.connect(str(place))
        assert Said(id=0, value=__version__) == said(connection)
        for number, op in enumerate(("stat", "nonsense", "real"), start=1):
            frames.write(connection, Question(id=number, op=op, arguments=["/"]))
            assert number == said(connection).id


def test_a_message_too_large_ends_that_conversation_alone(tmp_path: Path) -> None:
    """The next one is served."""
    with serving(tmp_path) as place:
        for _ in range(2):
            with socket.socket(socket.AF_UNIX) as connection:
                connection.connect(str(place))
                said(connection)
                connection.sendall(b"\xff\xff\xff\xff")
                assert None is frames.read(connection, 100)


def test_names_that_are_no_text_are_answered(tmp_path: Path) -> None:
    """A folder with a name of raw bytes is looked at like any other."""
    (tmp_path / "d").mkdir()
    Path(os.fsdecode(os.fsencode(tmp_path / "d") + b"/\xff")).touch()
    with serving(tmp_path) as place, socket.socket(socket.AF_UNIX) as connection:
        connection.connect(str(place))
        said(connection)
        frames.write(connection, Question(id=1, op="names", arguments=[str(tmp_path / "d")]))
        assert ["\0ff"] == said(connection).value


def test_the_kernel_names_the_user() -> None:
    """Not the message."""
    one, other = socket.socketpair()
    with one, other:
        assert os.getuid() == uid_of(one)


def test_it_can_neither_write_nor_be_dumped() -> None:
    """Limits that hold for good, set before the first question."""
    code = (
        f"import sys; sys.path[:0] = {[str(ROOT), *sys.path]!r}\n"
        "from enactd.scout.process import harden\n"
        "import ctypes, resource, signal, tempfile\n"
        "harden()\n"
        "assert ctypes.CDLL(None).prctl(3, 0, 0, 0, 0) == 0\n"
        "assert resource.getrlimit(resource.RLIMIT_FSIZE) == (0, 0)\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "try:\n"
        "    with open(tempfile.gettempdir() + '/enactd-scout-test', 'wb', 0) as file: file.write(b'x')\n"
        "except OSError: print('refused')\n"
    )
    ended = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, check=False)
    Path("/tmp/enactd-scout-test").unlink(missing_ok=True)
    assert ("refused", 0) == (ended.stdout.strip(), ended.returncode), ended.stderr
