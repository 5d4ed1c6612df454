"""Task runners and build systems."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.code import deeds
from support.reading import effects

JUSTFILE = """
dir := "/etc"
alias c := clean

# the first recipe
build target="x": prepare
    echo {{target}}

prepare:
    @rm -rf {{dir}}

clean path:
    -rm -rf {{path}}

script:
    #!/usr/bin/env python3
    import shutil
    shutil.rmtree("/etc")
"""


def just(tmp_path: Path, command: str) -> list[str]:
    folder = tmp_path / "work" / "proj"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "justfile").write_text(JUSTFILE)
    return deeds(effects(command, cwd=str(folder), home="/home/u"))


@pytest.mark.parametrize(
    "command",
    ["just", "just build", "just prepare", "just clean /etc", "just c /etc", "just script", "just build y prepare"],
)
def test_just(tmp_path: Path, command: str) -> None:
    """Recipes, parameters, aliases, dependencies and scripts are read."""
    assert "DeletePath /etc" in just(tmp_path, command)


@pytest.mark.parametrize("command", ["just --list", "just -n build", "just --show build", "just --version"])
def test_just_looks(tmp_path: Path, command: str) -> None:
    """Looking runs nothing."""
    assert [] == just(tmp_path, command)


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("just build", ["RunCode workspace"]),
        ("task build", ["RunCode workspace"]),
        ("task --list", []),
        ("invoke test", ["RunCode workspace"]),
        ("nox -l", []),
        ("tox -e py311", ["RunCode workspace"]),
        ("tox exec -e py -- rm -rf /etc", ["DeletePath /etc"]),
        ("gulp", ["RunCode workspace"]),
        ("cmake -S . -B build", ["RunCode workspace"]),
        ("cmake --build build --target clean", ["RunCode workspace"]),
        ("cmake --version", []),
        ("cmake -E rm -rf /etc", ["DeletePath /etc"]),
        ("cmake -E remove_directory /etc", ["DeletePath /etc"]),
        ("cmake -E copy a /b", ["CopyPath /home/u/proj/a /b"]),
        ("cmake -E env A=b rm -rf /etc", ["DeletePath /etc"]),
        ("ninja -C build", ["RunCode workspace"]),
        ("ninja -n", []),
        ("ninja -t query x", []),
        ("bazel build //...", ["RunCode workspace"]),
        ("bazel clean --expunge", ["RunCode workspace"]),
        ("bazel query //...", []),
        ("run-s clean build", ["RunCode workspace", "RunCode workspace"]),
    ],
)
def test_runners(command: str, expected: list[str]) -> None:
    """Project code is named, looking is free, file commands are what they are."""
    assert expected == deeds(effects(command))
