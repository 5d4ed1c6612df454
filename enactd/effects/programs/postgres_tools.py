"""PostgreSQL's own tools beside psql: create, drop, dump, restore, and the server's data folder."""

from __future__ import annotations

from typing import Final

from enactd.effects.invocation import Effects, Invocation, Options, Output, Value, program, unknown
from enactd.effects.model import (
    ChangeService,
    MigrateDatabase,
    Opaque,
    ReadPath,
    ResetDatabase,
    RunSql,
    WritePath,
)
from enactd.effects.programs.psql import postgres_database
from enactd.effects.sql.client import leaves
from enactd.effects.sql.connection import is_url, locate
from enactd.risk import Risk

_CONNECTION: Final = (
    "-h --host HOST",
    "-p --port PORT",
    "-U --username USER",
    "-w --no-password",
    "-W --password",
    "--maintenance-db DB",
    "-e --echo",
    "-V --version",
    "-? --help",
)
DROPDB: Final = Options("-f --force", "-i --interactive", "--if-exists", *_CONNECTION)
CREATEDB: Final = Options(
    "-D --tablespace T", "-E --encoding E", "-l --locale L", "-O --owner O", "-S --strategy S", "-T --template T",
    "--lc-collate L", "--lc-ctype L", "--icu-locale L", "--locale-provider P", *_CONNECTION,
)  # fmt: skip
USERS: Final = Options(
    "-s --superuser", "-S --no-superuser", "-d --createdb", "-D --no-createdb", "-r --createrole", "-R --no-createrole",
    "-P --pwprompt", "-i --interactive", "--if-exists", "-l --login", "-L --no-login", "-c --connection-limit N",
    "-g --member-of ROLE", "--role ROLE", "--replication", "--no-replication", *_CONNECTION,
)  # fmt: skip
DUMP: Final = Options(
    "-a --data-only", "-b --large-objects --blobs", "-B --no-large-objects --no-blobs", "-c --clean", "-C --create",
    "-d --dbname DB", "-e --extension P", "-E --encoding E", "-f --file FILE", "-F --format F", "-h --host HOST",
    "-j --jobs N", "-n --schema P", "-N --exclude-schema P", "-O --no-owner", "-p --port PORT", "-R --no-reconnect",
    "-s --schema-only", "-S --superuser USER", "-t --table P", "-T --exclude-table P", "-U --username USER",
    "-v --verbose", "-V --version", "-w --no-password", "-W --password", "-x --no-privileges", "-Z --compress N",
    "-g --globals-only", "-r --roles-only", "-l --database DB", "--if-exists", "--inserts", "--column-inserts",
    "--no-comments", "--no-publications", "--exclude-table-data P", "--exclude-database P", "--section S",
    "--snapshot S", "--role R", "--lock-wait-timeout T", "--rows-per-insert N", "--quote-all-identifiers",
    "--on-conflict-do-nothing", "--no-sync", "--serializable-deferrable", "--filter FILE", "--help", "-1", "-2",
)  # fmt: skip
RESTORE: Final = Options(
    "-a --data-only", "-c --clean", "-C --create", "-d --dbname DB", "-e --exit-on-error", "-f --file FILE",
    "-F --format F", "-h --host HOST", "-I --index I", "-j --jobs N", "-l --list", "-L --use-list FILE",
    "-n --schema S", "-N --exclude-schema S", "-O --no-owner", "-p --port PORT", "-P --function F", "-R",
    "-s --schema-only", "-S --superuser U", "-t --table T", "-T --trigger T", "-U --username USER", "-v --verbose",
    "-V --version", "-w --no-password", "-W --password", "-x --no-privileges", "-1 --single-transaction",
    "--if-exists", "--disable-triggers", "--no-data-for-failed-tables", "--section S", "--role R", "--help",
    "--strict-names", "--no-tablespaces", "--no-comments", "--filter FILE",
)  # fmt: skip


@program("dropdb")
def dropdb(call: Invocation) -> Effects:
    """A whole database goes away."""
    line = DROPDB.parse(call.args)
    if line.has("--help", "--version"):
        return
    word = line.operands[0] if line.operands else unknown("database to drop")
    host = line.value("-h") or call.variable("PGHOST")
    database = locate(call, "postgres", host=host, name=word, url=word if is_url(word) else None)
    yield ResetDatabase(tool="dropdb", how="drop", what=word.shown(), database=database)


