"""Effects in words, for people. The one place where an effect type has its sentence.

Every effect type has an entry in `WORDS`; a test enumerates them. Nothing is looked up: a sentence says what
the effect holds, and names what is not known as not known.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec

from enactd.effects import model as m
from enactd.effects.words import data, files, history, machine, outside
from enactd.effects.words.phrase import Names, Phrase
from enactd.risk import Risk

WORDS: Final[Mapping[type[m.Effect], Callable[[Any, Names], Phrase]]] = {
    m.ReadPath: files.read, m.WritePath: files.write, m.DeletePath: files.delete, m.MovePath: files.move,
    m.CopyPath: files.copy, m.LinkPath: files.link, m.ChangeMode: files.change_mode, m.WriteDevice: files.write_device,
    m.GitDiscard: history.discard, m.GitPush: history.push, m.GitDeleteRef: history.delete_ref,
    m.GitRewrite: history.rewrite, m.GitCommit: history.commit, m.GitConfigure: history.configure,
    m.ChangeForge: history.forge,
    m.RunSql: data.sql, m.ResetDatabase: data.reset, m.MigrateDatabase: data.migrate, m.ChangeStore: data.store,
    m.ChangeInfrastructure: data.infrastructure, m.ChangeContainers: data.containers,
    m.Request: outside.request, m.SendData: outside.send, m.OpenTunnel: outside.tunnel, m.OpenShell: outside.shell,
    m.RevealSecret: outside.reveal, m.StoreSecret: outside.store, m.SearchSecrets: outside.search,
    m.InstallPackage: outside.install, m.RemovePackage: outside.remove, m.PublishPackage: outside.publish,
    m.SendMessage: outside.message, m.MoveMoney: outside.money, m.ActInBrowser: outside.browse,
    m.RunCode: machine.run, m.Opaque: machine.opaque, m.SetEnvironment: machine.environment,
    m.SignalProcess: machine.signal, m.ChangeService: machine.service, m.ScheduleJob: machine.schedule,
    m.PowerState: machine.power, m.ForkBomb: machine.fork_bomb, m.StartAgent: machine.agent,
    m.UseGate: machine.use_gate, m.TamperGate: machine.tamper, m.AgentTool: machine.agent_tool,
    m.UnknownTool: machine.unknown_tool,
}  # fmt: skip
_STRAIGHT: Final = Names()


def phrase(effect: m.Effect, names: Names = _STRAIGHT) -> Phrase:
    """What the effect does, without where and as whom."""
    return WORDS[type(effect)](effect, names)


def circumstances(effect: m.Effect) -> str:
    """Where, as whom, through which programs, and whether for certain; empty for an ordinary command."""
    source = effect.source.split(None, 1)
    chain = (*effect.chain[:8], source[0][:60]) if effect.chain and source else effect.chain[:8]
    known = (
        f"on {effect.place}" if effect.place else "",
        f"as {effect.user}" if effect.user else "",
        f"through {' -> '.join(dict.fromkeys(chain))}" if chain else "",
        "only if a condition holds that is not known" if effect.conditional else "",
    )
    return f" [{'; '.join(filter(None, known))}]" if any(known) else ""


def told(effect: m.Effect, names: Names = _STRAIGHT) -> str:
    """The whole sentence about one effect."""
    return phrase(effect, names).alone() + circumstances(effect)


def told_of_record(recorded: Mapping[str, Any]) -> str | None:
    """The sentence about an effect as a receipt has it; None for one that was cut or is of another version."""
    given = dict(recorded)
    if str(given.get("level")) in Risk.__members__:
        given["level"] = Risk[str(given["level"])].value
    try:
        return told(msgspec.convert(given, type=m.AnyEffect, strict=False))
    except (msgspec.ValidationError, KeyError):
        return None
