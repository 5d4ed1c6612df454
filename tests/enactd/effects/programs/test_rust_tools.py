"""cargo and rustup."""

from __future__ import annotations

import pytest
from support.briefly import lines
from support.reading import effects


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("cargo test", ["RunCode language=rust origin=workspace what=cargo test"]),
        ("cargo +nightly build --release", ["RunCode language=rust origin=workspace what=cargo build"]),
        ("cargo fmt --all", []),
        ("cargo clippy -- -D warnings", []),
        ("cargo --version", []),
        ("cargo add serde", ["InstallPackage manager=cargo names=[serde]"]),
        ("cargo add serdejson", ["InstallPackage manager=cargo names=[serdejson] lookalike=serde_json"]),
        ("cargo add --git https://g.h/a b", ["InstallPackage manager=cargo names=[b] origin=git"]),
        ("cargo install ripgrep", ["InstallPackage manager=cargo names=[ripgrep] scope=user"]),
        ("cargo install --git https://g.h/a", ["InstallPackage manager=cargo names=[https://g.h/a] origin=git scope=user"]),
        ("cargo install --path .", ["InstallPackage manager=cargo names=[.] origin=path scope=user"]),
        ("cargo install --index https://e.x y", ["InstallPackage manager=cargo names=[y] origin=index scope=user"]),
        ("cargo update", ["InstallPackage manager=cargo origin=lockfile"]),
        ("cargo remove x", ["RemovePackage manager=cargo names=[x]"]),
        ("cargo publish", ["PublishPackage manager=cargo verb=publish"]),
        ("cargo publish --dry-run", []),
        ("cargo package", []),
        ("cargo yank --vers 1.0.0 x", ["PublishPackage manager=cargo verb=yank what=x"]),
        ("cargo owner --add bob x", ["PublishPackage manager=cargo verb=owner what=x"]),
        ("cargo owner --list x", []),
        ("cargo clean", ["DeletePath target=/home/u/proj/target recursive"]),
        ("rustup toolchain install nightly", ["InstallPackage manager=rustup names=[nightly] scope=user"]),
        ('cargo "$A"', []),
        ("cargo", []),
    ],
)  # fmt: skip
def test_effects(command: str, expected: list[str]) -> None:
    """Builds are the workspace's own code; the rest names what it takes or gives."""
    assert expected == lines(command)


def test_code_from_elsewhere() -> None:
    """Code that lies outside the workspace is not taken for the project's own."""
    assert ["language=rust origin=outside"] == [
        " ".join(line.split()[1:3]) for line in lines("cargo run --manifest-path /srv/tool/Cargo.toml")
    ]


def test_cargo_sub_commands_are_the_tools() -> None:
    """`cargo sqlx` is sqlx."""
    assert any(type(e).__name__ == "ResetDatabase" for e in effects("cargo sqlx database reset -y"))


def test_cargo_watch_runs_what_it_is_given() -> None:
    """`-s` takes shell text, `--` a command."""
    for command in ("cargo watch -s 'rm -rf src'", "cargo watch -- rm -rf src"):
        assert any(type(e).__name__ == "DeletePath" for e in effects(command)), command
