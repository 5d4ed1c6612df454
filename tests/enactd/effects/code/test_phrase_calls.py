"""Calls with and without parentheses, blocks, members."""

from __future__ import annotations

import pytest
from support.code import deeds, one_liner


@pytest.mark.parametrize(
    ("program", "code"),
    [
        ("ruby -e", "File.delete '/etc'"),
        ("ruby -e", "File.delete('/etc')"),
        ("ruby -e", "File.delete \\\n  '/etc'"),
        ("ruby -e", "puts(File.delete('/etc'))"),
        ("ruby -e", "File\n  .delete('/etc')"),
        ("ruby -e", "File&.delete('/etc')"),
        ("ruby -e", "::File.delete('/etc')"),
        ("ruby -e", "x = File; x.delete('/etc')"),
        ("ruby -e", "a.b { |x| File.delete('/etc') }.c"),
        ("ruby -e", "a.b do |x|\n File.delete('/etc')\nend"),
        ("ruby -e", "-> { File.delete('/etc') }.call"),
        ("perl -e", "unlink('/etc') or die"),
        ("perl -e", "unlink '/etc' or die 'x'"),
        ("perl -e", "print 1, unlink '/etc'"),
        ("perl -e", "&unlink('/etc')"),
        ("perl -e", "CORE::unlink('/etc')"),
        ("perl -e", "map { unlink '/etc' } 1"),
        ("php -r", "\\unlink('/etc');"),
        ("php -r", "@unlink('/etc');"),
        ("php -r", "(fn() => unlink('/etc'))();"),
        ("php -r", "('un' . 'link')('/etc');"),
    ],
)
def test_calls(program: str, code: str) -> None:
    """However a call is written, it is the call."""
    assert "DeletePath /etc" in deeds(one_liner(program, code))
