"""What of a call cannot be undone, and what would give it back.

enactd makes no copy of anything before a call runs. What these sentences name are other things that may
have one: git, a build, a backup that somebody made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

from enactd.effects import model as m
from enactd.effects.values import PERSONAL, SECRET
from enactd.levels import level_of
from enactd.risk import Risk

NO_COPY: Final = "enactd keeps no copy of what goes: there is no undo"
_STATES: Final = {
    "clean": "files that git has as they are: `git restore` gives them back, as long as the repository stays",
    "modified": "changed files: git has the last commit of them, the changes since are in no commit and gone for good",
    "untracked": "files that no commit has: only a backup of your own gives them back",
    "none": "files outside any repository: only a backup of your own gives them back",
    "ignored": "files that git leaves out: a build may make them again, else only a backup has them",
    "unknown": "files of which it is not known whether git has them",
}
_DISCARDS: Final = {
    "changes": "changes that are in no commit: git keeps no copy of them",
    "untracked": "untracked files: git never had them",
    "ignored": "ignored files: a build may make them again, git never had them",
    "stash": "a stash: for some weeks `git fsck` finds its commit, then it is gone",
    "commits": "commits: this clone's reflog leads to them for some weeks, other clones only if they have them",
    "worktree": "what a worktree holds that is in no commit: git keeps no copy of it",
}


def lasting(effects: Iterable[m.Effect]) -> tuple[str, ...]:
    """Sentences about what stays done, each once; empty where everything can be taken back."""
    found = [sentence for effect in effects for sentence in (_sentence(effect),) if sentence]
    sentences = tuple(dict.fromkeys(found))
    return (*sentences, NO_COPY) if sentences else ()


def _sentence(effect: m.Effect) -> str:
    if level_of(effect) < Risk.IRREVERSIBLE and not isinstance(effect, _ALWAYS):
        return ""
    words = _WORDS.get(type(effect))
    told = words(effect) if words is not None else "" if level_of(effect) < Risk.IRREVERSIBLE else _ANY
    if not told:
        return ""
    return f"{told} (on {effect.place})" if effect.place else told


def _delete(effect: m.DeletePath) -> str:
    target = effect.target
    if effect.only_empty or target.kind in ("missing", "link"):
        return ""
    if "build-output" in target.nature:
        return "what a build made: the build makes it again"
    if target.path is not None and target.path.rstrip("/").endswith("/.git"):
        return "a repository's own folder: commits, branches and stashes that were pushed nowhere are gone"
    return _STATES.get(target.git, _STATES["unknown"])


def _overwrite(effect: m.WritePath) -> str:
    replaces = effect.how == "overwrite" and effect.target.kind == "file"
    return f"what is overwritten: {_STATES.get(effect.target.git, _STATES['unknown'])}" if replaces else ""


def _push(effect: m.GitPush) -> str:
    if effect.deletes:
        return "a deleted branch or tag of a remote: only clones that have its commits can push it again"
    return "overwritten commits of a remote branch: only clones that have them can push them again"


def _sql(effect: m.RunSql) -> str:
    return f"data of the database: {_backup(effect.database)}"


def _backup(database: m.Database) -> str:
    where = f" of {database.name}" if database.name not in ("", "?") else ""
    return f"only a backup{where} gives it back, and whether there is one is not known here"


def _sent(effect: m.Request | m.SendData) -> str:
    carries = effect.carries
    if SECRET in carries:
        return "a secret that has left: it can only be replaced by a new one"
    if PERSONAL in carries or effect.uploads:
        return "data that has left: nothing calls it back"
    if isinstance(effect, m.Request) and effect.changes == "destroys":
        return "what is destroyed at the other end: only that service may have a copy"
    return ""


def _infrastructure(effect: m.ChangeInfrastructure) -> str:
    return "resources that are destroyed: what was stored in them is gone unless a backup lies somewhere else"


def _containers(effect: m.ChangeContainers) -> str:
    if effect.verb == "push":
        return "an image that was published: whoever pulled it keeps it"
    volumes = effect.volumes or effect.what in ("volume", "system")
    return (
        "data in volumes: only a backup of your own gives it back"
        if volumes
        else "containers and what was written in them"
    )


_ANY: Final = "what this call does cannot be taken back"
_ALWAYS: Final = (m.RevealSecret,)
_WORDS: Final[dict[type[m.Effect], Callable[[Any], str]]] = {
    m.DeletePath: _delete,
    m.WritePath: _overwrite,
    m.GitDiscard: lambda effect: _DISCARDS[effect.what],
    m.GitPush: _push,
    m.GitRewrite: lambda effect: "history that others may have already: their clones keep the old one",
    m.RunSql: _sql,
    m.ResetDatabase: _sql,
    m.ChangeStore: lambda effect: f"data in the store: {_backup(effect.database)}",
    m.ChangeInfrastructure: _infrastructure,
    m.ChangeContainers: _containers,
    m.Request: _sent,
    m.SendData: _sent,
    m.WriteDevice: lambda effect: "everything on a disk or volume: only a backup on another one gives it back",
    m.PublishPackage: lambda effect: "what was published: whoever fetched it keeps it, and a version is used up",
    m.SendMessage: lambda effect: "a message that was sent: nothing calls it back",
    m.MoveMoney: lambda effect: "money that moved: only the other side can send it back",
    m.ActInBrowser: lambda effect: "what the click sets off at the other end",
    m.ChangeForge: lambda effect: "what the forge deletes, merges or publishes",
    m.RevealSecret: lambda effect: "a secret that an agent has read: it can only be replaced by a new one",
}
