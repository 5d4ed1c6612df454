"""`${…}`: name, subscript, operator and words."""

from __future__ import annotations

import pytest

from enactd.effects.shell.parser import Parser
from enactd.effects.shell.syntax import Param, SyntaxProblem


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("${x}", ("x", "", None, None)), ("${x:-a}", ("x", ":-", "a", None)), ("${x/a/b}", ("x", "/", "a", "b")), ("${x//a}", ("x", "//", "a", None)), ("${x:1:2}", ("x", ":", "1", "2")),
        ("${x: -1}", ("x", ":", " -1", None)), ("${x%%.*}", ("x", "%%", ".*", None)), ("${x^^}", ("x", "^^", "", None)), ("${@:2}", ("@", ":", "2", None)), ("${x@Q}", ("x", "@Q", None, None)),
        ("${10}", ("10", "", None, None)), ("${#}", ("#", "", None, None)), ("${?}", ("?", "", None, None)), ("${#-}", ("-", "", None, None)), ("${x/#a/b}", ("x", "/#", "a", "b")),
        ("${x+'a}'}", ("x", "+", "a}", None)), ("${!x*}", ("x", "prefix", None, None)), ("${!x@}", ("x", "prefix", None, None)),
    ],
)  # fmt: skip
def test_parameters(text: str, expected: tuple[str, str, str | None, str | None]) -> None:
    """Each piece of the expansion is found."""
    part = Parser(text).word().parts[0]
    assert isinstance(part, Param)
    words = [None if word is None else word.literal for word in (part.word, part.word2)]
    assert expected == (part.name, part.op, *words)


def test_marks() -> None:
    """Length, indirection, subscripts."""
    for text, length, indirect, index in (
        ("${#x}", True, False, None),
        ("${!x}", False, True, None),
        ("${x[1]}", False, False, "1"),
        ("${#x[@]}", True, False, "@"),
    ):
        part = Parser(text).word().parts[0]
        assert isinstance(part, Param)
        assert (length, indirect, index) == (part.length, part.indirect, part.index.literal if part.index else None)


@pytest.mark.parametrize("text", ["${", "${x", "${x b}", "${x[1}", "${}", "${x:-a", "${x/a"])
def test_refused(text: str) -> None:
    """What is not closed or not known is refused."""
    with pytest.raises(SyntaxProblem):
        Parser(text).word()
