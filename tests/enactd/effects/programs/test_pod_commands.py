"""Commands in pods, and files in and out of them."""

from __future__ import annotations

import pytest
from support.clouds import told

ROWS: list[tuple[str, list[str]]] = [
    ("kubectl exec -it api-0 -- bash", ["OpenShell kubectl api-0"]),
    ("kubectl exec api-0 -n prod -- ls /", ["ReadPath / @kubectl prod api-0"]),
    ("kubectl exec api-0 -- rm -rf /data", ["DeletePath /data @kubectl api-0"]),
    ("kubectl exec api-0 -c web -- sh -c 'rm -rf /srv/x'", ["DeletePath /srv/x @kubectl api-0"]),
    ('kubectl exec api-0 -- sh -c "$CMD"', ["RunCode @kubectl api-0"]),
    ('kubectl exec deploy/db -- psql -U postgres -c "DROP TABLE users"', ["RunSql drop @kubectl deploy/db"]),
    ("kubectl exec api-0 ls", ["ReadPath . @kubectl api-0"]),
    ("kubectl --context kind-dev exec api-0 -- ls /", ["ReadPath / @local kubectl api-0"]),
    ("kubectl exec -n x -- ls", ["ReadPath . @kubectl x"]),
    ("kubectl cp api-0:/tmp/x ./x", ["ReadPath /tmp/x @kubectl api-0", "WritePath /home/u/proj/x"]),
    ("kubectl cp ./x prod/api-0:/tmp/x", ["SendData prod/api-0:/tmp/x", "change"]),
    ("kubectl run tmp --image=nginx --dry-run=client -o yaml", []),
    ("kubectl run tmp --rm -it --image=busybox -- rm -rf /data", ["run", "DeletePath /data @kubectl tmp"]),
    ('kubectl run tmp --image=x --overrides=\'{"spec":{"hostPID":true}}\'', ["run", "access"]),
]


@pytest.mark.parametrize(("command", "expected"), ROWS)
def test_command(command: str, expected: list[str]) -> None:
    """A command does what the table says, and nothing else."""
    assert expected == told(command)
