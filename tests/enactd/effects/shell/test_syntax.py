"""The tree says what is literal and where it stands."""

from __future__ import annotations

import pytest

from enactd.effects.shell.parser import parse
from enactd.effects.shell.syntax import Simple, SyntaxProblem, Word


def word(text: str) -> Word:
    node = parse(f": {text}").items[0][0]
    assert isinstance(node, Simple)
    found = node.words[1]
    assert isinstance(found, Word)
    return found


@pytest.mark.parametrize(
    ("text", "literal", "bare"),
    [("rm", "rm", "rm"), ("'rm'", "rm", None), ("r'm'", "rm", None), (r"r\m", "rm", None), ("''", "", None), ("$x", None, None), ("r$x", None, None), ('"$(a)"', None, None)],
)  # fmt: skip
def test_literal_words(text: str, literal: str | None, bare: str | None) -> None:
    """`literal` looks through quotes, `bare` does not; neither guesses an expansion."""
    assert (literal, bare) == (word(text).literal, word(text).bare)


def test_spans_are_offsets_into_the_text() -> None:
    """Commands and words can be cut out of the text that they were read from."""
    text = "a  && b 'c d'; x=1 e > f"
    script = parse(text)
    spans = []
    pending = [script]
    while pending:
        node = pending.pop()
        if isinstance(node, Simple):
            spans.append(text[node.start : node.end])
        else:
            pending += [item for item, _ in getattr(node, "items", [])] + [
                getattr(node, name) for name in ("left", "right") if hasattr(node, name)
            ]
    assert ["a", "b 'c d'", "x=1 e > f"] == sorted(span.strip() for span in spans)
    found = word("'c d'")
    assert "'c d'" == ": 'c d'"[found.start : found.end]


def test_a_problem_says_where() -> None:
    """Text that is no script raises one exception, with a reason and a position."""
    with pytest.raises(SyntaxProblem) as caught:
        parse("echo 'x")
    assert "a single quote is not closed" == caught.value.reason
    assert 5 <= caught.value.position <= 7
