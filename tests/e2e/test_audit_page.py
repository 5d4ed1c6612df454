"""The commands that `docs/audit.md` shows: run as they stand there, and giving the same answer."""

from __future__ import annotations

import contextlib
import json
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from support.enactctl import ROOT, Inhabited
from support.enactctl import enactctl as opened
from support.tsa import authority

from enactd.config import files

PAGE = ROOT / "docs" / "audit.md"
BLOCKS = re.findall(r"```sh\n(.*?)```", PAGE.read_text(), re.DOTALL)


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Inhabited]:
    with opened(tmp_path_factory.mktemp("page")) as console:
        yield Inhabited(console)


def shell(lived: Inhabited, line: str, cwd: Path) -> str:
    """What a line prints, `enactctl` being this one."""
    program = f"{sys.executable} -m enactd.cli --home {lived.console.layout.root}"
    script = f'enactctl() {{ {program} "$@"; }}\n{line}'
    environment = lived.console.environment
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script], env=environment, cwd=cwd, capture_output=True, text=True, check=True
    )
    return done.stdout


def test_one_question_two_ways(lived: Inhabited, tmp_path: Path) -> None:
    """The search, and one jq line over the signed receipts, name the same receipts."""
    asked, checked = BLOCKS[0].strip(), BLOCKS[1].strip()
    assert asked.startswith("enactctl receipts search")
    assert "\n" not in checked
    found = json.loads(shell(lived, asked + " --json", tmp_path))["receipts"]
    lines = [json.loads(line) for line in shell(lived, checked, tmp_path).splitlines()]
    assert {receipt["seq"] for receipt in found} == {line[0] for line in lines}
    assert {"dotenv file"} == {line[2] for line in lines}
    assert all(line[3].endswith("/.env") for line in lines)
    assert shell(lived, asked, tmp_path).startswith("RECEIPT")


def test_the_report(lived: Inhabited, tmp_path: Path) -> None:
    """Both files are there afterwards."""
    (line,) = (block.strip() for block in BLOCKS if "audit report" in block)
    shell(lived, line, tmp_path)
    assert {"report.html", "report.md"} == {path.name for path in tmp_path.iterdir()}


@pytest.mark.parametrize(
    "block", re.findall(r"```toml\n(.*?)```", PAGE.read_text(), re.DOTALL), ids=lambda text: text[:40]
)
def test_the_settings(block: str) -> None:
    """What the page shows as settings are settings."""
    assert files.parse(block.encode(), Path("config.toml"))


@contextlib.contextmanager
def silence() -> Iterator[str]:
    """An endpoint that takes every connection and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}/lines"


def test_second_places(lived: Inhabited, tmp_path: Path) -> None:
    """A running daemon brings heads, receipts and stamps where the settings say; one that never answers is behind.

    Calls go on, the copy verifies, and the line of the page holds the stamps against the authority.
    """
    copy = tmp_path / "copy"
    copy.mkdir()
    config = lived.console.layout.config_file
    with silence() as silent, authority(tmp_path / "tsa") as tsa:
        config.write_text(
            f"[receipts]\nplaces = ['file:{tmp_path}/heads']\ntimestamps = '{tsa.url}'\n"
            f"copies = ['file:{copy}/000000000000.jsonl', '{silent}']\n"
        )
        lived.console("receipts", "checkpoint")
        wait_for(lambda: [0, 0, 0] == [place["behind"] for place in places(lived) if place["place"] != silent])
        shell(lived, "enactctl receipts checkpoint -o new.checkpoint", tmp_path)
        held = next(place for place in places(lived) if place["place"] == silent)
        assert (0, True) == (held["end"], held["behind"] > 0)
        assert f"{silent}: {held['behind']} receipts behind" in lived.console("status").out
        (tmp_path / "authority.pem").write_bytes(tsa.root.read_bytes())
        (line,) = (block.strip().split("#")[0] for block in BLOCKS if "--tsa" in block)
        assert "time stamps: good, 1;" in shell(lived, line, tmp_path)
    config.write_text("")
    said = lived.console(
        "receipts", "verify", "--folder", str(copy), "--key", str(lived.console.layout.receipts / "log.vkey")
    )
    assert 0 == said.code, said.out


def places(lived: Inhabited) -> list[dict[str, Any]]:
    return list(lived.console("status", "--json").json("status")["places"])


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 120
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.1)
