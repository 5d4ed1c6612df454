"""fd."""

from __future__ import annotations

import pytest
from support.summary import summaries

ROWS = [
    ("fd -e tsx . src", ["list all ./src/**/*.tsx"]),
    ("fd", ["list all ./*"]),
    (
        "fd -H .env ~ -X cat",
        [
            "list all hidden ~/**/*.env*",
            "content ~/**/*.env*",
            "list all hidden ~/**/*?env*",
            "content ~/**/*?env*",
        ],
    ),
    ("fd -e pyc -x rm", ["list all hidden ./**/*.pyc", "delete bulk ./**/*.pyc"]),
    ("fd -g '*.o' -X rm -f", ["list all hidden ./**/*.o", "delete bulk ./**/*.o"]),
    ("fd '^\\.env$' -X cat", ["list all hidden ./**/.env", "content ./**/.env"]),
    ("fd foo --exec rm {} \\; -t f", ["list all hidden ./**/*foo*", "delete bulk ./**/*foo*"]),
    ("fd -S +1m -x rm", ["list all hidden ./*", "delete bulk ./*"]),
    ("fd --base-directory /srv x -x rm", ["list all hidden /srv/**/*x*", "delete bulk /srv/**/*x*"]),
    ("fd --help", []),
]


@pytest.mark.parametrize(("command", "expected"), ROWS)
def test_fd_rows(command: str, expected: list[str]) -> None:
    """Names become patterns, commands run on them."""
    assert expected == summaries(command)
