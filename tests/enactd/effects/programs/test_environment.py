"""env and printenv."""

from __future__ import annotations

import pytest
from support.reading import effects
from support.summary import summaries

from enactd.effects.programs.environment import split_string

ROWS = [
    ("env", ["RevealSecret the whole environment env"]),
    ("env | grep PATH", []),
    ("env | sort | grep -E '^(NODE_ENV|npm_config_prefix)='", []),
    ("env | grep -v PATH", ["RevealSecret <lines that grep found of the whole environment> grep"]),
    ("env | grep -A9 PATH", ["RevealSecret <lines that grep found of the whole environment> grep"]),
    ("env | grep 'PATH\\|KEY'", ["RevealSecret <lines that grep found of the whole environment> grep"]),
    ("env | grep '^STRIPE_KEY='", ["RevealSecret <lines that grep found of the whole environment> grep"]),
    ("env | grep APP", ["RevealSecret <lines that grep found of the whole environment> grep"]),
    ("env -i", []),
    ("env FOO=bar rm a", ["delete ./a"]),
    ("env -i rm a", ["delete ./a"]),
    ("env - rm a", ["delete ./a"]),
    ("env -u X rm a", ["delete ./a"]),
    ("env -C /srv rm a", ["delete /srv/a"]),
    ("env -S 'PATH=/usr/bin' rm a", ["delete ./a"]),
    ("env -S'rm -rf x'", ["delete recursive ./x"]),
    ("env -SPATH=/usr/bin rm a", ["delete ./a"]),
    ('env -S "$X"', ["Opaque what `env -S` splits is known only at run time COMMITMENT"]),
    ("env LD_PRELOAD=/tmp/x.so rm a", ["SetEnvironment LD_PRELOAD /tmp/x.so", "delete ./a"]),
    ("env EDITOR=vim rm a", ["delete ./a"]),
    ("env > /dev/null", []),
    ("printenv", ["RevealSecret the whole environment printenv"]),
    ("printenv HOME", []),
    ("printenv API_KEY", ["RevealSecret the variable API_KEY printenv"]),
    ("env-cmd -f .env rm a", ["content hidden ./.env", "delete ./a"]),
    ("env --help", []),
    ("dotenv run -- rm a", ["content hidden ./.env", "delete ./a"]),
    ("dotenv -f .env.local run rm a", ["content hidden ./.env.local", "delete ./a"]),
    ("dotenv list", ["RevealSecret the variables of a dotenv file dotenv list"]),
    ("dotenvx run -f .env -- rm a", ["content hidden ./.env", "delete ./a"]),
    ("env A=1 B=2 sh -c 'rm a'", ["delete ./a"]),
]


@pytest.mark.parametrize(("command", "expected"), ROWS)
def test_environment_rows(command: str, expected: list[str]) -> None:
    """What a command sees, and who prints the environment."""
    assert expected == summaries(command)


def test_split_string() -> None:
    """`env -S` reads quotes; what is not closed cannot be read."""
    assert ["a", "b c"] == split_string("a 'b c'")
    assert split_string("a 'b") is None


def test_user_and_chain_are_kept() -> None:
    """Wrappers in wrappers leave their trace."""
    (effect,) = effects("sudo env A=1 nice rm a")
    assert ("root", ("sudo", "env", "nice")) == (effect.user, effect.chain)
