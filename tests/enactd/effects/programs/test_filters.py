"""Filters."""

from __future__ import annotations

import pytest
from support.summary import summaries

from enactd.effects.programs.filters import expanded_set

ROWS = [
    ("head -n 40 a", ["content ./a"]),
    ("head -5 a", ["content ./a"]),
    ("tail -f a", ["content ./a"]),
    ("tail -n +5 a", ["content ./a"]),
    ("sort a", ["content ./a"]),
    ("sort -o a a", ["content hidden ./a", "overwrite ./a"]),
    ("sort --compress-program=rm a", ["content ./a", "RunCode shell option --compress-program rm"]),
    ("sort --files0-from .env", ["content ./.env"]),
    ("uniq a", ["content ./a"]),
    ("uniq a b", ["content hidden ./a", "overwrite ./b"]),
    ("cut -d: -f1 a", ["content ./a"]),
    ("tr a b < a", ["content ./a"]),
    ("shuf -o out a", ["content hidden ./a", "overwrite ./out"]),
    ("printf 'rm x\\nrm y\\n' | head -1 | sh", ["delete ./x"]),
    ("printf 'rm x\\nrm y\\n' | tail -n 1 | sh", ["delete ./y"]),
    ("printf 'rm x\\nrm y\\n' | head -n -1 | sh", ["delete ./x"]),
    ("printf 'rm y\\nrm x\\n' | sort | head -n1 | sh", ["delete ./x"]),
    ("printf 'rm x\\nrm x\\n' | uniq | sh", ["delete ./x"]),
    ("echo 'a:rm x' | cut -d: -f2 | sh", ["delete ./x"]),
    ("echo 'zrm x' | cut -c2- | sh", ["delete ./x"]),
    (
        'X=$(cat l); echo "a:$X" | cut -d: -f1 | xargs rm',
        ["content ./l", "delete recursive ?<columns of lines of content of l>"],
    ),
    ("echo 'RM X' | tr A-Z a-z | sh", ["delete ./x"]),
    ("echo 'rmz x' | tr -d z | sh", ["delete ./x"]),
    ("echo 'rrm  x' | tr -s 'r ' | sh", ["delete ./x"]),
    ("echo 'ez k' | tr a-z n-za-m | sh", ["delete ./x"]),
    ("echo 'x mr' | rev | sh", ["delete ./x"]),
    ("seq 2 | xargs rm", ["delete ./1", "delete ./2"]),
    ("seq 1 2 5 | xargs rm", ["delete ./1", "delete ./3", "delete ./5"]),
    ("yes 'rm x' | sh", ["delete ./x"]),
]


@pytest.mark.parametrize(("command", "expected"), ROWS)
def test_filters_rows(command: str, expected: list[str]) -> None:
    """Known input gives known output."""
    assert expected == summaries(command)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a-e", list("abcde")),
        ("x-za", list("xyza")),
        ("[:digit:]", list("0123456789")),
        ("\\n\\t", ["\n", "\t"]),
        ("\\101", ["A"]),
        ("a-", ["a", "-"]),
        ("z-a", None),
        ("[=a=]", None),
        ("[x*3]", None),
    ],
)
def test_sets_of_tr(text: str, expected: list[str] | None) -> None:
    """Ranges, classes and escapes; None for what is not computed."""
    assert expected == expanded_set(text)