@program("createdb")
def createdb(call: Invocation) -> Effects:
    """A new database; an existing one is left alone."""
    line = CREATEDB.parse(call.args)
    if not line.has("--help", "--version"):
        name = line.operands[0].shown() if line.operands else ""
        yield RunSql(
            verb="create",
            object="database",
            tables=(name,) if name else (),
            database=postgres_database(call, line, "--dbname"),
        )


@program("dropuser", "createuser")
def users(call: Invocation) -> Effects:
    """A role goes or comes; a superuser is a grant of everything."""
    line = USERS.parse(call.args)
    if line.has("--help", "--version"):
        return
    name = (line.operands[0].shown() if line.operands else "?",)
    database = locate(call, "postgres", host=line.value("-h") or call.variable("PGHOST"))
    if call.name == "dropuser":
        yield RunSql(verb="drop", object="role", tables=name, database=database)
        return
    yield RunSql(verb="create", object="role", tables=name, database=database)
    if line.has("-s", "-r"):
        yield RunSql(verb="grant", object="role", tables=name, database=database)


@program("pg_dump", "pg_dumpall")
def dump(call: Invocation) -> Effects:
    """Reads everything; the rows go to a file or the output."""
    line = DUMP.parse(call.args)
    if line.has("--help", "--version"):
        return
    database = postgres_database(call, line)
    for word in line.values("-f"):
        yield WritePath(target=call.target(word))
    only_schema = line.has("-s", "-g", "-r")
    yield RunSql(
        verb="explain" if only_schema else "copy-out",
        object="schema" if only_schema else "database",
        tables=tuple(word.shown().lower() for word in line.values("-t")),
        columns=() if only_schema else ("*",),
        database=database,
        leaves="file" if line.has("-f") else leaves(call),
    )
    yield Output(unknown("dump of a database", *(() if only_schema else ("personal",))))


@program("pg_restore")
def restore(call: Invocation) -> Effects:
    """Into a database with -d; without it only text is made."""
    line = RESTORE.parse(call.args)
    if line.has("--help", "--version"):
        return
    for word in line.operands:
        yield ReadPath(target=call.target(word), shown=False)
    for word in line.values("-f"):
        if word.text != "-":
            yield WritePath(target=call.target(word))
    if line.has("-d") and not line.has("-l"):
        database = postgres_database(call, line, operand=99)
        how = "reset" if line.has("-c") else "restore"
        yield ResetDatabase(tool="pg_restore", how=how, what=database.name, database=database)


CTL: Final = Options(
    "-D --pgdata DIR", "-l --log FILE", "-m --mode MODE", "-o --options O", "-p PATH", "-s --silent", "-t --timeout S",
    "-w --wait", "-W --no-wait", "-c --core-files", "-N NAME", "-U USER", "-P PASSWORD", "-S START", "-e SOURCE",
    "-V --version", "-? --help",
)  # fmt: skip


@program("pg_ctl", "pg_ctlcluster", "pg_createcluster", "pg_dropcluster")
def control(call: Invocation) -> Effects:
    """Starts and stops a server; pg_dropcluster deletes one with its data."""
    line = CTL.parse(call.args)
    words = [word.shown() for word in line.operands]
    if line.has("--help", "--version"):
        return
    if call.name == "pg_dropcluster":
        yield ResetDatabase(tool=call.name, how="drop", what=" ".join(words), database=locate(call, "postgres"))
    elif "kill" in words or "stop" in words or "restart" in words or "unregister" in words:
        yield ChangeService(tool=call.name, verb=words[-1] if words else "", what="postgresql")
    elif "init" in words or "initdb" in words:
        yield from _new_cluster(call, line.value("-D"))


@program("initdb")
def initdb(call: Invocation) -> Effects:
    """A new data folder; refuses one that is not empty."""
    line = Options("-D --pgdata DIR", "-A --auth M", "-E --encoding E", "-U --username U", "-X --waldir D",
                   "--pwfile FILE", "--locale L", "-W --pwprompt", "-k --data-checksums", "-N --no-sync",
                   "-V --version",
                   "-? --help", "-c --set S", "-T --text-search-config C").parse(call.args)  # fmt: skip
    if not line.has("--help", "--version"):
        yield from _new_cluster(call, line.value("-D") or (line.operands[0] if line.operands else None))


