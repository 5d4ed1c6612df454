"""Effects by themselves, and what one policy must think of each: the ends that no spelling of ours reaches at ease.

Used twice: as tests of the policies, and to find out which changes of a policy nobody would notice.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from enactd.effects import model as m
from enactd.effects.model import Database, Effect, Target
from enactd.policy import Context, Session
from enactd.site import Protected, Site
from enactd.verdict import Decision

ALLOW, ASK, DENY = Decision.ALLOW, Decision.ASK, Decision.DENY
Case = tuple[Effect, Context, Decision]
BRANCHES: Final = ("main", "master", "trunk", "develop", "production", "prod", "release", "stable", "staging")
TABLES: Final = ("users", "customers", "orders", "payments", "audit_log")
TEAM: Final = Site(protected=Protected(tables=("invoices",), branches=("v2",)))


def context(**more: Any) -> Context:
    """An ordinary call of an ordinary session."""
    return Context(**({"workspace": "/w", "home": "/h", "cwd": "/w"} | more))


def target(path: str | None = "/w/x", **facts: Any) -> Target:
    return Target(**({"word": path or "$X", "path": path, "area": "workspace", "kind": "file", "git": "clean"} | facts))


def _each(decision: Decision, *effects: Effect, **more: Any) -> Iterator[Case]:
    for effect in effects:
        yield effect, context(**more), decision


def _force_push() -> Iterator[Case]:
    def lease(branch: str | None) -> Effect:
        return m.GitPush(remote="origin", branch=branch, force="lease")

    yield from _each(ASK, *(lease(branch) for branch in (*BRANCHES, "release/1", None)))
    yield from _each(ASK, m.GitPush(remote="origin", branch=None, mirror=True), lease("v2"), site=TEAM)
    yield from _each(ALLOW, lease("v2"), *(m.GitPush(remote="origin", branch=branch) for branch in BRANCHES))
    yield from _each(ALLOW, m.GitPush(remote="origin", branch=None), m.GitPush(remote="origin", branch="v2"), site=TEAM)


def _tables() -> Iterator[Case]:
    local = Database(stage="local")

    def sql(verb: str, table: str = "users", database: Database = local, **more: Any) -> Effect:
        return m.RunSql(**({"verb": verb, "tables": (table,), "database": database, "where": "some"} | more))

    changes = ("delete", "update", "insert", "merge", "truncate", "drop", "rename", "copy-in", "create-trigger")
    yield from _each(ASK, *(sql("update", table) for table in TABLES), *(sql(verb) for verb in changes))
    yield from _each(ASK, sql("alter", drops=("c",)), sql("alter", renames=("users", "u2")), sql("delete", "?"))
    yield from _each(ASK, sql("update", "invoices"), site=TEAM)
    yield from _each(ASK, sql("update", "i2"), site=TEAM, session=Session(renamed={"i2": "invoices"}))
    yield from _each(
        ALLOW, sql("update", "invoices"), sql("alter"), sql("select"), sql("select", "?"), sql("update", "posts")
    )
    yield from _each(ALLOW, *(sql("drop", database=Database(stage=stage)) for stage in ("memory", "temp")))
    yield from _each(ALLOW, *(sql("drop", "?", Database(stage=stage)) for stage in ("memory", "temp")))
    live = Database(stage="production", host="db")
    yield from _each(
        ASK, sql("update", "posts", live), sql("alter", "posts", live), sql("alter", "posts", live, drops=("c",))
    )
    yield from _each(ALLOW, sql("select", "posts", live), sql("explain", "users", live), sql("grant", "posts", live))
    yield from _each(ASK, sql("insert", "posts", place="ssh db1"), sql("update", "posts", place="kubectl api-0"))
    yield from _each(ALLOW, sql("select", "posts", place="ssh db1"), sql("update", "posts", place="docker db"))
    yield from _documents()


def _documents() -> Iterator[Case]:
    def change(verb: Any, what: str = "shop.users", stage: Any = "local") -> Effect:
        return m.ChangeStore(tool="x", verb=verb, what=what, database=Database(stage=stage))

    yield from _each(ASK, change("write"), change("delete"), change("delete", "prisma.user"), change("write", "orders"))
    yield from _each(ALLOW, change("read"), change("write", "posts"), change("write", "invoices"))
    yield from _each(ASK, change("write", "invoices"), change("write", "invoice"), site=TEAM)
    yield from _each(ALLOW, change("write", stage="memory"), change("delete", stage="temp"))


def _destructive_sql() -> Iterator[Case]:
    def sql(verb: str, object: str = "table", stage: Any = "local", **more: Any) -> Effect:
        return m.RunSql(verb=verb, object=object, tables=("t",), database=Database(stage=stage), **more)

    yield from _each(
        ASK, *(sql("alter", kind) for kind in ("user", "role", "group", "login", "system", "default privileges"))
    )
    yield from _each(ASK, sql("grant"), sql("revoke"), sql("other", "server"), sql("other", "session"))
    yield from _each(
        ASK, *(sql(verb, where=where) for verb in ("delete", "update") for where in ("none", "always", ""))
    )
    yield from _each(ALLOW, sql("other"), sql("select", "server"), sql("alter", "table"), sql("create", "role"))
    yield from _each(ALLOW, *(sql("delete", where="some", stage=stage) for stage in ("local", "production")))
    yield from _each(ALLOW, *(sql("drop", stage=stage) for stage in ("memory", "temp")), sql("insert", where="none"))


def _reset() -> Iterator[Case]:
    yield from _each(
        ALLOW, *(m.ResetDatabase(tool="x", how="drop", database=Database(stage=s)) for s in ("memory", "temp"))
    )  # type: ignore[arg-type]
    yield from _each(
        ASK,
        *(
            m.ResetDatabase(tool="x", how="drop", database=Database(stage=s))
            for s in ("local", "test", "production", "unknown")
        ),
    )  # type: ignore[arg-type]


def _infrastructure(verbs: tuple[str, ...], decision: Decision) -> Iterator[Case]:
    yield from _each(decision, *(m.ChangeInfrastructure(tool="t", verb=verb) for verb in verbs))


def _destroy() -> Iterator[Case]:
    yield from _infrastructure(("delete", "destroy", "state", "import"), ASK)
    yield from _infrastructure(("read", "plan", "apply", "create"), ALLOW)
    yield from _each(
        ALLOW, *(m.ChangeInfrastructure(tool="t", verb=v, local=True) for v in ("delete", "destroy", "state", "import"))
    )


def _access() -> Iterator[Case]:
    yield from _infrastructure(("access", "dns", "secret-read", "secret-write"), ASK)
    yield from _infrastructure(("read", "delete"), ALLOW)


def _production() -> Iterator[Case]:
    yield from _each(
        ALLOW,
        *(m.ChangeInfrastructure(tool="t", verb=verb, production=True) for verb in ("read", "plan", "list", "view")),
    )
    yield from _each(
        ASK, *(m.ChangeInfrastructure(tool="t", verb=verb, production=True) for verb in ("apply", "delete"))
    )
    yield from _each(ALLOW, m.ChangeInfrastructure(tool="t", verb="apply"))


def _catastrophic() -> Iterator[Case]:
    areas = ("root", "home", "system-root", "temp-root")
    yield from _each(DENY, *(m.DeletePath(target=target("/x", area=area)) for area in areas))
    yield from _each(DENY, *(m.MovePath(target=target("/x", area=area), to=target()) for area in areas))
    yield from _each(ALLOW, *(m.DeletePath(target=target("/x", area=area), only_empty=True) for area in areas))
    yield from _each(
        ALLOW, *(m.DeletePath(target=target("/x", area=area)) for area in ("in-home", "system", "elsewhere"))
    )
    for area in ("home", "system-root", "temp-root"):
        some = target("/x", area=area, pattern="*.txt")
        yield from _each(ALLOW, m.DeletePath(target=some), m.MovePath(target=some, to=target()))
        yield from _each(DENY, m.DeletePath(target=some, bulk=True), m.DeletePath(target=some, recursive=True))
        yield from _each(DENY, m.DeletePath(target=target("/x", area=area, pattern="**")))
    yield from _each(ALLOW, m.MovePath(target=target("/x", area="home", pattern="*"), to=target()))
    yield from _each(ALLOW, m.DeletePath(target=target("/w", pattern="*.txt"), recursive=True))
    yield from _each(DENY, m.DeletePath(target=target("/", area="root", pattern="*.txt")))
    unknown: dict[str, Any] = {"area": "unknown", "worst": "/"}
    yield from _each(DENY, m.DeletePath(target=target(None, **unknown, worst_area="home")))
    yield from _each(DENY, m.DeletePath(target=target(None, **unknown, worst_area="root", everything_in=True)))
    yield from _each(ALLOW, m.DeletePath(target=target(None, **unknown, worst_area="root")))
    yield from _each(ALLOW, m.DeletePath(target=target(None, **unknown, worst_area="workspace", everything_in=True)))
    yield from _each(ALLOW, m.MovePath(target=target(None, **unknown, worst_area="home"), to=target()))
    yield from _each(ALLOW, m.DeletePath(target=target("/w/x", worst="/h", worst_area="home")))
    yield from _each(ASK, m.DeletePath(target=target("/", area="root"), place="ssh host"))


def _discard() -> Iterator[Case]:
    def lost(what: Any, how: str = "x", losing: Any = "unknown") -> Effect:
        return m.GitDiscard(what=what, how=how, losing=losing)

    kinds = ("changes", "untracked", "ignored", "stash", "commits", "worktree")
    yield from _each(ASK, *(lost(kind) for kind in kinds), *(lost(kind, losing="something") for kind in kinds))
    yield from _each(ALLOW, *(lost(kind, losing="nothing") for kind in ("changes", "untracked", "ignored")))
    yield from _each(ASK, *(lost(kind, losing="nothing") for kind in ("stash", "commits", "worktree")))
    yield from _each(ASK, lost("changes", "reset --hard", "nothing"), lost("changes", "checkout --force", "nothing"))


def _request() -> Iterator[Case]:
    def sent(method: str = "POST", **more: Any) -> Effect:
        return m.Request(**({"method": method, "host": "x.example", "url": "https://x.example/"} | more))

    yield from _each(ASK, sent(changes="unknown"), sent(changes="something"), sent("DELETE", changes="destroys"))
    yield from _each(ALLOW, *(sent(method, changes="unknown") for method in ("GET", "HEAD", "OPTIONS", "get")))
    yield from _each(
        ASK, sent("GET", uploads=(target(),)), sent("GET", insecure=True), sent("GET", lookalike="punycode")
    )
    yield from _each(ASK, sent("GET", metadata=True), sent("GET", metadata=True, local=True))
    yield from _each(ALLOW, sent(changes="destroys", local=True), sent(local=True, uploads=(target(),)), sent())


def _egress() -> Iterator[Case]:
    def sent(**more: Any) -> Effect:
        return m.Request(**({"method": "POST", "host": "x.example"} | more))

    secret, hidden = frozenset({"secret"}), target(secret="private key")
    yield from _each(DENY, sent(carries=secret), sent(carries=frozenset({"environment"})), sent(uploads=(hidden,)))
    yield from _each(
        DENY, m.SendData(to=None, by="nc", carries=secret), m.SendData(to="h", by="scp", uploads=(hidden,))
    )
    yield from _each(
        DENY, m.SendMessage(by="mail", carries=secret), m.SendMessage(by="mail", carries=frozenset({"environment"}))
    )
    yield from _each(ALLOW, m.SendMessage(by="mail"), m.SendMessage(by="mail", carries=frozenset({"personal"})))
    yield from _each(
        ASK, sent(secret_in_url=True), m.SendData(to="h", by="nc"), m.SendData(to="h", by="scp", uploads=(target(),))
    )
    yield from _each(ASK, sent(carries=frozenset({"personal"})), sent(carries=frozenset({"file"})))
    yield from _each(ASK, sent(carries=frozenset({"file"}), host=None), sent(carries=frozenset({"file"}), method="GET"))
    yield from _each(ALLOW, sent(carries=frozenset({"file"}), host=None, method="GET"))
    yield from _each(ALLOW, sent(carries=frozenset({"file"}), uploads=(target(),)), sent(uploads=(target(),)), sent())
    here: dict[str, Any] = {"local": True}
    yield from _each(
        ALLOW, sent(carries=secret, **here), sent(uploads=(hidden,), **here), sent(secret_in_url=True, **here)
    )
    yield from _each(ALLOW, sent(carries=frozenset({"personal", "file"}), **here), m.SendData(to="h", by="nc", **here))
    yield from _each(ASK, sent(carries=secret, place="ssh host"))


def _store() -> Iterator[Case]:
    def stored(where: str, held: Target | None = None) -> Effect:
        return m.StoreSecret(kinds=("key",), where=where, target=held)

    yield from _each(ASK, stored("commit"), stored("service"), stored("file"), stored("file", target()))
    temp = target("/tmp/x", area="temp")
    yield from _each(ASK, stored("commit", temp), stored("service", temp))
    yield from _each(ALLOW, stored("file", temp))


def _freeze() -> Iterator[Case]:
    on = {"frozen": "release week"}
    quiet: tuple[Effect, ...] = (
        m.ReadPath(target=target()), m.SearchSecrets(pattern="x", by="grep"), m.RevealSecret(what="x", by="env"),
        m.AgentTool(tool="TodoWrite"), m.UseGate(verb="check", harmless=True), m.RunCode(language="python", origin="workspace"),
        m.Opaque(reason="x"), m.UnknownTool(tool="x", reads=True), m.StoreSecret(kinds=("k",), where="file"),
        m.TamperGate(how="x"), m.SetEnvironment(name="PAGER", value="x"),
    )  # fmt: skip
    yield from _each(ALLOW, *quiet, **on)
    yield from _each(
        ALLOW, *(m.WritePath(target=target("/x", area=area)) for area in ("temp", "stream", "agent")), **on
    )
    yield from _each(DENY, *(m.WritePath(target=target("/x", area=area)) for area in ("workspace", "elsewhere")), **on)
    yield from _each(ALLOW, m.WritePath(target=target()))
    verbs = ("read", "plan", "list", "view", "status", "")
    yield from _each(ALLOW, *(m.ChangeInfrastructure(tool="t", verb=verb) for verb in verbs), **on)
    yield from _each(ALLOW, *(m.RunSql(verb=verb) for verb in ("select", "explain")), **on)
    yield from _each(DENY, m.RunSql(verb="update"), m.ChangeInfrastructure(tool="t", verb="apply"), **on)
    yield from _each(ALLOW, m.Request(method="GET", host="h", changes="nothing"), **on)
    yield from _each(
        DENY, *(m.Request(method="POST", host="h", changes=c) for c in ("something", "destroys", "unknown")), **on
    )  # type: ignore[arg-type]
    yield from _each(DENY, m.GitCommit(message="x"), m.SendMessage(by="mail"), m.PowerState(verb="halt"), **on)


def _unread() -> Iterator[Case]:
    def run(origin: str, held: Target | None = None) -> Effect:
        return m.RunCode(language="sh", origin=origin, target=held)

    origins = ("download", "decoded", "generated", "outside", "unknown", "stdin", "argument")
    yield from _each(ASK, *(run(origin) for origin in origins))
    yield from _each(ALLOW, run("workspace"), run("own", target()), run("system"), run("workspace", target(None)))
    yield from _each(ASK, run("workspace", target("/w/i.sh")), session=Session(downloads=frozenset({"/w/i.sh"})))
    yield from _each(ALLOW, run("workspace", target("/w/i.sh")), session=Session(downloads=frozenset({"/w/j.sh"})))
    tool, mine = target("/bin/rm", area="system"), target("/w/rm")
    for put in (m.CopyPath, m.MovePath, m.LinkPath):
        yield from _each(ASK, run("workspace", mine), effects=(put(target=tool, to=mine),))
        yield from _each(ALLOW, run("workspace", target("/w/x")), effects=(put(target=tool, to=mine),))
        yield from _each(ALLOW, run("workspace", mine), effects=(put(target=target("/w/a"), to=mine),))
    yield from _each(ALLOW, run("workspace", mine), effects=(m.WritePath(target=mine),))
    yield from _each(ALLOW, run("workspace"), effects=(m.CopyPath(target=tool, to=mine),))
    named = target("/w/real", named="/w/rm")
    yield from _each(ASK, run("workspace", named), effects=(m.LinkPath(target=tool, to=target("/w/rm")),))


def _tamper() -> Iterator[Case]:
    gate = target("/g/state/keys/hmac.key", area="gate")
    yield from _each(DENY, m.TamperGate(how="x"), m.UseGate(verb="stop"), m.ReadPath(target=gate))
    yield from _each(ALLOW, m.UseGate(verb="status", harmless=True), m.ReadPath(target=gate, how="exists"))
    yield from _each(DENY, m.ReadPath(target=target("/g/state/keys", area="gate"), how="list"))
    yield from _each(
        ALLOW, m.ReadPath(target=target("/g/config.toml", area="gate")), m.ReadPath(target=target("/x/keys/a"))
    )
    yield from _each(ALLOW, m.ReadPath(target=target(None, area="gate"), recursive=True))
    for above in ("/g/state", "/g/state/enactd"):
        held = target(above, area="gate", kind="folder")
        yield from _each(DENY, m.ReadPath(target=held, recursive=True))
        yield from _each(ALLOW, m.ReadPath(target=held), m.ReadPath(target=held, how="list", recursive=True))
    yield from _each(ALLOW, m.ReadPath(target=target("/g/log", area="gate"), recursive=True))
    words = (
        "autoApprove",
        "auto_approve",
        "yolo",
        "bypassPermissions",
        "dangerouslySkip",
        "disableAllHooks",
        "alwaysAllow",
    )
    editor = target("/w/.vscode/settings.json", nature=("editor-settings",))
    yield from _each(DENY, *(m.WritePath(target=editor, content=f'{{"{word}": true}}') for word in words))
    yield from _each(
        ALLOW, m.WritePath(target=editor, content="{}"), m.WritePath(target=editor), m.DeletePath(target=editor)
    )
    yield from _each(ALLOW, m.WritePath(target=target(), content="yolo"), m.ChangeMode(target=editor, mode="yolo"))
    for area in ("gate", "agent-settings"):
        there = target("/g/x", area=area)
        yield from _each(
            DENY, m.WritePath(target=there), m.DeletePath(target=there), m.MovePath(target=there, to=target())
        )
        yield from _each(DENY, m.MovePath(target=target(), to=there), m.LinkPath(target=target(), to=there))
        yield from _each(
            DENY, m.CopyPath(target=target(), to=there), m.CopyPath(target=target("/g/y", area=area), to=there)
        )
        yield from _each(ALLOW, m.WritePath(target=there, place="ssh host"))
    yield from _each(ALLOW, m.CopyPath(target=target("/a", area="agent-settings"), to=target()))
    yield from _each(DENY, m.CopyPath(target=target("/a", area="gate"), to=target()))


def _protected_push() -> Iterator[Case]:
    def push(branch: str | None = "feature/x", remote: str | None = "origin", **more: Any) -> Effect:
        return m.GitPush(remote=remote, branch=branch, **more)

    yield from _each(ASK, *(push(branch) for branch in (*BRANCHES, "release/1", "releases/1", "hotfix/1")))
    yield from _each(ASK, push(deletes=True), push(tags=True), push("main", deletes=True))
    deploys = "heroku dokku production prod deploy live staging azure gigalixir scalingo clever".split()
    yield from _each(ASK, *(push(remote=remote) for remote in (*deploys, "Heroku")))
    hosts = ("git.heroku.com/x", "dokku@h:x", "git@ssh.scalingo.example:x", "x.scm.azurewebsites.net/x")
    yield from _each(ASK, *(push(url=host) for host in hosts), *(push(remote=None, url=host) for host in hosts))
    yield from _each(ASK, push("v2"), site=TEAM)
    yield from _each(
        ALLOW, push(), push(None), push(remote=None), push("v2"), push(url="github.com/o/r"), push("mainly")
    )


def _failed_copy() -> Iterator[Case]:
    def gone(path: str | None = "/w/x", only_empty: bool = False, **facts: Any) -> Effect:
        return m.DeletePath(
            target=target(path, **({"git": "ignored", "kind": "folder"} | facts)), only_empty=only_empty
        )

    tried = {"session": Session(failed=frozenset({"copied /w/x", "leased origin/x"}))}
    yield from _each(ASK, gone(), gone("/w"), **tried)
    yield from _each(ALLOW, gone("/w/xy"), gone("/w/x/y"), gone(git="clean"), gone(kind="missing"), **tried)
    yield from _each(ALLOW, gone(only_empty=True), gone(None), gone("/w/leased origin/x"), **tried)
    yield from _each(ALLOW, gone())


def _only_copy() -> Iterator[Case]:
    def gone(path: str | None = "/tmp/x", only_empty: bool = False, **facts: Any) -> Effect:
        held = {"area": "temp", "git": "none", "kind": "folder"} | facts
        return m.DeletePath(target=target(path, **held), only_empty=only_empty)

    moved = {"session": Session(deeds=frozenset({"moved-to /tmp/x/a", "copied /w/a"}))}
    yield from _each(ASK, gone(), gone("/tmp/x/a"), **moved)
    yield from _each(ALLOW, gone("/tmp/xy"), gone(only_empty=True), gone(kind="missing"), gone(None), **moved)
    back = {"session": Session(deeds=frozenset({"moved-to /tmp/x/a", "copied /tmp/x/a"}))}
    yield from _each(ALLOW, gone(), **back)
    yield from _each(ALLOW, gone())


def _escalation() -> Iterator[Case]:
    plain, lease = (m.GitPush(remote="origin", branch="x", force=force) for force in ("plain", "lease"))  # type: ignore[arg-type]
    other = m.GitPush(remote="origin", branch="y", force="lease")
    refused = {"session": Session(failed=frozenset({"leased origin/x", "leased "}))}
    yield from _each(ASK, plain, **refused)
    yield from _each(ALLOW, lease, m.GitPush(remote="origin", branch="x"), **refused)
    yield from _each(ALLOW, m.GitPush(remote="origin", branch=None, force="plain"), **refused)
    yield from _each(ALLOW, m.GitPush(remote="origin", branch="y", force="plain"), **refused)
    gone = m.DeletePath(target=target())
    yield from _each(ASK, plain, effects=(gone, lease, plain))
    yield from _each(ALLOW, plain, effects=(gone, other, plain))
    yield from _each(ALLOW, plain, effects=(plain,))
    yield from _each(ASK, gone, session=Session(failed=frozenset({"deleted /w/x twice"})))
    yield from _each(ALLOW, gone, session=Session(failed=frozenset({"deleted /w/x", "deleted /w/y twice"})))
    yield from _each(ALLOW, m.DeletePath(target=target(None)), session=Session(failed=frozenset({"deleted  twice"})))


CASES: Final[dict[str, list[Case]]] = {
    "git.force-push": [*_force_push()],
    "database.protected-tables": [*_tables()],
    "database.destructive-sql": [*_destructive_sql()],
    "database.framework-reset": [*_reset()],
    "cloud.destroy": [*_destroy()],
    "cloud.access": [*_access()],
    "cloud.production": [*_production()],
    "files.catastrophic-delete": [*_catastrophic()],
    "git.discard": [*_discard()],
    "network.request": [*_request()],
    "network.secret-egress": [*_egress()],
    "secrets.store": [*_store()],
    "self.freeze": [*_freeze()],
    "shell.run-unread": [*_unread()],
    "self.tamper": [*_tamper()],
    "git.protected-push": [*_protected_push()],
    "sequences.failed-copy": [*_failed_copy()],
    "sequences.only-copy": [*_only_copy()],
    "sequences.escalation": [*_escalation()],
}
