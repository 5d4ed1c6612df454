"""gpg, age, sops, the clipboard."""

from __future__ import annotations

import pytest
from support.expect import Row, assert_effects

from enactd.effects.model import ReadPath, RevealSecret, WritePath

ROWS: list[Row] = [
    ("gpg --verify a.sig a", []),
    ("gpg --list-keys", []),
    (
        "gpg -c file",
        [(ReadPath, {"target": "/home/u/proj/file", "shown": False}), (WritePath, {"target": "/home/u/proj/file.gpg"})],
    ),
    (
        "gpg -o plain -d a.gpg",
        [(ReadPath, {"target": "/home/u/proj/a.gpg"}), (WritePath, {"target": "/home/u/proj/plain"})],
    ),
    ("gpg --export-secret-keys -a", [(RevealSecret, {})]),
    (
        "age -d -i k -o out in.age",
        [(ReadPath, {"target": "/home/u/proj/in.age"}), (WritePath, {"target": "/home/u/proj/out"})],
    ),
    (
        "sops -e -i s.yaml",
        [(ReadPath, {"target": "/home/u/proj/s.yaml"}), (WritePath, {"target": "/home/u/proj/s.yaml"})],
    ),
    ("sops -d s.yaml", [(ReadPath, {"target": "/home/u/proj/s.yaml", "shown": False}), (RevealSecret, {})]),
    ("sops --version", []),
]


@pytest.mark.parametrize(("command", "expected"), ROWS)
def test_effects(command: str, expected: list[tuple[type, dict[str, object]]]) -> None:
    """Encrypting writes a file, decrypting shows a secret."""
    assert_effects(command, expected)
