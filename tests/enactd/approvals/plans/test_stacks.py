"""Stacks of pulumi and cdk as files at hand describe them; a helm release is in its cluster."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from enactd.approvals.plans.command import Command
from enactd.approvals.plans.stacks import cdk, helm, pulumi
from enactd.world import World


def world(folder: Path) -> World:
    return World(cwd=str(folder), workspace=str(folder), home="/nonexistent")


def stack(*urns: str) -> str:
    return json.dumps({"version": 3, "checkpoint": {"latest": {"resources": [{"urn": urn} for urn in urns]}}})


@pytest.mark.parametrize("place", ["dev.json", "shop/dev.json"])
def test_pulumi(tmp_path: Path, place: str) -> None:
    """A stack in files of the project, of older and newer versions."""
    file = tmp_path / ".pulumi/stacks" / place
    file.parent.mkdir(parents=True)
    urns = (
        "urn:pulumi:dev::shop::pulumi:pulumi:Stack::shop-dev",
        "urn:pulumi:dev::shop::my:Site$aws:s3/bucket:Bucket::logs",
    )
    file.write_text(stack(*urns))
    expected = ["the stack dev holds 1 resource:", "  1 aws:s3/bucket:Bucket: logs"]
    assert expected == list(
        pulumi(Command("pulumi", ("destroy", "--stack", "org/shop/dev"), str(tmp_path)), world(tmp_path))
    )
    assert expected == list(pulumi(Command("pulumi", ("destroy",), str(tmp_path)), world(tmp_path)))


@pytest.mark.parametrize("content", [None, "{}", "nonsense", '{"checkpoint": {"latest": {"resources": [1]}}}'])
def test_pulumi_elsewhere(tmp_path: Path, content: str | None) -> None:
    """With a service, or in no form that is known."""
    if content is not None:
        (tmp_path / ".pulumi/stacks").mkdir(parents=True)
        (tmp_path / ".pulumi/stacks/dev.json").write_text(content)
    (line,) = pulumi(Command("pulumi", ("destroy",), str(tmp_path)), world(tmp_path))
    assert "not known" in line
    (line,) = pulumi(Command("pulumi", ("destroy",), None), world(tmp_path))
    assert "known only when it runs" in line


def test_cdk(tmp_path: Path) -> None:
    """The stacks that are named, as last synthesised."""
    (tmp_path / "cdk.out").mkdir()
    resources: dict[str, Any] = {"Table1": {"Type": "AWS::DynamoDB::Table"}, "Fn": {"Type": "AWS::Lambda::Function"}}
    for name in ("Shop", "Other"):
        (tmp_path / f"cdk.out/{name}.template.json").write_text(json.dumps({"Resources": resources}))
    (tmp_path / "cdk.out/manifest.json").write_text("{}")
    assert [
        "Shop, as last synthesised here, 2 resources:", "  1 AWS::DynamoDB::Table: Table1", "  1 AWS::Lambda::Function: Fn",
    ] == list(cdk(Command("cdk", ("destroy", "--profile", "p", "Sh*"), str(tmp_path)), world(tmp_path)))  # fmt: skip
    assert "4 resources" in next(cdk(Command("cdk", ("destroy",), str(tmp_path)), world(tmp_path)))


def test_cdk_elsewhere(tmp_path: Path) -> None:
    """Nothing synthesised here, or broken."""
    assert "not known" in next(cdk(Command("cdk", ("destroy",), str(tmp_path)), world(tmp_path)))
    (tmp_path / "cdk.out").mkdir()
    (tmp_path / "cdk.out/A.template.json").write_text("[")
    assert 2 == len(list(cdk(Command("cdk", ("destroy",), str(tmp_path)), world(tmp_path))))


def test_helm(tmp_path: Path) -> None:
    """Nothing at hand describes a release."""
    assert "not known here" in next(helm(Command("helm", ("uninstall", "x"), str(tmp_path)), world(tmp_path)))
