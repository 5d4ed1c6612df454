"""The tolerant reader: statements, loops, alternatives, and its bounds."""

from __future__ import annotations

import pytest
from support.code import deeds, one_liner


@pytest.mark.parametrize(
    ("program", "code"),
    [
        ("ruby -e", "x = y ? '/etc' : 'a'; File.delete(x)"),
        ("ruby -e", "x = nil || '/etc'; File.delete(x)"),
        ("ruby -e", "x ||= '/etc'; File.delete(x)"),
        ("ruby -e", "x = '/e'; x += 'tc'; File.delete x"),
        ("ruby -e", "x = '/e'; x << 'tc'; File.delete x"),
        ("perl -e", "my ($a) = ('/etc'); unlink '/etc'"),
        ("perl -e", "$x = '/et' . 'c'; unlink($x)"),
        ("perl -e", "foreach my $f ('/etc') { unlink $f }"),
        ("perl -e", "for my $f (qw(/etc /x)) { unlink $f }"),
        ("perl -e", 'unlink "/et" . "c" if 1;'),
        ("php -r", "foreach (['/etc'] as $k => $f) { unlink($f); }"),
        ("php -r", "$x = true ? '/etc' : 'b'; unlink($x);"),
        ("php -r", "$x ??= '/etc'; unlink($x);"),
        ("lua -e", "for _, f in ipairs({'/etc'}) do os.remove('/etc') end"),
        ("julia -e", 'for f in ["/etc"] rm(f) end'),
    ],
)
def test_values_are_followed(program: str, code: str) -> None:
    """Assignments, loops and alternatives of each language lead to the same deed."""
    assert "DeletePath /etc" in deeds(one_liner(program, code))


@pytest.mark.parametrize("program", ["ruby -e", "perl -e", "php -r"])
def test_more_than_is_read_is_opaque(program: str) -> None:
    """A text of very many tokens asks."""
    assert any(word.startswith("Opaque") for word in deeds(one_liner(program, "1;" * 15_000)))


@pytest.mark.parametrize("program", ["ruby -e", "perl -e", "php -r"])
def test_an_open_quote_is_opaque(program: str) -> None:
    """What is no text of the language asks."""
    assert any(word.startswith("Opaque") for word in deeds(one_liner(program, "system('ls")))


def test_holes_as_statements() -> None:
    """Text put in by the shell as a statement is code that nobody read."""
    from support.reading import effects

    assert "RunCode argument" in deeds(effects('ruby -e "x = 1; $CODE"'))
    assert [] == deeds(effects('ruby -e "puts $X"'))
