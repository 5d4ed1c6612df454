"""What repeats is counted, and what does not end is ended."""

from __future__ import annotations

import ast
from typing import Any

import pytest

from enactd import metering
from enactd.metering import METERED, TICK, Exhausted


def run(source: str, steps: int = 1000) -> dict[str, Any]:
    names: dict[str, Any] = {TICK: metering.tick, METERED: metering.metered, "iter": metering.plain_iter}
    names["range"] = metering.bounded_range
    tree = metering.instrument(ast.parse(source))
    metering.begin(steps)
    exec(compile(tree, "policy.py", "exec"), names)
    return names


ENDLESS = {
    "while": "while True:\n    pass",
    "while with else": "n = 0\nwhile n >= 0:\n    n += 1\nelse:\n    pass",
    "growing list": "found = [1]\nfor one in found:\n    found.append(one)",
    "list comprehension": "def forever():\n    while True:\n        yield 1\nfound = [one for one in forever()]",
    "generator in any": "def forever():\n    while True:\n        yield 0\nfound = any(forever())",
    "nested comprehension": "found = [a for a in range(100) for b in range(100)]",
    "set and dict": "found = {b: {a for a in range(100)} for b in range(100)}",
    "recursion in the breadth": "def fib(n):\n    return n if n < 2 else fib(n - 1) + fib(n - 2)\nfib(40)",
    "lambda": "fib = lambda n: n if n < 2 else fib(n - 1) + fib(n - 2)\nfib(40)",
    "method of a loop in a function": "def f(n):\n    for _ in range(n):\n        f(n - 1)\nf(50)",
}


@pytest.mark.parametrize("name", ENDLESS)
def test_what_does_not_end_is_ended(name: str) -> None:
    """Loops, comprehensions, recursion: all have the same budget."""
    with pytest.raises(Exhausted):
        run(ENDLESS[name])


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("x = sum(n for n in range(10))", 45),
        ("x = [a * b for a in range(3) for b in range(2) if b]", [0, 1, 2]),
        ("x = (lambda n: n + 1)(1)", 2),
        ("x = (lambda: 0)()", 0),
        ("def f(n):\n    'words'\n    return n if n < 2 else f(n - 1)\nx = f(20)", 1),
        ("x = 0\nwhile x < 5:\n    x += 1\nelse:\n    x = 7", 7),
        ("x = 0\nfor n in range(9):\n    if n == 3:\n        break\n    x = n", 2),
        ("x = {k: v for k, v in [(1, 2)]}", {1: 2}),
        ("x = next(iter([4]))", 4),
    ],
)
def test_what_ends_means_the_same(source: str, expected: Any) -> None:
    """Counting changes no value."""
    assert expected == run(source)["x"]


def test_the_budget_stays_spent() -> None:
    """What goes on after the end is ended again, until there is a fresh budget."""
    metering.begin(0)
    for _ in range(2):
        with pytest.raises(Exhausted):
            metering.tick()
    metering.begin()
    metering.tick()


def test_a_broad_except_does_not_catch_the_end() -> None:
    """`except Exception` in a policy is no way out."""
    with pytest.raises(Exhausted):
        run("while True:\n    try:\n        pass\n    except Exception:\n        pass")


def test_what_no_tick_can_reach_is_bounded() -> None:
    """A range that is swallowed whole has a size; the endless form of `iter` is not there."""
    with pytest.raises(ValueError, match="1000000"):
        run("x = sum(range(10 ** 9))")
    with pytest.raises(TypeError):
        run("x = list(iter(int, 1))")
