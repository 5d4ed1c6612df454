"""Input that doubles must not quadruple the work: shapes that hurt a reader, at two sizes in one run.

Compared is processor time of this process: twice the input may take three times as long, a neighbour's noise included.
Sizes are below the budget, which would end larger ones; what ends by the budget is bounded anyhow.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from enactd.bundle import load
from enactd.effects.shell.readers import Readers
from enactd.judge import Judge
from enactd.toolcall import ToolCall
from enactd.workers import reader_pool

POLICIES = Path(__file__).parents[2] / "policies"
FACTOR = 3.0
ATTEMPTS = 5
SHAPES: dict[str, tuple[int, Callable[[int], str]]] = {
    "chain": (100, lambda n: " && ".join(f"echo {i}" for i in range(n))),
    "pipes": (100, lambda n: "cat a" + " | sort" * n),
    "here-documents": (60, lambda n: "\n".join(f"cat <<E{i}\nx\nE{i}" for i in range(n))),
    "conditions": (50, lambda n: "\n".join(f"if test -f f{i}; then X{i}=1; fi" for i in range(n))),
    "one variable in conditions": (50, lambda n: "\n".join(f"if test -f f{i}; then X=$X{i}; fi" for i in range(n))),
    "variables of variables": (60, lambda n: "\n".join(f"x{i + 1}=$x{i}a" for i in range(n)) + f"\necho $x{n}"),
    "a case of many patterns": (100, lambda n: "case $1 in " + " ".join(f"a{i}) echo;;" for i in range(n)) + " esac"),
    "quotes": (2_000, lambda n: "echo " + "\"a\"'b'" * n),
    "operands": (2_000, lambda n: "echo " + "word " * n),
    "deletions": (100, lambda n: "rm " + " ".join(f"a{i}" for i in range(n))),
    "expressions of find": (200, lambda n: "find . " + " -o ".join(f"-name {i}" for i in range(n))),
    "a deep path": (300, lambda n: "cat " + "a/" * n + "x"),
    "substitutions of sed": (300, lambda n: "sed '" + "s/a/b/;" * n + "' x"),
    "statements of Python": (60, lambda n: "python3 -c '\n" + "\n".join(f'open("a{i}").read()' for i in range(n)) + "'"),
    "sums of Python": (300, lambda n: "python3 -c 'x = " + " + ".join("ab" for _ in range(n)) + "'"),
    "calls of JavaScript": (60, lambda n: "node -e '" + ";".join(f'fs.readFileSync("a{i}")' for i in range(n)) + "'"),
    "lines of Ruby": (300, lambda n: "ruby -e '" + "puts(1);" * n + "'"),
    "conditions of SQL": (100, lambda n: 'psql -c "SELECT a FROM t WHERE ' + " AND ".join(["a = 1"] * n) + '"'),
    "queries in queries": (200, lambda n: 'psql -c "SELECT * FROM ' + "(SELECT * FROM " * n + "t" + ") x" * n + '"'),
    "statements of SQL": (100, lambda n: 'psql -c "' + "; ".join(f"SELECT {i}" for i in range(n)) + '"'),
    "nested JSON": (300, lambda n: "curl -d '" + '{"a":' * n + "1" + "}" * n + "' http://localhost/"),
    "nested GraphQL": (300, lambda n: "curl -d '{\"query\":\"{" + "a{" * n + "b" + "}" * n + "}\"}' http://localhost/graphql"),
    "words like keys": (3_000, lambda n: "echo '" + "token: secret key " * n + "'"),
}  # fmt: skip


@pytest.fixture(scope="module")
def judge() -> Judge:
    """The shipped policies, with workers."""
    return Judge(load([("shipped", str(POLICIES))]), readers=Readers(reader_pool()))


@pytest.mark.parametrize("shape", SHAPES)
def test_double_the_input_is_not_four_times_the_work(shape: str, judge: Judge, tmp_path: Path) -> None:
    """The quickest of a few readings, each of a text never seen before, is compared with that of twice the size."""
    size, made = SHAPES[shape]

    def quickest(count: int) -> float:
        return min(_seconds(judge, f": {attempt} {count}; {made(count)}", tmp_path) for attempt in range(3))

    _seconds(judge, made(size), tmp_path)  # what is loaded at first use is not counted
    ratios = []
    for _ in range(ATTEMPTS):
        ratios.append(quickest(2 * size) / quickest(size))
        if ratios[-1] < FACTOR:
            return
    assert min(ratios) < FACTOR


def _seconds(judge: Judge, command: str, folder: Path) -> float:
    call = ToolCall(agent="t", session="s", tool="Bash", input={"command": command}, cwd=str(folder))
    began = time.thread_time()
    judge.judge(call, workspace=str(folder), home=str(folder.parent), environment={}, complete=True)
    return time.thread_time() - began
