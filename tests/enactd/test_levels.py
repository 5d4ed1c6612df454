"""Every effect has a level, and the gravest counts."""

from __future__ import annotations

import inspect
from typing import Any

import pytest
from support.reading import effects

from enactd.effects import model as m
from enactd.effects.values import SECRET
from enactd.levels import level_of, level_of_all
from enactd.risk import Risk

SAFE, SENSITIVE, COMMITMENT, IRREVERSIBLE = Risk
INSIDE = m.Target(word="a", path="/home/u/proj/a", area="workspace", kind="file", git="clean")
DIRTY = m.Target(word="a", path="/home/u/proj/a", area="workspace", kind="file", git="modified")
OUTSIDE = m.Target(word="/srv/a", path="/srv/a", area="elsewhere", kind="file", git="none")
KEY = m.Target(word="k", path="/home/u/.ssh/id_rsa", area="in-home", kind="file", secret="private key")
SECRETS = frozenset({SECRET})


@pytest.mark.parametrize(
    ("effect", "level"),
    [
        (m.ReadPath(target=INSIDE), SAFE),
        (m.ReadPath(target=KEY), SENSITIVE),
        (m.ReadPath(target=KEY, how="exists"), SAFE),
        (m.WritePath(target=INSIDE), SAFE),
        (m.WritePath(target=OUTSIDE), COMMITMENT),
        (m.WritePath(target=INSIDE, origins=SECRETS), SENSITIVE),
        (m.WritePath(target=m.Target(word="s", area="gate")), IRREVERSIBLE),
        (m.DeletePath(target=INSIDE), SAFE),
        (m.DeletePath(target=DIRTY), IRREVERSIBLE),
        (m.DeletePath(target=DIRTY, only_empty=True), SAFE),
        (m.DeletePath(target=m.Target(word="d", area="workspace", nature=("build-output",))), SAFE),
        (m.DeletePath(target=m.Target(word="$X")), IRREVERSIBLE),
        (m.DeletePath(target=m.Target(word="o", path="/w/o", git="ignored")), COMMITMENT),
        (m.DeletePath(target=m.Target(word="d", path="/w/d.db", git="ignored", nature=("database",))), IRREVERSIBLE),
        (m.DeletePath(target=m.Target(word="e", path="/w/.env", git="ignored", secret="dotenv file")), IRREVERSIBLE),
        (m.GitRewrite(how="commit --amend"), COMMITMENT),
        (m.GitRewrite(how="commit --amend", pushed=True), IRREVERSIBLE),
        (m.ChangeStore(tool="redis-cli", verb="delete", everything=True), IRREVERSIBLE),
        (m.ChangeStore(tool="redis-cli", verb="delete"), COMMITMENT),
        (m.ResetDatabase(tool="x", how="drop", database=m.Database(stage="memory")), SAFE),
        (m.ResetDatabase(tool="x", how="drop"), IRREVERSIBLE),
        (m.ChangeContainers(tool="docker", verb="remove", what="image", names=("a",)), SAFE),
        (m.ChangeContainers(tool="docker", verb="remove", what="image", everything=True), IRREVERSIBLE),
        (m.MovePath(target=INSIDE, to=INSIDE), SAFE),
        (m.MovePath(target=INSIDE, to=OUTSIDE), COMMITMENT),
        (m.CopyPath(target=KEY, to=INSIDE), SENSITIVE),
        (m.GitDiscard(what="changes", how="reset --hard", losing="nothing"), SAFE),
        (m.GitDiscard(what="changes", how="reset --hard"), IRREVERSIBLE),
        (m.GitPush(remote="origin", branch="x"), COMMITMENT),
        (m.GitPush(remote="origin", branch="x", force="plain"), IRREVERSIBLE),
        (m.GitPush(remote="origin", branch="x", force="lease"), COMMITMENT),
        (m.GitRewrite(how="amend", pushed=False), SAFE),
        (m.GitRewrite(how="filter-repo"), IRREVERSIBLE),
        (m.RunSql(verb="select", tables=("t",)), SENSITIVE),
        (m.RunSql(verb="drop"), IRREVERSIBLE),
        (m.RunSql(verb="drop", database=m.Database(stage="memory")), SAFE),
        (m.RunSql(verb="delete", where="none"), IRREVERSIBLE),
        (m.RunSql(verb="delete", where="some"), COMMITMENT),
        (m.RunSql(verb="insert"), COMMITMENT),
        (m.ChangeInfrastructure(tool="terraform", verb="read"), SAFE),
        (m.ChangeInfrastructure(tool="terraform", verb="plan"), SENSITIVE),
        (m.ChangeInfrastructure(tool="terraform", verb="apply"), COMMITMENT),
        (m.ChangeInfrastructure(tool="terraform", verb="destroy"), IRREVERSIBLE),
        (m.ChangeInfrastructure(tool="kubectl", verb="delete", local=True), SENSITIVE),
        (m.ChangeContainers(tool="docker", verb="run"), SAFE),
        (m.ChangeContainers(tool="docker", verb="prune"), IRREVERSIBLE),
        (m.ChangeContainers(tool="docker", verb="run", privileged=True), SENSITIVE),
        (m.Request(method="GET", host="a.example"), SENSITIVE),
        (m.Request(method="GET", host="localhost", local=True), SAFE),
        (m.Request(method="POST", host="a.example", changes="something"), COMMITMENT),
        (m.Request(method="DELETE", host="a.example", changes="destroys"), IRREVERSIBLE),
        (m.Request(method="POST", host="a.example", changes="something", carries=SECRETS), IRREVERSIBLE),
        (m.SendData(to="x", by="nc"), COMMITMENT),
        (m.SendData(to="x", by="nc", carries=SECRETS), IRREVERSIBLE),
        (m.SendMessage(by="mail"), IRREVERSIBLE),
        (m.MoveMoney(by="stripe", verb="refund"), IRREVERSIBLE),
        (m.PublishPackage(manager="npm", verb="publish"), IRREVERSIBLE),
        (m.RunCode(language="python", origin="workspace"), SAFE),
        (m.RunCode(language="python", origin="download"), SENSITIVE),
        (m.Opaque(reason="x", level=COMMITMENT), COMMITMENT),
        (m.SignalProcess(scope="one"), SAFE),
        (m.SignalProcess(scope="all"), COMMITMENT),
        (m.UnknownTool(tool="x"), COMMITMENT),
        (m.UnknownTool(tool="x", reads=True), SENSITIVE),
        (m.AgentTool(tool="x"), SAFE),
        (m.TamperGate(how="x"), IRREVERSIBLE),
    ],
    ids=lambda value: str(value)[:90],
)
def test_level(effect: m.Effect, level: Risk) -> None:
    """What it would mean if it happened, before anybody asks whether it may."""
    assert level is level_of(effect)


