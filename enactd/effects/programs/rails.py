"""rails, rake and hanami tasks: what each does to the database, and what runs Ruby code."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from enactd.effects.code.operations import in_project
from enactd.effects.frameworks import Tool, configured_database, destroys
from enactd.effects.invocation import EMPTY, Effects, Invocation, Line, Options, Value, join, known, program
from enactd.effects.model import (
    Database,
    MigrateDatabase,
    Opaque,
    PublishPackage,
    ReadPath,
    ResetDatabase,
    RevealSecret,
    RunCode,
    WritePath,
)
from enactd.effects.programs.project_runners import Steps
from enactd.effects.programs.task_files import rakefile
from enactd.effects.sql.client import Client
from enactd.risk import Risk

_TASKS: Final = {
    "db:drop": "reset drop",
    "db:drop:all": "reset drop",
    "db:drop:_unsafe": "reset drop",
    "db:reset": "reset reset",
    "db:reset:all": "reset reset",
    "db:migrate:reset": "reset reset",
    "db:migrate:redo": "reset rollback",
    "db:migrate:down": "reset rollback",
    "db:rollback": "reset rollback",
    "db:purge": "reset truncate",
    "db:purge:all": "reset truncate",
    "db:truncate_all": "reset truncate",
    "db:seed:replant": "reset truncate",
    "db:schema:load": "reset fresh",
    "db:structure:load": "reset fresh",
    "db:schema:load_if_ruby": "reset fresh",
    "db:test:purge": "reset truncate",
    "db:fixtures:load": "reset fresh",
    "db:environment:set": "migrate resolve",
    "db:setup": "reset fresh",
    "db:setup:all": "reset fresh",
    "db:create": "migrate create",
    "db:create:all": "migrate create",
    "db:migrate": "migrate apply",
    "db:migrate:up": "migrate apply",
    "db:forward": "migrate apply",
    "db:prepare": "migrate apply",
    "db:seed": "migrate seed",
    "db:migrate:status": "safe",
    "db:version": "safe",
    "db:abort_if_pending_migrations": "safe",
    "db:schema:dump": "safe",
    "db:structure:dump": "safe",
    "db:schema:cache:dump": "safe",
    "db:schema:cache:clear": "safe",
    "db:test:prepare": "safe",  # only the test database, by its own configuration
    "db:test:load": "safe",
    "db:test:load_schema": "safe",
    "db:charset": "safe",
    "db:collation": "safe",
    "db:mongoid:drop": "reset drop",
    "db:mongoid:purge": "reset truncate",
    "db:mongoid:create_indexes": "migrate apply",
    "db:mongoid:remove_indexes": "reset drop",
    "db:sessions:clear": "reset truncate",
    "db:sessions:trim": "migrate execute",
    "tmp:clear": "safe",
    "tmp:cache:clear": "safe",
    "log:clear": "safe",
    "assets:clobber": "safe",
    "assets:clean": "safe",
    "cache:clear": "safe",
}
RAKE: Final = Tool("rake", _TASKS)
RAILS_OPTIONS: Final = Options(
    "-e --environment NAME", "-h --help", "-v --version", "-f --rakefile FILE", "-C --directory DIR", "-n --dry-run",
    "-T --tasks [P]", "-P --prereqs", "-D --describe [P]", "-W --where [P]", "-t --trace [X]", "-q --quiet",
    "-s --silent",
    "-j --jobs [N]", "-r --require M", "-I --libdir D", "-N --no-search", "-G --no-system", "-A --all",
    "--db --database NAME",
    "-p PORT", "-b BINDING", "-c CONFIG", "-m", "--execute CODE", "-E CODE",
)  # fmt: skip
_GENERATORS: Final = frozenset(
    {"g", "generate", "new", "plugin", "app:template", "app:update", "active_storage:install"}
)
_RELEASES: Final = frozenset({"release", "release:rubygem_push", "gem:push", "gem:release", "publish"})
_LOOKS: Final = frozenset(
    "routes stats notes about middleware test t spec initializers version zeitwerk:check time:zones secret default "
    "lint rubocop brakeman".split()
)


@program("rails", "rake", "hanami", "spring")
def rails(call: Invocation) -> Effects:
    """Tasks in order, with `VAR=value` words as their environment; runner and console are code."""
    args, variables = _variables(call.args)
    if call.name == "hanami" and len(args) > 1 and args[0].text == "db":
        args = [join([args[0], args[1]], ":"), *args[2:]]  # `hanami db drop` is what rails calls `db:drop`
    line = RAILS_OPTIONS.parse(args)
    if call.name == "spring" and line.operands and line.operands[0].text in {"rails", "rake"}:
        line.operands.pop(0)
    if not line.operands:
        for word in (*line.values("--execute"), *line.values("-E")):
            yield from call.code("ruby", word)
    elif line.operands[0].text in {"runner", "r"}:
        yield from _runner(call, line.operands[1:])
    elif not line.has("-n", "-T", "-P", "-D", "-W", "--help", "--version"):
        yield from _command(call, line, variables)


def _variables(words: Sequence[Value]) -> tuple[list[Value], dict[str, Value]]:
    """The other words, and those that set variables: `RAILS_ENV=test`."""
    variables: dict[str, Value] = {}
    rest: list[Value] = []
    for word in words:
        name = word.prefix.partition("=")[0]
        if "=" in word.prefix and name.isidentifier() and not word.startswith("-"):
            variables[name] = word.cut(len(name) + 1)
        else:
            rest.append(word)
    return rest, variables


def _command(call: Invocation, line: Line, variables: dict[str, Value]) -> Effects:
    verb = line.operands[0].text
    database = _database(call, variables, line.text("-e"))
    if verb in {"console", "c"}:
        if call.stdin is not None:
            yield from call.code("ruby", call.stdin, origin="stdin")
    elif verb in {"dbconsole", "db"}:
        yield from Client(call, "", database).standard_input()
    elif verb in {"credentials:show", "encrypted:show", "secrets:show"}:
        yield RevealSecret(what="Rails credentials", by=call.name)
    elif verb in {"credentials:edit", "encrypted:edit"}:
        yield WritePath(target=call.target("config/credentials.yml.enc"), how="edit")
    elif verb in {"destroy", "d"} or verb in _GENERATORS:
        yield RunCode(language="ruby", origin="workspace", what=f"{call.name} {verb}")
    elif verb not in _LOOKS:
        for word in line.operands:
            yield from _task(call, word, database, back=_is_zero(variables.get("VERSION")))


def _is_zero(version: Value | None) -> bool:
    return version is not None and version.text is not None and version.text.strip("0") == ""


def _task(call: Invocation, word: Value, database: Database, *, back: bool) -> Effects:
    if word.text is None:
        yield Opaque(reason=f"{call.name} task known only at run time", level=Risk.COMMITMENT)
        return
    name = word.text.partition("[")[0]
    meaning = _TASKS.get(name)
    if meaning is None:
        # Applications with several databases: db:drop:primary, and tasks of engines: app:db:drop.
        known_part = next((task for task in sorted(_TASKS, key=len, reverse=True) if name.startswith(task + ":")
                           or name.endswith(":" + task)), None)  # fmt: skip
        meaning = _TASKS[known_part] if known_part is not None else None
    if meaning is None and (how := destroys(name)):
        meaning = f"reset {how}"
    if meaning == "migrate apply" and back:
        meaning = "reset rollback"  # VERSION=0 takes every migration back
    if name in _RELEASES:
        yield PublishPackage(manager=call.name, verb="publish", what=name)
    elif meaning is not None:
        yield from RAKE.said(call, meaning, name, (), database)
    elif name not in _LOOKS:
        text = call.text_of("Rakefile").text
        tasks = rakefile(text) if text is not None else {}
        steps = Steps(call, tasks, call.target("Rakefile").path, "ruby")
        yield from in_project(steps.run(name), "workspace", "rake")


def _runner(call: Invocation, words: list[Value]) -> Effects:
    words = [word for word in words if not word.startswith("-")]
    if not words:
        if call.stdin is not None:
            yield from call.code("ruby", call.stdin, origin="stdin")
        return
    first = words[0]
    if first.suffix.endswith(".rb") and " " not in first.visible:
        yield from call.script(first, words[1:], language="ruby")
    elif first.text == "-":
        yield from call.code("ruby", call.stdin or EMPTY, origin="stdin")
    else:
        yield from call.code("ruby", first)


def _database(call: Invocation, variables: dict[str, Value], environment: str) -> Database:
    for name in ("RAILS_ENV", "RACK_ENV", "HANAMI_ENV"):
        if name in variables:
            environment = variables[name].text or "?"
    return configured_database(call, variables.get("DATABASE_URL"), environment)


@program("sequel")
def sequel(call: Invocation) -> Effects:
    """`sequel -m migrations URL`: applies; -M 0 takes everything back."""
    line = Options("-m --migrate-directory DIR", "-M --migrate-version N", "-c CODE", "-C --copy-databases",
    "-e --env ENV",
                   "-d --dump-migration", "-D", "-E --echo", "-I D", "-l --log F", "-L D", "-N", "-q", "-r L",
                   "-S F", "-t",
                   "-v", "-X F", "-h").parse(call.args)  # fmt: skip
    url = next(iter(line.operands), known("?"))
    database = configured_database(call, url)
    for word in line.values("-c"):
        yield from call.code("ruby", word)
    if line.has("-m") and line.text("-M") == "0":
        yield ResetDatabase(tool="sequel", how="rollback", what="all migrations", database=database)
    elif line.has("-m"):
        yield MigrateDatabase(tool="sequel", how="apply", database=database)
    if line.has("-C"):
        yield ResetDatabase(tool="sequel", how="restore", what="copied database", database=database)
    for word in line.operands[1:]:
        yield ReadPath(target=call.target(word), shown=False)
        yield from call.script(word, language="ruby")
