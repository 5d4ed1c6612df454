"""Options of kubectl may stand anywhere, and say where and whether."""

from __future__ import annotations

import pytest
from support.clouds import told

ROWS: list[tuple[str, list[str]]] = [
    ("kubectl --context=kind-a delete pod x", ["delete local in kind-a"]),
    ("kubectl delete pod x --context=kind-a", ["delete local in kind-a"]),
    ("kubectl delete --context kind-a pod x", ["delete local in kind-a"]),
    ("kubectl delete pod --all=false x", ["delete"]),
    ("kubectl delete pod -A --all", ["delete bulk"]),
    ("kubectl delete pod -l app=x", ["delete bulk"]),
    ("kubectl delete pod x --dry-run", []),
    ("kubectl delete pod x --dry-run=false", ["delete"]),
    ("kubectl logs -f api-0 -p --tail=20", ["read"]),
    ("kubectl logs -f deploy/api", ["read"]),
    ("kubectl -n prod delete pod x", ["delete"]),
]


@pytest.mark.parametrize(("command", "expected"), ROWS)
def test_command(command: str, expected: list[str]) -> None:
    """A command does what the table says, and nothing else."""
    assert expected == told(command)
