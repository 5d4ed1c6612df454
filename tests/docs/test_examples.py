"""The examples of `docs/examples` run: real packages, a scripted model, the real gate, no network."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.daemon import ROOT, Daemon, layout

from enactd import resources

PROGRAMS = ROOT / "tests/docs/programs"
EXAMPLES = ROOT / "docs/examples"


@pytest.fixture(scope="module")
def daemon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Daemon]:
    with Daemon(layout(tmp_path_factory.mktemp("x"))) as running:
        running.layout.bin.mkdir(parents=True, exist_ok=True)
        resources.install_shim(running.layout.shim)
        yield running


def run(name: str, daemon: Daemon, folder: Path) -> list[str]:
    """What a program prints."""
    done = subprocess.run(
        [sys.executable, str(PROGRAMS / f"with_{name}.py"), str(daemon.layout.root)],
        cwd=folder, capture_output=True, text=True, timeout=200, check=False,
        env={"PATH": os.environ["PATH"], "HOME": str(folder), "PYTHONPATH": f"{ROOT}:{EXAMPLES}"},
    )  # fmt: skip
    assert 0 == done.returncode, done.stderr
    return done.stdout.splitlines()


@pytest.mark.parametrize("name", ["langgraph_agent", "openai_agent"])
def test_frameworks(name: str, daemon: Daemon, tmp_path: Path) -> None:
    """A call that may run runs, one that may not is a result that the model reads, and the agent goes on."""
    hello, refused, order, answer = run(name, daemon, tmp_path)
    assert ("hello", "order 3 is on its way", "done") == (hello, order, answer)
    assert refused.startswith("not run: files.catastrophic-delete: ")


def test_the_plain_loop(daemon: Daemon, tmp_path: Path) -> None:
    """The same by hand, with a question for a person."""
    hello, refused, asked, answer = run("plain_loop", daemon, tmp_path)
    assert ("hello", "done") == (hello, answer)
    assert refused.startswith("not run: files.catastrophic-delete: ")
    assert "a person must decide: git.force-push" in asked
    assert "enactctl approve " in asked


def test_every_example_is_run() -> None:
    """And anyone may take them."""
    assert {f"with_{path.name}" for path in EXAMPLES.glob("*.py")} == {path.name for path in PROGRAMS.glob("*.py")}
    for path in EXAMPLES.glob("*.py"):
        assert path.read_text().startswith("# SPDX-License-Identifier: Apache-2.0\n")
