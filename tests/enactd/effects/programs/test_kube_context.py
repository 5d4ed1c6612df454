"""The context of a kubectl command, read from the kubeconfig's text."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.reading import effects

from enactd.effects.model import ChangeInfrastructure
from enactd.world import open_world

CONFIG = """\
apiVersion: v1
kind: Config
current-context: {current}
clusters:
- cluster:
    certificate-authority-data: AAAA
    server: https://127.0.0.1:6550
  name: near
- cluster:
    server: "https://api.prod.example.com"
  name: far
- name: kind-fake
  cluster:
    server: https://10.1.2.3:6443
- name: remote-kind
  cluster:
    server: https://cluster.example.com
contexts:
- context:
    cluster: near
    user: me
  name: dev
- context:
    cluster: far
    namespace: shop
    user: me
  name: prod
- name: kind-fake
  context:
    cluster: remote-kind
users:
- name: me
  user:
    token: x
"""


def _told(tmp_path: Path, command: str, current: str = "prod") -> tuple[str, bool]:
    home = tmp_path / "home"
    (home / ".kube").mkdir(parents=True, exist_ok=True)
    (home / ".kube" / "config").write_text(CONFIG.format(current=current))
    (home / "other.yaml").write_text(CONFIG.format(current="dev"))
    work = tmp_path / "work"
    work.mkdir(exist_ok=True)
    world = open_world(cwd=str(work), workspace=str(work), home=str(home), environment={}, complete=True)
    found = effects(command.replace("HOME", str(home)), cwd=str(work), home=str(home), world=world)
    change = next(effect for effect in found if isinstance(effect, ChangeInfrastructure))
    return change.context, change.local


@pytest.mark.parametrize(
    ("command", "current", "expected"),
    [
        ("kubectl delete pod x", "prod", ("prod", False)),
        ("kubectl delete pod x", "dev", ("dev", True)),
        ("kubectl delete pod x --context dev", "prod", ("dev", True)),
        ("kubectl --context=prod delete pod x", "dev", ("prod", False)),
        ("kubectl delete pod x --context minikube", "prod", ("minikube", True)),
        ("kubectl delete pod x --context elsewhere", "dev", ("elsewhere", False)),
        ("kubectl delete pod x --context kind-fake", "dev", ("kind-fake", False)),
        ("kubectl --kubeconfig HOME/other.yaml delete pod x", "prod", ("dev", True)),
        ("KUBECONFIG=HOME/other.yaml kubectl delete pod x", "prod", ("dev", True)),
        ("KUBECONFIG=HOME/none:HOME/other.yaml kubectl delete pod x", "prod", ("dev", True)),
        ('KUBECONFIG="$(cat x)" kubectl delete pod x', "dev", ("", False)),
        ('KUBECONFIG="$UNSET" kubectl delete pod x', "dev", ("dev", True)),
        ("ssh host kubectl delete pod x", "dev", ("", False)),
        ("kubectl -s https://api.example.com delete pod x", "dev", ("https://api.example.com", False)),
        ("helm uninstall x", "dev", ("dev", True)),
        ("helm uninstall x --kube-context prod", "dev", ("prod", False)),
    ],
)
def test_context(tmp_path: Path, command: str, current: str, expected: tuple[str, bool]) -> None:
    """A context is local by its server's address, by its name only where no address is known."""
    assert expected == _told(tmp_path, command, current)


def test_broken_config_is_not_local(tmp_path: Path) -> None:
    """What cannot be read as a kubeconfig is an unknown context, and not local."""
    home = tmp_path / "home"
    (home / ".kube").mkdir(parents=True)
    (home / ".kube" / "config").write_text("\x00: [{\n- -\n current-context: dev\n")
    world = open_world(cwd=str(home), workspace=str(home), home=str(home), environment={}, complete=True)
    found = effects("kubectl delete pod x", cwd=str(home), home=str(home), world=world)
    assert [("", False)] == [(e.context, e.local) for e in found if isinstance(e, ChangeInfrastructure)]
