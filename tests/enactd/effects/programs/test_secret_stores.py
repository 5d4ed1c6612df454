"""Stores of secrets."""

from __future__ import annotations

import pytest
from support.expect import Row, assert_effects
from support.reading import effects

from enactd.effects.model import ChangeInfrastructure, Request, RevealSecret

ROWS: list[Row] = [
    ("doppler projects list", []),
    ("doppler configs list --project backend", []),
    ("doppler environments delete dev", [(ChangeInfrastructure, {"verb": "delete"})]),
    ("op account get", []),
    ("op connect token delete t1", [(ChangeInfrastructure, {"verb": "delete"})]),
    ("vault --namespace team secrets disable kv/", [(ChangeInfrastructure, {"verb": "delete"})]),
    ("pass ls", []),
    ("pass show a/b", [(RevealSecret, {"by": "pass"})]),
    ("pass rm a/b", [(ChangeInfrastructure, {"verb": "delete"})]),
    ("op vault list", []),
    ("op read op://a/b", [(RevealSecret, {})]),
    ("op run -- curl localhost", [(Request, {"local": True})]),
    ("bw get password x", [(RevealSecret, {})]),
    ("vault status", []),
    ("vault kv get secret/x", [(RevealSecret, {})]),
    ("vault kv put secret/x a=b", [(ChangeInfrastructure, {"verb": "secret-write"})]),
    ("vault kv delete secret/x", [(ChangeInfrastructure, {"verb": "delete"})]),
    ("security find-generic-password -w -s x", [(RevealSecret, {})]),
    ("security list-keychains", []),
    ("doppler run -- curl localhost", [(Request, {"local": True})]),
    ("secret-tool lookup a b", [(RevealSecret, {})]),
]


@pytest.mark.parametrize(("command", "expected"), ROWS)
def test_effects(command: str, expected: list[tuple[type, dict[str, object]]]) -> None:
    """Printing reveals, writing changes, listing is nothing, running runs."""
    assert_effects(command, expected)


def test_pass_shows_a_bare_name() -> None:
    """`pass NAME` prints the secret; `pass ls` and `pass git` do not."""
    assert any(type(e).__name__ == "RevealSecret" for e in effects("pass github"))
    assert not any(type(e).__name__ == "RevealSecret" for e in effects("pass ls"))
