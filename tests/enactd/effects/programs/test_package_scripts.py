"""Finding package.json, and reading it without trusting it."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.briefly import lines_in

from enactd.effects.programs.package_scripts import scripts_of


@pytest.mark.parametrize("package", [None, {}, {"scripts": []}, {"scripts": {"a": 1}}, {"scripts": None}])
def test_odd_manifests_have_no_scripts(package: dict[str, object] | None) -> None:
    """Anything but texts by name is no script."""
    assert {} == scripts_of(package)


def test_nearest_manifest_within_the_workspace(tmp_path: Path) -> None:
    """The nearest one upward counts, never one above the workspace."""
    top = tmp_path / "proj"
    (top / "a/b").mkdir(parents=True)
    (tmp_path / "package.json").write_text('{"scripts": {"x": "rm -rf above"}}')
    assert ["RunCode language=shell origin=workspace what=npm run x"] == lines_in(str(top), str(tmp_path), "npm run x")
    (top / "package.json").write_text('{"scripts": {"x": "rm -rf data"}}')
    assert ["DeletePath target=./data recursive"] == lines_in(str(top), str(tmp_path), "npm run x")
    assert any("recursive" in line for line in lines_in(str(top), str(tmp_path), "cd a/b && npm run x"))


def test_words_are_quoted_for_the_script(tmp_path: Path) -> None:
    """What is handed on stays one word each."""
    top = tmp_path / "proj"
    top.mkdir()
    (top / "package.json").write_text('{"scripts": {"del": "rm"}}')
    found = lines_in(str(top), str(tmp_path), "npm run del -- 'a b' 'c;d'")
    assert ["DeletePath target=./a b", "DeletePath target=./c;d"] == found
