"""bun as package manager, script runner and runtime."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support.briefly import lines, lines_in


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("bun install", ["InstallPackage manager=bun origin=lockfile"]),
        ("bun add lodahs", ["InstallPackage manager=bun names=[lodahs] lookalike=lodash"]),
        ("bun add -g x", ["InstallPackage manager=bun names=[x] scope=system"]),
        ("bun add --registry https://e.x y", ["InstallPackage manager=bun names=[y] origin=index"]),
        ("bun remove x", ["RemovePackage manager=bun names=[x]"]),
        ("bun publish", ["PublishPackage manager=bun verb=publish"]),
        ("bun publish --dry-run", []),
        ("bun x rimraf dist", ["DeletePath target=/home/u/proj/dist recursive"]),
        ("bun create vite app", ["InstallPackage manager=bun create names=[create-vite] runs"]),
        ("bun run build", ["RunCode language=shell origin=workspace what=bun run build"]),
        ("bun test", []),
        ("bun --version", []),
        ("bun outdated", []),
        ("bun", []),
    ],
)
def test_effects(command: str, expected: list[str]) -> None:
    """Each of its three trades."""
    assert expected == lines(command)


def test_scripts_come_first(tmp_path: Path) -> None:
    """A script of package.json is read before files and tools."""
    top = tmp_path / "proj"
    top.mkdir()
    (top / "package.json").write_text(json.dumps({"scripts": {"wipe": "rm -rf data"}}))
    for command in ("bun run wipe", "bun wipe", "bun --silent run wipe"):
        assert ["DeletePath target=./data recursive"] == lines_in(str(top), str(tmp_path), command)
    assert [] == lines_in(str(top), str(tmp_path), "bun run nothing")
