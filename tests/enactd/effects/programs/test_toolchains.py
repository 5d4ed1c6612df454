"""Version managers and watchers."""

from __future__ import annotations

import pytest
from support.summary import summaries

ROWS = [
    ("mise exec -- rm a", ["delete ./a"]),
    ("mise x node@20 -- rm a", ["delete ./a"]),
    ("mise exec -c 'rm a'", ["delete ./a"]),
    ("mise watch -- rm a", ["delete ./a"]),
    ("mise install", ["InstallPackage mise lockfile user"]),
    ("mise use node@20", ["InstallPackage mise ('node@20',) registry user"]),
    ("mise ls", []),
    ("rtx exec -- rm a", ["delete ./a"]),
    ("asdf exec rm a", ["delete ./a"]),
    ("nvm exec 18 rm a", ["delete ./a"]),
    ("fnm exec --using=18 rm a", ["delete ./a"]),
    ("pyenv exec rm a", ["delete ./a"]),
    ("pyenv install 3.12", ["InstallPackage pyenv ('3.12',) registry user"]),
    ("pyenv versions", []),
    ("echo a.c | entr rm /_", ["delete ./a.c"]),
    ("echo a.c | entr -s 'rm b'", ["delete ./b"]),
    ("watchexec -e py rm a", ["delete ./a"]),
    ("pixi run rm a", ["delete ./a"]),
    ("envdir d rm a", ["delete ./a"]),
    ("nix-shell -p x --run 'rm a'", ["InstallPackage nix-shell ('x',) registry user", "delete ./a"]),
    ("nix-shell", ["OpenShell nix-shell this machine"]),
    ("volta run rm a", ["delete ./a"]),
    ("asdf plugin add x https://git.example/x", ["InstallPackage asdf ('x',) git user"]),
]


@pytest.mark.parametrize(("command", "expected"), ROWS)
def test_toolchains_rows(command: str, expected: list[str]) -> None:
    """The command behind the manager is read."""
    assert expected == summaries(command)
