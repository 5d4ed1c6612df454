"""Words for what happens to databases, infrastructure and containers."""

from __future__ import annotations

from typing import Final

from enactd.effects import model as m
from enactd.effects.words.phrase import Names, Phrase, cut, joined, listed

_RESETS: Final = {
    "reset": "resets", "fresh": "drops and makes anew", "drop": "drops", "flush": "empties",
    "force-push": "forces a schema on", "rollback": "rolls back", "restore": "overwrites by a restore",
    "truncate": "empties",
}  # fmt: skip
_VERBS: Final = {
    "select": "reads", "insert": "adds rows to", "update": "changes rows of", "delete": "deletes rows of",
    "merge": "merges rows into", "truncate": "empties", "drop": "drops", "alter": "alters", "create": "creates",
    "rename": "renames", "grant": "grants rights on", "revoke": "takes rights on", "call": "calls a routine on",
    "copy-in": "loads data into", "copy-out": "copies data out of", "execute": "executes",
}  # fmt: skip
_INFRASTRUCTURE: Final = {
    "read": "looks at", "plan": "plans", "create": "creates", "change": "changes", "apply": "applies",
    "deploy": "deploys", "restart": "restarts", "scale": "scales", "delete": "deletes", "destroy": "destroys",
    "state": "changes the recorded state", "import": "imports", "secret-read": "shows secrets",
    "secret-write": "changes secrets", "access": "changes who has access", "dns": "changes DNS",
    "run": "runs a command",
}  # fmt: skip
_ROWS: Final = {"none": ", every row of it", "always": ", every row of it: its condition is always true"}


def database(known: m.Database) -> str:
    """Where statements go: stage, dialect, name@host."""
    name = "" if known.name in ("", "?") else known.name
    place = f"{name}@{known.host}" if known.host else name
    stage = f"{known.stage} " if known.stage != "unknown" else ""
    return f"{stage}database {place}".rstrip() if place else f"{stage}database, which one is not known"


def sql(effect: m.RunSql, names: Names) -> Phrase:
    """The statement's verb, what it is done to, which rows, and where."""
    tables = listed([table if table != "?" else "a table known only when it runs" for table in effect.tables])
    does = _VERBS.get(effect.verb, f"runs {effect.verb} in")
    whole = effect.verb not in ("select", "insert", "update", "delete", "merge", "copy-in", "copy-out")
    what = joined(effect.object if whole and (tables or effect.object != "table") else "", tables)
    more = f" ({database(effect.database)})"
    if effect.verb in ("delete", "update"):
        more = _ROWS.get(effect.where, ", the rows that fit" if effect.where == "some" else "") + more
    if effect.drops:
        more = f", which drops {listed(effect.drops)}" + more
    if not what:
        what = f"`{cut(effect.text, 120)}`" if effect.text else "a statement that is not known"
    if effect.verb in ("alter", "rename") and all(effect.renames):
        more = f" from {effect.renames[0]} to {effect.renames[1]}" + more
    if effect.leaves != "screen":
        more = f", into a {effect.leaves}" + more
    return Phrase(does, what, "statements" if not tables else f"{effect.object}s", more)


def reset(effect: m.ResetDatabase, names: Names) -> Phrase:
    """A whole database at once."""
    what = f" ({effect.tool} {cut(effect.what, 120)})" if effect.what else f" ({effect.tool})"
    return Phrase(_RESETS.get(effect.how, effect.how), f"the {database(effect.database)}", more=what)


def migrate(effect: m.MigrateDatabase, names: Names) -> Phrase:
    """Forward only."""
    return Phrase("migrates", f"the {database(effect.database)}", more=f" ({effect.tool}, {effect.how})")


def store(effect: m.ChangeStore, names: Names) -> Phrase:
    """Keys or documents."""
    does = {"read": "reads", "write": "changes", "delete": "deletes", "flush": "empties"}[effect.verb]
    what = (
        f"everything in {effect.what or effect.tool}" if effect.everything else effect.what or f"data in {effect.tool}"
    )
    return Phrase(does, cut(what), more=f" ({effect.tool}, {database(effect.database)})")


def infrastructure(effect: m.ChangeInfrastructure, names: Names) -> Phrase:
    """What, in which context, and whether that is production or a copy on this machine."""
    context = f" in {effect.context}" if effect.context else ""
    many = ", everything that fits" if effect.bulk else ""
    where = ", in production" if effect.production else ", in an emulator on this machine" if effect.local else ""
    does = _INFRASTRUCTURE.get(effect.verb, effect.verb)
    return Phrase(f"{does} ({effect.tool}):", cut(effect.what or "infrastructure"), more=f"{many}{context}{where}")


def containers(effect: m.ChangeContainers, names: Names) -> Phrase:
    """Containers, images, volumes; with what a run can reach."""
    does = {
        "read": "looks at", "build": "builds", "run": "runs", "start": "starts", "stop": "stops", "remove": "removes",
        "prune": "removes all unused", "push": "pushes", "pull": "pulls",
    }.get(effect.verb, effect.verb)  # fmt: skip
    kind = {"system": "containers, images and network", "": "container"}.get(effect.what, effect.what)
    what = (
        f"{'' if effect.verb == 'prune' else 'all '}{kind}s"
        if effect.everything
        else joined(kind, listed(effect.names))
        if effect.names
        else f"{kind}s"
    )
    more = ", with their volumes" if effect.volumes else ""
    more += ", by force" if effect.force else ""
    more += ", with all rights on this machine" if effect.privileged else ""
    if effect.mounts:
        more += f", with access to {listed([names.target(mount) for mount in effect.mounts])}"
    return Phrase(does, what, more=f"{more} ({effect.tool})")
