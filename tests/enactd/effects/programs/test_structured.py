"""Structured text."""

from __future__ import annotations

import pytest
from support.summary import summaries

ROWS = [
    ("jq . a", ["content ./a"]),
    ("jq -r .a a", ["content ./a"]),
    ("jq -n env", ["RevealSecret the whole environment jq"]),
    ("jq -n '$ENV.HOME'", []),
    ("jq -n '$ENV.API_KEY'", ["RevealSecret the variable API_KEY jq"]),
    ("jq -n '{\"env\": 1}'", []),
    ('jq -n \'{"cmd":"rm -rf /"}\'', []),
    ("jq --slurpfile x b . a", ["content ./b", "content ./a"]),
    ("jq -f prog a", ["content hidden ./prog", "content ./a"]),
    ('echo \'{"a":"rm x"}\' | jq -r .a | sh', ["delete ./x"]),
    ("yq .a a.yml", ["content ./a.yml"]),
    ("yq -i '.a = 1' a.yml", ["edit ./a.yml"]),
    ("yq eval '.a' a.yml", ["content ./a.yml"]),
    ("yq 'env(API_KEY)' a.yml", ["RevealSecret the variable API_KEY yq", "content ./a.yml"]),
    ("yq -n 'load(\"b.yml\")'", ["content ./b.yml"]),
    ("xmllint --noout a.xml", ["content hidden ./a.xml"]),
    ("xmllint --format a.xml --output b.xml", ["overwrite ./b.xml", "content ./a.xml"]),
    ("tidy -m a.html", ["edit ./a.html"]),
    ("m4 a", ["content ./a"]),
    ("crudini --set a.ini s k v", ["edit ./a.ini"]),
    ("jq -n env.API_KEY", ["RevealSecret the variable API_KEY jq"]),
    ("docker inspect web | jq '.[0].Config.Env'", ["RevealSecret a container's environment jq"]),
    ("docker inspect web | jq '.[0].State'", []),
]


@pytest.mark.parametrize(("command", "expected"), ROWS)
def test_structured_rows(command: str, expected: list[str]) -> None:
    """Files are read or changed, the environment is not printed unnoticed."""
    assert expected == summaries(command)
