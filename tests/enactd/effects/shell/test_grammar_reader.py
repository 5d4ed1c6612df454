"""The names that tree-sitter-bash sees, asked through a worker as the product does."""

from __future__ import annotations

import pytest

from enactd.workers import Failure, Result, reader_pool


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("git status", ["git"]),
        ("a | b && c; d", ["a", "b", "c", "d"]),
        ("echo $(rm `pwd`) <(sort x)", ["echo", "pwd", "rm", "sort"]),
        ("if a; then b; else c; fi; f() { d; }", ["a", "b", "c", "d"]),
        ("cat <<'EOF' | sh\nx\nEOF\nls", ["cat", "ls", "sh"]),
        ("$x y; 'a' b", ["$x", "'a'"]),
    ],
)
def test_names(text: str, expected: list[str]) -> None:
    """Every command is named at any depth, as it is written."""
    answer = reader_pool().call("tree-sitter", text, 1.0)
    assert isinstance(answer, Result)
    assert sorted(expected) == sorted(answer.value)


@pytest.mark.parametrize("text", ["a=(1 2", "echo $(", "if x", "cat <<E\n" * 51])
def test_rejects(text: str) -> None:
    """A tree with errors is no reading, and a text that could stall the grammar is not tried."""
    answer = reader_pool().call("tree-sitter", text, 1.0)
    assert isinstance(answer, Failure)
    assert "rejected" == answer.cause


def test_a_crash_of_the_grammar_ends_a_worker_only() -> None:
    """Texts that the grammar looks up far behind the end of a table: whether it lives or dies, the next one is read."""
    for last in ("\U000db691", "\U0010ffff", "\U00050000"):
        answer = reader_pool().call("tree-sitter", f"\U000ec14f){{{last}\n", 1.0)
        assert isinstance(answer, Failure)
        assert answer.cause in ("crashed", "rejected")
        assert Result(["a"]) == reader_pool().call("tree-sitter", "a", 1.0)
