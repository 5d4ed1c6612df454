"""The environment, arguments and places as scripts see them."""

from __future__ import annotations

import pytest
from support.code import deeds
from support.reading import effects


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("ruby -e 'File.delete(ARGV[0])' /etc", "DeletePath /etc"),
        ("ruby -e 'File.delete(__dir__)'", "DeletePath /home/u/proj"),
        ("ruby -e 'File.delete(ENV[\"HOME\"])'", "DeletePath /home/u"),
        ("perl -e 'unlink $ARGV[0]' /etc", "DeletePath /etc"),
        ("perl -e 'unlink @ARGV' /etc", "DeletePath /etc"),
        ("perl -e 'unlink $ENV{HOME}'", "DeletePath /home/u"),
        ("X=/etc perl -e 'unlink $ENV{X}'", "DeletePath /etc"),
        ("php -r 'unlink($argv[1]);' /etc", "DeletePath /etc"),
        ("php -r 'unlink(getenv(\"HOME\"));'", "DeletePath /home/u"),
        ("php -r 'unlink(__DIR__ . \"/x\");'", "DeletePath /home/u/proj/x"),
    ],
)
def test_places(command: str, expected: str) -> None:
    """What surrounds a script is known where the command line tells it."""
    assert expected in deeds(effects(command))
