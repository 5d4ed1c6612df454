"""cross-env, shx, concurrently and nodemon are looked through."""

from __future__ import annotations

import pytest
from support.briefly import lines
from support.reading import effects


@pytest.mark.parametrize(
    "command",
    ["cross-env A=b rm -rf src", "shx rm -rf src", "concurrently 'rm -rf src' 'true'", "nodemon --exec 'rm -rf src'",
     "cross-env-shell 'rm -rf src'"],
)  # fmt: skip
def test_command_inside_is_read(command: str) -> None:
    """The wrapped deletion is seen."""
    assert ["DeletePath target=/home/u/proj/src recursive"] == lines(command)


@pytest.mark.parametrize("command", ["cross-env", "nodemon --version", "concurrently --help", "concurrently npm:watch"])
def test_nothing_to_run(command: str) -> None:
    """Help, versions and names of scripts."""
    assert [] == lines(command)


def test_the_command_of_nodemon_gets_the_script() -> None:
    """`--exec "python -v" app.py` runs the script; it is no session of Python."""
    assert ["RunCode"] == [type(effect).__name__ for effect in effects('nodemon --exec "python -v" ./app.py')]
