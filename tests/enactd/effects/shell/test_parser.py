"""Commands: what bash accepts is a tree with all its commands, what it refuses is refused."""

from __future__ import annotations

import subprocess

import pytest

from enactd.effects.shell.parser import parse
from enactd.effects.shell.readers import names_in
from enactd.effects.shell.syntax import (
    AndOr,
    Case,
    Compound,
    Coproc,
    For,
    Function,
    If,
    Pipeline,
    Simple,
    SyntaxProblem,
    While,
    Word,
)


@pytest.mark.parametrize(
    ("text", "kind", "names"),
    [
        ("a b", Simple, "a"), ("a && b || c", AndOr, "a b c"), ("a | b |& c", Pipeline, "a b c"), ("! a", Pipeline, "a"), ("(a; b)", Compound, "a b"),
        ("{ a; } > f", Compound, "a"), ("if a; then b; elif c; then d; else e; fi", If, "a b c d e"), ("while a; do b; done", While, "a b"),
        ("until a\ndo b\ndone", While, "a b"), ("for i in x; do a; done", For, "a"), ("case x in y) a;; (z|w) b; esac", Case, "a b"), ("f() { a; }", Function, "a"),
        ("function f { a; }", Function, "a"), ("coproc N { a; }", Coproc, "a"), ("time a", Simple, "a"), ("X=1 a", Simple, "a"), ("a $(b `c`)", Simple, "a b c"),
        ("a <(b) > >(c)", Simple, "a b c"), ("x=$(a) y=(`b` $(c))", Simple, "a b c"), ("a <<E\n$(b)\nE", Simple, "a b"), ("a <<'E'\n$(b)\nE", Simple, "a"),
        ("[[ -n $(a) && x ]]", object, "a"), ("((x = $(a)))", object, "a"), ("for ((i=0; i<$(a); i++)); do b; done", object, "a b"), ("a+() { b; }", Function, "b"),
        ("a\\\nb c", Simple, "ab"), ("a # b\nc", Simple, "a c"), ("a 'it''s' # it's", Simple, "a"), ("select i in a; do b; done", For, "b"),
    ],
)  # fmt: skip
def test_trees(text: str, kind: type, names: str) -> None:
    """The first node is of its kind; every command is in the tree."""
    script = parse(text)
    assert isinstance(script.items[0][0], kind)
    assert sorted(names.split()) == sorted(names_in(script).elements())


REFUSED = (
    "a )", "( a", "{ a", "if a; then b", "fi", "do a", "a | | b", "a && ", "&& a", "case x in a) b", "for 1x in a; do b; done b", "echo 'a", 'echo "a', "a <", "a > ; b",
    "[[ a", "x=(a", "f() ", "a;; b", "while a; b; done", "$(a", "`a", "${a", "(( 1", "function", "} a", "esac",
)  # fmt: skip


@pytest.mark.parametrize("text", REFUSED)
def test_refused(text: str) -> None:
    """What bash refuses is no script, and bash does refuse it."""
    with pytest.raises(SyntaxProblem):
        parse(text)
    assert 0 != subprocess.run(["bash", "-n", "-c", text], capture_output=True, check=False).returncode


def test_spans() -> None:
    """Spans are offsets of the command as written."""
    text = "  rm 'a b' ; ls"
    first, second = (item[0] for item in parse(text).items)
    assert isinstance(first, Simple)
    assert isinstance(second, Simple)
    assert ["rm 'a b'", "ls"] == [text[first.start : first.end], text[second.start : second.end]]


def test_redirects() -> None:
    """Operators, descriptors, names, here-documents."""
    node = parse("a 2>&1 >f <<E 3<g {v}>h &>>i <<<w\nx\nE").items[0][0]
    assert isinstance(node, Simple)
    found = [(r.op, r.fd, r.variable, r.target.literal) for r in node.redirects]
    assert found == [
        (">&", 2, "", "1"), (">", None, "", "f"), ("<<", None, "", "E"), ("<", 3, "", "g"), (">", None, "v", "h"), ("&>>", None, "", "i"), ("<<<", None, "", "w"),
    ]  # fmt: skip
    assert node.redirects[2].body is not None
    assert "x\n" == node.redirects[2].body.literal


def test_depth_and_amount_are_bounded() -> None:
    """Text nested too deep, or with too many commands, is refused and never overflows."""
    for text in ("(" * 5_000, "{ " * 5_000, "$(" * 5_000, "a;" * 5_000, "a $((" * 100, "if a; then " * 5_000):
        with pytest.raises(SyntaxProblem):
            parse(text)


def test_words_of_commands() -> None:
    """Words are kept apart as written."""
    node = parse("a 'b c' d\\ e \"$x\"y").items[0][0]
    assert isinstance(node, Simple)
    assert ["a", "b c", "d e", None] == [word.literal for word in node.words if isinstance(word, Word)]
