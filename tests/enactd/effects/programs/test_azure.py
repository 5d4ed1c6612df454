"""az: the verb behind the groups; keys and access are told apart."""

from __future__ import annotations

import pytest
from support.clouds import told

ROWS: list[tuple[str, list[str]]] = [
    ("az eventhubs namespace authorization-rule keys list -n n -g g", ["secret-read in g", "RevealSecret"]),
    ("az storage blob exists -c c -n b", ["read"]),
    ("az cdn name-exists --name n", ["read"]),
    ("az account show", []),
    ("az group delete -n rg --yes --no-wait", ["destroy"]),
    ("az vm list -o table", ["read"]),
    ("az vm delete -g x -n y", ["delete in x"]),
    ("az keyvault secret show --name x --vault-name y", ["secret-read", "RevealSecret"]),
    ("az keyvault secret list --vault-name y", ["read"]),
    ("az storage account keys list -n x", ["secret-read", "RevealSecret"]),
    ("az monitor log-analytics workspace delete -n x", ["delete"]),
    ("az monitor metrics alert delete -n x", ["delete"]),
    ("az webapp log tail -n x", ["read"]),
    ("az deployment group what-if -g x -f main.bicep", ["plan in x"]),
    ("az deployment group create -g x -f main.bicep", ["apply in x"]),
    ("az ad user list", ["read"]),
    ("az role assignment create --assignee x", ["access"]),
    ("az network dns record-set a list -g x -z y", ["read in x"]),
    ("az network dns zone delete -n y", ["dns"]),
    ("az vm restart -n x", ["restart"]),
    ("az rest --method delete --url https://management.azure.com/x", ["delete"]),
    ("az storage blob upload -f x -c y -n z", ["SendData az://z", "change"]),
    ("az aks get-credentials -n x -g y", []),
    ("azd down --force", ["destroy"]),
    ("func azure functionapp publish x", ["deploy"]),
]


@pytest.mark.parametrize(("command", "expected"), ROWS)
def test_command(command: str, expected: list[str]) -> None:
    """A command does what the table says, and nothing else."""
    assert expected == told(command)
