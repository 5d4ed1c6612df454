"""Pictures of what a person sees when a destruction waits: the page, wide and narrow, light and dark, and the terminal.

They are of the real thing: the agent, its call, Terraform's state. `make screenshots` keeps them in `docs/images/`.
"""

from __future__ import annotations

import html
import os
import pty
import re
import select
import struct
import subprocess
import time
import urllib.parse
import zlib
from pathlib import Path
from typing import Final

from support.browser import DESKTOP, PHONE, Browser, browser
from support.claude import bash, turn
from support.guarded import Guarded
from support.loopback import Loopback
from support.story import DESTROY, Playing, beginning

TERMINAL: Final = (1240, 300, 1.0)
SMALL_PHONE: Final = (PHONE[0], PHONE[1], 1.5)
SHORT: Final = (DESKTOP[0], 450, 1.0)
STYLE: Final = (
    "body{margin:0;background:#1d1f22;color:#ececea;font:15px/1.5 'DejaVu Sans Mono',monospace}"
    "pre{margin:0;padding:18px 22px;white-space:pre-wrap}b{color:#7fd6a4}"
)


def pixels(path: Path) -> tuple[int, int, int]:
    """Width, height, and how many different bytes a PNG's rows have: a blank one has few."""
    data = path.read_bytes()
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", data[16:24])
    place, packed = 8, b""
    while place < len(data):
        size, kind = struct.unpack(">I4s", data[place : place + 8])
        packed += data[place + 8 : place + 8 + size] if kind == b"IDAT" else b""
        place += size + 12
    return width, height, len(set(zlib.decompress(packed)))


def watched(place: Guarded, seconds: float = 60) -> str:
    """What `enactctl watch` shows in a terminal of its own until it has shown a question."""
    shown = b""
    master, slave = pty.openpty()
    argv = place.network.argv([str(place.bin / "enactctl"), "--home", str(place.layout.root), "watch"])
    clean = {"PATH": f"{place.bin}:/usr/bin:/bin", "HOME": str(place.home), "LANG": "C.UTF-8", "TERM": "xterm"}
    process = subprocess.Popen(
        ["setsid", "--ctty", "--wait", *argv], stdin=slave, stdout=slave, stderr=slave, env=clean, cwd=place.home
    )
    os.close(slave)
    end = time.monotonic() + seconds
    while b"q leave" not in shown.split(b"Watching.")[-1].partition(b"\n")[2] and time.monotonic() < end:
        if select.select([master], [], [], 0.5)[0]:
            shown += os.read(master, 65_536)
    while process.poll() is None and time.monotonic() < end:  # keys right after a question came up do not count
        os.write(master, b"q")
        time.sleep(0.5)
    process.wait(30)
    os.close(master)
    return re.sub(r"[\a\r]|\x1b\[[0-9;?]*[A-Za-z]", "", shown.decode("utf-8", "replace")).strip()


def draw(page: Browser, path: Path, *spoken: tuple[str, str]) -> None:
    """A terminal's text, each command and what it said, as a picture."""
    text = "\n\n".join(f"<b>$ {html.escape(command)}</b>\n{html.escape(said)}" for command, said in spoken)
    page.show(TERMINAL)
    page.visit(urllib.parse.quote(f"<!doctype html><meta charset=utf-8><style>{STYLE}</style><pre>{text}</pre>"))
    page.picture(path)


def test_pictures_of_a_question(network: Loopback, tmp_path: Path) -> None:
    """Each is as wide as its screen and not blank; what the terminal shows is what the page shows."""
    folder = Path(os.environ.get("ENACTD_PICTURES") or tmp_path).absolute()
    folder.mkdir(parents=True, exist_ok=True)
    with beginning(network) as story, browser(network) as page:
        playing = Playing(story, turn(bash(DESTROY)), turn(text="done"))
        asked = story.question()
        for name, screen, dark in (
            ("page", DESKTOP, False),
            ("page-dark", DESKTOP, True),
            ("page-phone", SMALL_PHONE, False),
        ):
            page.show(screen, dark=dark)
            page.open(asked["view"])
            page.picture(folder / f"approval-{name}.png")
        live = watched(story.place)
        listed = story.place.enactctl("pending").stdout.strip()
        page.show(SHORT)
        page.open(asked["view"])
        page.write("textarea", "the demo is tomorrow")
        page.click("button.deny")
        page.picture(folder / "approval-denied.png")
        draw(page, folder / "approval-terminal.png", ("enactctl pending", listed), ("enactctl watch", live))
        playing.run()
    for said in (live, listed):
        assert asked["request"]["id"] in said
        assert "terraform destroy" in said
    for name, width in (("page", 1100), ("page-dark", 1100), ("page-phone", 585), ("denied", 1100), ("terminal", 1240)):
        found = pixels(folder / f"approval-{name}.png")
        assert width == found[0]
        assert found[1] > 200
        assert found[2] > 100
