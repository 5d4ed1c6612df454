"""Quotes of every kind and where substitutions stand."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.bash import fields

from enactd.effects.shell.lexer import ansi_c, merge
from enactd.effects.shell.parser import Parser
from enactd.effects.shell.syntax import Arith, Lit, Param, Proc, Sub


@pytest.mark.parametrize(
    "word",
    [
        "'a b'", '"a b"', r"a\ b", r"'a\b'", r'"a\b"', r'"a\"b"', r'"a\$b"', r'"a\`b"', r'"a\\b"', "'a'\"b\"c", "''", '""', "a''b", r"\'", r"\"", "$'a\\nb'",
        "$'\\x41\\101\\u00e9\\e'", "$'a\\'b'", '$"a"', "a#b", "a=b", "'a\nb'", '"a\nb"', "a\\\nb", r"\\", r"a\&b", '"a\'b"', "'a\"b'", r"$'\cA'", "$'a\\0b'", "a$", "$", "a$'b'",
    ],
)  # fmt: skip
def test_literal_words(word: str, tmp_path: Path) -> None:
    """Quote removal gives what bash gives."""
    (tmp_path / "s").mkdir()
    expected = fields([word], tmp_path / "s")[0]
    assert expected == [Parser(word).word().literal]


@pytest.mark.parametrize(
    ("word", "kinds"),
    [
        ("a$x", [Lit, Param]), ('"a${x}b"', [Lit, Param, Lit]), ("$(a)`b`", [Sub, Sub]), ("$((1+1))", [Arith]), ("$[1]", [Arith]), ("<(a)", [Proc]), ("a>(b)", [Lit, Proc]),
        ("$((a); b)", [Sub]), ("'$x'", [Lit]), (r"\$x", [Lit, Lit]), ("$1$@", [Param, Param]), ("@(a|$(b))", [Lit, Sub, Lit]), ("${x:-$(a)}", [Param]),
    ],
)  # fmt: skip
def test_parts(word: str, kinds: list[type]) -> None:
    """Each expansion is a part of its kind."""
    assert kinds == [type(part) for part in Parser(word).word().parts]


def test_ansi_c() -> None:
    """Escapes are decoded, text after a NUL is lost, bad code points never raise."""
    assert "a\nb" == ansi_c(r"a\nb")
    assert "a" == ansi_c(r"a\0b")
    assert "\ufffd" == ansi_c(r"\Uffffffff")


def test_merge() -> None:
    """Neighbours of one kind become one; quotes keep them apart."""
    assert [Lit("ab"), Lit("c", True)] == merge([Lit("a"), Lit("b"), Lit("c", True)])
