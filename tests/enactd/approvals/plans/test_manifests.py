"""Manifests: kinds and names, counted; what would have to be guessed is said to be unknown."""

from __future__ import annotations

from pathlib import Path

import pytest

from enactd.approvals.plans.command import Command
from enactd.approvals.plans.manifests import summary
from enactd.world import World

TWO = """
# a comment
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  labels:
    name: not-this
  name: "data"   # its name
  namespace: shop
spec: {}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  template:
    metadata:
      name: inner
---
"""


def told(folder: Path, *words: str) -> list[str]:
    world = World(cwd=str(folder), workspace=str(folder), home="/nonexistent")
    return list(summary(Command("kubectl", ("delete", *words), str(folder)), world))


@pytest.mark.parametrize("words", [("-f", "k.yaml"), ("--filename=k.yaml",), ("-f=k.yaml", "-n", "x")])
def test_a_file(tmp_path: Path, words: tuple[str, ...]) -> None:
    """Each document's own kind and name, what holds data first."""
    (tmp_path / "k.yaml").write_text(TWO)
    expected = [
        "the manifests at hand name 2 objects:",
        "  1 PersistentVolumeClaim: shop/data",
        "  1 Deployment: shop/web",
    ]
    assert expected == told(tmp_path, *words)


def test_a_folder(tmp_path: Path) -> None:
    """All manifests directly in it, JSON too."""
    (tmp_path / "k").mkdir()
    (tmp_path / "k/a.yml").write_text("kind: Service\nmetadata:\n  name: a\n")
    items = '{"kind": "List", "items": [{"kind": "Secret", "metadata": {"name": "s", "namespace": "n"}}]}'
    (tmp_path / "k/b.json").write_text(items)
    (tmp_path / "k/readme.txt").write_text("kind: Nothing\n")
    assert ["  1 Secret: n/s", "  1 Service: a"] == told(tmp_path, "-f", "k")[1:]


@pytest.mark.parametrize("given", ["-", "https://x.example/k.yaml", "missing.yaml", "$FILE", "kustom", "deep"])
def test_what_is_not_at_hand(tmp_path: Path, given: str) -> None:
    """Standard input, the network, a missing file, a kustomization."""
    (tmp_path / "kustom").mkdir()
    (tmp_path / "kustom/kustomization.yaml").write_text("resources: []")
    (tmp_path / "deep").write_text("kind: A\nkind: B\n")
    assert [f"what {given} names is not known here"] == told(tmp_path, "-f", given)


@pytest.mark.parametrize(
    "text", ["kind: List\nitems: []\n", "{{ if .x }}\nkind: A\n{{ end }}", "hello", "{", '{"a": 1}']
)
def test_what_would_be_guessed(tmp_path: Path, text: str) -> None:
    """Lists in YAML, templates, no manifests at all."""
    (tmp_path / "k.yaml").write_text(text)
    assert ["what k.yaml names is not known here"] == told(tmp_path, "-f", "k.yaml")


def test_without_files() -> None:
    """`kubectl delete ns prod` names itself."""
    assert [] == told(Path("/"), "ns", "prod")


def test_recursive_and_generated(tmp_path: Path) -> None:
    """Folders below are not entered; a generated name is a pattern."""
    (tmp_path / "k").mkdir()
    (tmp_path / "k/a.yaml").write_text("kind: Job\nmetadata:\n  generateName: run-\n")
    assert ["  1 Job: run-*"] == told(tmp_path, "-f", "k")[1:]
    assert ["what k names is not known here"] == told(tmp_path, "-R", "-f", "k")
