"""Readers."""

from __future__ import annotations

import pytest
from support.summary import summaries

ROWS = [
    ("cat a", ["content ./a"]),
    ("cat a b", ["content ./a", "content ./b"]),
    ("cat < a", ["content ./a"]),
    ("cat -n a", ["content ./a"]),
    ("cat .env > /dev/null", ["content hidden ./.env"]),
    ("cat --help", []),
    ("less a", ["content ./a"]),
    ("less '+!rm x' a", ["RunCode shell option + rm x", "delete ./x", "content ./a"]),
    ("less -o log a", ["overwrite ./log", "content ./a"]),
    ("more a", ["content ./a"]),
    ("bat a", ["content ./a"]),
    ("bat --pager='rm x' a", ["RunCode shell option --pager rm x", "delete ./x", "content ./a"]),
    ("tac a", ["content ./a"]),
    ("nl a", ["content ./a"]),
    ("od -c a", ["content ./a"]),
    ("hexdump -C a", ["content ./a"]),
    ("strings a", ["content ./a"]),
    ("diff a b", ["content ./a", "content ./b"]),
    ("diff -r a b", ["content all ./a", "content all ./b"]),
    ("diff -q a b", ["content hidden ./a", "content hidden ./b"]),
    ("cmp a b", ["content hidden ./a", "content hidden ./b"]),
    ("sdiff -o out a b", ["overwrite ./out", "content ./a", "content ./b"]),
    ("comm a b", ["content ./a", "content ./b"]),
    ("paste a b", ["content ./a", "content ./b"]),
    ("join a b", ["content ./a", "content ./b"]),
    ("column -t a", ["content ./a"]),
    ("man ls", []),
    ("man -P 'rm x' ls", ["RunCode shell option -P rm x", "delete ./x"]),
    ("wc -l a", ["content hidden ./a"]),
    ("wc --files0-from=.env", ["content ./.env"]),
    ("sha256sum .env", ["content hidden ./.env"]),
    ("md5sum -c sums", ["content hidden ./sums"]),
    ("dos2unix a", ["edit ./a"]),
    ("dos2unix -n a b", ["content hidden ./a", "overwrite ./b"]),
    ("dos2unix -O a", ["content ./a"]),
    ("iconv -f l1 -t utf8 a -o b", ["overwrite ./b", "content ./a"]),
    ("pandoc a.md -o b.html", ["overwrite ./b.html", "content ./a.md"]),
    ("pee 'rm x'", ["delete ./x"]),
    ("cat ~/.ssh/id_rsa", ["content ~/.ssh/id_rsa"]),
    ("cat /dev/null > a", ["content /dev/null", "overwrite ./a = ''"]),
]


@pytest.mark.parametrize(("command", "expected"), ROWS)
def test_reading_rows(command: str, expected: list[str]) -> None:
    """What is printed is read; counts and checks stay hidden."""
    assert expected == summaries(command)
