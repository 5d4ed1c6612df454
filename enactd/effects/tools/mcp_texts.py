"""Arguments of MCP tools that are statements, commands or code: read as such, whatever the tool is called."""

from __future__ import annotations

import re
from typing import Any, Final

from enactd.effects import cypher, graphql
from enactd.effects.interpret import ToolUse
from enactd.effects.invocation import Output
from enactd.effects.model import ChangeStore, Effect, Request
from enactd.effects.sql.connection import locate
from enactd.effects.sql.reading import read_sql
from enactd.effects.values import Value, known

_SQL: Final = re.compile(
    r"^\s*(?:--[^\n]*\n\s*|/\*.*?\*/\s*)*(?:select|insert|update|delete|drop|alter|create|truncate|with|merge|replace|grant|revoke"
    r"|copy|call|exec|execute|explain|vacuum|begin|do|set|show|describe|pragma|attach|rename|comment|reindex|values|table)\b",
    re.I | re.S,
)
_SQL_KEYS: Final = frozenset(
    "sql query statement statements queries sql_query ddl sql_statement rawsql raw_sql sqltext sql_text stmt q dml".split()
)
_CYPHER_KEYS: Final = frozenset("query cypher statement cypher_query".split())
_CYPHER_SERVERS: Final = re.compile(r"neo4j|cypher|memgraph|graph.?db|falkor|age\b")
_GRAPHQL: Final = re.compile(r"\s*(?:query|mutation|subscription)\b[^{]{0,200}\{|\s*\{\s*\w+[^;]*\}\s*$", re.S)
_GRAPHQL_KEYS: Final = frozenset({"query", "mutation", "operation", "document", "graphql", "gql"})
_COMMAND_KEYS: Final = frozenset(
    "command cmd shell shell_command bash script commands cli_command cmdstring cmd_string command_line commandline "
    "bash_command shellcommand command_string".split()
)
_CODE_KEYS: Final = frozenset({"code", "source_code", "python", "python_code", "snippet"})
_PROGRAMS: Final = frozenset(
    "kubectl helm terraform tofu aws gcloud az docker git gh glab flyctl heroku vercel wrangler pulumi psql argocd oc".split()
)
_MODE: Final = re.compile(r"[a-z]+(?:[_-][a-z]+)+")
_RUNS: Final = re.compile(
    r"run|exec|shell|bash|terminal|command|process|ssh|cli\b|spawn|redis|" + "|".join(sorted(_PROGRAMS))
)
# A sentence that begins with `drop` or `select` is what people type into a search box, too.
_SEARCHES: Final = frozenset({"search", "docs", "documentation", "web", "ask", "answer", "research", "library", "doc"})
_DIALECTS: Final = {
    name: {"mariadb": "mysql", "mssql": "tsql"}.get(name, name)
    for name in "mysql mariadb sqlite duckdb bigquery snowflake clickhouse redshift mssql oracle".split()
}


def texts(use: ToolUse, server: str, verbs: list[str]) -> tuple[list[Effect], bool]:
    """What the arguments do that are statements, commands or code; and whether there were any."""
    found: list[Effect] = []
    any_read = False
    line = _command_line(use, server, verbs)
    if line:
        return only_effects(use.invocation.run([known(word) for word in line])), True
    for name, content in use.input.items():
        argv = _argv(use, server, verbs, name, content)
        if argv:
            found += only_effects(use.invocation.run(argv))
            any_read = True
            continue
        for text in content if isinstance(content, list) else [content]:
            if isinstance(text, str):
                effects = _text(use, server, verbs, name.lower(), text)
                any_read = any_read or effects is not None
                found += effects or []
    return found, any_read


def _argv(use: ToolUse, server: str, verbs: list[str], name: str, content: Any) -> list[Value]:
    """A command given as the list of its words; in a pod, where the tool names one. `commands` are many."""
    if name.lower() not in _COMMAND_KEYS - {"commands"} or not isinstance(content, list) or len(content) < 2:
        return []
    if not all(isinstance(word, str) for word in content) or " " in content[0]:
        return []
    words = [known(word) for word in content]
    pod = use.text("name", "pod", "podName", "pod_name")
    if "exec" in verbs and pod and re.search(r"kube|k8s|openshift", server):
        namespace = use.text("namespace")
        scope = [known("-n"), known(namespace)] if namespace else []
        return [known("kubectl"), *scope, known("exec"), known(pod), known("--"), *words]
    return words


