"""Searches."""

from __future__ import annotations

import pytest
from support.summary import summaries

ROWS = [
    ("grep TODO a", ["search ./a"]),
    ("grep -rn TODO src", ["search all ./src"]),
    ("grep -r KEY", ["search all ."]),
    ("grep -q x .env", ["search hidden ./.env"]),
    ("grep -c x a", ["search hidden ./a"]),
    ("grep -l x a b", ["search hidden ./a", "search hidden ./b"]),
    ("grep -e x -e y a", ["search ./a"]),
    ("grep -f pats a", ["content hidden ./pats", "search ./a"]),
    ("grep -r --include='*.env' KEY .", ["search all ./**/*.env"]),
    ('grep x "$F"', ["search ?<$F is not known>"]),
    ("grep --help", []),
    ("zgrep x a.gz", ["search ./a.gz"]),
    ("egrep 'a|b' a", ["search ./a"]),
    ("printf 'a\\nrm -rf /\\n' | grep rm | sh", ["delete recursive /"]),
    ("printf 'a\\nrm -rf /\\n' | grep -v a | sh", ["delete recursive /"]),
    ("rg TODO", ["search all ."]),
    ("rg TODO src", ["search all ./src"]),
    ("rg --files", ["list all ."]),
    ("rg -g '*.ts' x", ["search all ./**/*.ts"]),
    ("rg --pre 'rm' x", ["RunCode shell option --pre rm", "search all ."]),
    ("rg -l x", ["search all hidden ."]),
    ("cat a | rg x", ["content ./a"]),
    ("ag x src", ["search all ./src"]),
    ("ack -f", ["list all ."]),
    ("ack --pager='rm -rf /' x", ["RunCode shell option --pager rm -rf /", "delete recursive /", "search all ."]),
    ("locate id_rsa", ["list all /**/*id_rsa*"]),
    ("rg --type-list", []),
    ("grep -rl foo . | xargs sed -i s/a/b/", ["search all hidden .", "edit ./*"]),
    ("grep -l foo a b | xargs rm", ["search hidden ./a", "search hidden ./b", "delete ./a", "delete ./b"]),
    ("rg -l foo src | xargs rm", ["search all hidden ./src", "delete ./src/*"]),
    ("rg --files | xargs rm", ["list all .", "delete ./*"]),
    ("grep -rn x src | cut -d: -f1 | sort -u | xargs rm", ["search all ./src", "delete ./src/*"]),
    ("rg -n x | head -3 | awk -F: '!s[$1]++{print $1}' | xargs rm", ["search all .", "delete ./*"]),
    (
        "grep -rn x src | cut -d: -f2 | xargs rm",
        ["search all ./src", "delete recursive ?<columns of lines of a file with a match>"],
    ),
    (
        "grep -rh x src | cut -d: -f1 | xargs rm",
        ["search all ./src", "delete recursive ?<columns of lines of output of `grep`>"],
    ),
    ("rg -I x | cut -d: -f1 | xargs rm", ["search all .", "delete recursive ?<columns of lines of output of `rg`>"]),
    ("grep -rn x /etc | sed 's/:.*//' | xargs sed -i s/a/b/", ["search all /etc", "edit /etc/*"]),
]


@pytest.mark.parametrize(("command", "expected"), ROWS)
def test_search_rows(command: str, expected: list[str]) -> None:
    """What is searched, and whether lines are shown."""
    assert expected == summaries(command)
