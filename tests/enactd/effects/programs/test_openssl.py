"""openssl."""

from __future__ import annotations

import pytest
from support.expect import Row, assert_effects

from enactd.effects.model import ReadPath, WritePath

ROWS: list[Row] = [
    ("openssl rsa -in k.pem -noout -text", [(ReadPath, {"shown": True})]),
    ("openssl rsa -in k.pem -noout -modulus", [(ReadPath, {"shown": False})]),
    ("openssl rsa -in k.pem -out /dev/stdout", [(ReadPath, {"shown": True})]),
    ("openssl version", []),
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


@pytest.mark.parametrize(("command", "expected"), ROWS)
def test_effects(command: str, expected: list[tuple[type, dict[str, object]]]) -> None:
    """Certificates are read, keys are written or shown."""
    assert_effects(command, expected)