def _new_cluster(call: Invocation, folder: Value | None) -> Effects:
    folder = folder or call.variable("PGDATA")
    if folder is not None:
        yield WritePath(target=call.target(folder), how="create", recursive=True)


@program("pg_resetwal", "pg_resetxlog", "pg_rewind", "pg_upgrade", "pg_archivecleanup")
def surgery(call: Invocation) -> Effects:
    """Changes a data folder in ways that lose transactions or files."""
    texts = call.texts()
    if any(text in {"-n", "--dry-run", "--help", "-?", "--version", "-V", "-c", "--check"} for text in texts):
        return
    what = " ".join(word.shown() for word in call.args)
    yield ResetDatabase(tool=call.name, how="reset", what=what, database=locate(call, "postgres"))


@program("pgbench")
def pgbench(call: Invocation) -> Effects:
    """-i drops and makes its own tables; a plain run changes them."""
    line = Options("-i --initialize", "-I --init-steps S", "-s --scale N", "-c --client N", "-j --jobs N",
    "-T --time S",
                   "-t --transactions N", "-f --file FILE", "-n --no-vacuum", "-b --builtin S", "-S --select-only",
                   "-N --skip-some-updates", "-h --host HOST", "-p --port PORT", "-U --username USER",
                   "-P --progress S",
                   "-M --protocol P", "-D --define V", "-r --report-per-command", "-l --log", "-C --connect",
                   "-F --fillfactor N", "-q --quiet", "-d --dbname DB", "-V --version",
                   "-? --help").parse(call.args)  # fmt: skip
    if line.has("--help", "--version"):
        return
    database = postgres_database(call, line)
    if line.has("-i"):
        yield RunSql(
            verb="drop",
            tables=("pgbench_accounts", "pgbench_branches", "pgbench_history", "pgbench_tellers"),
            database=database,
        )
    for word in line.values("-f"):
        yield ReadPath(target=call.target(word), shown=False)
    yield RunSql(
        verb="select" if line.has("-S") else "update", tables=("pgbench_accounts",), where="some", database=database
    )


@program("pgloader")
def pgloader(call: Invocation) -> Effects:
    """Loads into the last database named; its command files may drop tables first."""
    line = Options("--dry-run", "--help", "--version", "-v --verbose", "-d --debug", "--type T", "--with O", "--set S",
                   "--cast C", "--before FILE", "--after FILE", "--field F", "--encoding E", "-q --quiet",
                   "-l --load-lisp-file FILE", "--on-error-stop").parse(call.args)  # fmt: skip
    if line.has("--help", "--version", "--dry-run") or not line.operands:
        return
    target = line.operands[-1]
    drops = any("drop" in word.visible for word in line.values("--with"))
    if not is_url(target):
        yield ReadPath(target=call.target(target), shown=False)
        yield Opaque(reason="pgloader command file", level=Risk.COMMITMENT)
        return
    database = locate(call, "postgres", url=target)
    if drops:
        yield ResetDatabase(tool="pgloader", how="reset", what="tables with the same names", database=database)
    else:
        yield MigrateDatabase(tool="pgloader", how="load", database=database)


@program("pg_basebackup", "pg_receivewal", "pg_isready", "pg_config", "pg_lsclusters", "pg_verifybackup", "pg_amcheck")
def harmless(call: Invocation) -> Effects:
    """Reads, or copies into a folder of its own."""
    line = Options("-D --pgdata DIR", "-h --host HOST", "-p --port PORT", "-U --username USER").parse(call.args)
    for word in line.values("-D"):
        if call.name == "pg_basebackup":
            yield WritePath(target=call.target(word), how="create", recursive=True)


@program("vacuumdb", "reindexdb", "clusterdb")
def upkeep(call: Invocation) -> Effects:
    """Upkeep that changes no rows."""
    yield RunSql(verb="vacuum", database=locate(call, "postgres"))


@program("vacuumlo")
def vacuumlo(call: Invocation) -> Effects:
    """Deletes large objects that nothing points to."""
    if not any(text in {"-n", "--dry-run", "--help"} for text in call.texts()):
        yield RunSql(verb="delete", tables=("pg_largeobject",), where="some", database=locate(call, "postgres"))
