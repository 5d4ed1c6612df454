"""Encoders."""

from __future__ import annotations

import pytest
from support.reading import effects
from support.summary import summaries

ROWS = [
    ("base64 a", ["content ./a"]),
    ("base64 -w0 .env", ["content ./.env"]),
    ("base64 -d a", ["content ./a"]),
    ("echo cm0geA== | base64 -d | sh", ["RunCode shell decoded rm x", "delete ./x"]),
    ("echo cm0geA== | base64 --decode | sh", ["RunCode shell decoded rm x", "delete ./x"]),
    ("echo OJWSA6A= | base32 -d | sh", ["RunCode shell decoded rm x", "delete ./x"]),
    ("echo 726d2078 | xxd -r -p | sh", ["RunCode shell decoded rm x", "delete ./x"]),
    ("echo 'rm x' | base64 | base64 -d | sh", ["RunCode shell decoded rm x\n", "delete ./x"]),
    ("base64 -d a | sh", ["content ./a", "RunCode shell decoded <decoded text of content of a>"]),
    ("xxd a", ["content ./a"]),
    ("xxd a b", ["content hidden ./a", "overwrite ./b"]),
    ("xxd -r a b", ["content hidden ./a", "overwrite ./b"]),
    ("uudecode a", ["content ./a", "overwrite ?<a name inside the input>"]),
    ("uudecode -o out a", ["content ./a", "overwrite ./out"]),
    ("base64 -i a -o b", ["content ./a", "overwrite ./b"]),
    ("echo 'ez k' | rot13 | sh", ["RunCode shell decoded rm x\n", "delete ./x"]),
    ("basenc --base16 -d a", ["content ./a"]),
]


@pytest.mark.parametrize(("command", "expected"), ROWS)
def test_encoding_rows(command: str, expected: list[str]) -> None:
    """Encoding reads, decoding is marked."""
    assert expected == summaries(command)


def test_decoded_text_is_marked() -> None:
    """Decoded text that runs is said to be decoded, known or not."""
    for command in ("echo bHM= | base64 -d | sh", "base64 -d x | sh", "xxd -r -p x | sh", "zcat x | sh"):
        origins = [getattr(effect, "origin", "") for effect in effects(command)]
        assert "decoded" in origins, command
