"""openssl."""

from __future__ import annotations

import pytest
from support.expect import Row, assert_effects
from support.reading import effects

from enactd.effects.model import ReadPath, WritePath

ROWS: list[Row] = [
    ("openssl rsa -in k.pem -noout -text", [(ReadPath, {"shown": True})]),
    ("openssl rsa -in k.pem -noout -modulus", [(ReadPath, {"shown": False})]),
    ("openssl rsa -in k.pem -out /dev/stdout", [(ReadPath, {"shown": True})]),
    ("openssl version", []),
    ("openssl genrsa -out /tmp/k.pem 2048", [(WritePath, {"target": "/tmp/k.pem", "how": "create"})]),
    ("openssl rand -hex 32", []),
    ("openssl x509 -in a.crt -noout -text", [(ReadPath, {"target": "/home/u/proj/a.crt", "shown": False})]),
    ("openssl rsa -in k.pem", [(ReadPath, {"target": "/home/u/proj/k.pem", "shown": True})]),
    ("openssl genrsa -out k.pem 2048", [(WritePath, {"target": "/home/u/proj/k.pem"})]),
    (
        "openssl req -x509 -newkey rsa:2048 -keyout k.pem -out c.pem -nodes",
        [(WritePath, {"target": "/home/u/proj/c.pem"}), (WritePath, {"target": "/home/u/proj/k.pem"})],
    ),
    ("openssl s_client -connect example.com:443", []),
    ("openssl dgst -sha256 a.tgz", [(ReadPath, {"target": "/home/u/proj/a.tgz", "shown": False})]),
]


def test_a_new_key_is_made_where_none_was() -> None:
    """A key that replaces nothing is `create`; a conversion writes over."""
    made = effects("openssl req -x509 -newkey rsa:2048 -keyout k.pem -out c.pem -nodes; openssl genrsa -out k2.pem")
    assert {"create"} == {e.how for e in made if isinstance(e, WritePath)}
    (written,) = (e for e in effects("openssl pkcs8 -in a.key -out b.key") if isinstance(e, WritePath))
    assert "overwrite" == written.how


def test_a_public_key_is_no_secret() -> None:
    """What `-pubout` prints may be written anywhere."""
    written = [
        e.origins for e in effects("openssl rsa -in private.key -pubout > public.txt") if isinstance(e, WritePath)
    ]
    assert [True] == ["secret" not in origins for origins in written]


@pytest.mark.parametrize(("command", "expected"), ROWS)
def test_effects(command: str, expected: list[tuple[type, dict[str, object]]]) -> None:
    """Certificates are read, keys are written or shown."""
    assert_effects(command, expected)
