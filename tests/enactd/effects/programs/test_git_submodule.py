"""git submodule."""

from __future__ import annotations

import pytest
from support.briefly import lines


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("git submodule update --init --recursive", []),
        ("git submodule", []),
        ("git submodule status", []),
        ("git submodule update --force", ["GitDiscard what=changes how=submodule update --force"]),
        ("git submodule deinit -f --all", ["GitDiscard what=changes how=submodule deinit"]),
        ("git submodule deinit lib", ["GitDiscard what=changes how=submodule deinit paths=[lib]"]),
        ("git submodule foreach 'rm -rf build'", ["DeletePath target=/home/u/proj/build recursive"]),
        ("git submodule foreach --recursive git reset --hard", ["GitDiscard what=changes how=reset --hard"]),
        ("git submodule add 'ext::rm -rf build'", ["DeletePath target=/home/u/proj/build recursive"]),
        ('git submodule "$A"', []),
    ],
)
def test_effects(command: str, expected: list[str]) -> None:
    """Only force, deinit and foreach matter."""
    assert expected == [line for line in lines(command) if "origin=option" not in line]
