"""Tools that install or publish by one verb."""

from __future__ import annotations

import pytest
from support.briefly import lines
from support.reading import effects

from enactd.effects.model import RunSql


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("dart pub publish", ["PublishPackage manager=dart verb=publish"]),
        ("dart pub publish --dry-run", []),
        ("flutter pub get", ["InstallPackage manager=flutter origin=lockfile"]),
        ("flutter pub add http", ["InstallPackage manager=flutter names=[http]"]),
        ("vsce publish", ["PublishPackage manager=vsce verb=publish"]),
        ("vsce package", []),
        ("npx semantic-release", ["PublishPackage manager=semantic-release verb=publish"]),
        ("npx semantic-release --dry-run", []),
        ("npx changeset publish", ["PublishPackage manager=changeset verb=publish"]),
        ("npx changeset version", []),
        ("goreleaser release", ["PublishPackage manager=goreleaser verb=publish"]),
        ("goreleaser release --snapshot", []),
        ("lerna publish", ["PublishPackage manager=lerna verb=publish"]),
        ("pod install", ["InstallPackage manager=pod origin=lockfile"]),
        ("pod trunk push x.podspec", ["PublishPackage manager=pod verb=publish what=x.podspec"]),
        ("mix deps.get", ["InstallPackage manager=mix origin=lockfile"]),
        ("mix hex.publish", ["PublishPackage manager=mix verb=publish"]),
        ("mix archive.install github a/b", ["InstallPackage manager=mix names=[github,a/b] origin=git scope=user"]),
        ("pecl install redis", ["InstallPackage manager=pecl names=[redis] scope=system"]),
        ("nx build app", ["RunCode language=nx origin=workspace what=build app"]),
        ("nx release", ["PublishPackage manager=nx verb=publish what=release"]),
        ("nx release --dry-run", []),
        ("turbo run build", ["RunCode language=shell origin=workspace what=turbo run build"]),
        ("corepack enable", []),
        ('lerna "$A"', []),
    ],
)  # fmt: skip
def test_effects(command: str, expected: list[str]) -> None:
    """The first words decide; pretending is free."""
    assert expected == lines(command)


@pytest.mark.parametrize(
    "command",
    [
        """mix run -e 'Shop.Repo.query!("TRUNCATE users")'""",
        "mix run --eval 'Shop.Repo.delete_all(Shop.User)'",
        "iex -S mix run -e 'Shop.Repo.update_all(Shop.User, set: [a: 1])'",
    ],
)
def test_mix_runs_code(command: str) -> None:
    """What `mix run -e` is given runs inside the application."""
    assert any(isinstance(effect, RunSql) for effect in effects(command))


@pytest.mark.parametrize("command", ["mix ecto.drop", "mix ecto.reset", "mix ecto.rollback --all"])
def test_mix_tasks_reach_the_database(command: str) -> None:
    """Ecto's tasks are seen behind mix."""
    assert any(type(e).__name__ == "ResetDatabase" for e in effects(command))
