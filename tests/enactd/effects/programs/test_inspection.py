"""Looking at paths."""

from __future__ import annotations

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
