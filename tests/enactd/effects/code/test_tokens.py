"""Tokens of scripting languages."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.code import one_liner
from support.fuzz import examples

from enactd.effects.code.perl import _PERL
from enactd.effects.code.php import _PHP
from enactd.effects.code.ruby import _RUBY
from enactd.effects.code.tokens import Lexer


def kinds(text: str, dialect: object = _RUBY) -> list[str]:
    return [token.kind for token in Lexer(text, dialect).run()]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("dialect", "text", "expected"),
    [
        (_RUBY, "a / b", ["name", "sign", "name"]),
        (_RUBY, "puts /x/", ["name", "regex"]),
        (_RUBY, "x = %w[a b]", ["name", "sign", "words"]),
        (_RUBY, "5 % 3", ["number", "sign", "number"]),
        (_RUBY, "a << b", ["name", "sign", "name"]),
        (_PERL, "$x / 2", ["variable", "sign", "number"]),
        (_PERL, "split /,/", ["name", "regex"]),
        (_PERL, "qw(a b)", ["words"]),
        (_PERL, "s{a}{b}g", ["regex"]),
        (_PERL, "$h{y}", ["variable", "sign", "name", "sign"]),
        (_PERL, "y => 1", ["name", "sign", "number"]),
        (_PERL, "%h", ["variable"]),
        (_PHP, "$a->b", ["variable", "sign", "name"]),
        (_PHP, "/* x */ 1 // y", ["number"]),
    ],
)
def test_kinds(dialect: object, text: str, expected: list[str]) -> None:
    """Division and patterns, modulo and quotes are told apart by what stands before."""
    assert expected == kinds(text, dialect)


def test_here_documents() -> None:
    """The body belongs to the line on which it was begun; several may be."""
    tokens = Lexer("f(<<A, <<~'B')\none\nA\n  two\n  B\ng", _RUBY).run()
    assert ["one\n", "  two\n"] == [token.parts[0] for token in tokens if token.kind == "text"]
    assert "g" == tokens[-1].text


@pytest.mark.parametrize("text", ["'open", '"open', "`open", "%w(open", "x = <<E\nopen"])
def test_open_quotes_are_broken(text: str) -> None:
    """A quote left open is told."""
    lexer = Lexer(text, _RUBY)
    lexer.run()
    assert lexer.broken


@pytest.mark.parametrize(
    "text",
    [
        "(" * 9000,
        "[{" * 4000,
        "a." * 9000,
        "'" * 9001,
        "#{" * 3000,
        '"#{' * 1500,
        "x{|a|" * 2000,
        "/" * 9000,
        "<<A\n" * 2000,
        "%w" * 5000,
        "s" * 9000,
        "a,b" * 5000,
    ],
)
@pytest.mark.parametrize("program", ["ruby -e", "perl -e", "php -r", "lua -e"])
def test_hostile_shapes_end(program: str, text: str) -> None:
    """Deep and long text ends in time, without an exception."""
    before = time.process_time()
    assert isinstance(one_liner(program, text), list)
    assert time.process_time() - before < 3


@pytest.mark.parametrize("program", ["ruby -e", "perl -e", "php -r", "lua -e", "julia -e"])
@settings(max_examples=examples(25), deadline=None)
@given(text=st.text(alphabet="(){}[]|&$@%#<>'\"`\\/=.,;: \nabqwxsyem1~E", max_size=50))
def test_any_text_is_read(program: str, text: str) -> None:
    """Reading is total."""
    assert not any("failed" in getattr(effect, "reason", "") for effect in one_liner(program, text))
