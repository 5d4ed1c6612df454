"""Graph databases: cypher-shell, mgconsole, and Neo4j's administration tool."""

from __future__ import annotations

from typing import Final

from enactd.effects.cypher import changes
from enactd.effects.invocation import Effects, Invocation, Options, Value, program
from enactd.effects.model import ChangeService, ChangeStore, Database, ReadPath, ResetDatabase, RunCode, WritePath
from enactd.effects.sql.connection import locate

_SHELL: Final = Options(
    "-a --address --uri URL", "-u --username U", "-p --password P", "-d --database NAME", "-f --file FILE", "-P --param P",
    "--format F", "--encryption E", "--non-interactive", "--fail-fast", "--fail-at-end", "--sample-rows N", "--wrap B",
    "--access-mode M", "--impersonate U", "--host H", "--port N", "--use-ssl", "--output-format F", "-v --version",
    "-h --help",
)  # fmt: skip
_ADMIN: Final = Options(
    "--from-path D", "--to-path D", "--from-stdin", "--to-stdout", "--overwrite-destination [B]", "--verbose", "--force",
    "--database NAME", "--from F", "--to-path-data D", "--expand-commands", "-h --help", "-V --version", "--nodes F",
    "--relationships F", "--additional-config F",
)  # fmt: skip
_SCHEMES: Final = ("bolt", "neo4j")


@program("cypher-shell", "mgconsole")
def shell(call: Invocation) -> Effects:
    """The statement given, files of -f, else standard input."""
    line = _SHELL.parse(call.args)
    if line.has("--help", "--version"):
        return
    url = line.value("-a")
    database = locate(call, "cypher", host=line.value("--host"), name=line.value("-d"), url=url)
    texts = [*line.operands]
    for word in line.values("-f"):
        yield ReadPath(target=call.target(word), shown=False)
        texts.append(call.text_of(word))
    if not texts and call.stdin is not None:
        texts.append(call.stdin)
    for text in texts:
        yield from statements(call, text, database)


def statements(call: Invocation, text: Value, database: Database) -> Effects:
    """What running this text does; unknown text is code that nobody read."""
    if not text.known and not text.visible.strip():
        yield RunCode(language="cypher", origin="workspace", what=text.shown())
        return
    for change in changes(text.visible):
        yield ChangeStore(
            tool=call.name, verb=change.verb, what=change.what, everything=change.everything, database=database
        )


@program("neo4j-admin")
def admin(call: Invocation) -> Effects:
    """Loads, restores and imports replace a whole database; dumps and checks look."""
    line = _ADMIN.parse(call.args)
    words = [word.text or "?" for word in line.operands]
    if line.has("--help", "--version") or len(words) < 2:
        return
    what = " ".join(words[:3])
    verb = words[1]
    database = Database(dialect="cypher", name=words[2] if len(words) > 2 else "")
    if verb in ("load", "restore", "import", "copy", "migrate") or words[:2] == ["backup", "restore"]:
        yield ResetDatabase(tool=call.name, how="restore", what=what, database=database)
    elif verb in ("delete", "drop", "unbind", "unbind-system-db"):
        yield ResetDatabase(tool=call.name, how="drop", what=what, database=database)
    elif verb in ("dump", "backup"):
        for word in line.values("--to-path"):
            yield WritePath(target=call.target(word), recursive=True)
    elif verb in ("set-initial-password", "set-default-admin"):
        yield ChangeService(tool=call.name, verb=verb)


@program("neo4j", "memgraph")
def server(call: Invocation) -> Effects:
    """The server's own command: console and start serve, stop ends it for everybody."""
    verb = next((word.text for word in call.args if not word.prefix.startswith("-")), "")
    if verb in ("stop", "restart", "uninstall-service"):
        yield ChangeService(tool=call.name, verb=verb)
