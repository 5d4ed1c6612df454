"""uv, poetry, pdm, hatch, rye, pipenv."""

from __future__ import annotations

import pytest
from support.briefly import lines

BUILD = ["DeletePath target=/home/u/proj/build recursive"]


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("uv sync", ["InstallPackage manager=uv origin=lockfile"]),
        ("uv add requests", ["InstallPackage manager=uv names=[requests]"]),
        ("uv add reqeusts", ["InstallPackage manager=uv names=[reqeusts] lookalike=requests"]),
        ("uv add --index https://e.x/simple x", ["InstallPackage manager=uv names=[x] origin=index"]),
        ("uv add git+https://github.com/a/b", ["InstallPackage manager=uv names=[git+https://github.com/a/b] origin=git"]),
        ("uv remove x", ["RemovePackage manager=uv names=[x]"]),
        ("uv pip install x", ["InstallPackage manager=uv pip names=[x]"]),
        ("uv pip install --system x", ["InstallPackage manager=uv pip names=[x] scope=system"]),
        ("uv tool install ruff", ["InstallPackage manager=uv tool names=[ruff] scope=user"]),
        ("uv publish", ["PublishPackage manager=uv verb=publish"]),
        ("uv run rm -rf build", BUILD),
        ("uv run --with requests rm -rf build", ["InstallPackage manager=uv run names=[requests] runs", *BUILD]),
        ("uv lock", ["InstallPackage manager=uv origin=lockfile"]),
        ("uv run python -c 'import shutil; shutil.rmtree(\"build\")'", BUILD),
        ("uvx odd-tool", ["InstallPackage manager=uvx names=[odd-tool] runs"]),
        ("uvx --from git+https://g.h/a odd", ["InstallPackage manager=uvx names=[git+https://g.h/a] origin=git runs"]),
        ("uvx ruff check", ["RunCode language=program origin=system what=ruff"]),
        ("poetry install", ["InstallPackage manager=poetry origin=lockfile"]),
        ("poetry add reqeusts", ["InstallPackage manager=poetry names=[reqeusts] lookalike=requests"]),
        ("poetry add --dry-run x", []),
        ("poetry remove x", ["RemovePackage manager=poetry names=[x]"]),
        ("poetry publish --build", ["PublishPackage manager=poetry verb=publish"]),
        ("poetry publish --dry-run", []),
        ("poetry run rm -rf build", BUILD),
        ("poetry -C . run rm -rf build", BUILD),
        ("poetry source add corp https://e.x", ["SetEnvironment name=poetry source value=https://e.x"]),
        ("poetry show", []),
        ("pdm run rm -rf build", BUILD),
        ("hatch run test:rm -rf build", BUILD),
        ("rye run rm -rf build", BUILD),
        ("pipenv run rm -rf build", BUILD),
        ("pipenv install --system", ["InstallPackage manager=pipenv origin=lockfile scope=system"]),
        ("hatch build", []),
        ("uv --version", []),
        ("uv tree", []),
    ],
)  # fmt: skip
def test_effects(command: str, expected: list[str]) -> None:
    """`run` is looked through; what is added comes from somewhere."""
    assert expected == lines(command)
