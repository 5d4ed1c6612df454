"""pm2 and its kin."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.briefly import lines
from support.code import deeds
from support.reading import effects


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("pm2 delete all", ["SignalProcess scope=named what=all"]),
        ("pm2 kill", ["SignalProcess scope=named what=pm2"]),
        ("pm2 stop api", ["SignalProcess scope=one what=api"]),
        ("pm2 list", []),
        ("pm2 logs api", []),
    ],
)
def test_effects(command: str, expected: list[str]) -> None:
    """All of them, one of them, none."""
    assert expected == lines(command)


@pytest.mark.parametrize(
    ("name", "content", "command"),
    [
        ("Procfile", "web: bin/web\nwipe: rm -rf /etc\n", "foreman start"),
        ("Procfile", "web: bin/web\nwipe: rm -rf /etc\n", "honcho start wipe"),
        ("Procfile.dev", "wipe: rm -rf /etc\n", "overmind start -f Procfile.dev"),
        ("x.js", "require('fs').rmSync('/etc', {recursive: true})", "pm2 start x.js"),
        ("x.js", "require('fs').rmSync('/etc', {recursive: true})", "pm2-runtime x.js"),
    ],
)
def test_what_is_started_is_read(tmp_path: Path, name: str, content: str, command: str) -> None:
    """The lines of a Procfile, and scripts by their name."""
    (tmp_path / name).write_text(content)
    assert "DeletePath /etc" in deeds(effects(command, cwd=str(tmp_path), home="/home/u"))


def test_other_lines_do_not_start(tmp_path: Path) -> None:
    """A process that is named is the only one; without a Procfile it is code of the project."""
    (tmp_path / "Procfile").write_text("web: echo\nwipe: rm -rf /etc\n")
    assert "DeletePath /etc" not in deeds(effects("foreman start web", cwd=str(tmp_path), home="/home/u"))
    assert ["RunCode workspace"] == deeds(effects("foreman start"))
