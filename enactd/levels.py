"""The level of each effect: what it would mean if it happened, before anybody asks whether it may.

SAFE gives nothing away and can be got back; SENSITIVE reveals or lets in; COMMITMENT is noticed by others
or takes effort to take back; IRREVERSIBLE cannot be taken back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

from enactd.effects import model as m
from enactd.effects.subjects import given_back
from enactd.effects.values import SECRET
from enactd.risk import Risk

SAFE, SENSITIVE, COMMITMENT, IRREVERSIBLE = Risk.SAFE, Risk.SENSITIVE, Risk.COMMITMENT, Risk.IRREVERSIBLE

_INSIDE: Final = frozenset({"workspace", "workspace-root", "temp", "agent", "stream"})
_FIXED: Final[dict[type[m.Effect], Risk]] = {
    m.WriteDevice: IRREVERSIBLE, m.GitDeleteRef: COMMITMENT, m.GitCommit: SAFE,
    m.MigrateDatabase: COMMITMENT, m.OpenTunnel: COMMITMENT, m.OpenShell: COMMITMENT, m.RevealSecret: SENSITIVE,
    m.SearchSecrets: SENSITIVE, m.SetEnvironment: SENSITIVE, m.InstallPackage: SENSITIVE, m.RemovePackage: COMMITMENT,
    m.PublishPackage: IRREVERSIBLE, m.SendMessage: IRREVERSIBLE, m.MoveMoney: IRREVERSIBLE, m.ActInBrowser: IRREVERSIBLE,
    m.ChangeService: COMMITMENT, m.ScheduleJob: COMMITMENT, m.PowerState: COMMITMENT, m.ForkBomb: COMMITMENT,
    m.TamperGate: IRREVERSIBLE, m.UseGate: SAFE, m.AgentTool: SAFE, m.LinkPath: SAFE,
}  # fmt: skip


def _read(effect: m.ReadPath) -> Risk:
    if effect.how == "exists":
        return SAFE
    telling = effect.target.secret or "private" in effect.target.nature or "personal" in effect.target.nature
    return SENSITIVE if telling else SAFE


def _write(effect: m.WritePath) -> Risk:
    if effect.target.area in ("gate", "agent-settings", "device"):
        return IRREVERSIBLE
    if SECRET in effect.origins or effect.target.secret:
        return SENSITIVE
    return SAFE if effect.target.area in _INSIDE else COMMITMENT


def _delete(effect: m.DeletePath) -> Risk:
    if effect.only_empty or given_back(effect.target):
        return SAFE
    # What git was told to leave out is mostly made by some tool; nobody knows for sure.
    kept_out = effect.target.git == "ignored" and not effect.target.secret and "database" not in effect.target.nature
    return COMMITMENT if kept_out else IRREVERSIBLE


def _rewrite(effect: m.GitRewrite) -> Risk:
    """An amended commit that nobody else has stays in the reflog."""
    if "amend" not in effect.how or effect.pushed:
        return IRREVERSIBLE
    return SAFE if effect.pushed is False else COMMITMENT


def _move(effect: m.MovePath) -> Risk:
    return SAFE if effect.target.area in _INSIDE and effect.to.area in _INSIDE else COMMITMENT


def _copy(effect: m.CopyPath) -> Risk:
    if effect.target.secret:
        return SENSITIVE
    return SAFE if effect.to.area in _INSIDE else COMMITMENT


def _discard(effect: m.GitDiscard) -> Risk:
    return SAFE if effect.losing == "nothing" else IRREVERSIBLE


def _push(effect: m.GitPush) -> Risk:
    return IRREVERSIBLE if effect.force == "plain" or effect.deletes or effect.mirror else COMMITMENT


def _sql(effect: m.RunSql) -> Risk:
    if effect.database.stage in ("memory", "temp"):
        return SAFE
    if effect.verb in ("drop", "truncate") or effect.drops:
        return IRREVERSIBLE
    if effect.verb in ("delete", "update", "merge"):
        return IRREVERSIBLE if effect.where in ("none", "always") else COMMITMENT
    if effect.verb in ("select", "explain", "set", "transaction", "other", "vacuum"):
        return SENSITIVE if effect.verb == "select" and effect.tables else SAFE
    return COMMITMENT


def _store(effect: m.ChangeStore) -> Risk:
    if effect.verb == "read":
        return SAFE
    return IRREVERSIBLE if effect.verb == "flush" or (effect.verb == "delete" and effect.everything) else COMMITMENT


def _infrastructure(effect: m.ChangeInfrastructure) -> Risk:
    if effect.local and effect.verb not in ("secret-read",):
        return SAFE if effect.verb == "read" else SENSITIVE
    if effect.verb in ("read", "plan"):
        return SENSITIVE if effect.verb == "plan" else SAFE
    if effect.verb in ("delete", "destroy"):
        return IRREVERSIBLE
    return SENSITIVE if effect.verb == "secret-read" else COMMITMENT


def _containers(effect: m.ChangeContainers) -> Risk:
    named = effect.what == "container" and bool(effect.names)
    held = effect.what in ("volume", "system") or effect.everything or (effect.force and not named)
    if effect.verb == "prune" or effect.volumes or (effect.verb == "remove" and held):
        return IRREVERSIBLE
    if effect.verb == "push":
        return IRREVERSIBLE
    return SENSITIVE if effect.privileged or effect.mounts or effect.everything else SAFE


def _request(effect: m.Request) -> Risk:
    if SECRET in effect.carries and not effect.local:
        return IRREVERSIBLE if effect.changes != "nothing" or effect.secret_in_url else COMMITMENT
    if effect.changes == "destroys" and not effect.local:
        return IRREVERSIBLE
    if effect.changes in ("something", "unknown") and not effect.local:
        return COMMITMENT
    return SAFE if effect.local else SENSITIVE


def _send(effect: m.SendData) -> Risk:
    if effect.local:
        return SAFE
    return IRREVERSIBLE if SECRET in effect.carries else COMMITMENT


def _run(effect: m.RunCode) -> Risk:
    return SENSITIVE if effect.origin not in ("workspace", "own") else SAFE


def _forge(effect: m.ChangeForge) -> Risk:
    if effect.verb in ("read", "view", "list"):
        return SAFE
    return IRREVERSIBLE if effect.verb in ("delete", "release", "merge") else COMMITMENT


_RULES: Final[dict[type[m.Effect], Callable[[Any], Risk]]] = {
    m.ReadPath: _read, m.WritePath: _write, m.DeletePath: _delete, m.MovePath: _move, m.CopyPath: _copy,
    m.GitDiscard: _discard, m.GitPush: _push, m.RunSql: _sql, m.ChangeStore: _store,
    m.ChangeInfrastructure: _infrastructure, m.ChangeContainers: _containers, m.Request: _request, m.SendData: _send,
    m.RunCode: _run, m.ChangeForge: _forge,
    m.ChangeMode: lambda e: COMMITMENT if e.target.area not in _INSIDE or e.opens else SAFE,
    m.GitRewrite: _rewrite,
    m.ResetDatabase: lambda e: SAFE if e.database.stage in ("memory", "temp") else IRREVERSIBLE,
    m.GitConfigure: lambda e: SENSITIVE if e.runs else SAFE,
    m.StoreSecret: lambda e: SENSITIVE,
    m.Opaque: lambda e: e.level,
    m.SignalProcess: lambda e: SAFE if e.scope in ("own", "one") else COMMITMENT,
    m.StartAgent: lambda e: COMMITMENT if e.unguarded else SENSITIVE,
    m.UnknownTool: lambda e: SENSITIVE if e.reads else COMMITMENT,
}  # fmt: skip


def level_of(effect: m.Effect) -> Risk:
    """The level of one effect. Anything nobody ranked is a COMMITMENT."""
    kind = type(effect)
    if kind in _FIXED:
        return _FIXED[kind]
    rule = _RULES.get(kind)
    return rule(effect) if rule is not None else COMMITMENT


def level_of_all(effects: Iterable[m.Effect]) -> Risk:
    """The gravest level; SAFE where nothing happens."""
    return max((level_of(effect) for effect in effects), default=SAFE)
