"""cross-env, shx, concurrently and nodemon are looked through."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.briefly import lines
from support.code import deeds
from support.reading import effects


@pytest.mark.parametrize(
    "command",
    ["cross-env A=b rm -rf src", "shx rm -rf src", "concurrently 'rm -rf src' 'true'", "nodemon --exec 'rm -rf src'",
     "cross-env-shell 'rm -rf src'"],
)  # fmt: skip
def test_command_inside_is_read(command: str) -> None:
    """The wrapped deletion is seen."""
    assert ["DeletePath target=/home/u/proj/src recursive"] == lines(command)


@pytest.mark.parametrize("command", ["cross-env", "nodemon --version", "concurrently --help"])
def test_nothing_to_run(command: str) -> None:
    """Help, versions and names of scripts."""
    assert [] == lines(command)


def test_the_command_of_nodemon_gets_the_script() -> None:
    """`--exec "python -v" app.py` runs the script; it is no session of Python."""
    assert ["RunCode"] == [type(effect).__name__ for effect in effects('nodemon --exec "python -v" ./app.py')]


def test_scripts_by_name_are_scripts_of_the_project(tmp_path: Path) -> None:
    """`npm:wipe` is the script of package.json; a pattern of names is code of the project."""
    (tmp_path / "package.json").write_text('{"scripts": {"wipe": "rm -rf /etc", "ok": "echo"}}')
    assert "DeletePath /etc" in deeds(effects("concurrently npm:ok npm:wipe", cwd=str(tmp_path), home="/home/u"))
    assert ["RunCode workspace"] == deeds(effects("concurrently 'npm:watch-*'"))
