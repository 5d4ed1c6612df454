"""helm and its neighbours: templates and dry runs are quiet; clusters of this machine are told as such."""

from __future__ import annotations

import pytest
from support.clouds import told

ROWS: list[tuple[str, list[str]]] = [
    ("velero restore describe nightly", ["read"]),
    ("velero restore create nightly", ["create"]),
    ("helm list -A", ["read"]),
    ("helm lint charts/api", []),
    ("helm template x ./c -f v.yaml", []),
    ("helm upgrade --install api ./chart -n prod --dry-run", []),
    ("helm upgrade --install api ./chart -n prod", ["apply"]),
    ("helm upgrade api ./chart --kube-context kind-dev", ["apply local in kind-dev"]),
    ("helm uninstall payments --namespace payments-prod", ["delete"]),
    ("helm delete --purge x", ["delete bulk"]),
    ("helm rollback api 3", ["deploy"]),
    ("helm get values api", ["read"]),
    ("helm diff upgrade api ./c", ["plan"]),
    ("helm repo add x https://charts.x", []),
    ("helm push x.tgz oci://r", ["PublishPackage push"]),
    ("helm version", []),
    ('helm "$X"', ["Opaque"]),
    ("helmfile apply", ["apply"]),
    ("helmfile diff", ["plan"]),
    ("helmfile destroy", ["destroy"]),
    ("argocd app sync api", ["apply"]),
    ("argocd app list", ["read"]),
    ("argocd app delete x --cascade", ["delete"]),
    ("flux reconcile ks x", ["apply"]),
    ("flux get all", ["read"]),
    ("eksctl delete cluster --name x", ["destroy in x"]),
    ("eksctl get cluster", ["read"]),
    ("kops delete cluster x", ["plan"]),
    ("kops delete cluster x --yes", ["delete"]),
    ("kind delete cluster", ["delete local"]),
    ("kind create cluster --name x", ["create local"]),
    ("kind get clusters", []),
    ("k3d cluster delete dev", ["delete local"]),
    ("skaffold build", []),
    ("skaffold dev", ["deploy"]),
    ("kustomize build overlays/dev", []),
    ("kustomize edit set image x=y", ["WritePath /home/u/proj/kustomization.yaml"]),
    ("kubectx prod", []),
    ("velero backup delete x", ["delete"]),
    ("istioctl analyze", []),
    ("istioctl uninstall --purge", ["delete"]),
    ("stern api", []),
    ("k9s --readonly", []),
    ("k9s", ["OpenShell a cluster"]),
]


@pytest.mark.parametrize(("command", "expected"), ROWS)
def test_command(command: str, expected: list[str]) -> None:
    """A command does what the table says, and nothing else."""
    assert expected == told(command)
