"""composer and the scripts of composer.json."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support.briefly import lines, lines_in


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("composer install", ["InstallPackage manager=composer origin=lockfile"]),
        ("composer require a/b", ["InstallPackage manager=composer names=[a/b]"]),
        ("composer require a/b --repository https://e.x", ["InstallPackage manager=composer names=[a/b] origin=index"]),
        ("composer global require a/b", ["InstallPackage manager=composer names=[a/b] scope=user"]),
        ("composer remove a/b", ["RemovePackage manager=composer names=[a/b]"]),
        ("composer create-project laravel/laravel x", ["InstallPackage manager=composer names=[laravel/laravel] runs"]),
        ("composer update --dry-run", []),
        ("composer dump-autoload", []),
        ("composer validate", []),
        ("composer exec rm -- -rf build", ["DeletePath target=/home/u/proj/build"]),
        ("composer run-script wipe", ["RunCode language=shell origin=workspace what=composer run wipe"]),
        ("composer", []),
    ],
)
def test_effects(command: str, expected: list[str]) -> None:
    """Packages by name or lock file."""
    assert [line.removesuffix(" recursive") for line in lines(command)] == expected


def test_scripts(tmp_path: Path) -> None:
    """Scripts are read, lists and references to others included; PHP callbacks are passed over."""
    top = tmp_path / "proj"
    top.mkdir()
    scripts = {"wipe": "rm -rf data", "all": ["@wipe", "App\\Thing::run", "git push -f"]}
    (top / "composer.json").write_text(json.dumps({"scripts": scripts}))
    assert ["DeletePath target=./data recursive"] == lines_in(str(top), str(tmp_path), "composer wipe")
    found = lines_in(str(top), str(tmp_path), "composer run-script all")
    assert ["DeletePath target=./data recursive", "GitPush remote=origin branch=None force=plain"] == found
