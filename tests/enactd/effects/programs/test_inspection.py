"""Looking at paths."""

from __future__ import annotations

import subprocess

import pytest
from support.summary import summaries

ROWS = [
    ("ls", ["list ."]),
    ("ls -la ~/.ssh", ["list ~/.ssh"]),
    ("ls -d ~/.ssh", ["exists ~/.ssh"]),
    ("ls -R src", ["list all ./src"]),
    ("ls *.pem", ["list ./*.pem"]),
    ("ls -I x a b", ["list ./a", "list ./b"]),
    ("tree -L 2", ["list all ."]),
    ("tree -o out", ["overwrite ./out", "list all ."]),
    ("du -sh a", ["exists ./a"]),
    ("du a", ["list all ./a"]),
    ("stat a", ["exists ./a"]),
    ("file a", ["exists ./a"]),
    ("file -f .env", ["content ./.env"]),
    ("test -f .env", ["exists hidden ./.env"]),
    ("[ -d a ]", ["exists hidden ./a"]),
    ("[ a -nt b ]", ["exists hidden ./a", "exists hidden ./b"]),
    ("realpath a", ["exists ./a"]),
    ("readlink -f a", ["exists ./a"]),
    ('rm -rf "$(realpath a)"', ["exists ./a", "delete recursive ./a"]),
    ('rm "$(basename /x/a)"', ["delete ./a"]),
    ('rm -rf "$(dirname /x/a)"', ["delete recursive /x"]),
    ("$(which rm) a", ["delete ./a"]),
    ("which rm", []),
    ("eza -la", ["list ."]),
    ("rm $(ls d)", ["list ./d", "delete recursive ./*"]),
    ("ls -1 *.log | xargs rm -f", ["list ./*.log", "delete recursive ./*.log"]),
    ("ls -t | tail -n +6 | xargs rm -f", ["list .", "delete recursive ./*"]),
]


@pytest.mark.parametrize(("command", "expected"), ROWS)
def test_inspection_rows(command: str, expected: list[str]) -> None:
    """Names and existence are no content."""
    assert expected == summaries(command)


@pytest.mark.parametrize(
    "words",
    ["", "a", "''", "! a", "! ''", "-n a", "-n ''", "-z a", "-z ''", "-n", "!", "a = a", "a = b", "a == a", "a != a", "a != b", "! a = b",
     "1 -eq 1", "1 -eq 2", "01 -eq 1", "-1 -lt 1", "2 -gt 10", "2 -ge 2", "2 -le 1", "3 -ne 3", "' 2' -eq 2", "-z = -z", "! ! a"],
)  # fmt: skip
def test_a_test_of_known_words_ends_as_in_bash(words: str) -> None:
    """What runs behind a comparison of texts or numbers is what bash runs."""
    from support.scripts import removed

    for command in (f"[ {words} ]", f"test {words}"):
        real = subprocess.run(["bash", "--norc", "-c", command], check=False, stderr=subprocess.DEVNULL).returncode
        assert [["yes"], ["no"]][bool(real)] == removed(f"if {command}; then rm yes; else rm no; fi"), command


@pytest.mark.parametrize("words", ["$x = a", "-n $(cmd)", "-f x", "a = a -a b = c", "1 -eq x", "x -nt y", "$(cmd)"])
def test_other_tests_may_end_either_way(words: str) -> None:
    """Files, output of programs and what is no number: both branches are read."""
    from support.scripts import removed

    assert {"yes", "no"} == set(removed(f"x=$(cmd); if [ {words} ]; then rm yes; else rm no; fi"))
