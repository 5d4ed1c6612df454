"""The commands that `docs/audit.md` shows: run as they stand there, and giving the same answer."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.enactctl import ROOT, Inhabited
from support.enactctl import enactctl as opened

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