def test_every_effect_type_is_ranked() -> None:
    """No type of effect falls through to a level that nobody chose."""
    from enactd import levels

    kinds = {c for _, c in inspect.getmembers(m, inspect.isclass) if issubclass(c, m.Effect) and c is not m.Effect}
    assert set() == kinds - set(levels._FIXED) - set(levels._RULES)
    assert set() == set(levels._FIXED) & set(levels._RULES)


def test_what_nobody_ranked_is_a_commitment() -> None:
    """A new type of effect is grave until somebody says otherwise."""

    class New(m.Effect, frozen=True):
        pass

    assert COMMITMENT is level_of(New())


@pytest.mark.parametrize(
    ("command", "level"),
    [
        ("ls", SAFE), ("git commit -m x", SAFE), ("cat .env", SENSITIVE), ("git push origin feature/x", COMMITMENT),
        ("rm -rf ../x; ls", IRREVERSIBLE), ("echo hi; git push -f", IRREVERSIBLE),
    ],
)  # fmt: skip
def test_the_gravest_counts(command: str, level: Risk) -> None:
    """A call is as grave as its gravest part."""
    assert level is level_of_all(effects(command))


def test_nothing_is_safe() -> None:
    """A call that does nothing is SAFE."""
    empty: list[Any] = []
    assert SAFE is level_of_all(empty)