def _command_line(use: ToolUse, server: str, verbs: list[str]) -> list[str]:
    """The command that a tool stands for: `run_gcloud_command(args=[...])`, and Prisma's tools; [] for all others."""
    if server.startswith("prisma") and verbs[:1] in (["migrate"], ["db"]):
        return ["prisma", verbs[0], *verbs[1:2]]
    if _COMMAND_KEYS & {name.lower() for name in use.input}:
        return []
    told = use.text("program", "executable", "binary") or ""
    words: list[Any] = next((use.input[key] for key in ("args", "argv", "arguments") if _is_list(use, key)), [])
    program = told or next((word for word in verbs if word in _PROGRAMS), "")
    if not program or not words or not all(isinstance(word, str) for word in words):
        return []
    return list(words) if words[0] == program else [program, *words]


def only_effects(found: list[Any]) -> list[Effect]:
    """Without what a program prints or returns."""
    return [item for item in found if isinstance(item, Effect) and not isinstance(item, Output)]


def _text(use: ToolUse, server: str, verbs: list[str], key: str, text: str) -> list[Effect] | None:
    if key in _SQL_KEYS and _SQL.match(text) and (key not in ("query", "q") or not _SEARCHES & {server, *verbs}):
        dialect = next((known_as for name, known_as in _DIALECTS.items() if name in server), "postgres")
        return list(read_sql(text, dialect, locate(use.invocation, dialect, name=known(server))))
    if key in _CYPHER_KEYS and _CYPHER_SERVERS.search(" ".join([server, *verbs])) and cypher.is_cypher(text):
        place = locate(use.invocation, "cypher", name=known(server))
        return [
            ChangeStore(tool=server, verb=change.verb, what=change.what, everything=change.everything, database=place)
            for change in cypher.changes(text)
        ]
    if key in _GRAPHQL_KEYS and _GRAPHQL.match(text):
        operations, changes = graphql.read_document(text)
        if changes == "nothing":
            return []
        return [Request(method="POST", host=None, operations=operations, changes=changes)]
    if key in _COMMAND_KEYS and not _is_mode(server, verbs, text):
        if {"sql", "psql", "mysql", "query"} & set(verbs) and _SQL.match(text):  # `pg_psql(command="DROP TABLE x")`
            return list(read_sql(text, "postgres", locate(use.invocation, "postgres", name=known(server))))
        return _command(use, server, verbs, text)
    language = _language(use, [*verbs, key]) if key in _CODE_KEYS else ""
    return only_effects(use.invocation.code(language, known(text))) if language else None


def _is_mode(server: str, verbs: list[str], text: str) -> bool:
    """Whether `command` names one of a tool's own modes (`replace_content`), rather than something for a shell."""
    return _MODE.fullmatch(text) is not None and not _RUNS.search(" ".join([server, *verbs]))


def _command(use: ToolUse, server: str, verbs: list[str], text: str) -> list[Effect]:
    host = use.text("host", "hostname", "server", "connection", "connectionName")
    if re.search(r"(?:^|\W)ssh(?:$|\W)", server):
        return only_effects(use.invocation.run([known("ssh"), known(host or "host"), known(text)]))
    if re.search(r"redis|valkey|keydb", server):
        return only_effects(use.invocation.run([known("redis-cli"), *map(known, text.split())]))
    words = [word for word in use.input.get("args", []) if isinstance(word, str)] if _is_list(use, "args") else []
    if words:
        return only_effects(use.invocation.run([*map(known, text.split()), *map(known, words)]))
    tool = next((name for name in [*reversed(verbs), server] if name in _PROGRAMS), "")
    if tool and text.split()[:1] != [tool]:
        text = f"{tool} {text}"  # `kubectl(command="delete ns x")`: the tool's name is the program
    return use.reading.bash(text)


def _is_list(use: ToolUse, name: str) -> bool:
    return isinstance(use.input.get(name), list)


def _language(use: ToolUse, verbs: list[str]) -> str:
    stated = (use.text("language", "lang", "kernel") or "").lower()
    words = " ".join([*verbs, *re.split(r"[^a-z]+", stated)])
    if "tinker" in words:
        return "php"
    for language in ("python", "javascript", "typescript", "ruby", "perl", "php", "bash", "shell"):
        if language in words:
            return language
    return "python" if re.search(r"execute|run|eval|cell|jupyter|insert_cell", words) else ""
