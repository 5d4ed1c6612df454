"""GNU parallel."""

from __future__ import annotations

import pytest
from support.reading import effects
from support.summary import summaries

from enactd.effects.model import DeletePath

ROWS = [
    ("parallel sh -c 'rm -rf {}' ::: build", ["delete recursive ./build"]),
    ("parallel :::", []),
    ("parallel rm -rf {} ::: build dist", ["delete recursive ./build", "delete recursive ./dist"]),
    ("parallel rm -rf ::: /", ["delete recursive /"]),
    ("parallel -q rm -rf {} ::: /", ["delete recursive /"]),
    ("parallel --jobs=2 rm -rf {} ::: /", ["delete recursive /"]),
    ("parallel ::: 'rm -rf /'", ["delete recursive /"]),
    ("parallel busybox rm -rf ::: /", ["delete recursive /"]),
    ("parallel 'cp {1} {2}' ::: a ::: b c", ["copy ./a -> ./b", "copy ./a -> ./c"]),
    ("parallel rm {.}.o ::: a.c", ["delete ./a.o"]),
    ("parallel -a list rm", ["content hidden ./list", "delete recursive ?<content of list>"]),
    ("parallel rm :::: list", ["content hidden ./list", "delete recursive ?<content of list>"]),
    ("echo a | parallel rm", ["delete ./a"]),
    ("parallel --dry-run rm ::: a", []),
    ("parallel -S host rm ::: a", ["ssh host: delete ./a"]),
    ("parallel --joblog log rm ::: a", ["append ./log", "delete ./a"]),
    ("parallel --version", []),
]


@pytest.mark.parametrize(("command", "expected"), ROWS)
def test_parallel_rows(command: str, expected: list[str]) -> None:
    """Each combination of inputs is one command."""
    assert expected == summaries(command)


@pytest.mark.parametrize(
    ("command", "paths"),
    [
        ("parallel rm {} ::: 'b c' d", ["/home/u/proj/b c", "/home/u/proj/d"]),
        ("parallel rm {.}.o ::: 'b c.x'", ["/home/u/proj/b c.o"]),
        ("parallel rm {1/} ::: 'a/b c'", ["/home/u/proj/b c"]),
        ("parallel rm ::: 'b c'", ["/home/u/proj/b c"]),
    ],
)
def test_inputs_are_quoted_after_they_are_changed(command: str, paths: list[str]) -> None:
    """A name with a blank stays one word, whatever part of it is taken."""
    assert paths == [effect.target.path for effect in effects(command) if isinstance(effect, DeletePath)]
