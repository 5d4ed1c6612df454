"""kubectl: what is read, changed, deleted and entered; dry runs are quiet, local clusters are told."""

from __future__ import annotations

import pytest
from support.clouds import told

ROWS: list[tuple[str, list[str]]] = [
    ("kubectl get pods -A", ["read bulk"]),
    ("kubectl -n prod get secret db -o yaml", ["secret-read", "RevealSecret"]),
    ("kubectl get secrets", ["read"]),
    ("kubectl get secret db -o wide", ["read"]),
    ("kubectl get secret db -o jsonpath='{.data.password}'", ["secret-read", "RevealSecret"]),
    ("kubectl get secret db -o jsonpath='{.metadata.name}'", ["read"]),
    ("kubectl get secret db -o name", ["read"]),
    ("kubectl get configmap,secret -o json", ["secret-read", "RevealSecret"]),
    ("kubectl get secret/db -ojson", ["secret-read", "RevealSecret"]),
    ("kubectl get deploy api -o yaml", ["read"]),
    ("kubectl get --raw /api/v1/namespaces/x/secrets", ["secret-read", "RevealSecret"]),
    ("kubectl describe secret x", ["read"]),
    ("kubectl delete ns prod", ["delete"]),
    ("kubectl delete pod x --dry-run=client", []),
    ("kubectl delete pod x --dry-run=none", ["delete"]),
    ("kubectl delete pods --all -n x --context kind-dev", ["delete bulk local in kind-dev"]),
    ('kubectl delete pod x --context "$CTX"', ["delete in <$CTX is not known>"]),
    ("kubectl --context=prod delete -f x.yaml", ["ReadPath /home/u/proj/x.yaml", "delete in prod"]),
    ("kubectl apply -f k8s/ --dry-run=server", ["ReadPath /home/u/proj/k8s"]),
    ("kubectl apply -f k8s/", ["ReadPath /home/u/proj/k8s", "apply"]),
    ("kubectl --context minikube apply -f k8s/", ["ReadPath /home/u/proj/k8s", "apply local in minikube"]),
    (
        "kubectl -s https://127.0.0.1:6443 apply -f x.yaml",
        ["ReadPath /home/u/proj/x.yaml", "apply local in https://127.0.0.1:6443"],
    ),
    ("kubectl apply -f https://example.com/y.yaml", ["apply"]),
    ("kubectl apply -f -", ["apply"]),
    (
        "kubectl apply -k overlays/prod --prune -l app=x",
        ["ReadPath /home/u/proj/overlays/prod", "apply bulk", "delete bulk"],
    ),
    ("kubectl replace --force -f x.yaml", ["ReadPath /home/u/proj/x.yaml", "change", "delete"]),
    ("kubectl rollout status deploy/api", ["read"]),
    ("kubectl rollout restart deploy/api", ["restart"]),
    ("kubectl rollout undo deploy/api", ["deploy"]),
    ("kubectl scale deploy api --replicas=0", ["scale"]),
    ("kubectl port-forward svc/api 8080:80", []),
    ("kubectl config use-context prod", ["read local"]),
    ("kubectl config current-context", []),
    ("kubectl config view", []),
    ("kubectl config view --raw", ["secret-read", "RevealSecret"]),
    ("kubectl config delete-context prod", ["WritePath /home/u/.kube/config"]),
    ("kubectl create deploy x --image=nginx --dry-run=client -o yaml", []),
    ("kubectl create token default", ["secret-read", "RevealSecret"]),
    ("kubectl create secret generic x --from-literal=a=b", ["secret-write"]),
    ("kubectl create clusterrolebinding x --clusterrole=cluster-admin --user=x", ["access"]),
    ("kubectl drain node1 --ignore-daemonsets --delete-emptydir-data", ["restart"]),
    ("kubectl auth can-i delete pods", []),
    ("kubectl explain deploy.spec", []),
    ("kubectl diff -f k8s/", ["ReadPath /home/u/proj/k8s", "read"]),
    ("kubectl cluster-info dump", ["read"]),
    ('kubectl "$X" pods', ["Opaque"]),
    ("kubectl label pod x a=b", ["change"]),
    ("kubectl label pod x --list", []),
    ("kubectl kustomize overlays/dev", []),
    ("kubectl wait --for=condition=ready pod/x", ["read"]),
    ("kubectl edit deploy x", ["change"]),
    ("kubectl debug node/x -it --image=busybox", ["run"]),
    ("kubectl version --client", []),
    ("kubectl delete --help", []),
    ("oc delete project x", ["delete"]),
    ("oc rsh pod1", ["OpenShell pod1"]),
    ("oc rsh pod1 ls /srv", ["ReadPath /srv @kubectl pod1"]),
    ("minikube kubectl -- delete pod x", ["delete local in minikube"]),
    ("minikube delete", ["delete local"]),
    ("microk8s kubectl get pods", ["read local in microk8s"]),
]


@pytest.mark.parametrize(("command", "expected"), ROWS)
def test_command(command: str, expected: list[str]) -> None:
    """A command does what the table says, and nothing else."""
    assert expected == told(command)
