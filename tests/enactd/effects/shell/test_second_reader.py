"""The names that bashlex sees, asked through a worker as the product does."""

from __future__ import annotations

import pytest

from enactd.workers import Failure, Result, reader_pool


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("git status", ["git"]),
        ("a 'b c' \"d\"", ["a"]),
        ("X=1 make -j2 && ls | wc -l", ["make", "ls", "wc"]),
        ("echo $(rm `pwd`)", ["echo", "rm", "pwd"]),
        ("diff <(sort a) b", ["diff", "sort"]),
        ("X=$(whoami)", ["whoami"]),
        ("if a; then b; else c; fi; for i in 1 2; do d; done", ["a", "b", "c", "d"]),
        ("f() { rm x; }; f", ["rm", "f"]),
        ("cat <<'EOF' | sh\nx\nEOF\nls", ["cat", "sh", "ls"]),
        ('cat <<"E F"\nx\nE F\nls', ["cat", "ls"]),
        ("cat <<\\EOF\nx\nEOF", ["cat"]),
        ("cat <<-'EOF'\n\n\tx\n\tEOF\nls", ["cat", "ls"]),
        ("cat <<A <<'B'\na\nA\nb\nB\nls", ["cat", "ls"]),
        ("cat <<EOF\nno end", ["cat"]),
        ("cat > x.sh <<'EOF'\n[[ -f x ]] && a=$((1 + 1))\nEOF\nls", ["cat", "ls"]),
        ("cat > $(mktemp) < x", ["cat", "mktemp"]),
    ],
)
def test_names(text: str, expected: list[str]) -> None:
    """Every simple command is named, those in substitutions and behind quoted here-documents included."""
    assert Result(expected) == reader_pool().call("bashlex", text, 1.0)


@pytest.mark.parametrize(
    "text",
    ["a=(1 2", "case x in", "echo $(", "((", "if x", "a; b=$((1 + 1)); c", "[[ -f x ]] && a", "case x in a) b ;; esac"],
)
def test_rejects(text: str) -> None:
    """What it cannot read is refused, never half read."""
    answer = reader_pool().call("bashlex", text, 1.0)
    assert isinstance(answer, Failure)
    assert "rejected" == answer.cause
